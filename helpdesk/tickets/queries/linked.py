"""Tickets that belong together."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ...accounts.models import Actor
from ...database import db
from .. import policy
from ..models import Place, Ticket, TicketLink
from .visibility import AnyReader, visible_to

_SHOWN = (Place.INBOX, Place.SPAM, Place.BIN)  # of a merged one, the other is linked as well


def linked(actor: Actor, ticket: Ticket) -> Sequence[sa.Row[Any]]:
    """Id, subject, status and place of what *ticket* is linked to: for staff, in one query."""
    policy.require(actor, "link", ticket)
    columns: tuple[Any, ...] = (Ticket.id, Ticket.subject, Ticket.status, Ticket.place)
    return db.session.execute(linked_to(actor, ticket.id).with_only_columns(*columns)).all()


def linked_to(actor: Actor | AnyReader, ticket_id: Any) -> sa.Select[Ticket]:
    """What the ticket with this id (a number or an expression) is linked to, by id: for staff."""
    ids = sa.union_all(
        sa.select(TicketLink.high_id).where(TicketLink.low_id == ticket_id),
        sa.select(TicketLink.low_id).where(TicketLink.high_id == ticket_id),
    )
    query = visible_to(actor, _SHOWN).where(Ticket.id.in_(ids)).order_by(Ticket.id)
    # By their ids: to SQLite, all that lie in three of five places look like fewer.
    return query.with_hint(Ticket, "NOT INDEXED", "sqlite")


def linked_ids(actor: Actor, ticket: Ticket) -> list[int]:
    """The ids of :func:`linked`."""
    return [row.id for row in linked(actor, ticket)]
