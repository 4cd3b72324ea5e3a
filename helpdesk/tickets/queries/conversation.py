"""The words of a ticket."""

from collections.abc import Sequence
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from ...accounts.models import Actor
from ...database import db
from ..models import Message, Ticket
from .visibility import AnyReader, readable_by


def conversation(actor: Actor, ticket: Ticket, *, notes: bool = True) -> Sequence[Message]:
    """The messages of *ticket* that *actor* may read, oldest first, in two queries.

    Authors and attachments are loaded. Notes are among them for staff only, and only where *notes*.
    *ticket* is one that :func:`get` gave to the same actor.
    """
    return db.session.scalars(_words(actor.is_staff, notes), {"ticket_id": ticket.id}).all()


@cache
def _words(is_staff: bool, notes: bool) -> sa.Select[Message]:
    query = (
        sa.select(Message)
        .where(
            Message.ticket_id == sa.bindparam("ticket_id", type_=sa.Integer),
            readable_by(AnyReader(is_staff)),
        )
        .options(joinedload(Message.author), selectinload(Message.attachments))
        .order_by(Message.created_at, Message.id)
    )
    return query if notes else query.where(Message.internal.is_(False))


def arrived_after(actor: Actor, ticket: Ticket, message_id: int) -> Sequence[int]:
    """Ids of the public messages of others that came to *ticket* after the one with this id."""
    query = sa.select(Message.id).where(
        Message.ticket_id == ticket.id,
        Message.id > message_id,
        Message.internal.is_(False),
        Message.author_id.is_distinct_from(actor.id),
    )
    return db.session.scalars(query.order_by(Message.id)).all()
