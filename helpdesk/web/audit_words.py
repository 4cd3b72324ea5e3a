"""The audit trail in words."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ..audit.kinds import Kind
from ..audit.models import AuditRow
from ..audit.origin import API, COMMAND, DESK, PAGE
from ..i18n import gettext as _
from ..i18n import lazy

KIND_WORDS = {
    Kind.SIGNED_IN: lazy("Signed in"),
    Kind.SIGN_IN_FAILED: lazy("Sign-in failed"),
    Kind.SIGNED_OUT: lazy("Signed out"),
    Kind.DEVICE_SIGNED_OUT: lazy("Device signed out"),
    Kind.PASSWORD_CHANGED: lazy("Password changed"),
    Kind.PASSWORD_LINK: lazy("Password link made"),
    Kind.EMAIL_CHANGED: lazy("E-mail address changed"),
    Kind.EMAIL_CONFIRMED: lazy("E-mail address confirmed"),
    Kind.FACTOR_ADDED: lazy("Second step added"),
    Kind.FACTOR_REMOVED: lazy("Second step removed"),
    Kind.FACTOR_FAILED: lazy("Second step failed"),
    Kind.FACTORS_RESET: lazy("Second step reset"),
    Kind.CODES_MADE: lazy("Recovery codes made"),
    Kind.CODE_USED: lazy("Recovery code used"),
    Kind.DEVICE_TRUSTED: lazy("Device trusted"),
    Kind.TOKEN_ADDED: lazy("API token made"),
    Kind.TOKEN_REVOKED: lazy("API token revoked"),
    Kind.USER_ADDED: lazy("Account made"),
    Kind.USER_DISABLED: lazy("Account disabled"),
    Kind.USER_ENABLED: lazy("Account enabled"),
    Kind.ROLE_CHANGED: lazy("Role changed"),
    Kind.CUSTOMERS_MERGED: lazy("Customers merged"),
    Kind.EXPORTED: lazy("Data exported"),
    Kind.IMPORTED: lazy("Data imported"),
    Kind.BACKED_UP: lazy("Backup made"),
    Kind.BACKUP_DOWNLOADED: lazy("Backup downloaded"),
    Kind.RESTORED: lazy("Backup restored"),
    Kind.UPGRADED: lazy("Desk upgraded"),
    Kind.MENDED: lazy("Mended by the doctor"),
    Kind.ERASED: lazy("Person erased"),
    Kind.TICKET_DELETED: lazy("Ticket deleted"),
    Kind.TICKET_PURGED: lazy("Ticket deleted for good"),
    Kind.SETTINGS_CHANGED: lazy("Settings changed"),
}
BAD = {Kind.SIGN_IN_FAILED, Kind.FACTOR_FAILED}
WAY_WORDS = {
    PAGE: lazy("browser"),
    API: lazy("API"),
    COMMAND: lazy("command line"),
    DESK: lazy("the desk itself"),
}
BY_WORDS = {
    "password": lazy("password"),
    "link": lazy("link"),
    "setup": lazy("set-up"),
    "sign_up": lazy("sign-up"),
    "passkey": lazy("passkey"),
    "app": lazy("code of the app"),
    "recovery": lazy("recovery code"),
    "hand": lazy("by hand"),
}
WHAT_WORDS = {  # by the room of an event
    "shop": lazy("shop"),
    "category": lazy("category"),
    "field": lazy("custom field"),
    "mailbox": lazy("mailbox"),
    "mail": lazy("text of a mail"),
    "security": lazy("security"),
    "webhook": lazy("webhook"),
}
LONGEST = 400  # characters


def kind_words(row: AuditRow) -> str:
    """What was done."""
    words = KIND_WORDS.get(Kind(row.kind)) if row.kind in set(Kind) else None
    return str(words or row.kind)


def told(row: AuditRow) -> str:
    """Its details on one line."""
    details = json.loads(row.details)
    if details.pop("more", False):
        return _("more of these in the same minute")
    text = " · ".join(_pairs(details))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _pairs(details: Mapping[str, Any]) -> Iterator[str]:
    before, after = details.get("before"), details.get("after")
    for name, value in details.items():
        if name == "by":
            yield " + ".join(str(BY_WORDS.get(one, one)) for one in str(value).split("+"))
        elif name == "what":
            yield str(WHAT_WORDS.get(str(value).partition(".")[0], value))
        elif name not in ("before", "after"):
            yield f"{name}: {_plain(value)}"
    if isinstance(before, dict) and isinstance(after, dict):
        for name in {**before, **after}:
            yield f"{name}: {_plain(before.get(name))} → {_plain(after.get(name))}"
    elif isinstance(before or after, dict):  # what is new, or gone
        facts = before or after or {}
        yield from (f"{name}: {_plain(value)}" for name, value in facts.items() if value)
    elif before is not None or after is not None:
        yield f"{_plain(before)} → {_plain(after)}"


def _plain(value: Any) -> str:
    if value is None or value == "":
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
