"""Conditions that may hold for few tickets: then these are looked up, not looked for.

A list is read in the order of an index until a page is full. Of a tag that three of a million
tickets have, that would read them all; of one that a third have, it ends at once, while to look its
tickets up would take long. So what may be few says where its tickets are found, and is asked first
whether they are at most ``MOST``: that many are sorted in less than a page takes to show.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ...database.reading import Settled, rows
from ..models import Place, Status, Ticket
from ..tagged import NEWEST, TAGGED

MOST = 1000
NOT_ALL = 100_000  # that many are still read faster than all the others
NUMBERS = "NOT INDEXED"  # by the rows' own numbers


def by_index(name: str) -> str:
    """What is said to SQLite for it to find tickets by an index; it refuses where that can't be."""
    return f"INDEXED BY {name}"


BY_ACTIVITY = by_index("ix_tickets_requester_last_words")


@dataclass(frozen=True, eq=False)
class Few:
    """*condition* holds, perhaps, for few tickets, which are *found* so.

    *some* has a row, or *times* as many, for each that it holds for; None: they are found after
    place and status. *tags* are those that it is about: then *some* is known once there are places
    and statuses.
    """

    condition: sa.ColumnElement[bool]
    found: str
    some: sa.Select[Any] | sa.CompoundSelect[Any] | None = None
    tags: sa.Select[int] | None = None
    times: int = 1
    by_activity: str = ""  # how they are found in that order, if otherwise: so that no row is read

    @classmethod
    def numbers(cls, among: sa.Select[int] | sa.CompoundSelect[int]) -> "Few":
        """Tickets whose ids are *among* these."""
        return cls(Ticket.id.in_(among), NUMBERS, among)

    @classmethod
    def tagged(cls, tags: sa.Select[int]) -> "Few":
        """Tickets with one of *tags*."""
        ids = sa.select(TAGGED.c.ticket_id).where(TAGGED.c.tag_id.in_(tags))
        return cls(Ticket.id.in_(ids), NUMBERS, ids, tags)

    @classmethod
    def requested(cls, people: sa.Select[int]) -> "Few":
        """Tickets of *people*."""
        found = by_index("ix_tickets_requester_newest")
        asking = people.subquery()
        # One after the other, until there are enough: IN would gather all of the people first.
        # With the sum SQLite can't begin at the tickets.
        some = sa.select(Ticket.id).with_hint(Ticket, found, "sqlite").select_from(asking)
        some = some.join(Ticket, Ticket.requester_id == asking.c.id + 0)
        return cls(Ticket.requester_id.in_(people), found, some, by_activity=BY_ACTIVITY)

    @classmethod
    def indexed(cls, index: str, condition: sa.ColumnElement[bool]) -> "Few":
        """Tickets that *condition* finds by *index*, which has place and status."""
        return cls(condition, by_index(index))

    def within(self, within: "Within") -> "Few":
        """The same in these places and statuses only."""
        if self.some is None or self.tags is None:
            return self
        of = TAGGED.c
        ids = sa.select(of.ticket_id).with_hint(TAGGED, by_index(NEWEST), "sqlite")
        ids = ids.where(of.tag_id.in_(self.tags))
        return Few.numbers(ids.where(of.place.in_(within.places), of.status.in_(within.statuses)))


@dataclass(frozen=True)
class Within:
    """The places and statuses that a list has: what indexes have in front."""

    places: Sequence[Place]
    statuses: Sequence[Status]

    @property
    def conditions(self) -> tuple[sa.ColumnElement[bool], ...]:
        return Ticket.place.in_(self.places), Ticket.status.in_(self.statuses)


class Several:
    """What may be few in a list; to keep it is to make its statement once."""

    def __init__(self, several: Sequence[Few], within: Within, most: int) -> None:
        self._several = [one.within(within) for one in several]
        self._most = most
        counts = [_counted(one, within, most) for one in self._several]
        self._counts = Settled(sa.select(*(one.label(f"of{at}") for at, one in enumerate(counts))))

    def fewest(self) -> Few | None:
        """Which of them has the fewest tickets, in one query; None: all have more than *most*."""
        [row] = rows(self._counts)
        number, least = min((number, at) for at, number in enumerate(row))
        return self._several[least] if number <= self._most else None


class InStatuses:
    """In which statuses all of *several*, each found by an index, hold for any ticket."""

    def __init__(self, several: Sequence[Few], within: Within) -> None:
        self._statuses = within.statuses
        held = [_holds_in(several, within, status).label(status.value) for status in self._statuses]
        self._statement = Settled(sa.select(*held))

    def known(self) -> tuple[Status, ...]:
        """They themselves, in one query; where there is none, the first one, to be empty."""
        [row] = rows(self._statement)
        found = [status for status, holds in zip(self._statuses, row, strict=True) if holds]
        return tuple(found or self._statuses[:1])


def _holds_in(several: Sequence[Few], within: Within, status: Status) -> sa.ColumnElement[bool]:
    within = Within(within.places, [status])
    some = (
        sa.select(Ticket.id)
        .with_hint(Ticket, one.found, "sqlite")
        .where(*within.conditions, one.condition)
        .exists()
        for one in several
    )
    return sa.and_(*some)


def _counted(one: Few, within: Within, most: int) -> Any:
    some = one.some
    if some is None:
        some = sa.select(Ticket.id).with_hint(Ticket, one.found, "sqlite")
        some = some.where(*within.conditions, one.condition)
    some = some.limit((most + 1) * one.times)
    number = sa.func.count() if one.times == 1 else sa.func.count() // one.times
    return sa.select(number).select_from(some.subquery()).scalar_subquery()
