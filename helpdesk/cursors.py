"""Cursors: where in a list one was, as text that goes into an address."""

import base64
import binascii

from .errors import Invalid
from .i18n import gettext as _


def write(text: str) -> str:
    """*text* as a cursor."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(cursor: str) -> str:
    """The text behind a cursor. Raises ValueError for what :func:`write` never wrote."""
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        return base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True).decode()
    except (UnicodeError, binascii.Error) as error:
        raise ValueError("no cursor") from error


def unknown() -> Invalid:
    """What to raise for a cursor that isn't one of the list at hand (field ``cursor``)."""
    return Invalid({"cursor": [_("This is not a cursor of this list.")]})
