"""Passkeys: kept, asked for, taken for their owner. What browsers say of them: ceremony.py."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ... import audit, clock
from ...audit import Kind
from ...database import db, transaction
from ...errors import NotFound, WrongState
from ...i18n import gettext as _
from ...text import Fields
from ..models import User
from . import ceremony, challenges
from .models import Passkey

MOST = 20  # of a user


def to_make(user: User, shop: str) -> str:
    """What a browser is asked to make a passkey for *user* with, as JSON. Raises WrongState."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    _require_possible()
    options = generate_registration_options(
        rp_id=ceremony.host(),
        rp_name=shop,
        user_id=ceremony.handle_of(user.id),
        user_name=user.email,
        user_display_name=user.name,
        challenge=challenges.new(f"make {user.id}"),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=ceremony.described(of(user.id)),
    )
    return str(options_to_json(options))


def keep(user: User, answer: str, name: str) -> Passkey:
    """Keep the passkey that a browser has made. Raises Invalid, WrongState."""
    _require_possible()
    fields = Fields()
    name = fields.line("name", name, 100)
    fields.raise_if_any()
    given, challenge = ceremony.read(answer)
    challenges.check(challenge, f"make {user.id}")
    made = ceremony.checked_new(given, challenge)
    with transaction():
        challenges.spend(challenge)
        mine = of(user.id)
        if len(mine) >= MOST:
            raise WrongState(_("There are %(most)s passkeys already.", most=MOST))
        taken = sa.select(Passkey.id).where(Passkey.credential_id == made.credential_id)
        if db.session.scalar(taken) is not None:
            raise WrongState(_("This passkey is known here already."))
        row = Passkey(
            user_id=user.id,
            credential_id=made.credential_id,
            public_key=made.public_key,
            sign_count=made.sign_count,
            transports=made.transports,
            name=name,
            created_at=clock.now(),
        )
        db.session.add(row)
        # Not its name, which people make of theirs: nothing is ever taken out of the trail.
        audit.record(Kind.FACTOR_ADDED, actor=user, subject=user, details={"factor": "passkey"})
    return row


def to_sign_in(user: User | None = None, step: int = 0) -> str:
    """What a browser is asked to show a passkey with, as JSON.

    With a *user*, in the second step *step*: one of theirs. Without a step: one of theirs, to show
    that it is still them. Without both: any that the browser has for this desk, so nobody learns
    who has an account. What is no second step sees a finger, too. Raises WrongState.
    """
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    _require_possible()
    options = generate_authentication_options(
        rp_id=ceremony.host(),
        challenge=challenges.new(_purpose(user, step)),
        allow_credentials=None if user is None else ceremony.described(of(user.id)),
        user_verification=UserVerificationRequirement.REQUIRED
        if not step
        else UserVerificationRequirement.PREFERRED,
    )
    return str(options_to_json(options))


def check(answer: str, user: User | None = None, step: int = 0) -> User:
    """Whose passkey *answer* has shown, for the question that :func:`to_sign_in` asked so.

    It is spent. Raises NotSignedIn, in the same words for whatever is wrong; WrongState.
    """
    _require_possible()
    given, challenge = ceremony.read(answer)
    challenges.check(challenge, _purpose(user, step))
    with transaction():
        challenges.spend(challenge)
        row, owner = _owner(given.get("id"))
        if row is None or owner is None or (user is not None and owner.id != user.id):
            raise ceremony.unknown()
        row.sign_count = ceremony.checked(given, challenge, row, alone=not step)
        row.last_used_at = clock.now()
    return owner


def of(user_id: int) -> Sequence[Passkey]:
    """The user's passkeys, the oldest first."""
    query = sa.select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)
    return db.session.scalars(query).all()


def are_known() -> bool:
    """Whether anybody could sign in with one: no button is shown before."""
    return not ceremony.why_not() and db.session.scalar(sa.select(Passkey.id).limit(1)) is not None


def get(user: User, passkey_id: int) -> Passkey:
    """One of *user*'s own. Raises NotFound."""
    row = db.session.get(Passkey, passkey_id) if passkey_id < 2**63 else None
    if row is None or row.user_id != user.id:
        raise NotFound(_("There is no such passkey."))
    return row


def remove_all(user_id: int) -> int:
    """Forget all of the user's; how many there were. Inside a ``transaction()``."""
    rows = of(user_id)
    for row in rows:
        db.session.delete(row)
    db.session.flush()
    return len(rows)


def _owner(credential_id: Any) -> tuple[Passkey | None, User | None]:
    if not isinstance(credential_id, str) or not credential_id.isascii():
        return None, None
    query = sa.select(Passkey, User).join(User, User.id == Passkey.user_id)
    query = query.where(Passkey.credential_id == credential_id, User.disabled_at.is_(None))
    found = db.session.execute(query).first()
    return (None, None) if found is None else (found[0], found[1])


def _purpose(user: User | None, step: int) -> str:
    if user is None:
        return "sign in"
    return f"second step {step} of {user.id}" if step else f"still {user.id}"


def _require_possible() -> None:
    if reason := ceremony.why_not():
        raise WrongState(reason)
