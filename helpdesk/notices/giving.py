"""Tickets that are given to somebody: one notice a deed, and none of a deed that was undone."""

import sqlalchemy as sa

from .. import clock
from ..database import db
from ..events import Event
from ..tickets.models import Place, Ticket
from .kinds import Kind
from .models import Notice
from .telling import bell, tell, tell_elsewhere, whom


def assigned(event: Event) -> None:
    """To whom the ticket is given now; who was given one by the same deed is told of one more."""
    if not isinstance(event.after, int):
        return
    for user_id in whom(event, Kind.ASSIGNED, {event.after}):
        known = db.session.scalar(
            sa.update(Notice)
            .where(_given_by(event.batch), Notice.user_id == user_id)
            .values(tickets=Notice.tickets + 1, created_at=clock.now(), seen_at=None)
            .returning(Notice.id)
            .execution_options(synchronize_session=False)
        )
        if known is None:
            tell(event, Kind.ASSIGNED, {user_id})
        else:
            tell_elsewhere(event, Kind.ASSIGNED, [user_id])


def undone(event: Event) -> None:
    """What was given by the deed that *event* takes back concerns nobody who hasn't seen it."""
    gone = sa.delete(Notice).where(_given_by(event.undoes), Notice.seen_at.is_(None))
    bell(db.session.scalars(gone.returning(Notice.user_id)).all())


def purged(event: Event) -> None:
    """What was deleted for good concerns nobody any more; others of the same deed still do."""
    for notice in db.session.scalars(
        sa.select(Notice).where(Notice.ticket_id == event.ticket_id, Notice.tickets > 1)
    ):
        first = _another(notice)
        if first is not None:
            notice.ticket_id, notice.tickets = first, notice.tickets - 1
    db.session.flush()
    db.session.execute(sa.delete(Notice).where(Notice.ticket_id == event.ticket_id))


def _given_by(batch: str | None) -> sa.ColumnElement[bool]:
    return sa.and_(Notice.batch == batch, Notice.kind == Kind.ASSIGNED.value)


def _another(notice: Notice) -> int | None:
    """Another ticket that was given by the deed of *notice*."""
    query = (
        sa.select(Ticket.id)
        .join(Event, Event.ticket_id == Ticket.id)
        .where(
            Event.batch == notice.batch,
            Event.kind == "ticket.assignee",
            sa.cast(Event.after, sa.String) == str(notice.user_id),
            Ticket.place != Place.PURGED,
        )
    )
    return db.session.scalar(query.order_by(Ticket.id).limit(1))
