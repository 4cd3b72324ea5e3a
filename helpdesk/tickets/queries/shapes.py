"""Statements for pages of lists that an index knows all of, each made once.

A list is read in the order of an index. Where it has several places or statuses, each of these is a
part of the index in that order, and the parts are merged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa

from ...accounts.models import Actor
from ...database import sql
from .. import tagged
from ..models import URGENCY, Priority, Status, Tag, Ticket
from ..tagged import TAGGED
from .few import NUMBERS, by_index
from .filters import Filters, Sort, name_of_tag, seconds_of
from .visibility import AnyReader, visible_to

MOST_KEPT = 500


@dataclass(frozen=True)
class Shape:
    """What decides the text of a statement; what is asked for are its values."""

    sort: Sort
    index: str
    for_staff: bool
    is_merged: bool  # each place and status is a part of the index
    places: int
    statuses: int  # 0: every one
    known: tuple[str, ...]  # of conditions that it has
    down: bool
    is_beyond: bool  # beyond a position, as a cursor says it

    @property
    def key(self) -> sa.ColumnElement[int]:
        """What the list is ordered by, as its index has it."""
        return tagged.key_of(self.sort) if self.is_of_tag else self.sort.key

    @property
    def is_of_tag(self) -> bool:
        """Whether the index is one of a tag's tickets, beside which the tickets are looked up."""
        return "tag" in self.known


def values_of(actor: Actor, filters: Filters, statuses: Sequence[Status]) -> dict[str, Any]:
    """What is asked for, by the names that statements have for it."""
    day = filters.created_on
    urgency_from, urgency_to = _urgency_of(filters.priority or Priority.LOW)
    created_from, created_to = (0, 0) if day is None else seconds_of(day)
    return {
        "reader_id": actor.id,
        **{f"place{at}": place for at, place in enumerate(filters.places)},
        **{f"status{at}": status for at, status in enumerate(statuses)},
        **{name: getattr(filters, name) for name in _EQUAL},
        "created_from": created_from,
        "created_to": created_to,
        "urgency_from": urgency_from,
        "urgency_to": urgency_to,
        "tag": name_of_tag(filters.tag or ""),
    }


_EQUAL = (
    "requester_id",
    "requester_kind",
    "assignee_id",
    "category_id",
    "subcategory_id",
    "priority",
)
CONDITIONS: Mapping[str, sa.ColumnElement[bool]] = {
    **{name: getattr(Ticket, name) == sa.bindparam(name) for name in _EQUAL},
    "nobody": Ticket.assignee_id.is_(None),
    "tag": TAGGED.c.tag_id
    == sa.select(Tag.id).where(Tag.name == sa.bindparam("tag")).scalar_subquery(),
    "created_on": Sort.NEWEST.key.between(
        sa.bindparam("created_from", type_=sa.BigInteger),
        sa.bindparam("created_to", type_=sa.BigInteger),
    ),
    "urgency": Sort.PRIORITY.key.between(
        sa.bindparam("urgency_from", type_=sa.BigInteger),
        sa.bindparam("urgency_to", type_=sa.BigInteger),
    ),
}


@lru_cache(MOST_KEPT)
def unsorted(shape: Shape) -> Any:
    """The ids and keys (``id``, ``sort_key``) of the list, by its index."""
    return narrower(shape)


def narrower(
    shape: Shape, *conditions: sa.ColumnElement[bool], holds: sa.ColumnElement[bool] | None = None
) -> Any:
    """The same, only where *conditions* hold; and whether *holds* does, of each, if it is given."""
    places: list[Any] = [sa.bindparam(f"place{at}") for at in range(shape.places)]
    statuses: list[Any] = [sa.bindparam(f"status{at}") for at in range(shape.statuses)]
    known = [CONDITIONS[name] for name in shape.known]
    queries: list[sa.Select[Any]]
    if shape.is_merged:
        staff = AnyReader(is_staff=True)
        queries = [
            _of_tag(visible_to(staff, [place]), shape, place, status)
            if shape.is_of_tag
            else visible_to(staff, [place]).where(Ticket.status == status)
            for place in places
            for status in statuses
        ]
    else:
        query = visible_to(AnyReader(shape.for_staff), places)
        queries = [query.where(Ticket.status.in_(statuses)) if statuses else query]
    queries = queries or [visible_to(AnyReader(is_staff=True), ())]  # no place at all
    known += conditions
    arms = [columns(query.where(*known), shape, by_index(shape.index)) for query in queries]
    if holds is not None:
        arms = [arm.add_columns(holds.label("holds")) for arm in arms]
    return arms[0] if len(arms) == 1 else sa.union_all(*arms)


def _of_tag(query: sa.Select[Any], shape: Shape, place: Any, status: Any) -> sa.Select[Any]:
    """*query* of the tickets in a place, by a part of the index of those with tags."""
    query = query.join(TAGGED, TAGGED.c.ticket_id == Ticket.id)
    return query.where(TAGGED.c.place == place, TAGGED.c.status == status)


@lru_cache(MOST_KEPT)
def page(shape: Shape | None) -> Any:
    """The page of that list which ``limit`` and ``offset`` say.

    None: it was found before, and ``page`` is the JSON of its ids, each with its key.
    """
    if shape is not None:
        return ordered(unsorted(shape), down=shape.down)
    id_, key = sql.pairs_in("page")
    return sa.select(sa.type_coerce(id_, sa.Integer).label("id"), key.label("sort_key"))


def columns(query: Any, shape: Shape, found: str) -> Any:
    """The ids and keys of tickets that are *found* so, beyond the position."""
    key, id_ = shape.key, TAGGED.c.ticket_id if shape.is_of_tag else Ticket.id.expression
    query = query.with_only_columns(id_.label("id"), key.label("sort_key"))
    if shape.is_beyond:
        here = sa.tuple_(key, id_)
        there = sa.tuple_(*(sa.bindparam(name, type_=sa.BigInteger) for name in ("key", "id")))
        query = query.where(here < there if shape.down else here > there)
    if shape.is_of_tag:
        query, found = query.with_hint(TAGGED, found, "sqlite"), NUMBERS
    return query.with_hint(Ticket, found, "sqlite")


def ordered(query: Any, *, down: bool, limit: str = "limit", offset: str = "offset") -> Any:
    """*query* in the order of the list, no more of it than is asked for."""
    by = [query.selected_columns.sort_key, query.selected_columns.id]
    query = query.order_by(*(column.desc() if down else column.asc() for column in by))
    query = query.limit(sa.bindparam(limit, type_=sa.Integer))
    return query.offset(sa.bindparam(offset, type_=sa.Integer)) if offset else query


def urgency(priority: Priority) -> sa.ColumnElement[bool]:
    """That a ticket is in the part of the order by priority that *priority* has."""
    first, last = (sa.literal(end, sa.BigInteger) for end in _urgency_of(priority))
    return Sort.PRIORITY.key.between(first, last)


@cache
def _urgency_of(priority: Priority) -> tuple[int, int]:
    first = list(reversed(Priority)).index(priority) * URGENCY
    return first, first + URGENCY - 1
