"""What happened to tickets: for staff only."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ...accounts.models import Actor, User
from ...database import db
from ...events import Event
from .. import policy
from ..models import Ticket
from .visibility import EVERY_PLACE, visible_to


def merging_deed(actor: Actor, ticket_id: int, into_id: int) -> str:
    """The name of the deed that merged one ticket into the other; empty where there is none."""
    policy.require(actor, "see_events")
    query = (
        sa.select(Event.batch)
        .where(
            Event.ticket_id == ticket_id,
            Event.kind == "ticket.merged",
            Event.after["into"].as_integer() == into_id,
        )
        .order_by(Event.id.desc())
    )
    return db.session.scalar(query.limit(1)) or ""


def logs(
    actor: Actor, *, ticket_id: int | None = None, limit: int = 50, offset: int = 0
) -> Sequence[sa.Row[Event, str]]:
    """Events of all tickets (or of one), newest first, each with its actor's name."""
    policy.require(actor, "see_events")
    query = _logged(_with_names(), actor, ticket_id).order_by(Event.id.desc())
    return db.session.execute(query.limit(limit).offset(offset)).all()


def count_logs(actor: Actor, *, ticket_id: int | None = None, most: int) -> int:
    """How many :func:`logs` there are, counted up to *most*."""
    policy.require(actor, "see_events")
    some = _logged(sa.select(Event.id), actor, ticket_id).order_by(Event.id.desc()).limit(most)
    return db.session.scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0


def _with_names() -> sa.Select[Event, str]:
    return sa.select(Event, User.name).outerjoin(User, User.id == Event.actor_id)


def _logged(query: Any, actor: Actor, ticket_id: int | None) -> Any:
    if ticket_id is not None:
        query = query.where(Event.ticket_id == ticket_id)
    # By a look at the one: of all tickets, there are too many to gather for a page of events.
    ticket = visible_to(actor, EVERY_PLACE).with_only_columns(Ticket.id)
    return query.where(ticket.where(Ticket.id == Event.ticket_id).correlate(Event).exists())
