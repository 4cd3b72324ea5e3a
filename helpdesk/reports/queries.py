"""The answers of a report, counted from what was read.

What needs the shop's days and hours is counted here, for a database knows neither.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, wraps
from itertools import islice, pairwise
from typing import Any, TypeVar

from .. import clock
from ..accounts import queries as accounts
from ..accounts.models import Actor
from ..errors import NotAllowed
from ..i18n import gettext as _
from ..shop.hours import Hours
from ..shop.queries import shop
from ..tickets import queries as tickets
from ..tickets.models import SOLVED, AuthorKind
from ..words import fold
from .business import BusinessTime, working_day
from .figures import Spread, percentile
from .reading import Reading
from .shapes import About, Age, Agents, Part, Scope, Volume, Waiting

AGES = (1, 3, 7, 30)  # days: where the slices of the backlog's age end
DAY = 86_400  # seconds


Answer = TypeVar("Answer")


def once(ask: "Callable[[Report], Answer]") -> "Callable[[Report], Answer]":
    """Let *ask* count when it is called first, and remember what it found."""

    @wraps(ask)
    def remembered(report: "Report") -> Answer:
        if ask.__name__ not in report.answers:
            report.answers[ask.__name__] = ask(report)
        answer: Answer = report.answers[ask.__name__]
        return answer

    return remembered


class Report:
    """The answers about *scope*; each is counted when it is asked for."""

    def __init__(self, actor: Actor, scope: Scope) -> None:
        """Raises NotAllowed: reports are for staff."""
        if not actor.is_staff:
            raise NotAllowed(_("Your account may not do this."))
        self.scope, self._read = scope, Reading(actor, scope)
        self.answers: dict[str, Any] = {}

    @once
    def volume(self) -> Volume:
        """How many came in and were solved, and what was left."""
        parts, read = self.scope.period.parts(), self._read
        edges = [read.begins_before, *(part.begins for part in parts), read.ends]
        opened, solved = _counted(read.opened.at, edges), _counted(read.solved.at, edges)
        backlog, rows = read.unsolved_before(), []
        for part, came, went in zip(parts, opened[1:], solved[1:], strict=True):
            backlog += came - went
            rows.append(Part(part, came, went, backlog))
        return Volume(rows, sum(opened[1:]), sum(solved[1:]), opened[0], solved[0])

    @once
    def waiting(self) -> Waiting:
        """How long until the first answer and until solved."""
        opened, here = self._read.opened, self._opened_here
        statuses = Counter(
            status
            for status, answered_at, created_by in zip(
                opened.status[here], opened.answered_at[here], opened.created_by[here], strict=True
            )
            if answered_at is None and created_by != AuthorKind.ADMIN
        )
        firsts, until_solved = self._first_waits, self._waits_until_solved
        before, solved_before = slice(0, here.start), slice(0, self._solved_here.start)
        solved = sum(statuses[status] for status in SOLVED)
        return Waiting(
            Spread.of(_known(firsts[here]), self.day),
            Spread.of(_known(firsts[before]), self.day),
            Spread.of(until_solved[self._solved_here], self.day),
            Spread.of(until_solved[solved_before], self.day),
            statuses.total() - solved,
            solved,
            self.day,
        )

    @once
    def backlog(self) -> list[Age]:
        """What is unsolved now, by age, whatever the range."""
        now, lows = int(clock.now().timestamp()), (0, *AGES)
        found = self._read.unsolved([now - days * DAY for days in lows])
        highs: list[int | None] = [*AGES, None]
        return [
            Age(low, high, open_, pending)
            for low, high, (open_, pending) in zip(lows, highs, found, strict=True)
        ]

    def categories(self) -> list[About]:
        """By category and sub-category, a category before its own; without one last."""
        opened, solved = self._read.opened, self._read.solved
        came = self._by(zip(opened.category, opened.subcategory, strict=True))
        went = Counter(
            zip(
                solved.category[self._solved_here],
                solved.subcategory[self._solved_here],
                strict=True,
            )
        )
        pairs = came.keys() | went.keys()
        pairs |= {(top, None) for top, _sub in pairs}
        names = tickets.category_names({id_ for pair in pairs for id_ in pair if id_ is not None})
        names_of = {pair: tuple(names.get(id_ or 0, "") for id_ in pair) for pair in pairs}
        found = []
        for top, sub in sorted(pairs, key=lambda pair: _in_order(pair, names_of[pair])):
            # A category counts what its sub-categories do.
            parts = [pair for pair in pairs if pair == (top, sub) or (pair[0] == top and not sub)]
            waits = [wait for pair in parts for wait in came.get(pair, ())]
            counts = len(waits), sum(went[pair] for pair in parts), _median(waits)
            name, sub_name = names_of[top, sub]
            if sub is not None:
                found.append(About(sub, sub_name, name, *counts))
            else:
                found.append(About(top, name if top else _("Without a category"), "", *counts))
        return found

    def tags(self) -> list[About]:
        """The most used tags; a ticket with two counts at both."""
        return [_named(*row) for row in self._read.tags()]

    def companies(self) -> list[About]:
        """The companies that most tickets came from."""
        return [_named(*row) for row in self._read.companies()]

    def requesters(self) -> list[About]:
        """By what the requester is; the name is the kind's."""
        came = self._by(self._read.opened.requester)
        went = Counter(self._read.solved.requester[self._solved_here])
        return [
            About(None, kind, "", len(came.get(kind, ())), went[kind], _median(came.get(kind, ())))
            for kind in AuthorKind
            if kind in came or kind in went
        ]

    def agents(self) -> list[Agents]:
        """By whom, in the order of names; nobody's last. Who answers need not have the ticket."""
        answers = {id_: (many, of) for id_, many, of in self._read.answers() if id_ is not None}
        firsts = self._by(self._read.opened.answered_by)
        firsts.pop(None, None)
        solved = Counter(self._read.solved.assignee[self._solved_here])
        ids = answers.keys() | firsts.keys() | solved.keys()
        names = accounts.names_of([id_ for id_ in ids if id_ is not None])
        found = []
        for id_ in ids:
            name = names.get(id_, "") if id_ is not None else _("Nobody")
            median = _median(firsts.get(id_, ()))
            found.append(Agents(id_, name, *answers.get(id_, (0, 0)), solved[id_], median))
        return sorted(found, key=lambda one: (one.id is None, fold(one.name), one.id or 0))

    def _by(self, keys: Iterable[Any]) -> dict[Any, list[int | None]]:
        """The first waits of what was opened in the range, by a column of *keys*."""
        found = defaultdict(list)
        here = self._opened_here
        for key, wait in islice(zip(keys, self._first_waits, strict=True), here.start, None):
            found[key].append(wait)
        return found

    @cached_property
    def _opened_here(self) -> slice:
        """Where among the rows those of the range are; before them is the range before."""
        return slice(bisect_left(self._read.opened.at, self._read.begins), None)

    @cached_property
    def _solved_here(self) -> slice:
        return slice(bisect_left(self._read.solved.at, self._read.begins), None)

    @cached_property
    def _first_waits(self) -> list[int | None]:
        """How long each of what was opened waited for its first answer.

        None where there is none yet, and where we wrote first: nobody waited for an answer.
        """
        opened = self._read.opened
        ends = [
            None if created_by == AuthorKind.ADMIN else answered_at
            for answered_at, created_by in zip(opened.answered_at, opened.created_by, strict=True)
        ]
        waits = [(at, end) for at, end in zip(opened.at, ends, strict=True) if end is not None]
        lengths = iter(self._lengths(waits))
        return [None if end is None else next(lengths) for end in ends]

    @cached_property
    def _waits_until_solved(self) -> list[int]:
        solved = self._read.solved
        return self._lengths(list(zip(solved.opened_at, solved.at, strict=True)))

    def _lengths(self, waits: Sequence[tuple[int, int]]) -> list[int]:
        if not self.scope.in_business_time:
            return [max(0, end - start) for start, end in waits]
        if not waits:
            return []
        since, until = min(start for start, _end in waits), max(end for _start, end in waits)
        return BusinessTime(self._hours, self.scope.period.zone, since, until).lengths(waits)

    @cached_property
    def _hours(self) -> Hours:
        return shop().business_hours

    @property
    def day(self) -> int:
        """How many seconds "a day" of waiting has: a working day, or 24 hours."""
        return working_day(self._hours) if self.scope.in_business_time else DAY


def _known(waits: Iterable[int | None]) -> list[int]:
    return [wait for wait in waits if wait is not None]


def _median(waits: Iterable[int | None]) -> int | None:
    return percentile(sorted(_known(waits)), 50)


def _counted(moments: Sequence[int], edges: Sequence[int]) -> list[int]:
    """How many of *moments*, in order, are in each part between two *edges*."""
    places = [bisect_left(moments, edge) for edge in edges]
    return [after - before for before, after in pairwise(places)]


def _in_order(pair: tuple[int | None, int | None], names: tuple[str, ...]) -> tuple[Any, ...]:
    top, sub = pair
    return top is None, fold(names[0]), top or 0, sub is not None, fold(names[1]), sub or 0


def _named(id_: int, name: str, opened: int, solved: int) -> About:
    return About(id_, name, "", opened, solved, None)
