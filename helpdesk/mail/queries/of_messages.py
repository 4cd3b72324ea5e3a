"""What messages of a ticket have to do with mail, for a page that shows many of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ...accounts.models import Actor
from ...database import db
from ...tickets.models import Ticket
from .. import policy
from ..models import OutgoingMail, ReceivedMail

MOST = 1000  # of one ticket


def received_on(actor: Actor, ticket: Ticket) -> Sequence[ReceivedMail]:
    """The mails that are on *ticket*, oldest first, with their mailboxes; for staff."""
    policy.require_staff(actor)
    query = sa.select(ReceivedMail).where(ReceivedMail.ticket_id == ticket.id)
    query = query.options(joinedload(ReceivedMail.mailbox)).order_by(ReceivedMail.id)
    return db.session.scalars(query.limit(MOST)).all()


def sent_on(actor: Actor, ticket: Ticket) -> Sequence[OutgoingMail]:
    """Our mails about *ticket*, oldest first; for staff."""
    policy.require_staff(actor)
    query = sa.select(OutgoingMail).where(OutgoingMail.ticket_id == ticket.id)
    return db.session.scalars(query.order_by(OutgoingMail.id).limit(MOST)).all()
