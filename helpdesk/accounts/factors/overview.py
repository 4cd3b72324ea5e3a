"""Who of the staff has a second step: for admins."""

from collections.abc import Sequence

import sqlalchemy as sa
from msgspec import Struct

from ...database import db
from .. import policy
from ..models import STAFF, Actor, Role, User
from .models import AuthenticatorApp, Passkey

MOST = 500


class Colleague(Struct, frozen=True):
    """Somebody of the staff, and what they have."""

    id: int
    name: str
    role: Role
    has_app: bool
    passkeys: int

    @property
    def is_on(self) -> bool:
        return self.has_app or self.passkeys > 0


def of_staff(actor: Actor) -> Sequence[Colleague]:
    """Active staff by name, in one query. Raises NotAllowed."""
    policy.require(actor, "manage_users")
    app = sa.exists().where(
        AuthenticatorApp.user_id == User.id, AuthenticatorApp.confirmed_at.is_not(None)
    )
    keys = sa.select(sa.func.count()).where(Passkey.user_id == User.id).scalar_subquery()
    query = (
        sa.select(User.id, User.name, User.role, app, keys)
        .where(User.role.in_(STAFF), User.disabled_at.is_(None))
        .order_by(User.name_folded, User.id)
        .limit(MOST)
    )
    return [Colleague(*row) for row in db.session.execute(query)]
