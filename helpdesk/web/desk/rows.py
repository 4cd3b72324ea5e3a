"""The list: rows as mail programs show them, and what narrows them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import msgspec
from flask import request

from ... import clock
from ...accounts.models import User, initials_of
from ...accounts.queries import Colleague
from ...database import one_of_few
from ...errors import Invalid
from ...i18n import gettext as _
from ...i18n import language
from ...search.relevance import RELEVANCE
from ...tickets import queries
from ...tickets.actions import goes_at
from ...tickets.queries import Listing, Page, Sort, Total
from ...views.filters import Problem
from ..marks import Marks
from .asked import Asked
from .filter_words import Told, told
from .offers import ORDER_WORDS, Offer, offers
from .opened import Opened
from .understood import Understood, understood
from .views_here import asking, view_counts

ROWS = 40  # a page
MOST_LISTS = 8  # that are remembered, a connection
LONGEST = 2_000  # characters of what such a list is asked for: each of its rows has them
MOST_COUNTED = 1_000  # tickets of a list whose number no table knows
LATE = timedelta(days=1)  # who waits longer is marked


class Row(msgspec.Struct, frozen=True):
    """A ticket in the list: nothing in it but what its row shows, for rows are made once."""

    id: int
    url: str
    who: str  # this and the next two are marked while somebody searches
    subject: str
    last_words: str
    files: int
    when: datetime
    is_waiting: bool
    is_unread: bool  # for whoever looks at it
    is_late: bool
    priority: str
    status: str
    assignee: str
    initials: str
    goes_at: datetime | None = None  # for good, from the bin
    is_gone: bool = False  # it isn't what this list lists any more
    has_draft: bool = False  # of whoever looks


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Some rows of a list, and where those beside them are."""

    asked: Asked
    rows: Sequence[Row]
    previous: str
    next: str
    shows_status: bool

    @property
    def is_marked(self) -> bool:
        """Whether words that were searched for may be marked in them."""
        return bool(self.asked.narrowed.words)


@dataclass(frozen=True, kw_only=True)
class ListPane(Rows):
    """Everything that the middle pane shows."""

    total: int
    has_more: bool  # than these: they are counted up to a number
    offers: Mapping[str, Offer]  # the fields of the form above it
    kept: tuple[tuple[str, str], ...]  # filters that the form doesn't offer: hidden fields
    told: Sequence[Told]  # these, in words
    understood: Sequence[Understood]  # what was typed into the box
    gone: Sequence[Told]  # filters of the view that name what isn't there any more
    left_out: Sequence[Problem]  # what the address says wrongly

    @property
    def chosen(self) -> int:
        """How many fields of the form are not as the view has them."""
        asked = self.asked
        is_sorted = asked.order is not asked.of_view.sort and not self.orders
        return is_sorted + sum(1 for name in asked.holding if name in self.offers)

    @property
    def fields(self) -> tuple[Offer, ...]:
        """The fields of the form, for its template."""
        return tuple(self.offers.values())

    @property
    def typed_filters(self) -> Sequence[Understood]:
        """Filters that were typed; where nothing was found, all that was typed is told of."""
        return [one for one in self.understood if one.is_filter and self.rows]

    @property
    def orders(self) -> Sequence[tuple[str, str, bool]]:
        """Orders of what was searched for, this one and the view's own among them.

        Of each its words, an address, and whether it is this one.
        """
        asked = self.asked
        if not (self.rows and asked.narrowed.words):
            return []
        ranked = asked.is_ranked
        known = dict.fromkeys((asked.of_view.sort, asked.order, Sort.NEWEST))
        orders = [
            (str(ORDER_WORDS[one]), _sorted(asked, one.value), one is asked.order and not ranked)
            for one in known
        ]
        return [*orders, (_("Best match"), _sorted(asked, RELEVANCE), ranked)]

    def neighbours(self, ticket_id: int) -> tuple[str, str]:
        """Addresses of the tickets before and after this one in the list; empty: there is none."""
        urls = [row.url for row in self.rows]
        here = next((n for n, row in enumerate(self.rows) if row.id == ticket_id), None)
        if here is None:
            return "", urls[0] if urls else ""
        return urls[here - 1] if here else "", urls[here + 1] if here + 1 < len(urls) else ""


def list_pane(actor: User, asked: Asked, staff: Sequence[Colleague]) -> ListPane:
    """The list that *asked* asks for, in a number of queries that its length doesn't change.

    Remembered until somebody writes: a list stays beside each ticket that is opened from it.
    """
    if len(asked.query()) > LONGEST:
        return _list_pane(actor, asked, staff)
    minute = int(asking().now.timestamp()) // 60  # which all of it is rounded to
    key = actor.id, language(), request.script_root, minute, tuple(asked.pairs)
    return one_of_few("lists", MOST_LISTS, key, lambda: _list_pane(actor, asked, staff))


def _list_pane(actor: User, asked: Asked, staff: Sequence[Colleague]) -> ListPane:
    counts = view_counts()
    is_counted = asked.view in counts and not asked.is_narrowed
    shown = more_rows(actor, asked)
    offered = offers(asked, staff)
    others = {name: values for name, values in asked.holding.items() if name not in offered}
    in_words = told(asking(), {**asked.of_view.rules, **others}) if asked.everything else []
    if is_counted:
        total = Total(counts[asked.view])
    elif asked.cursor or shown.next:
        total = queries.total(actor, asked.filters, MOST_COUNTED)
    else:
        total = Total(len(shown.rows))  # these are all
    return ListPane(
        **vars(shown),
        total=total.number if total.is_exact else max(total.number, len(shown.rows)),
        has_more=not total.is_exact,
        offers=offered,
        kept=tuple((name, value) for name, values in others.items() for value in values),
        told=[one for one in in_words if one.name in others],
        understood=understood(asked) if asked.q else (),
        left_out=asked.problems,
        gone=[one for one in in_words if one.name not in others and one.gone],
    )


def _sorted(asked: Asked, order: str) -> str:
    return asked.list_url(sort=order, cursor="")


def more_rows(actor: User, asked: Asked) -> Rows:
    """The rows that *asked* asks for, in two queries."""
    found = _found(actor, asked)
    return Rows(
        asked=asked,
        rows=_rows(actor, asked, found.rows),
        previous=asked.list_url(cursor=found.previous) if found.previous else "",
        next=asked.list_url(cursor=found.next) if found.next else "",
        shows_status=asked.shows_status(),
    )


def listed_ids(actor: User, asked: Asked) -> list[int]:
    """The tickets of these rows, in one query."""
    return [row.id for row in _found(actor, asked, people=False).rows]


def row_of(actor: User, asked: Asked, opened: Opened) -> Rows:
    """The row of one ticket alone, as the list that *asked* asks for shows it now."""
    ticket, make = opened.ticket, _maker(asked)
    row = make(
        ticket,
        ticket.requester_name,
        ticket.assignee_name,
        is_unread=ticket.is_unread,
        has_draft=opened.draft is not None,
    )
    gone = not queries.is_listed(actor, asked.filters, ticket.id)
    shows_status = gone or asked.shows_status()
    marks = Marks.of(actor, asked.narrowed.words, [ticket])
    rows = [_marked(msgspec.structs.replace(row, is_gone=gone), marks)]
    return Rows(asked=asked, rows=rows, previous="", next="", shows_status=shows_status)


def _found(actor: User, asked: Asked, *, people: bool = True) -> Listing:
    first = Page(limit=ROWS, sort=asked.order)
    read = (
        asked.narrowed.ranked.page
        if asked.is_ranked
        else partial(queries.listing, actor, asked.filters)
    )
    try:
        return read(replace(first, cursor=asked.cursor), people=people)
    except Invalid:  # a cursor of nowhere: the list from its beginning
        return read(first, people=people)


def _rows(actor: User, asked: Asked, found: Sequence[Any]) -> list[Row]:
    ids = [row.id for row in found]
    unread, drafted = queries.unread_among(actor, ids), queries.drafted(actor, ids)
    make = _maker(asked)
    rows = [
        make(
            row,
            row.requester_name,
            row.assignee_name,
            is_unread=row.id in unread,
            has_draft=row.id in drafted,
        )
        for row in found
    ]
    if not (words := asked.narrowed.words):
        return rows
    marks = Marks.of(actor, words, found)
    return [_marked(row, marks) for row in rows]


def _marked(row: Row, marks: Marks) -> Row:
    return msgspec.structs.replace(
        row,
        who=marks.person(row.who),
        subject=marks.subject(row.subject),
        last_words=marks.last_words(row.id, row.last_words),
    )


def _maker(asked: Asked) -> Callable[..., Row]:
    """What makes rows of this list, of a ticket or of what the list's query gives."""
    # One address for all rows, split where the id goes: building one a row is dear.
    before, after = asked.ticket_url(0).rsplit("/0", 1)
    late = clock.now() - LATE

    def make(
        of: Any, requester: str, assignee: str | None, *, is_unread: bool, has_draft: bool
    ) -> Row:
        since = of.waiting_since
        return Row(
            of.id,
            f"{before}/{of.id}{after}",
            requester,
            of.subject,
            of.last_words,
            of.file_count,
            since or of.modified_at,
            since is not None,
            is_unread,
            since is not None and since < late,
            of.priority.value,
            of.status.value,
            assignee or "",
            initials_of(assignee) if assignee else "",
            goes_at(of.place, of.placed_at),
            has_draft=has_draft,
        )

    return make
