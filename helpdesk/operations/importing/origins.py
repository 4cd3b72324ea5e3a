"""Where a ticket came from: an event of its own, which its page tells."""

import sqlalchemy as sa

from ... import clock
from ...database import db
from ...events import Event, recall
from ...tickets.models import Ticket

IMPORTED = "ticket.imported"


def note_origin(ticket: Ticket, source: str, ref: str) -> None:
    """Say that *ticket* was brought along from *source*, where it was *ref*."""
    recall(IMPORTED, at=clock.now(), ticket_id=ticket.id, after={"source": source, "ref": ref})


def was_changed_here(ticket: Ticket) -> bool:
    """Whether *ticket* was opened at this desk, or somebody has changed its status since."""
    of_it = sa.select(Event.kind).where(
        Event.ticket_id == ticket.id, Event.kind.in_((IMPORTED, "ticket.status"))
    )
    return list(db.session.scalars(of_it)) != [IMPORTED]
