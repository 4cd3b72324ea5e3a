"""Sign-ins between their first step and their second: rows, for ten minutes.

Who has shown a password gets a token that opens nothing but the second step. It ends with it, so a
copied cookie from before is worth nothing after.
"""

from datetime import timedelta

import sqlalchemy as sa

from ... import clock
from ...database import db, transaction
from ...errors import NotSignedIn
from ...i18n import gettext as _
from ..models import User
from ..secrets import digest, new_token
from .models import SignInStep, SpentChallenge

LASTS = timedelta(minutes=10)
MOST_ATTEMPTS = 6


def begin(user: User, by: str) -> str:
    """Let *user*, known *by* something, go on to the second step: the token of it."""
    token, now = new_token(), clock.now()
    with transaction():
        db.session.add(
            SignInStep(
                token_hash=digest(token),
                user_id=user.id,
                by=by,
                attempts=0,
                created_at=now,
                expires_at=now + LASTS,
            )
        )
    return token


def find(token: str) -> tuple[SignInStep, User]:
    """The step that *token* is for, and whose. Raises NotSignedIn: it is over, begin anew."""
    query = (
        sa.select(SignInStep, User)
        .join(User, User.id == SignInStep.user_id)
        .where(
            SignInStep.token_hash == digest(token),
            SignInStep.expires_at > clock.now(),
            SignInStep.attempts < MOST_ATTEMPTS,
            User.disabled_at.is_(None),
        )
    )
    found = db.session.execute(query).first() if token else None
    if found is None:
        raise NotSignedIn(_("That took too long, or too many attempts. Please sign in again."))
    return found[0], found[1]


def end(step: SignInStep) -> None:
    """It is done. Inside a ``transaction()``."""
    db.session.delete(step)


def end_all(user_id: int) -> None:
    """Nobody goes on with what was begun before. Inside a ``transaction()``."""
    db.session.execute(sa.delete(SignInStep).where(SignInStep.user_id == user_id))


def sweep() -> None:
    """Forget what is over."""
    with transaction():
        for table in (SignInStep, SpentChallenge):
            db.session.execute(sa.delete(table).where(table.expires_at <= clock.now()))
