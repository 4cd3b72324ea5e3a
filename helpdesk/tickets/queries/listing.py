"""Lists of tickets: filtered, sorted, paged by a cursor that stays fast however deep."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ... import cursors
from ...accounts.models import Actor, User
from ...database import db
from ..models import (
    LAST_WORDS_AT,
    URGENT_FIRST,
    WAITING_FIRST,
    AuthorKind,
    Category,
    Place,
    Priority,
    Status,
    Tag,
    Ticket,
    ticket_tags,
)
from .visibility import visible_to

ANYBODY: Final = -1  # as an assignee: no matter who; None is nobody
_FAR = 10**15 - 1  # beyond every key, and what a cursor can say
_INTEGER = re.compile(r"-?[0-9]{1,15}", re.ASCII)


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
    matching: sa.ColumnElement[bool] | None = None  # what else must hold: words, a view's filters


@dataclass(frozen=True, kw_only=True)
class Page:
    """Which part of a list: *limit* rows after *offset* rows, or from *cursor* on."""

    limit: int = 50
    offset: int = 0
    cursor: str = ""
    sort: Sort = Sort.NEWEST


@dataclass(frozen=True)
class Listing:
    """Rows of a list, and the cursors of the pages beside it (empty: there is none)."""

    rows: Sequence[sa.Row[Any]]
    next: str
    previous: str


def listing(actor: Actor, filters: Filters, page: Page, *, people: bool = False) -> Listing:
    """A page of the tickets that *actor* may see, in one query (two past the end).

    A row has the columns of the ticket that lists show; with *people* also ``requester_name``,
    ``assignee_name`` and ``category_name``. Raises Invalid (field ``cursor``).
    """
    query, id_, key = _rows(actor, filters, page.sort, people=people)
    everything = query
    backwards = False
    if page.cursor:
        backwards, position = _read(page.cursor)
        forwards_is_down = page.sort.descends != backwards
        here = sa.tuple_(key, id_)
        there = sa.tuple_(*(sa.literal(number, sa.BigInteger) for number in position))
        query = query.where(here < there if forwards_is_down else here > there)
    down = page.sort.descends != backwards
    order = (key.desc(), id_.desc()) if down else (key.asc(), id_.asc())
    offset = 0 if page.cursor else page.offset
    found = db.session.execute(query.order_by(*order).limit(page.limit + 1).offset(offset)).all()
    more, rows = len(found) > page.limit, found[: page.limit]
    if backwards:
        rows = rows[::-1]
    if not rows and (page.cursor or offset):
        return _past_the_end(everything, page.sort, backwards=backwards)
    has_next = more if not backwards else True
    has_previous = more if backwards else bool(page.cursor or offset)
    return Listing(
        rows,
        _write(rows[-1], backwards=False) if rows and has_next else "",
        _write(rows[0], backwards=True) if rows and has_previous else "",
    )


def _past_the_end(everything: sa.Select[Any], sort: Sort, *, backwards: bool) -> Listing:
    """A page beyond the last row (or before the first): beside it is whatever there is."""
    if db.session.scalar(everything.with_only_columns(Ticket.id).limit(1)) is None:
        return Listing([], "", "")
    key = -_FAR if sort.descends != backwards else _FAR
    beside = _cursor(key, 0, backwards=not backwards)
    return Listing([], beside if backwards else "", "" if backwards else beside)


def numbered(actor: Actor, number: int, limit: int) -> Sequence[sa.Row[Any]]:
    """Rows of tickets whose number begins with *number*, the lowest first: itself, if there is one.

    Its ranges are those of up to three more digits, which an index finds.
    """
    ranges = (Ticket.id.between(number * ten, (number + 1) * ten - 1) for ten in (1, 10, 100, 1000))
    query, id_, _key = _rows(actor, Filters(matching=sa.or_(*ranges)), Sort.NEWEST, people=False)
    return db.session.execute(query.order_by(id_).limit(limit)).all()


def count(actor: Actor, filters: Filters) -> int:
    """How many tickets of *filters* there are for *actor* to see."""
    query = narrowed(
        visible_to(actor, filters.places).with_only_columns(sa.func.count(Ticket.id)), filters
    )
    return db.session.scalar(query) or 0


def is_listed(actor: Actor, filters: Filters, ticket_id: int) -> bool:
    """Whether a ticket is one of *filters* for *actor*."""
    query = visible_to(actor, filters.places).where(Ticket.id == ticket_id)
    found = narrowed(query.with_only_columns(Ticket.id), filters)
    return db.session.scalar(found) is not None


def _rows(
    actor: Actor, filters: Filters, sort: Sort, *, people: bool
) -> tuple[sa.Select[Any], sa.ColumnElement[int], sa.ColumnElement[int]]:
    key = sort.key
    columns: list[Any] = [
        Ticket.id,
        Ticket.subject,
        Ticket.description,
        Ticket.status,
        Ticket.priority,
        Ticket.requester_id,
        Ticket.requester_kind,
        Ticket.assignee_id,
        Ticket.category_id,
        Ticket.subcategory_id,
        Ticket.message_count,
        Ticket.file_count,
        Ticket.last_words,
        Ticket.created_at,
        Ticket.modified_at,
        Ticket.last_customer_at,
        Ticket.last_staff_at,
        Ticket.waiting_since,
        Ticket.place,
        Ticket.placed_at,
        key.label("sort_key"),
    ]
    query = visible_to(actor, filters.places)
    if people:
        requester, assignee = aliased(User), aliased(User)
        columns += [
            requester.name.label("requester_name"),
            assignee.name.label("assignee_name"),
            Category.name.label("category_name"),
        ]
        query = (
            query.join(requester, requester.id == Ticket.requester_id)
            .outerjoin(assignee, assignee.id == Ticket.assignee_id)
            .outerjoin(Category, Category.id == Ticket.category_id)
        )
    return narrowed(query.with_only_columns(*columns), filters), Ticket.id.expression, key


def narrowed(query: sa.Select[Any], filters: Filters) -> sa.Select[Any]:
    """*query* of tickets, only those for which every filter that is given holds."""
    conditions: list[sa.ColumnElement[bool]] = []
    if filters.statuses:
        conditions.append(Ticket.status.in_(filters.statuses))
    for column, value in (
        (Ticket.category_id, filters.category_id),
        (Ticket.subcategory_id, filters.subcategory_id),
        (Ticket.requester_id, filters.requester_id),
        (Ticket.requester_kind, filters.requester_kind),
        (Ticket.priority, filters.priority),
    ):
        if value is not None:
            conditions.append(column == value)
    if filters.assignee_id is None:
        conditions.append(Ticket.assignee_id.is_(None))
    elif filters.assignee_id != ANYBODY:
        conditions.append(Ticket.assignee_id == filters.assignee_id)
    if filters.created_on is not None:
        day = datetime.combine(filters.created_on, datetime.min.time(), UTC)
        seconds = int(day.timestamp())
        created = sa.type_coerce(Ticket.created_at, sa.BigInteger)
        conditions.append(created.between(seconds, seconds + 86_399))
    if filters.tag is not None:
        tagged = (
            sa.select(ticket_tags.c.ticket_id)
            .join(Tag, Tag.id == ticket_tags.c.tag_id)
            .where(Tag.name == filters.tag.strip().lower())
        )
        conditions.append(Ticket.id.in_(tagged))
    if filters.matching is not None:
        conditions.append(filters.matching)
    return query.where(*conditions)


def _write(row: sa.Row[Any], *, backwards: bool) -> str:
    return _cursor(row.sort_key, row.id, backwards=backwards)


def _cursor(key: int, id_: int, *, backwards: bool) -> str:
    return cursors.write(f"{'p' if backwards else 'n'}:{key}:{id_}")


def _read(cursor: str) -> tuple[bool, tuple[int, int]]:
    """The direction and the position behind a cursor. Raises Invalid for any other text."""
    try:
        direction, key, id_ = cursors.read(cursor).split(":")
    except ValueError:
        raise cursors.unknown() from None
    if direction not in ("n", "p") or not _INTEGER.fullmatch(key) or not _INTEGER.fullmatch(id_):
        raise cursors.unknown()
    return direction == "p", (int(key), int(id_))
