"""What somebody of the staff leaves behind who is erased: the shop goes on with it.

Open tickets and what colleagues share get another owner; what was theirs alone goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ..accounts.models import DESK, STAFF, Actor, User
from ..database import db
from ..errors import Invalid
from ..i18n import gettext as _
from ..macros.models import Macro, SavedReply
from ..tickets.actions import Change, Changes, change_many
from ..tickets.models import Place, Status, Ticket
from ..views.models import SavedView

OPEN = (Status.OPEN, Status.PENDING)
_KINDS = (SavedView, Macro, SavedReply)
_AT_ONCE = 100


@dataclass(frozen=True)
class Belongings:
    """How much somebody would leave."""

    tickets: int  # open ones
    shared: int  # views, macros and saved replies
    private: int


def belongings(user: User) -> Belongings:
    """What *user* would leave."""
    counts = [_count(kind, user, is_shared) for is_shared in (True, False) for kind in _KINDS]
    many = len(_KINDS)
    of = sa.select(sa.func.count()).select_from(Ticket).where(*_open_of([user.id]))
    return Belongings(db.session.scalar(of) or 0, sum(counts[:many]), sum(counts[many:]))


def check_successor(user: User, successor_id: int | None) -> None:
    """Raise Invalid (``successor``) unless that is nobody, or another of the staff who is here."""
    if successor_id is None:
        return
    found = db.session.get(User, successor_id) if 0 < successor_id < 2**63 else None
    if found is None or not _may_take_over(found) or found.id == user.id:
        raise Invalid({"successor": [_("Choose somebody of the staff who can sign in.")]})


def settle(ids: Sequence[int], actor: Actor, successor_id: int | None) -> dict[str, int]:
    """Give what is shared to who takes over, or to *actor*; delete the rest. In a transaction()."""
    owner = successor_id or actor.id
    shared = private = 0
    for kind in _KINDS:
        theirs = kind.owner_id.in_(ids)
        gone = sa.delete(kind).where(theirs, kind.is_shared.is_(False)).returning(kind.id)
        private += len(db.session.execute(gone).all())
        if owner is not None:
            moved = sa.update(kind).where(theirs).values(owner_id=owner).returning(kind.id)
            shared += len(db.session.execute(moved).all())
    return {"shared": shared, "private": private}


def hand_over_tickets(ids: Sequence[int], asked_by: User | None, successor_id: int | None) -> int:
    """Give their open tickets to who takes over, else to nobody; how many. Can be done twice."""
    successor = None if successor_id is None else db.session.get(User, successor_id)
    new_id = successor.id if successor is not None and _may_take_over(successor) else None
    actor: Actor = asked_by if asked_by is not None and asked_by.is_active else DESK
    change = Change(fields=Changes(assignee_id=new_id))
    done = last = 0
    while True:
        query = sa.select(Ticket.id).where(*_open_of(ids), Ticket.id > last)
        some = db.session.scalars(query.order_by(Ticket.id).limit(_AT_ONCE)).all()
        db.session.rollback()
        if not some:
            return done
        done += len(change_many(actor, some, change).changed)
        last = some[-1]


def _open_of(ids: Sequence[int]) -> tuple[sa.ColumnElement[bool], ...]:
    return Ticket.assignee_id.in_(ids), Ticket.status.in_(OPEN), Ticket.place != Place.PURGED


def _count(kind: type[SavedView | Macro | SavedReply], user: User, is_shared: bool) -> int:
    query = sa.select(sa.func.count()).select_from(kind)
    query = query.where(kind.owner_id == user.id, kind.is_shared.is_(is_shared))
    return db.session.scalar(query) or 0


def _may_take_over(user: User) -> bool:
    return user.is_active and user.role in STAFF
