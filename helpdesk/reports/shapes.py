"""What a report is asked, and what its answers are made of. Waits are in whole seconds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from ..tickets.queries import Filters
from .figures import Spread
from .periods import Period, Span


class WaitTime(StrEnum):
    """Which hours of a wait count."""

    BUSINESS = "business"
    CALENDAR = "calendar"


@dataclass(frozen=True)
class Scope:
    """What a report is about: a range of days, tickets, and which hours count as waiting."""

    period: Period
    filters: Filters = field(default_factory=Filters)
    in_business_time: bool = True


class Part(NamedTuple):
    """A day, week or month: opened and solved in it, and unsolved at its end."""

    span: Span
    opened: int
    solved: int
    backlog: int


class Volume(Struct, frozen=True):
    """The course of a range, its sums, and those of the range before it."""

    parts: Sequence[Part]
    opened: int
    solved: int
    opened_before: int
    solved_before: int


class Waiting(Struct, frozen=True):
    """How long people waited. Of those who asked: *answered*, *unanswered* (still unsolved), and
    *solved_unanswered*, whose ticket was solved without a word of ours."""

    first_answer: Spread
    first_answer_before: Spread
    resolution: Spread
    resolution_before: Spread
    unanswered: int
    solved_unanswered: int
    day: int  # how many seconds "a day" has here


class Age(NamedTuple):
    """Unsolved tickets from *low* to below *high* days old (None: without end)."""

    low: int
    high: int | None
    open: int
    pending: int


class About(NamedTuple):
    """What tickets were about, or who asked; *median* is of the first answers, in seconds."""

    id: int | None
    name: str
    parent: str
    opened: int
    solved: int
    median: int | None


class Agents(NamedTuple):
    """What a member of staff did; *solved* are tickets of theirs that were."""

    id: int | None
    name: str
    answers: int
    answered: int  # tickets
    solved: int
    median: int | None  # of the first answers that were theirs, in seconds
