"""Who may know of which ticket, and of which of its words."""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from ...accounts.models import Actor
from ...database import Prepared, db, load, scalar
from ...errors import NotFound
from ...i18n import gettext as _
from ..models import Message, Place, Ticket

# Whoever wrote it is not told that it was taken for spam.
REQUESTERS_PLACES = (Place.INBOX, Place.SPAM)
EVERY_PLACE = tuple(place for place in Place if place is not Place.PURGED)


def visible_to(
    actor: "Actor | AnyReader", places: Collection[Place] = (Place.INBOX,)
) -> sa.Select[Ticket]:
    """Tickets that *actor* may know of: for staff all in *places*, for everybody else their own.

    *places* is for staff to choose: a customer's own lie where :data:`REQUESTERS_PLACES` says.
    """
    if not actor.is_staff:
        own = Ticket.requester_id == actor.id
        return sa.select(Ticket).where(own, Ticket.place.in_(REQUESTERS_PLACES))
    if len(places) == 1:  # an equality, so that an index can keep the order of a list
        return sa.select(Ticket).where(Ticket.place == next(iter(places)))
    query = sa.select(Ticket)
    if set(places) == set(EVERY_PLACE):
        return query.where(Ticket.place != Place.PURGED)
    return query.where(Ticket.place.in_(places))


def readable_by(actor: "Actor | AnyReader") -> sa.ColumnElement[bool]:
    """The condition on Message that keeps notes from everybody but staff."""
    return sa.true() if actor.is_staff else Message.internal.is_(False)


def get(actor: Actor, ticket_id: int) -> Ticket:
    """The ticket with this id, its people, categories and tags loaded (two queries).

    Staff get it wherever it lies. For everybody else the number of one that was merged leads to
    the ticket that its words are in now, if that is theirs. Raises NotFound when it isn't there or
    isn't *actor*'s to see: the two are one answer.
    """
    ticket = _load(actor, ticket_id) if 0 < ticket_id < 2**63 else None
    if ticket is None:
        raise no_such_ticket()
    return ticket


def to_write_on(actor: Actor, ticket_id: int) -> Ticket:
    """The ticket that :func:`get` gives, but nothing of its people, categories and tags yet.

    Raises NotFound.
    """
    found = None
    if 0 < ticket_id < 2**63:
        query = _id_of_visible(actor.is_staff)
        found = scalar(query, ticket_id=ticket_id, reader_id=actor.id)
    if found is None:
        raise no_such_ticket()
    return load(Ticket, found)


def no_such_ticket() -> NotFound:
    """What to raise for a ticket that isn't there, or isn't for who asks: one answer."""
    return NotFound(_("There is no such ticket."))


def visible_among(actor: Actor, ids: Collection[int]) -> set[int]:
    """Those of the tickets *ids* that *actor* may know of, in one query."""
    query = visible_to(actor, EVERY_PLACE).with_only_columns(Ticket.id).where(Ticket.id.in_(ids))
    return set(db.session.scalars(query)) if ids else set()


@dataclass(frozen=True)
class AnyReader:
    """Whoever will ask, for statements that are made once: who it is comes as ``reader_id``."""

    is_staff: bool
    id: Any = field(default_factory=lambda: sa.bindparam("reader_id", type_=sa.Integer))


def visible_one(actor: Actor | AnyReader, ticket_id: Any) -> sa.Select[Ticket]:
    """The ticket that :func:`get` gives for this id (a number, or an expression that is one)."""
    where = ticket_id if actor.is_staff else _where_merged(actor, ticket_id)
    return visible_to(actor, EVERY_PLACE).where(Ticket.id == where)


@cache
def _any_visible(is_staff: bool) -> sa.Select[Ticket]:
    return visible_one(AnyReader(is_staff), sa.bindparam("ticket_id", type_=sa.Integer))


@cache
def _id_of_visible(is_staff: bool) -> Prepared:
    return Prepared(_any_visible(is_staff).with_only_columns(Ticket.id))


@cache
def _whole(is_staff: bool) -> sa.Select[Ticket]:
    return _any_visible(is_staff).options(
        joinedload(Ticket.requester),
        joinedload(Ticket.assignee),
        joinedload(Ticket.category),
        joinedload(Ticket.subcategory),
        selectinload(Ticket.tags),
    )


def _load(actor: Actor, ticket_id: int) -> Ticket | None:
    asked = {"ticket_id": ticket_id, "reader_id": actor.id}
    found: Ticket | None = db.session.scalar(_whole(actor.is_staff), asked)
    return found


def _where_merged(actor: Actor | AnyReader, ticket_id: Any) -> sa.ScalarSelect[int]:
    """The id of the ticket at the end of the chain of merges that begins at this one.

    Every link of the chain must be *actor*'s own.
    """
    chain = (
        sa.select(Ticket.id, Ticket.merged_into_id)
        .where(Ticket.id == ticket_id, Ticket.requester_id == actor.id)
        .cte("chain", recursive=True)
    )
    following = sa.select(Ticket.id, Ticket.merged_into_id).where(
        Ticket.id == chain.c.merged_into_id, Ticket.requester_id == actor.id
    )
    chain = chain.union(following)  # a set: it ends even where a chain should ever meet itself
    return sa.select(chain.c.id).where(chain.c.merged_into_id.is_(None)).scalar_subquery()
