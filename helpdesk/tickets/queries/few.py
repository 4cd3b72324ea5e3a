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

from ...accounts.models import User
from ...database.reading import rows
from ..models import Ticket, ticket_tags

MOST = 1000
NOT_ALL = 100_000  # that many are still read faster than all the others
NUMBERS = "NOT INDEXED"  # by the rows' own numbers


def by_index(name: str) -> str:
    """What is said to SQLite for it to find tickets by an index; it refuses where that can't be."""
    return f"INDEXED BY {name}"


@dataclass(frozen=True, eq=False)
class Few:
    """*condition* holds, perhaps, for few tickets, which are *found* so.

    *some* has as many rows as it holds for; None: they are found after place and status.
    """

    condition: sa.ColumnElement[bool]
    found: str
    some: sa.Select[Any] | sa.CompoundSelect[Any] | None = None

    @classmethod
    def numbers(cls, among: sa.Select[int] | sa.CompoundSelect[int]) -> "Few":
        """Tickets whose ids are *among* these."""
        return cls(Ticket.id.in_(among), NUMBERS, among)

    @classmethod
    def tagged(cls, tags: sa.Select[int]) -> "Few":
        """Tickets with one of *tags*."""
        return cls.numbers(sa.select(ticket_tags.c.ticket_id).where(ticket_tags.c.tag_id.in_(tags)))

    @classmethod
    def requested(cls, people: sa.Select[int]) -> "Few":
        """Tickets of *people*."""
        found = by_index("ix_tickets_requester_newest")
        some = sa.select(Ticket.id).with_hint(Ticket, found, "sqlite")
        some = some.join(User, User.id == Ticket.requester_id).where(User.id.in_(people))
        return cls(Ticket.requester_id.in_(people), found, some)

    @classmethod
    def indexed(cls, index: str, condition: sa.ColumnElement[bool]) -> "Few":
        """Tickets that *condition* finds by *index*, which has place and status."""
        return cls(condition, by_index(index))


def fewest(
    several: Sequence[Few], within: Sequence[sa.ColumnElement[bool]], most: int = MOST
) -> Few | None:
    """Which of *several* has the fewest tickets; None where all have more than *most*. One query.

    *within* are the conditions on place and status.
    """
    if not several:
        return None
    counts = [_counted(one, within, most).label(f"of{at}") for at, one in enumerate(several)]
    [row] = rows(sa.select(*counts))
    number, least = min((number, at) for at, number in enumerate(row))
    return several[least] if number <= most else None


def _counted(one: Few, within: Sequence[sa.ColumnElement[bool]], most: int) -> Any:
    some = one.some
    if some is None:
        some = sa.select(Ticket.id).with_hint(Ticket, one.found, "sqlite")
        some = some.where(*within, one.condition)
    some = some.limit(most + 1)
    return sa.select(sa.func.count()).select_from(some.subquery()).scalar_subquery()
