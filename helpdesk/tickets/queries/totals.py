"""How many tickets a list has: known, or counted up to a number, or all of them."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ...accounts.models import Actor
from ...database import scalar
from ...database.reading import Settled
from ..models import Place, Ticket
from ..tagged import NEWEST, TAGGED
from .counting import asked, known, of_people
from .few import MOST, NOT_ALL, NUMBERS, Few, by_index
from .filters import ANYBODY, Filters, Sort, among, tags_named
from .found import LOOKED_THROUGH, MOST_COUNTED_ALONE, Found
from .orders import COVERING, Order, order_of

MOST_READ = 2_000  # tickets that were found and are looked at one by one, beside a list


@dataclass(frozen=True)
class Total:
    """A number, or the least that it may be."""

    number: int
    is_exact: bool = True


def count(actor: Actor, filters: Filters) -> int:
    """How many tickets of *filters* there are for *actor* to see.

    Of what was searched for, the newest ``MOST_COUNTED_ALONE`` are looked at.
    """
    return total(actor, filters).number


def total(actor: Actor, filters: Filters, most: int | None = None) -> Total:
    """The same. With *most*, no more are counted than that, but for what tables know.

    Of what was searched for, the newest *most* are looked at.
    """
    if filters.found is not None:
        return _total_found(actor, filters, filters.found, most)
    number = known(actor, filters)
    if number is None and most is None:
        number = of_people(actor, filters)
    if number is not None:
        return Total(number)
    number = _counted(order_of(actor, filters, Sort.NEWEST), most)
    return Total(number) if most is None else Total(min(number, most), number <= most)


def _total_found(actor: Actor, filters: Filters, found: Found, most: int | None) -> Total:
    looked_at = most or MOST_COUNTED_ALONE
    if actor.is_staff and _is_the_inbox(filters):
        window = None if most is None else LOOKED_THROUGH
        return Total(*found.in_the_inbox(looked_at, window))
    if most is not None:
        looked_at = min(most, MOST_READ)
    newest = found.newest(looked_at, None, down=True)
    is_all = found.end(looked_at, None, down=True) is None
    return Total(_number_of(likely(actor, among(filters, newest))), is_all)


def _is_the_inbox(filters: Filters) -> bool:
    """Whether words are all that narrows the list."""
    others = (filters.tag, filters.people, filters.created_on, filters.matching)
    if filters.statuses or tuple(filters.places) != (Place.INBOX,):
        return False
    return not asked(filters) and all(one is None for one in others)


def likely(actor: Actor, filters: Filters) -> sa.Select[Any]:
    """The ids of the tickets of *filters*, found by what holds most likely for the fewest."""
    order = order_of(actor, filters, Sort.NEWEST)
    if order.is_of_one:
        return _found(order, None, by_index("ix_tickets_requester_newest"))
    if filters.among is not None:
        return _found(order, None, filters.among.found)
    if filters.tag is not None:
        return _tagged(order, filters.tag)
    if filters.people is not None and _are_few(filters.people):
        return _found(order, order.few[0])
    if filters.assignee_id != ANYBODY:
        return _found(order, None, by_index("ix_tickets_assignee_newest"))
    if filters.category_id is not None:
        return _found(order, None, by_index("ix_tickets_category"))
    return _found(order, None, COVERING)


def _counted(order: Order, most: int | None) -> int:
    """How many there are, *most* and one at most; by what indeed holds for few, if any does."""
    few = None
    if not order.is_of_one:
        few = order.fewest(NOT_ALL if most is None else max(MOST, 10 * most))

    def make() -> Settled:
        ids = likely(order.actor, order.filters) if few is None else _found(order, few)
        return Settled(_number(ids if most is None else ids.limit(most + 1)))

    # What is likely depends on how many people there are to look for.
    is_settled = few is not None or order.filters.people is None
    number: int = scalar(order.once(("number", few, most), make) if is_settled else make())
    return number


def _found(order: Order, few: Few | None, found: str = "") -> sa.Select[Any]:
    query = order.all_by(few).with_only_columns(Ticket.id)
    return query.with_hint(Ticket, found if few is None else few.found, "sqlite")


def _tagged(order: Order, tag: str) -> sa.Select[Any]:
    of, within = TAGGED.c, order.within
    query = order.all_by(None, known=["tag"]).join(TAGGED, of.ticket_id == Ticket.id)
    query = query.where(
        of.tag_id == tags_named([tag]).scalar_subquery(),
        of.place.in_(within.places),
        of.status.in_(within.statuses),
    )
    query = query.with_hint(TAGGED, by_index(NEWEST), "sqlite")
    return query.with_only_columns(Ticket.id).with_hint(Ticket, NUMBERS, "sqlite")


def _are_few(people: sa.Select[int]) -> bool:
    return _number_of(people.limit(MOST + 1)) <= MOST


def _number_of(ids: sa.Select[Any]) -> int:
    number: int = scalar(_number(ids))
    return number


def _number(ids: sa.Select[Any]) -> sa.Select[int]:
    return sa.select(sa.func.count()).select_from(ids.subquery())
