"""Mails that a provider hands over by HTTP: raw, and signed with a secret that both know.

A signature is ``sha256=`` and the HMAC-SHA256, in hexadecimal, of the timestamp (seconds since
1970), a full stop, and the body. One that is too old proves nothing: it may have been overheard.
"""

import hmac

from .. import clock
from ..accounts.secrets import signature
from ..errors import NotSignedIn
from ..i18n import gettext as _

TOLERANCE = 300  # seconds, between the two clocks


def secret() -> str:
    """What the provider signs with: made from the desk's secret key, and gone with that."""
    return signature("mail hook: 1") + signature("mail hook: 2")


def sign(timestamp: int, body: bytes) -> str:
    """The signature of *body* sent at *timestamp*."""
    text = str(timestamp).encode() + b"." + body
    return "sha256=" + hmac.new(secret().encode(), text, "sha256").hexdigest()


def check(timestamp: str, given: str, body: bytes) -> None:
    """Raise NotSignedIn unless *given* signs *body*, now."""
    plausible = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12
    if not plausible or not hmac.compare_digest(
        sign(int(timestamp), body).encode(), given.encode("utf-8", "surrogateescape")
    ):
        raise NotSignedIn(_("The signature is missing or wrong."))
    if abs(clock.now().timestamp() - int(timestamp)) > TOLERANCE:
        raise NotSignedIn(_("The signature is too old, or from the future: compare the clocks."))
