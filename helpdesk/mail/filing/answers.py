"""Mail that answers by itself: it is nobody's words (RFC 3834)."""

import re

from ...i18n import gettext as _
from ..reading import Mail

_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply-from",
    "x-mail-autoreply",
    "x-autoreply-from",
    "auto-reply",
)
_FIRST_WORD = re.compile(r"[a-z_-]*", re.ASCII)


def why_left_alone(mail: Mail) -> str:
    """Why *mail* needs no ticket, in words; empty where it may need one.

    Other mail of programs does: an order or an alarm is somebody's work.
    """
    if mail.automatic == "read-receipt":
        return _("It says that a mail was read.")
    said = {word for name in ("auto-submitted", "precedence") for word in _words(mail, name)}
    if said & {"auto-replied", "auto_reply", "auto-reply"}:
        return _("It is an automatic answer.")
    if any(mail.headers(name) for name in _HEADERS):
        return _("It is an automatic answer.")
    return ""


def _words(mail: Mail, name: str) -> list[str]:
    found = (_FIRST_WORD.match(value.strip().lower()) for value in mail.headers(name))
    return [match[0] for match in found if match]
