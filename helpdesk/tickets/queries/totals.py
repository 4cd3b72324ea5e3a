"""How many tickets a list has: known, or counted up to a number, or all of them."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.visitors import iterate

from ...accounts.models import Actor
from ...database import rows, scalar
from ...database.reading import Settled
from ..models import Place, Ticket
from ..tagged import NEWEST, TAGGED
from .counting import asked, known, of_people, of_tag
from .few import MOST, NOT_ALL, NUMBERS, Few, by_index
from .filters import ANYBODY, Filters, Sort, among, tags_named
from .found import LOOKED_THROUGH, MOST_COUNTED_ALONE, Found
from .orders import COVERING, Order, Part, order_of
from .shapes import narrower, ordered

# Beside a list, so many are looked at to count some of them:
MOST_READ = 1_000  # tickets, each a row that lies somewhere
MOST_COVERED = 10_000  # of an index that has all there is to know
MOST_OF_TAG = 10_000  # of the index of a tag
_COVERED = {
    column.name
    for index in Ticket.metadata.tables[Ticket.__tablename__].indexes
    if by_index(str(index.name)) == COVERING
    for column in index.columns
}


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

    And no more of the newest are looked at for it than takes a moment. Of what was searched for,
    the newest *most* are looked at.
    """
    if filters.found is not None:
        return _total_found(actor, filters, filters.found, most)
    number = known(actor, filters)
    if number is None and most is None:
        number = of_people(actor, filters)
    if number is not None:
        return Total(number)
    enough = None if most is None else max(most, MOST_OF_TAG)
    number = of_tag(actor, filters, None if enough is None else enough + 1)
    if number is not None:
        return _at_most(enough, number)
    return _counted(order_of(actor, filters, Sort.NEWEST), most)


def _at_most(most: int | None, number: int) -> Total:
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


def _counted(order: Order, most: int | None) -> Total:
    """How many there are, *most* at most; by what indeed holds for few, if any does."""
    few = None if order.is_of_one else order.fewest(NOT_ALL if most is None else MOST)
    if most is not None and few is None and not order.is_of_one:
        return _among_the_newest(order.in_its_statuses(), most)

    def make() -> Settled:
        ids = likely(order.actor, order.filters) if few is None else _found(order, few)
        return Settled(_number(ids if most is None else ids.limit(most + 1)))

    # What is likely depends on how many people there are to look for.
    is_settled = few is not None or order.filters.people is None
    number: int = scalar(order.once(("number", few, most), make) if is_settled else make())
    return _at_most(most, number)


def _among_the_newest(order: Order, most: int) -> Total:
    """How many of the newest tickets it has; so to count costs the same on every desk."""
    part = Part(down=True, position=None, limit=0, offset=0)
    shape = order.shape(part)
    is_covered = by_index(shape.index) == COVERING and _is_covered(order)
    window = MOST_COVERED if is_covered else MOST_READ

    def make() -> Settled:
        holds = sa.and_(sa.true(), *order.left.values())
        listed = ordered(narrower(shape, holds=holds), down=True, limit="window", offset="")
        first = listed.subquery()
        numbers = sa.func.count().filter(first.c.holds), sa.func.count()
        return Settled(sa.select(*numbers))

    statement = order.once(("among the newest", shape), make)
    [(number, looked_at)] = rows(statement, **{**order.values(part), "window": window + 1})
    return Total(min(number, most), number <= most and looked_at <= window)


def _is_covered(order: Order) -> bool:
    """Whether the index of the newest has all that the list is narrowed by."""
    parts = [part for one in order.left.values() for part in iterate(one)]
    return not any(
        isinstance(part, sa.Select) or (isinstance(part, sa.Column) and part.name not in _COVERED)
        for part in parts
    )


def _found(order: Order, few: Few | None, found: str = "") -> sa.Select[Any]:
    query = order.all_by(few).with_only_columns(Ticket.id)
    return query.with_hint(Ticket, found if few is None else few.found, "sqlite")


def _tagged(order: Order, tag: str) -> sa.Select[Any]:
    of, within = TAGGED.c, order.within
    has_it = (
        of.tag_id == tags_named([tag]).scalar_subquery(),
        of.place.in_(within.places),
        of.status.in_(within.statuses),
    )
    if not order.left:  # no ticket needs to be read
        return sa.select(of.ticket_id).where(*has_it).with_hint(TAGGED, by_index(NEWEST), "sqlite")
    query = order.all_by(None, known=["tag"]).join(TAGGED, of.ticket_id == Ticket.id)
    query = query.where(*has_it).with_hint(TAGGED, by_index(NEWEST), "sqlite")
    return query.with_only_columns(Ticket.id).with_hint(Ticket, NUMBERS, "sqlite")


def _are_few(people: sa.Select[int]) -> bool:
    return _number_of(people.limit(MOST + 1)) <= MOST


def _number_of(ids: sa.Select[Any]) -> int:
    number: int = scalar(_number(ids))
    return number


def _number(ids: sa.Select[Any]) -> sa.Select[int]:
    return sa.select(sa.func.count()).select_from(ids.subquery())
