"""Challenges of passkeys: signed, so that nothing is kept of one before it is answered.

Whoever asks for a thousand writes nothing. One is for one purpose (what is done, by whom), good for
five minutes, and only once.
"""

import hmac
import secrets
from datetime import timedelta

from ... import clock
from ...database import db
from ...errors import WrongState
from ...i18n import gettext as _
from ..secrets import digest, signature
from .models import SpentChallenge

LASTS = timedelta(minutes=5)


def new(purpose: str) -> bytes:
    """A challenge for *purpose*."""
    said = f"{int(clock.now().timestamp())}.{secrets.token_urlsafe(16)}"
    return f"{said}.{signature(_signed(said, purpose))}".encode()


def check(challenge: bytes, purpose: str) -> None:
    """Raise WrongState unless *challenge* is one of ours, for this, and not too old."""
    said, _dot, signed = challenge.decode("ascii", "replace").rpartition(".")
    issued = said.partition(".")[0]
    is_ours = hmac.compare_digest(
        signature(_signed(said, purpose)).encode(), signed.encode("utf-8", "replace")
    )
    until = int(clock.now().timestamp()) - LASTS.total_seconds()
    if not is_ours or int(issued) < until:
        raise WrongState(_("That took too long. Please try again."))


def spend(challenge: bytes) -> None:
    """Let it be answered no more. Inside a ``transaction()``. Raises WrongState: it was already."""
    key = digest(challenge.decode("ascii"))
    if db.session.get(SpentChallenge, key) is not None:
        raise WrongState(_("That took too long. Please try again."))
    db.session.add(SpentChallenge(key=key, expires_at=clock.now() + LASTS))


def _signed(said: str, purpose: str) -> str:
    return f"challenge:{purpose}:{said}"
