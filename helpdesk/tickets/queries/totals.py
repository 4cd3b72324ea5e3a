"""How many tickets a list has: known, or counted up to a number, or all of them."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ...accounts.models import Actor
from ...database import scalar
from ..models import Ticket
from ..tagged import NEWEST, TAGGED
from .counting import known, of_people
from .few import MOST, NOT_ALL, NUMBERS, Few, by_index, fewest
from .filters import ANYBODY, Filters, Sort, among, tags_named
from .found import MOST_COUNTED_ALONE
from .orders import COVERING, Order


@dataclass(frozen=True)
class Total:
    """A number, or the least that it may be."""

    number: int
    is_exact: bool = True


def count(actor: Actor, filters: Filters) -> int:
    """How many tickets of *filters* there are for *actor* to see.

    Of what was searched for, no more than the newest ``MOST_COUNTED_ALONE`` are looked at.
    """
    return total(actor, filters).number


def total(actor: Actor, filters: Filters, most: int | None = None) -> Total:
    """The same. With *most*, no more are counted than that, but for what tables know.

    Of what was searched for, the newest *most* are looked at.
    """
    found = filters.found
    if found is not None:
        looked_at = most or MOST_COUNTED_ALONE
        newest = among(filters, found.newest(looked_at, None, down=True))
        is_all = found.end(looked_at, None, down=True) is None
        return Total(_number_of(likely(actor, newest)), is_all)
    number = known(actor, filters)
    if number is None and most is None:
        number = of_people(actor, filters)
    if number is not None:
        return Total(number)
    ids = _ids(actor, filters, most)
    if most is None:
        return Total(_number_of(ids))
    number = _number_of(ids.limit(most + 1))
    return Total(min(number, most), number <= most)


def likely(actor: Actor, filters: Filters) -> sa.Select[Any]:
    """The ids of the tickets of *filters*, found by what holds most likely for the fewest."""
    order = Order(actor, filters, Sort.NEWEST)
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


def _ids(actor: Actor, filters: Filters, most: int | None) -> sa.Select[Any]:
    """The same, by what indeed holds for few, if anything does."""
    order = Order(actor, filters, Sort.NEWEST)
    if order.is_of_one:
        return likely(actor, filters)
    few = fewest(order.few, order.within, NOT_ALL if most is None else max(MOST, 10 * most))
    return likely(actor, filters) if few is None else _found(order, few)


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
    number: int = scalar(sa.select(sa.func.count()).select_from(ids.subquery()))
    return number
