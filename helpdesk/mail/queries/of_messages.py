"""What messages of a ticket have to do with mail, for a page that shows many of them."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ...accounts.models import Actor
from ...database import db
from ...tickets.models import Ticket
from .. import policy
from ..models import MailOfMessage, OutgoingMail, ReceivedMail

MOST = 1000  # of one ticket


def mails_of(actor: Actor, message_ids: Collection[int]) -> dict[int, MailOfMessage]:
    """Of those messages that came by mail, what they have besides their words; for staff.

    One query. The messages are ones that *actor* may read.
    """
    policy.require_staff(actor)
    if not message_ids:
        return {}
    query = sa.select(MailOfMessage).where(MailOfMessage.message_id.in_(message_ids))
    return {mail.message_id: mail for mail in db.session.scalars(query)}


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
