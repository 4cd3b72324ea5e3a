"""Links between tickets that belong together."""

from collections.abc import Iterable

import sqlalchemy as sa

from ... import clock
from ...accounts.models import Actor
from ...database import db, transaction
from ...errors import Invalid, WrongState
from ...events import Event, record
from ...i18n import gettext as _
from .. import policy
from ..models import Ticket, TicketLink
from .changes import Undo

MOST_LINKS = 50  # of one ticket


def link(actor: Actor, ticket: Ticket, other: Ticket) -> Event | None:
    """Say that the two belong together; None where that was said before.

    Requesters see nothing of it. Raises NotAllowed; Invalid for a ticket and itself; WrongState
    where one of them has too many links.
    """
    policy.require(actor, "link", ticket)
    if ticket.id == other.id:
        raise Invalid({"other_id": [_("A ticket can't be linked to itself.")]})
    with transaction():
        if _found(ticket, other) is not None:
            return None
        for one in (ticket, other):
            if _count(one) >= MOST_LINKS:
                raise WrongState(
                    _("%(ref)s has %(most)s links already.", ref=one.ref, most=MOST_LINKS)
                )
        return _link(actor, ticket, other)


def unlink(actor: Actor, ticket: Ticket, other: Ticket) -> Event | None:
    """Take the link back; None where there is none. Raises NotAllowed."""
    policy.require(actor, "link", ticket)
    with transaction():
        return _unlink(actor, ticket, other)


def link_rows(actor: Actor, ticket_id: int, others: Iterable[int]) -> list[TicketLink]:
    """New links of one ticket to *others*."""
    now = clock.now()
    return [
        TicketLink(
            low_id=min(ticket_id, other),
            high_id=max(ticket_id, other),
            created_by_id=actor.id,
            created_at=now,
        )
        for other in others
    ]


def unlink_rows(ticket_id: int, others: Iterable[int]) -> None:
    """Take away the links of one ticket to *others*, where there are any."""
    for other in others:
        low, high = sorted((ticket_id, other))
        db.session.execute(
            sa.delete(TicketLink).where(TicketLink.low_id == low, TicketLink.high_id == high)
        )


def _link(actor: Actor, ticket: Ticket, other: Ticket) -> Event:
    db.session.add_all(link_rows(actor, ticket.id, [other.id]))
    record(actor.id, "ticket.linked", ticket_id=other.id, after={"to": ticket.id})
    return record(actor.id, "ticket.linked", ticket_id=ticket.id, after={"to": other.id})


def _unlink(actor: Actor, ticket: Ticket, other: Ticket) -> Event | None:
    found = _found(ticket, other)
    if found is None:
        return None
    db.session.delete(found)
    record(actor.id, "ticket.unlinked", ticket_id=other.id, before={"to": ticket.id})
    return record(actor.id, "ticket.unlinked", ticket_id=ticket.id, before={"to": other.id})


def _found(ticket: Ticket, other: Ticket) -> TicketLink | None:
    low, high = sorted((ticket.id, other.id))
    return db.session.get(TicketLink, (low, high))


def _count(ticket: Ticket) -> int:
    query = sa.select(sa.func.count()).where(
        sa.or_(TicketLink.low_id == ticket.id, TicketLink.high_id == ticket.id)
    )
    return db.session.scalar(query) or 0


def _undo_link(actor: Actor, ticket: Ticket, event: Event) -> bool:
    """A deed tells both tickets: the event that comes second finds it done."""
    other = db.session.get_one(Ticket, event.after["to"])
    _unlink(actor, ticket, other)
    return True


def _undo_unlink(actor: Actor, ticket: Ticket, event: Event) -> bool:
    other = db.session.get_one(Ticket, event.before["to"])
    if _found(ticket, other) is None:
        _link(actor, ticket, other)
    return True


UNDOS: dict[str, Undo] = {"ticket.linked": _undo_link, "ticket.unlinked": _undo_unlink}
