"""Of whom the shop wants a second factor."""

from enum import StrEnum

from ...database import db, transaction
from ...errors import WrongState
from ...events import record
from ...i18n import gettext as _
from .. import policy
from ..models import STAFF, Actor, Role
from . import demanding
from .models import SignInRules

_THE_ROW = 1


class Whom(StrEnum):
    """Who can't do without."""

    NOBODY = "nobody"
    ADMINS = "admins"
    STAFF = "staff"
    EVERYBODY = "everybody"


_ROLES = {
    Whom.NOBODY: (),
    Whom.ADMINS: (Role.ADMIN,),
    Whom.STAFF: STAFF,
    Whom.EVERYBODY: tuple(Role),
}


def required_for() -> Whom:
    """Of whom a second factor is wanted."""
    row = db.session.get(SignInRules, _THE_ROW)
    return Whom.NOBODY if row is None else Whom(row.second_factor_for)


def is_required(role: Role) -> bool:
    """Whether somebody of *role* needs one."""
    return role in _ROLES[required_for()]


def require_of(actor: Actor, whom: Whom) -> None:
    """Want it of these; who has none sets it up before their next page. Raises NotAllowed."""
    policy.require(actor, "manage_users")
    with transaction():
        row = db.session.get(SignInRules, _THE_ROW)
        if row is None:
            row = SignInRules(id=_THE_ROW, second_factor_for=Whom.NOBODY.value)
            db.session.add(row)
        before = row.second_factor_for
        if before == whom:
            return
        row.second_factor_for = whom.value
        demanding.demand_of(_ROLES[whom])
        facts = [{"second_factor_for": value} for value in (before, whom.value)]
        record(actor.id, "security.changed", before=facts[0], after=facts[1])


def still_needed() -> WrongState:
    """What to raise for who would be without the last one."""
    return WrongState(_("The shop wants a second step of you: add another one first."))
