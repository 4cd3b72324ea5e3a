"""Lists of tickets: filtered, sorted, paged by a cursor that stays fast however deep."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ... import cursors
from ...accounts.models import Actor, User
from ...database.reading import Prepared, rows, scalar
from ..models import Category, Ticket
from . import shapes
from .few import NUMBERS
from .filters import Filters, Page, Sort, among, narrowed
from .found import MOST_SORTED, page_of
from .orders import Ids, Order, Part, order_of
from .shapes import MOST_KEPT, Shape
from .visibility import EVERY_PLACE, visible_to

_FAR = 10**15 - 1  # beyond every key, and what a cursor can say
_place = attrgetter("sort_key", "id")
_INTEGER = re.compile(r"-?[0-9]{1,15}", re.ASCII)


Read = Callable[[Ids], Sequence[Any]]


@dataclass(frozen=True)
class Listing:
    """Rows of a list, and the cursors of the pages beside it (empty: there is none)."""

    rows: Sequence[Any]
    next: str
    previous: str


def listing(
    actor: Actor,
    filters: Filters,
    page: Page,
    *,
    people: bool = False,
    read: Read | None = None,
) -> Listing:
    """A page of the tickets that *actor* may see, in one query where an index knows all filters.

    A row has the columns of the ticket that lists show; with *people* also ``requester_name``,
    ``assignee_name`` and ``category_name``. Or it is what *read* makes of the tickets that a
    statement finds, in any order, with their ``sort_key`` and ``id``. Raises Invalid (field
    ``cursor``).

    Of what was searched for, more is looked at until the page is full. It may end before that, and
    yet have a next page: from what was looked at last. In another order than the newest first, the
    newest of what was found are sorted.
    """
    order = order_of(actor, filters, page.sort)
    read = read or partial(_read_rows, people=people)
    if filters.found is None or order.is_of_few:
        return _listing(order, page, read)

    def listed(ids: Any) -> Listing:
        return _listing(order_of(actor, among(filters, ids), page.sort), page, read)

    def is_full(found: Listing) -> bool:
        return len(found.rows) == page.limit and bool(found.previous if backwards else found.next)

    if page.sort is not Sort.NEWEST:
        return listed(filters.found.newest(MOST_SORTED, None, down=True))
    backwards, beyond = _read(page.cursor) if page.cursor else (False, None)
    least, down = page.offset + page.limit, not backwards
    found, end = page_of(filters.found, beyond, least, listed, is_full, down=down)
    if end is not None:
        cursor = _cursor(*end, backwards=backwards)
        return replace(found, previous=cursor) if backwards else replace(found, next=cursor)
    if not found.rows and beyond is not None:  # beside it is whatever there is
        return listed(filters.found.newest(least, None, down=down))
    return found


def _listing(order: Order, page: Page, read: Read) -> Listing:
    backwards, position = _read(page.cursor) if page.cursor else (False, None)
    offset = 0 if page.cursor else page.offset
    part = Part(page.sort.descends != backwards, position, page.limit + 1, offset)
    found: Sequence[Any] = ()
    for ids in order.pages(part):
        found = _read_page(ids, read)
        if len(found) > page.limit:
            break
    found = sorted(found, key=_place, reverse=part.down)
    more, shown = len(found) > page.limit, found[: page.limit]
    if backwards:
        shown = shown[::-1]
    if not shown and (page.cursor or offset):
        return _past_the_end(order, backwards=backwards)
    has_next = more if not backwards else True
    has_previous = more if backwards else bool(page.cursor or offset)
    return Listing(
        shown,
        _write(shown[-1], backwards=False) if shown and has_next else "",
        _write(shown[0], backwards=True) if shown and has_previous else "",
    )


def _past_the_end(order: Order, *, backwards: bool) -> Listing:
    """A page beyond the last row (or before the first): beside it is whatever there is."""
    first = Part(order.sort.descends, None, 1, 0)
    if all(scalar(ids.statement, **ids.values) is None for ids in order.pages(first)):
        return Listing([], "", "")
    key = -_FAR if order.sort.descends != backwards else _FAR
    beside = _cursor(key, 0, backwards=not backwards)
    return Listing([], beside if backwards else "", "" if backwards else beside)


def numbered(actor: Actor, number: int, limit: int) -> Sequence[Any]:
    """Rows of tickets whose number begins with *number*, the lowest first: itself, if there is one.

    Its ranges are those of up to three more digits, which an index finds.
    """
    ranges = (Ticket.id.between(number * ten, (number + 1) * ten - 1) for ten in (1, 10, 100, 1000))
    query: sa.Select[Any] = visible_to(actor)
    ids = (
        query.where(sa.or_(*ranges))
        .with_only_columns(Ticket.id, Sort.NEWEST.key.label("sort_key"))
        .with_hint(Ticket, NUMBERS, "sqlite")
        .order_by(Ticket.id)
        .limit(limit)
    )
    read = partial(_read_rows, people=False)
    return sorted(_read_page(Ids(ids, {}), read), key=lambda row: row.id)


def rows_of(
    actor: Actor, ids: Sequence[int], *, people: bool = False, read: Read | None = None
) -> Sequence[Any]:
    """Rows, as :func:`listing` gives them, of the tickets *ids* that *actor* may see, in order."""
    query: sa.Select[Any] = visible_to(actor, EVERY_PLACE).where(Ticket.id.in_(ids))
    some = query.with_only_columns(Ticket.id, Sort.NEWEST.key.label("sort_key"))
    read = read or partial(_read_rows, people=people)
    found = {row.id: row for row in _read_page(Ids(some, {}), read)} if ids else {}
    return [found[id_] for id_ in ids if id_ in found]


def is_listed(actor: Actor, filters: Filters, ticket_id: int) -> bool:
    """Whether a ticket is one of *filters* for *actor*."""
    query = visible_to(actor, filters.places).where(Ticket.id == ticket_id)
    found = narrowed(query.with_only_columns(Ticket.id), filters)
    return scalar(found) is not None


def _read_rows(ids: Ids, *, people: bool) -> Sequence[Any]:
    """What lists show of the tickets that *ids* finds, in no order."""
    return rows(_prepared(ids.shape, people), **ids.values)


def _read_page(ids: Ids, read: Read) -> Sequence[Any]:
    """What *read* makes of the tickets that *ids* finds.

    Where these are found by a statement that wasn't made before, they are found first: to make what
    is read of them around it takes much longer than to ask twice.
    """
    if ids.shape is None:
        found = [(row.id, row.sort_key) for row in rows(ids.statement, **ids.values)]
        if not found:
            return []
        ids = Ids(None, {"page": json.dumps(found)})
    return read(ids)


@lru_cache(MOST_KEPT)
def _prepared(shape: Shape | None, people: bool) -> Prepared:
    return Prepared(_rows_of(shapes.page(shape), people=people))


def _rows_of(ids: Any, *, people: bool) -> sa.Select[Any]:
    page = ids.subquery("page")
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
        page.c.sort_key,
    ]
    tables = page.join(Ticket, Ticket.id == page.c.id)
    if people:
        requester, assignee = aliased(User), aliased(User)
        columns += [
            requester.name.label("requester_name"),
            assignee.name.label("assignee_name"),
            Category.name.label("category_name"),
        ]
        tables = (
            tables.join(requester, requester.id == Ticket.requester_id)
            .outerjoin(assignee, assignee.id == Ticket.assignee_id)
            .outerjoin(Category, Category.id == Ticket.category_id)
        )
    return sa.select(*columns).select_from(tables)


def _write(row: Any, *, backwards: bool) -> str:
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
