"""What a list of tickets is narrowed to, and in which order it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa

from ...accounts.models import User
from ..models import (
    LAST_WORDS_AT,
    URGENT_FIRST,
    WAITING_FIRST,
    AuthorKind,
    Place,
    Priority,
    Status,
    Tag,
    Ticket,
    ticket_tags,
)
from .few import Few
from .found import Found

ANYBODY: Final = -1  # as an assignee: no matter who; None is nobody


class Sort(StrEnum):
    """The order of a list; ties go by id, in the same direction."""

    NEWEST = "newest"
    ACTIVITY = "activity"
    WAITING = "waiting"  # who has waited longest for us comes first
    PRIORITY = "priority"  # the most urgent first, of these who has waited longest

    @property
    def key(self) -> sa.ColumnElement[int]:
        """A number, never null: seconds since 1970, and with a priority more than that."""
        if self is Sort.NEWEST:
            return sa.type_coerce(Ticket.created_at, sa.BigInteger)
        return sa.literal_column(_KEYS[self.value], sa.BigInteger)

    @property
    def descends(self) -> bool:
        return self in (Sort.NEWEST, Sort.ACTIVITY)


_KEYS = {
    "activity": LAST_WORDS_AT,  # a change that only staff see moves no list
    "waiting": WAITING_FIRST,
    "priority": URGENT_FIRST,
}


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a list is narrowed to; every field that is given must hold."""

    statuses: Sequence[Status] = ()
    category_id: int | None = None
    subcategory_id: int | None = None
    created_on: date | None = None  # a day in UTC
    requester_id: int | None = None
    requester_kind: AuthorKind | None = None
    assignee_id: int | None = ANYBODY
    priority: Priority | None = None
    tag: str | None = None
    places: Sequence[Place] = (Place.INBOX,)  # for staff
    matching: sa.ColumnElement[bool] | None = None  # what else must hold: a view's filters
    people: sa.Select[int] | None = None  # of requesters who are among these
    few: Sequence[Few] = ()  # what of all this may hold for few tickets only (few.py)
    found: Found | None = None  # what has the words that are looked for
    among: Few | None = None  # of these tickets only, which are looked up
    # What was made of them, for whoever keeps them: see order_of().
    orders: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    def __and__(self, other: "Filters") -> "Filters":
        """What both narrow a list to, in the places of *other*."""
        same: dict[str, Any] = {}
        both = [one for one in (self.matching, other.matching) if one is not None]
        for name in _SINGLE:
            one, two = getattr(self, name), getattr(other, name)
            blank = ANYBODY if name == "assignee_id" else None
            same[name] = one if two == blank else two
            if blank not in (one, two) and one != two:
                both += conditions(Filters(**{name: one})).values()
        if self.statuses and other.statuses:
            both.append(Ticket.status.in_(self.statuses))
        if self.found and other.found:
            both.append(self.found.condition)
        return replace(
            other,
            **same,
            statuses=other.statuses or self.statuses,
            matching=sa.and_(*both) if both else None,
            few=[*self.few, *other.few],
            found=other.found or self.found,
        )


_SINGLE = tuple(
    one.name
    for one in fields(Filters)
    if one.name not in ("statuses", "places", "matching", "few", "found", "among", "orders")
)


@dataclass(frozen=True, kw_only=True)
class Page:
    """Which part of a list: *limit* rows after *offset* rows, or from *cursor* on."""

    limit: int = 50
    offset: int = 0
    cursor: str = ""
    sort: Sort = Sort.NEWEST


def among(filters: Filters, ids: sa.Select[int] | sa.CompoundSelect[int]) -> Filters:
    """*filters*, with these tickets instead of all that were found."""
    return replace(filters, found=None, among=Few.numbers(ids))


def narrowed(query: sa.Select[Any], filters: Filters) -> sa.Select[Any]:
    """*query* of tickets, only those for which every filter that is given holds."""
    if filters.statuses:
        query = query.where(Ticket.status.in_(filters.statuses))
    return query.where(*conditions(filters).values())


def conditions(filters: Filters) -> dict[str, sa.ColumnElement[bool]]:
    """What must hold of a ticket, by the field of *filters*; but for places and statuses."""
    found: dict[str, sa.ColumnElement[bool]] = {}
    for name in ("category_id", "subcategory_id", "requester_id", "requester_kind", "priority"):
        value = getattr(filters, name)
        if value is not None:
            found[name] = getattr(Ticket, name) == value
    if filters.assignee_id is None:
        found["assignee_id"] = Ticket.assignee_id.is_(None)
    elif filters.assignee_id != ANYBODY:
        found["assignee_id"] = Ticket.assignee_id == filters.assignee_id
    if filters.created_on is not None:
        found["created_on"] = _on(filters.created_on)
    if filters.tag is not None:
        found["tag"] = tagged(tags_named([filters.tag]))
    if filters.people is not None:
        found["people"] = asked_for_by(filters.people)
    if filters.matching is not None:
        found["matching"] = filters.matching
    if filters.found is not None:
        found["found"] = filters.found.condition
    if filters.among is not None:
        found["among"] = filters.among.condition
    return found


def _on(day: date) -> sa.ColumnElement[bool]:
    return sa.type_coerce(Ticket.created_at, sa.BigInteger).between(*seconds_of(day))


def seconds_of(day: date) -> tuple[int, int]:
    """The first and the last second of *day* in UTC."""
    first = int(datetime.combine(day, datetime.min.time(), UTC).timestamp())
    return first, first + 86_399


def asked_for_by(people: sa.Select[int]) -> sa.ColumnElement[bool]:
    """That a ticket's requester is one of *people* (ids of users): by a look at the one."""
    return people.where(User.id == Ticket.requester_id).correlate(Ticket).exists()


def tags_named(names: Sequence[str]) -> sa.Select[int]:
    """The ids of the tags with these names."""
    return sa.select(Tag.id).where(Tag.name.in_([name_of_tag(name) for name in names]))


def name_of_tag(said: str) -> str:
    """A tag's name as it is kept, however somebody has typed it."""
    return " ".join(said.lower().split())


def tagged(tags: sa.Select[int] | None = None) -> sa.ColumnElement[bool]:
    """That one of *tags* (any tag) hangs on a ticket.

    It looks at the tags of the one ticket: of a common tag, a list of all its tickets takes longer
    to make than a page of them to find. Where they are few, there is :func:`Few.tagged`.
    """
    hung = sa.select(1).where(ticket_tags.c.ticket_id == Ticket.id)
    if tags is not None:
        hung = hung.where(ticket_tags.c.tag_id.in_(tags))
    return hung.correlate(Ticket).exists()
