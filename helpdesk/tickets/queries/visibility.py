"""Who may know of which ticket, and of which of its words."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from ...accounts.models import Actor
from ...database import db
from ...errors import NotFound
from ...i18n import gettext as _
from ..models import Message, Ticket


def visible_to(actor: Actor) -> sa.Select[Ticket]:
    """Tickets that *actor* may know of: all for staff, their own for everybody else."""
    query = sa.select(Ticket).where(Ticket.deleted_at.is_(None))
    return query if actor.is_staff else query.where(Ticket.requester_id == actor.id)


def readable_by(actor: Actor) -> sa.ColumnElement[bool]:
    """The condition on Message that keeps notes from everybody but staff."""
    return sa.true() if actor.is_staff else Message.internal.is_(False)


def get(actor: Actor, ticket_id: int) -> Ticket:
    """The ticket with this id, its people, categories and tags loaded (two queries).

    Raises NotFound when it isn't there or isn't *actor*'s to see: the two are one answer.
    """
    query = (
        visible_to(actor)
        .where(Ticket.id == ticket_id)
        .options(
            joinedload(Ticket.requester),
            joinedload(Ticket.assignee),
            joinedload(Ticket.category),
            joinedload(Ticket.subcategory),
            selectinload(Ticket.tags),
        )
    )
    ticket: Ticket | None = db.session.scalar(query) if 0 < ticket_id < 2**63 else None
    if ticket is None:
        raise NotFound(_("There is no such ticket."))
    return ticket
