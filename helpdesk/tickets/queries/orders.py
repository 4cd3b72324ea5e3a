"""How a page of a list is found: by which index, and how far that is read.

What the index of a list's order doesn't know is looked for in the first rows of that order, then in
more, and in the end in all of them: it is seldom that far. What may be few is looked up (few.py).
So a page of a million tickets costs what one of ten thousand costs.
"""

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any, TypeVar

import sqlalchemy as sa

from ...accounts.models import Actor
from ...database import until_written
from ...database.reading import Prepared, Settled, scalar
from .. import tagged
from ..models import Place, Status, Ticket
from .counting import known
from .few import MOST, NOT_ALL, Few, InStatuses, Several, Within, by_index
from .filters import ANYBODY, Filters, Sort, conditions, tags_named
from .shapes import (
    CONDITIONS,
    MOST_KEPT,
    Shape,
    columns,
    narrower,
    ordered,
    page,
    unsorted,
    urgency,
    values_of,
)
from .visibility import visible_to

Made = TypeVar("Made")
WINDOWS = (500, 1_500, 5_000)  # rows that are looked through at first, and then
COVERING = by_index("ix_tickets_newest")  # has most of what is filtered by
WAITING = by_index("ix_tickets_waiting")
_INDEXES = {
    Sort.NEWEST: "ix_tickets_newest",
    Sort.ACTIVITY: "ix_tickets_last_words",
    Sort.WAITING: "ix_tickets_waiting",
    Sort.PRIORITY: "ix_tickets_urgent",
}
# Of these, each row that is looked at lies somewhere else; to read all of another one is quicker.
_NARROW = {_INDEXES[sort] for sort in Sort if sort is not Sort.NEWEST}
_OF_REQUESTER = {Sort.ACTIVITY: "last_words"}
_OF_ASSIGNEE = {Sort.NEWEST: "newest", Sort.ACTIVITY: "last_words", Sort.WAITING: "waiting"}
_OF_CATEGORY = {Sort.NEWEST: "ix_tickets_category", Sort.ACTIVITY: "ix_tickets_category_last_words"}


@dataclass(frozen=True)
class Part:
    """Which part of a list, in which direction: what lies beyond *position*, a key and an id."""

    down: bool
    position: tuple[int, int] | None
    limit: int
    offset: int


@dataclass(frozen=True)
class Ids:
    """A statement for ids and keys (``id``, ``sort_key``); *shape* is that of one made before.

    Whoever reads the tickets of a page gets them by the shape and its values: ``shapes.page``.
    """

    statement: Any
    values: Mapping[str, Any]
    shape: Shape | None = None


def order_of(actor: Actor, filters: Filters, sort: Sort) -> "Order":
    """The tickets of *filters* that *actor* may see, in the order of *sort*.

    It stays with *filters*: whoever keeps those has all its statements at hand.
    """
    key = actor.id, actor.is_staff, sort
    found: Order | None = filters.orders.get(key)
    if found is None:
        found = filters.orders[key] = Order(actor, filters, sort)
    return found


@dataclass(frozen=True, eq=False)
class Order:
    """See :func:`order_of`. It holds nothing that the database could say otherwise tomorrow."""

    actor: Actor
    filters: Filters
    sort: Sort
    _made: dict[Hashable, Any] = field(default_factory=dict, init=False)

    def pages(self, part: Part) -> Iterator[Ids]:
        """How *part* is found. The next way is for where one didn't find all that is asked for."""
        shape, values = self.shape(part), self.values(part)
        if self.filters.among is not None:
            yield Ids(self._looked_up(self.filters.among, shape), values)
            return
        if not self.left:
            yield Ids(page(shape), values, shape)
            return
        if self.is_of_one:
            yield self._through(shape, values)
            return
        if self._has_few_of_assignee:
            shape = self._shape_of_assignee(shape)
            yield Ids(page(shape), values, shape)
            return
        few = self.fewest()
        if few is not None:
            yield Ids(self._looked_up(few, shape), values)
            return
        yield from self.in_its_statuses()._walked(part)

    def _walked(self, part: Part) -> Iterator[Ids]:
        shape, values = self.shape(part), self.values(part)
        if self._index not in _NARROW:
            yield self._through(shape, values)
            return
        for window in WINDOWS:
            window = max(window, 4 * part.limit)
            yield Ids(self._looked_through(shape), {**values, "window": window})
            if not self._reaches_past(shape, {**values, "window": window}):
                return
        few = self.fewest(NOT_ALL)
        found = self._read_whole(shape) if few is None else self._looked_up(few, shape)
        yield Ids(found, values)

    @cached_property
    def _has_few_of_assignee(self) -> bool:
        """Whether only the assignee narrows the list, in an order that no index of theirs has."""
        is_alone = set(self.left) == {"assignee_id"} and self.filters.tag is None
        return is_alone and (known(self.actor, self.filters) or 0) <= MOST

    def _shape_of_assignee(self, shape: Shape) -> Shape:
        """What they have is sorted, by a statement that is made once."""
        known = "nobody" if self.filters.assignee_id is None else "assignee_id"
        index = "ix_tickets_assignee_newest"
        return replace(shape, index=index, known=(*shape.known, known))

    @property
    def is_of_few(self) -> bool:
        """Whether a few tickets are looked at, whatever words they must have."""
        if self.is_of_one:
            return self.actor.is_staff
        return self.fewest() is not None

    def fewest(self, most: int = MOST) -> Few | None:
        """What holds for the fewest tickets, for *most* at most; one query, if any."""
        if not self.few:
            return None
        of = order_of(self.actor, self.filters, Sort.NEWEST)  # the same in every order
        several = of.once(("few", most), lambda: Several(of.few, of.within, most))
        return until_written(several, several.fewest)

    def in_its_statuses(self) -> "Order":
        """The same only in those statuses in which any ticket waits for us, if that is asked for.

        They are few among all: to look for them through what is closed would take long.
        """
        waiting = [one for one in self.few if one.found == WAITING]
        if not waiting or len(self._statuses) < 2:
            return self
        check = self.once("statuses", lambda: InStatuses(waiting, self.within))
        statuses = until_written(check, check.known)
        if len(statuses) == len(self._statuses):
            return self
        filters = replace(self.filters, statuses=statuses)
        return self.once(("in", statuses), lambda: Order(self.actor, filters, self.sort))

    def once(self, name: Hashable, make: Callable[[], Made]) -> Made:
        """What *make* makes: it must follow from the actor, the filters and the order."""
        found: Made | None = self._made.get(name)
        if found is None:
            found = self._made[name] = make()
        return found

    def _settled(self, *name: Hashable, make: Callable[[], Any]) -> Settled:
        return self.once(name, lambda: Settled(make()))

    @cached_property
    def left(self) -> dict[str, sa.ColumnElement[bool]]:
        """Conditions that the index of the order doesn't know."""
        given = conditions(self.filters)
        return {name: one for name, one in given.items() if name not in self._known}

    @cached_property
    def is_of_one(self) -> bool:
        """Whether all are of one requester: whatever else is asked, these are read."""
        return not self.actor.is_staff or self.filters.requester_id is not None

    @cached_property
    def _index(self) -> str:
        if self.is_of_one:
            return f"ix_tickets_requester_{_OF_REQUESTER.get(self.sort, 'newest')}"
        if self._is_of_tag:
            return tagged.index_of(self.sort)
        if self.filters.assignee_id != ANYBODY and self.sort in _OF_ASSIGNEE:
            return f"ix_tickets_assignee_{_OF_ASSIGNEE[self.sort]}"
        if self.filters.category_id is not None and self.sort in _OF_CATEGORY:
            return _OF_CATEGORY[self.sort]
        return _INDEXES[self.sort]

    @property
    def _is_of_tag(self) -> bool:
        """Whether what has the tag is read in the order of the list."""
        filters = self.filters
        return not self.is_of_one and filters.among is None and filters.tag is not None

    @cached_property
    def _known(self) -> Mapping[str, tuple[str, ...]]:
        """Filters that the index knows, each with the names of its conditions in statements."""
        given = conditions(self.filters)
        assignee = ("nobody",) if self.filters.assignee_id is None else ("assignee_id",)
        if self.is_of_one:
            # What has a tag is known to the index of tags alone.
            own = {name: (name,) for name in given if name in CONDITIONS and name != "tag"}
            return own | ({"assignee_id": assignee} if "assignee_id" in given else {})
        if self._is_of_tag:
            return {"tag": ("tag",)}
        known: dict[str, tuple[str, ...]] = {}
        if "assignee_id" in given and "_assignee_" in self._index:
            known["assignee_id"] = assignee
        if "category_id" in given and self._index in _OF_CATEGORY.values():
            known["category_id"] = ("category_id",)
        if "created_on" in given and self.sort is Sort.NEWEST:
            known["created_on"] = ("created_on",)
        if "priority" in given and self.sort is Sort.PRIORITY:
            known["priority"] = ("priority", "urgency")
        return known

    def shape(self, part: Part) -> Shape:
        """Of the statement that reads *part* by the index of the order."""
        name = "shape", part.down, part.position is None
        return self.once(name, lambda: self._shape_of(part))

    def _shape_of(self, part: Part) -> Shape:
        is_merged = not self.is_of_one
        return Shape(
            sort=self.sort,
            index=self._index,
            for_staff=self.actor.is_staff,
            is_merged=is_merged,
            places=len(self._places) if self.actor.is_staff else 0,
            statuses=len(self._statuses) if is_merged or self.filters.statuses else 0,
            known=tuple(name for names in self._known.values() for name in names),
            down=part.down,
            is_beyond=part.position is not None,
        )

    def values(self, part: Part) -> dict[str, Any]:
        """What that statement is given."""
        beyond = (
            {} if part.position is None else dict(zip(("key", "id"), part.position, strict=True))
        )
        return {**self._asked, **beyond, "limit": part.limit, "offset": part.offset}

    @cached_property
    def _asked(self) -> dict[str, Any]:
        filters = replace(self.filters, places=self._places)
        return values_of(self.actor, filters, self._statuses)

    @cached_property
    def _places(self) -> Sequence[Place]:
        return list(dict.fromkeys(self.filters.places))

    @cached_property
    def _statuses(self) -> Sequence[Status]:
        return list(dict.fromkeys(self.filters.statuses or Status))

    @cached_property
    def within(self) -> Within:
        return Within(self._places, self._statuses)

    def all_by(self, few: Few | None, known: Collection[str] = ()) -> sa.Select[Any]:
        """All that the list has, in no order, for which *few* holds, if there is any.

        *known* are the names of conditions that hold anyway.
        """
        given = conditions(self.filters)
        query = visible_to(self.actor, self._places).where(Ticket.status.in_(self._statuses))
        if self.actor.is_staff:
            query = query.where(Ticket.place.in_(self._places))  # as indexes have it
        if few is not None:
            query = query.where(few.condition)
        known = {*known, "people"} if few is not None and few is self._of_people else known
        return query.where(*(one for name, one in given.items() if name not in known))

    @cached_property
    def _of_people(self) -> Few | None:
        if self.sort is not Sort.NEWEST:
            return order_of(self.actor, self.filters, Sort.NEWEST)._of_people
        return None if self.filters.people is None else Few.requested(self.filters.people)

    @cached_property
    def few(self) -> Sequence[Few]:
        """Which conditions may hold for few tickets."""
        if self.sort is not Sort.NEWEST:
            return order_of(self.actor, self.filters, Sort.NEWEST).few
        filters = replace(self.filters, found=None)  # what was found has its own way
        given = conditions(filters)
        few = [] if filters.tag is None else [Few.tagged(tags_named([filters.tag]))]
        few += [] if self._of_people is None else [self._of_people]
        few += filters.few
        for name, index in (
            ("assignee_id", "ix_tickets_assignee_newest"),
            ("category_id", "ix_tickets_category"),
            ("created_on", "ix_tickets_newest"),
        ):
            if name in given:
                few.append(Few.indexed(index, given[name]))
        if filters.priority:
            few.append(Few.indexed("ix_tickets_urgent", urgency(filters.priority)))
        return few

    def _through(self, shape: Shape, values: Mapping[str, Any]) -> Ids:
        """What is found by going through the index of the order until there is enough."""

        def make() -> Any:
            return ordered(narrower(shape, *self.left.values()), down=shape.down)

        return Ids(self._settled("through", shape, make=make), values)

    def _looked_through(self, shape: Shape) -> Settled:
        """What there is among the first rows by the index of the order."""

        def make() -> Any:
            first = ordered(unsorted(shape), down=shape.down, limit="window", offset="")
            window = first.subquery("through")
            query: Any = sa.select(Ticket.id, window.c.sort_key)
            query = query.join(window, window.c.id == Ticket.id).where(*self.left.values())
            return ordered(query, down=shape.down)

        return self._settled("looked through", shape, make=make)

    def _reaches_past(self, shape: Shape, values: Mapping[str, Any]) -> bool:
        """Whether there are more rows by that index than ``window``."""
        return scalar(_beyond_window(shape), **values) is not None

    def _looked_up(self, few: Few, shape: Shape) -> Settled:
        by_activity = few.by_activity if self.sort is Sort.ACTIVITY else ""
        return self._all_by(few, shape, by_activity or few.found)

    def _read_whole(self, shape: Shape) -> Settled:
        """The list from an index that has most of what is filtered by."""
        return self._all_by(None, shape, COVERING)

    def _all_by(self, few: Few | None, shape: Shape, found: str) -> Settled:
        def make() -> Any:
            query = columns(self.all_by(few), replace(shape, known=()), found)
            return ordered(query, down=shape.down)

        return self._settled("all by", few, shape, make=make)


@lru_cache(MOST_KEPT)
def _beyond_window(shape: Shape) -> Prepared:
    some = unsorted(shape).subquery()
    return Prepared(sa.select(some.c.id).limit(1).offset(sa.bindparam("window", type_=sa.Integer)))
