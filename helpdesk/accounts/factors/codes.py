"""Recovery codes: ten on paper, for when the phone is lost. Each opens once."""

import hashlib
import hmac
import secrets

import sqlalchemy as sa
from flask import current_app

from ... import audit, clock
from ...audit import Kind
from ...database import db, transaction
from ..models import User
from .models import RecoveryCode

MANY = 10
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is taken for another
_LENGTH, _GROUP = 12, 4  # 59 bits


def make(user: User) -> list[str]:
    """New codes in the place of all earlier ones; nobody can read them again."""
    codes = [_new() for _number in range(MANY)]
    with transaction():
        forget(user.id)
        db.session.add_all(
            RecoveryCode(user_id=user.id, code_hash=_hash(user.id, code)) for code in codes
        )
        audit.record(Kind.CODES_MADE, actor=user, subject=user)
    return codes


def accepts(user_id: int, typed: str) -> bool:
    """Whether *typed* is a code of the user that is left; it is spent then.

    Inside a ``transaction()``, of which there is one at a time: two at once don't both get in.
    """
    code = _plain(typed)
    if len(code) != _LENGTH:
        return False
    spent = db.session.execute(
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash == _hash(user_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .returning(RecoveryCode.id)
    ).first()
    return spent is not None


def left(user_id: int) -> int:
    """How many are left."""
    query = sa.select(sa.func.count()).where(
        RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(query) or 0


def forget(user_id: int) -> None:
    """Make all of them useless. Inside a ``transaction()``."""
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def _new() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _number in range(_LENGTH))
    return "-".join(letters[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))


def _plain(typed: str) -> str:
    return "".join(typed[:60].split()).replace("-", "").lower()


def _hash(user_id: int, code: str) -> str:
    """With the secret key: a copy of the database isn't enough to try all codes."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    text = f"recovery code of {user_id}: {_plain(code)}"
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
