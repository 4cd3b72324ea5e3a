"""What happened to tickets: for staff only."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ...accounts.models import Actor, User
from ...database import db
from ...errors import Invalid
from ...events import Event
from ...i18n import gettext as _
from .. import policy
from ..models import Ticket
from .visibility import EVERY_PLACE, visible_to

LOOKED_THROUGH = 20_000  # events at a time, for those that are asked for


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


@dataclass(frozen=True)
class Since:
    """A part of the list in the order of things, each event with its actor's name.

    *reached* is how far it was looked through: what comes next is behind it.
    """

    rows: Sequence[sa.Row[Event, str]]
    reached: int


def events_since(
    actor: Actor,
    after: int,
    *,
    kinds: Collection[str] = (),
    ticket_id: int | None = None,
    limit: int = 50,
) -> Since:
    """What happened after the event *after*, oldest first; of these *kinds* only, if any are named.

    Who goes on at ``reached`` misses nothing: numbers are given inside ``transaction()``, which is
    one at a time, over all processes. Raises Invalid (``after``) for a number that is still to
    come, as after a restore: whoever waited for it would miss all until then.
    """
    policy.require(actor, "see_events")
    newest = db.session.scalar(sa.select(sa.func.max(Event.id))) or 0
    if after > newest:
        raise Invalid(
            {"after": [_("There is no such event. Was the desk restored from a backup?")]}
        )
    # Of one ticket, an index has them; else it is read in the order of the list, so far at most.
    until = newest if ticket_id is not None else min(newest, after + LOOKED_THROUGH)
    query = _since(_with_names(), actor, ticket_id).where(Event.id > after, Event.id <= until)
    if kinds:
        query = query.where(Event.kind.in_(kinds))
    found = db.session.execute(query.order_by(Event.id).limit(limit)).all()
    return Since(found, found[-1][0].id if len(found) == limit else until)


def _since(query: Any, actor: Actor, ticket_id: int | None) -> Any:
    """Those of :func:`logs`, and that a ticket was deleted for good: who has it is to know."""
    if ticket_id is not None:
        query = query.where(Event.ticket_id == ticket_id)
    ticket = visible_to(actor, EVERY_PLACE).with_only_columns(Ticket.id)
    is_seen = ticket.where(Ticket.id == Event.ticket_id).correlate(Event).exists()
    return query.where(sa.or_(is_seen, Event.kind == "ticket.purged"))


def _with_names() -> sa.Select[Event, str]:
    return sa.select(Event, User.name).outerjoin(User, User.id == Event.actor_id)


def _logged(query: Any, actor: Actor, ticket_id: int | None) -> Any:
    if ticket_id is not None:
        query = query.where(Event.ticket_id == ticket_id)
    # By a look at the one: of all tickets, there are too many to gather for a page of events.
    ticket = visible_to(actor, EVERY_PLACE).with_only_columns(Ticket.id)
    return query.where(ticket.where(Ticket.id == Event.ticket_id).correlate(Event).exists())
