"""What somebody does with their own factors, and what an admin does who helps them."""

from collections.abc import Sequence

from msgspec import Struct

from ... import audit
from ...audit import Kind
from ...database import db, transaction
from ...events import record
from ...text import Fields
from .. import policy, sessions
from ..models import Actor, User
from . import app, codes, devices, passkeys, rules, steps
from .models import Passkey


class Summary(Struct, frozen=True):
    """What somebody has."""

    has_app: bool
    passkeys: Sequence[Passkey]
    codes_left: int

    @property
    def is_on(self) -> bool:
        """Whether a second step is asked of them."""
        return self.has_app or bool(self.passkeys)


def summary(user_id: int) -> Summary:
    """What the user has."""
    return Summary(app.is_set_up(user_id), passkeys.of(user_id), codes.left(user_id))


def confirm_app(user: User, code: str) -> list[str]:
    """The app has shown the right *code*; new recovery codes with the first factor.

    Raises NotFound, Invalid (``code``).
    """
    with transaction():
        was_on = summary(user.id).is_on
        app.confirm(user, code)
        return _added(user, "app", was_on)


def add_passkey(user: User, answer: str, name: str) -> list[str]:
    """Keep a passkey; new recovery codes with the first factor. Raises Invalid, WrongState."""
    with transaction():
        was_on = summary(user.id).is_on
        passkeys.keep(user, answer, name)
        return _added(user, "passkey", was_on)


def rename_passkey(user: User, passkey_id: int, name: str) -> None:
    """Call one of one's own passkeys something else. Raises NotFound, Invalid."""
    fields = Fields()
    name = fields.line("name", name, 100)
    fields.raise_if_any()
    with transaction():
        passkeys.get(user, passkey_id).name = name


def remove_app(user: User) -> None:
    """Ask for no codes of the app any more. Raises WrongState: the last factor is needed."""
    with transaction():
        if app.remove(user.id):
            _removed(user, {"factor": "app"})


def remove_passkey(user: User, passkey_id: int) -> None:
    """Take a passkey for nobody's any more. Raises NotFound, WrongState: as above."""
    with transaction():
        row = passkeys.get(user, passkey_id)
        told = {"factor": "passkey", "name": row.name}
        db.session.delete(row)
        db.session.flush()
        _removed(user, told)


def new_codes(user: User) -> list[str]:
    """New recovery codes in the place of the old ones."""
    return codes.make(user)


def reset(actor: Actor, user: User) -> None:
    """Take all factors of *user*, who has lost them; they are signed out everywhere.

    A password is all they need then, so it is for who was asked by them in person.
    Raises NotAllowed.
    """
    policy.require(actor, "manage_users")
    with transaction():
        had = summary(user.id)
        forget_all(user)
        sessions.end_all(user)
        audit.record(
            Kind.FACTORS_RESET,
            actor=actor,
            subject=user,
            details={"app": had.has_app, "passkeys": len(had.passkeys)},
        )
        record(actor.id, "user.factors_reset", user_id=user.id)


def forget_all(user: User) -> None:
    """Let nothing of it count any more. Inside a ``transaction()``."""
    app.remove(user.id)
    passkeys.remove_all(user.id)
    steps.end_all(user.id)
    _forget_rest(user)


def _added(user: User, factor: str, was_on: bool) -> list[str]:
    sessions.is_complete(user)
    record(user.id, "user.factor_added", user_id=user.id, after={"factor": factor})
    return [] if was_on and codes.left(user.id) else codes.make(user)


def _removed(user: User, told: dict[str, str]) -> None:
    if not summary(user.id).is_on:
        if rules.is_required(user.role):
            raise rules.still_needed()
        _forget_rest(user)
    details = {"factor": told["factor"]}  # without a name, as in passkeys.py
    audit.record(Kind.FACTOR_REMOVED, actor=user, subject=user, details=details)
    record(user.id, "user.factor_removed", user_id=user.id, before=told)


def _forget_rest(user: User) -> None:
    codes.forget(user.id)
    devices.distrust_all(user.id)
