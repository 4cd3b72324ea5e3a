"""What the answers of the reports are made of. Waits are in seconds; null is of none."""

from datetime import date

import msgspec

from .shapes import Answered


class Days(Answered):
    """The range: whole days, both in it, as they are in the zone."""

    first: date = msgspec.field(name="from")
    last: date = msgspec.field(name="to")
    time_zone: str


class Part(Answered):
    """A day, week or month; *unsolved* is at its end."""

    first: date = msgspec.field(name="from")
    last: date = msgspec.field(name="to")
    opened: int
    solved: int
    unsolved: int


class Volume(Answered):
    """The course of a range, and the sums of it and of as many days before."""

    range: Days
    step: str
    opened: int
    solved: int
    opened_before: int
    solved_before: int
    parts: list[Part]


class Slice(Answered):
    """How many waited from *low* to below *high* seconds (null: without end)."""

    low: int = msgspec.field(name="fromSeconds")
    high: int | None = msgspec.field(name="toSeconds")
    tickets: int


class Spread(Answered):
    """Waits: how many, and how long."""

    tickets: int
    median: int | None
    percentile90: int | None
    slices: list[Slice]


class Waiting(Answered):
    """How long people waited; *daySeconds* is what a day has where business time is counted."""

    range: Days
    time: str
    day_seconds: int
    first_answer: Spread
    resolution: Spread
    first_answer_before: Spread
    resolution_before: Spread
    unanswered: int
    solved_unanswered: int


class Age(Answered):
    """Unsolved tickets of an age in days (null: without end)."""

    low: int = msgspec.field(name="fromDays")
    high: int | None = msgspec.field(name="toDays")
    open: int
    pending: int


class Category(Answered):
    """Tickets of a category (null: of none); one with a *parentName* is a sub-category."""

    id: int | None
    name: str
    parent_name: str | None
    opened: int
    solved: int
    first_answer_median: int | None


class Named(Answered):
    """Tickets with a tag, or of a company."""

    id: int | None
    name: str
    opened: int
    solved: int


class Subjects(Answered):
    """What tickets were about."""

    range: Days
    categories: list[Category]
    tags: list[Named]


class Requester(Answered):
    """Tickets of a kind of requester."""

    user_type: str
    opened: int
    solved: int
    first_answer_median: int | None


class Agent(Answered):
    """What a member of staff did (null: tickets that nobody has)."""

    id: int | None
    name: str
    tickets_answered: int
    answers: int
    solved: int
    first_answer_median: int | None


class People(Answered):
    """Who asked, and who answered."""

    range: Days
    requesters: list[Requester]
    companies: list[Named]
    agents: list[Agent]
