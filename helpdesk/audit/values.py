"""Single values of the audit trail in words."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from ..i18n import gettext as _
from ..i18n import lazy, ngettext, size
from .words import KIND_WORDS

NOTHING = "–"
DAYS = (
    lazy("Mon"),
    lazy("Tue"),
    lazy("Wed"),
    lazy("Thu"),
    lazy("Fri"),
    lazy("Sat"),
    lazy("Sun"),
)
MOMENTS = ("made_at",)
_SECURITY = {"tls": "TLS", "starttls": "STARTTLS", "none": lazy("none")}
# By the name of what they are a value of.
_WORDS: dict[str, Mapping[str, str]] = {
    "role": {
        "customer": lazy("Customer"),
        "vendor": lazy("Vendor"),
        "agent": lazy("Agent"),
        "admin": lazy("Admin"),
    },
    "by": {
        "password": lazy("password"),
        "link": lazy("link"),
        "setup": lazy("set-up"),
        "sign_up": lazy("sign-up"),
        "passkey": lazy("passkey"),
        "app": lazy("code of the app"),
        "recovery": lazy("recovery code"),
        "hand": lazy("by hand"),
    },
    "factor": {"app": lazy("authenticator app"), "passkey": lazy("passkey")},
    "second_factor_for": {
        "nobody": lazy("nobody"),
        "admins": lazy("admins"),
        "staff": lazy("staff"),
        "everybody": lazy("everybody"),
    },
    "required_for": {
        "nobody": lazy("nobody"),
        "agents": lazy("staff"),
        "everybody": lazy("everybody"),
    },
    "about": {"ticket": lazy("Tickets"), "customer": lazy("Customers")},
    "kind": {kind.value: words for kind, words in KIND_WORDS.items()}
    | {
        "text": lazy("Text"),
        "number": lazy("Number"),
        "date": lazy("Date"),
        "choice": lazy("Choice"),
        "checkbox": lazy("Checkbox"),
        "received": lazy("We have your request"),
        "answered": lazy("Answer"),
        "resolved": lazy("Your request is solved"),
    },
    "imap_security": _SECURITY,
    "smtp_security": _SECURITY,
    "reply_tag": {
        "plus": lazy("in the address"),
        "subject": lazy("in the subject"),
        "none": lazy("nowhere"),
    },
    "new_passwords": {
        "imap_password": lazy("for fetching"),
        "smtp_password": lazy("for sending"),
    },
}


def in_words(key: str, value: Any) -> str:
    """*value* of what is called *key*."""
    if value is None or value == "":
        return NOTHING
    if key in _SAID and isinstance(value, _SAID[key][0]):
        return _SAID[key][1](value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(in_words(key, one) for one in value) or NOTHING
    if isinstance(value, str):
        return str(_WORDS.get(key, {}).get(value, value))
    return json.dumps(value, ensure_ascii=False)


def differing(key: str, before: Any, after: Any) -> tuple[Any, Any]:
    """What of two values is worth telling: of a week those days that are other ones now."""
    both = isinstance(before, list) and isinstance(after, list) and len(before) == len(after)
    if key != "business_hours" or not both:
        return before, after
    days = [day for day in range(len(after)) if before[day] != after[day]]
    return {day: before[day] for day in days}, {day: after[day] for day in days}


def _by(value: str) -> str:
    return " + ".join(str(_WORDS["by"].get(one, one)) for one in value.split("+"))


def _week(value: list[Any] | dict[int, Any]) -> str:
    days = value.items() if isinstance(value, dict) else enumerate(value)
    return ", ".join(f"{DAYS[int(day) % 7]} {_hours(hours)}" for day, hours in days)


def _hours(hours: Any) -> str:
    try:
        opens, closes = (divmod(int(minute), 60) for minute in hours)
    except (TypeError, ValueError):
        return _("closed")
    return f"{opens[0]}:{opens[1]:02}–{closes[0]}:{closes[1]:02}"


def _seconds(value: int) -> str:
    return ngettext("%(num)s second", "%(num)s seconds", value)


# What is said in a way of its own, where it is of this type.
_SAID: dict[str, tuple[Any, Callable[[Any], str]]] = {
    "by": (str, _by),
    "business_hours": (list | dict, _week),
    "hold": (int, _seconds),
    "hour": (int, lambda value: f"{value}:00"),
    "id": (int, lambda value: f"#{value}"),
    "left_out": (int, lambda value: _("too long to be kept (%(size)s)", size=size(value))),
    "logo": (str, lambda value: _("a picture")),
    "size": (int, size),
    "who": (int, lambda value: f"#{value}"),
    "ticket": (int, lambda value: f"TKT{value}"),
}
