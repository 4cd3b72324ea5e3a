"""Lists of tickets, for their requesters and for staff: narrowed, counted, paged."""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from functools import cache, partial
from typing import Annotated, Any

import sqlalchemy as sa

from ..accounts.models import Person
from ..database import until_written
from ..errors import Invalid
from ..fields import queries as fields
from ..fields.models import About
from ..i18n import gettext as _
from ..search.relevance import RELEVANCE, Ranked
from ..text import storable
from ..tickets import queries
from ..tickets.models import AuthorKind, Place, Priority, Status
from ..tickets.queries import Filters, Sort
from ..views.filters import Asking, narrowed
from . import kinds, ticket_json
from .answers import Answer, links
from .endpoints import Call, news_of_staff
from .reading import BadQuery, Shape
from .view_filters import filtered, rules_of, view_called

KEYWORD = (
    "Words of the ticket, without case and accents; each must begin a word of it. Words in quotes "
    'must stand there whole, one after the other; -word and -"words" leave out tickets that have '
    "them. Filters among the words: status:open (several with commas), has:file, category:name, "
    "before:2026-01-01, after:2026-01, on:2026 (or today, yesterday; before:7d and after:7d count "
    "from now), subject:word, file:word; values with spaces stand in quotes, a minus before a "
    "filter means its opposite. What is no filter is words: any text is a keyword."
)
STAFF_KEYWORD = (
    f"{KEYWORD} For staff also from:name-or-address, is:unread (unanswered, unassigned, mine, a "
    "status or a priority), assignee:me (nobody, a name), company:name-or-domain, "
    "priority:urgent, tag:vip, in:spam (bin, merged, anywhere), and each of "
    "/support-ticket/filters as name:value: waiting.older:2d. "
    "Notes, tags, and the requester's name and address are looked through, too."
)


class Order(StrEnum):
    """In which order a customer's list may be."""

    NEWEST = Sort.NEWEST
    RELEVANCE = RELEVANCE


class StaffOrder(StrEnum):
    """In which order a list of staff may be."""

    NEWEST = Sort.NEWEST
    ACTIVITY = Sort.ACTIVITY
    WAITING = Sort.WAITING
    PRIORITY = Sort.PRIORITY
    RELEVANCE = RELEVANCE


BEST_FIRST = (
    "relevance: with a keyword, those first that have its words in their subject or standing "
    "together, of the newest 2,000 that have them."
)
ROWS = 50  # of a page, where nobody says how many
LONGEST_REMEMBERED = 1_000  # characters of all parameters


class TicketListQuery(Shape):
    """What a list of tickets is narrowed to."""

    limit: Annotated[int, kinds.LIMIT.says("How many at most; 0 is the default.", 10)] = 0
    offset: Annotated[int, kinds.OFFSET.says("How many rows to skip.", 0)] = 0
    keyword: Annotated[str, kinds.TEXT.says(KEYWORD, "refund")] = ""
    count: Annotated[bool, kinds.FLAG.says("1: only how many there are.", "1")] = False
    status: Annotated[Status | None, kinds.STATUS.says("The status.", "open")] = None
    category_id: Annotated[int | None, kinds.ID.says("The category.", 1)] = None
    sub_category_id: Annotated[int | None, kinds.ID.says("The sub-category.", 2)] = None
    created_date: Annotated[
        date | None, kinds.DAY.says("The day (UTC) it was opened on.", "2025-04-20")
    ] = None
    sort: Annotated[
        Order | StaffOrder | None,
        kinds.one_of(Order).says(f"The order: the newest first, or {BEST_FIRST}", "relevance"),
    ] = None
    cursor: Annotated[str, kinds.TEXT.says("From the Link header: a page beside the last one.")] = (
        ""
    )


class StaffTicketListQuery(TicketListQuery):
    """What a list of staff is narrowed to."""

    keyword: Annotated[str, kinds.TEXT.says(STAFF_KEYWORD, "lamp is:unread tag:vip")] = ""
    user_type: Annotated[AuthorKind | None, kinds.USER_TYPE.says("What the requester is.")] = None
    assignee_id: Annotated[
        int | str | None, kinds.ASSIGNEE.says("A number, none, or me.", "me")
    ] = None
    priority: Annotated[Priority | None, kinds.PRIORITY.says("The priority.")] = None
    tag: Annotated[str | None, kinds.TEXT.says("A tag that it has.", "lamps")] = None
    custom_field: Annotated[
        tuple[str, str] | None,
        kinds.KEY_AND_VALUE.says("What is in a custom field: its key, a colon, the value."),
    ] = None
    unread: Annotated[bool, kinds.FLAG.says("1: only those that you have not read.", "1")] = False
    place: Annotated[
        Place | None, kinds.PLACE.says("Where it lies: the inbox, unless the view says another.")
    ] = None
    view: Annotated[
        str, kinds.text(40).says("A view: its name (mine, saved-7) or the number of a saved one.")
    ] = ""
    filter: Annotated[
        list[str] | None,
        kinds.SEVERAL.says(
            "name:value or name.operator:value, as /support-ticket/filters says; several times.",
            ["priority:urgent", "waiting.older:2d"],
        ),
    ] = None
    sort: Annotated[
        Order | StaffOrder | None,
        kinds.one_of(StaffOrder).says(
            f"The order: the view's, or else the newest first. {BEST_FIRST}", "priority"
        ),
    ] = None


def tickets_of(call: Call[Any, Any]) -> Answer:
    """The page of tickets that *call* asks for, or how many there are.

    Raises BadQuery for a cursor that is none; Invalid for a view or a filter that is.
    """
    query, reader = call.query, call.reader
    filters, sort = filters_of(reader, query), _sort_of(reader, query)
    total = _total(call, filters)
    counted = {"X-Total-Count": str(total.number)}
    if not total.is_exact:
        counted["X-Total-Count-Exact"] = "false"
    if query.count:
        return Answer(total.number, counted)
    page = queries.Page(
        limit=query.limit or ROWS, offset=query.offset, cursor=query.cursor, sort=sort
    )
    is_ranked = query.sort is not None and query.sort.value == RELEVANCE and filters.found
    page_of = (
        Ranked(reader, filters).page if is_ranked else partial(queries.listing, reader, filters)
    )
    try:
        found = page_of(page, read=ticket_json.in_lists(reader))
    except Invalid as error:
        raise BadQuery(error.fields) from None
    cursors = {"next": found.next, "prev": found.previous}
    pages = {rel: {"cursor": cursor} for rel, cursor in cursors.items() if cursor}
    rows = [row.json for row in found.rows]
    if not total.is_exact:
        counted["X-Total-Count"] = str(max(total.number, query.offset + len(rows)))
    return Answer(rows, {**counted, **links(call.asked, pages)})


def _total(call: Call[Any, Any], filters: Filters) -> queries.Total:
    """How many there are: the same on all pages of a list, which so are counted once."""
    query, reader = call.query, call.reader
    most = None if query.count else queries.MOST_COUNTED
    depends = what_lists_depend_on(call)
    if depends is None:
        return queries.total(reader, filters, most)
    key = ("tickets", reader.id, most, depends, _narrowing(query))
    return until_written(key, lambda: queries.total(reader, filters, most))


def _narrowing(query: TicketListQuery) -> tuple[Any, ...]:
    """What *query* says of which tickets are listed (but for filters), and not which part."""
    return tuple(getattr(query, name) for name in _narrowing_fields(type(query)))


@cache
def _narrowing_fields(shape: Hashable) -> Sequence[str]:
    names: Sequence[str] = shape.__struct_fields__  # type: ignore[attr-defined]
    others = ("limit", "offset", "cursor", "count", "sort", "filter")
    return [name for name in names if name not in others]


def what_lists_depend_on(call: Call[Any, Any]) -> Hashable | None:
    """Words, filters and views can say "the last seven days"; all else means the same all day.

    What takes too much room to be remembered (a tag of 200 kB) is asked anew, too.
    """
    query = call.query
    if query.keyword or sum(map(len, call.asked.parameters.values())) > LONGEST_REMEMBERED:
        return None
    if isinstance(query, StaffTicketListQuery) and (query.filter or query.view):
        return None
    return news_of_staff(call)


def filters_of(actor: Person, query: TicketListQuery) -> Filters:
    rules = {"status": [query.status.value]} if query.status else {}
    own = Filters(
        category_id=query.category_id,
        subcategory_id=query.sub_category_id,
        created_on=query.created_date,
    )
    if not isinstance(query, StaffTicketListQuery):
        if not (rules or query.keyword):
            return own  # what most ask for, and quickly said
        return own & narrowed(Asking(actor), rules, query.keyword).filters
    if not query.filter and _narrowing(query) == _narrowing(StaffTicketListQuery()):
        return own  # the same of staff
    found = narrowed(Asking(actor), rules, query.keyword)
    found = found.within(filtered(actor, rules_of(query.filter or ())))
    view = view_called(actor, query.view) if query.view else None
    filters = found.within(view.narrowed(Asking(actor)) if view else None).filters
    own = replace(
        own,
        requester_kind=query.user_type,
        assignee_id=assignee_of(actor, query.assignee_id),
        priority=query.priority,
        tag=query.tag,
        places=[query.place] if query.place is not None else filters.places,
        matching=_all_of(
            _custom(query.custom_field),
            queries.unread(actor) if query.unread else None,
        ),
        few=[queries.few_unread(actor)] if query.unread else [],
    )
    return filters & own


def _sort_of(actor: Person, query: TicketListQuery) -> Sort:
    if not isinstance(query, StaffTicketListQuery):
        return Sort.NEWEST
    if query.sort is None and query.view:
        return view_called(actor, query.view).sort
    if query.sort is None or query.sort.value == RELEVANCE:
        return Sort.NEWEST
    return Sort(query.sort.value)


def _all_of(*conditions: sa.ColumnElement[bool] | None) -> sa.ColumnElement[bool] | None:
    given = [condition for condition in conditions if condition is not None]
    return sa.and_(*given) if given else None


def _custom(wanted: tuple[str, str] | None) -> sa.ColumnElement[bool] | None:
    """The condition on a custom field. Raises BadQuery for one that isn't there."""
    if wanted is None:
        return None
    key, value = wanted
    field = fields.known(About.TICKET, key) if storable(key) else None
    try:
        if field is None:
            raise Invalid({"": [_("There is no such field.")]})
        if value == "":
            return fields.condition(field, fields.Operator.EMPTY)
        return fields.condition(field, fields.Operator.IS, value)
    except Invalid as error:
        said = [sentence for sentences in error.fields.values() for sentence in sentences]
        raise BadQuery({"customField": said}) from None


def assignee_of(actor: Person, wanted: int | str | None) -> int | None:
    """Whose tickets *wanted* means: a number, ``none``, ``me``; None is no matter whose."""
    if wanted is None:
        return queries.ANYBODY
    if wanted == kinds.MYSELF:
        return actor.id
    return None if wanted == kinds.NOBODY else int(wanted)
