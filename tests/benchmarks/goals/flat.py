"""That a desk of a million tickets is as quick as one of ten thousand: the same questions to both.

They are asked in turns, a few of each kind at a time, so that a machine that is busy with other
things slows both. Before each question something is written, so that none is answered from memory.
"""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from . import questions
from .client import Ask, drive
from .desks import Served
from .measured import Figure, percentile

GROWS, SLOWEST = 1.3, 3.0  # times
WORST, TYPING = 300.0, 50.0  # milliseconds
OFFSETS = (0, 1_000, 10_000, 100_000)


@dataclass(frozen=True)
class Pace:
    """How long to measure: *rounds* of at most *number* requests or *seconds*, for each kind."""

    rounds: int
    number: int
    seconds: float
    warm_up: int = 2  # requests


def flat(small: Served, big: Served, pace: Pace) -> list[Figure]:
    """Lists, tickets, filters, reports."""
    return _compared("Flat cost", questions.lists(small), questions.lists(big), small, big, pace)


def searching(small: Served, big: Served, pace: Pace) -> list[Figure]:
    """Searches of any kind, the worst ones, and while somebody types."""
    kinds = questions.searches(small), questions.searches(big)
    figures = _compared("Search", *kinds, small, big, pace)
    for name, asks in questions.worst(big).items():
        figures.append(_slowest("Worst searches", name, big, asks, WORST, pace))
    typing = questions.as_one_types(big)
    figures.append(_slowest("Worst searches", "while typing", big, typing, TYPING, pace))
    return figures


def offsets(big: Served, pace: Pace) -> list[Figure]:
    """What it costs to skip rows."""
    return [
        _slowest("OFFSET", f"{depth:,}", big, questions.at_offset(big, depth), None, pace)
        for depth in OFFSETS
        if depth < big.tickets
    ]


def _compared(
    part: str,
    few: Mapping[str, Sequence[Ask]],
    many: Mapping[str, Sequence[Ask]],
    small: Served,
    big: Served,
    pace: Pace,
) -> list[Figure]:
    figures, slowest = [], []
    for name in few:
        for desk, asks in ((small, few[name]), (big, many[name])):
            _asked(desk, asks, pace.warm_up, pace)
        turns = [
            (
                _asked(small, few[name], pace.number, pace, turn * pace.number),
                _asked(big, many[name], pace.number, pace, turn * pace.number),
            )
            for turn in range(pace.rounds)
        ]
        before, after = (Turn.together(side) for side in zip(*turns, strict=True))
        ratios = [ours.median / base.median for base, ours in turns]
        remark = f"{before} → {after}, × {after.cpu / before.cpu:.2f}"
        figures.append(Figure(part, name, ratios, "×", GROWS, remark=remark))
        slow = percentile(after.latencies, 0.99)
        remark = f"{slow:.1f} ms"
        slowest.append(
            Figure(
                f"{part}: p99 / median", name, [slow / after.median], "×", SLOWEST, remark=remark
            )
        )
    return figures + slowest


def _slowest(
    part: str, name: str, desk: Served, asks: Sequence[Ask], limit: float | None, pace: Pace
) -> Figure:
    """The slowest of *asks*, each by its median."""
    medians = []
    for ask in asks:
        turns = [_asked(desk, [ask], min(3, pace.number), pace) for _ in range(pace.rounds)]
        medians.append((Turn.together(turns).median, str(Turn.together(turns)), ask.path))
    slowest, said, path = max(medians)
    remark = f"{said}, `{path[-40:]}`" if len(asks) > 1 else said
    return Figure(part, name, [slowest], "ms", limit, remark=remark)


@dataclass(frozen=True)
class Turn:
    """What came of some requests: how long each took, and the CPU of the server for one."""

    latencies: list[float]
    cpu: float

    @property
    def median(self) -> float:
        return statistics.median(self.latencies)

    def __str__(self) -> str:
        return f"{self.median:.1f} ms (CPU {self.cpu:.1f})"

    @classmethod
    def together(cls, turns: Iterable["Turn"]) -> "Turn":
        """All of *turns* as one."""
        turns = list(turns)
        every = [one for turn in turns for one in turn.latencies]
        return cls(every, statistics.median(turn.cpu for turn in turns))


def _asked(desk: Served, asks: Sequence[Ask], number: int, pace: Pace, start: int = 0) -> Turn:
    before = desk.cpu()
    answers = drive(
        desk.url, asks, number=number, seconds=pace.seconds, start=start, before=desk.write
    )
    if answers.wrong:
        raise RuntimeError(answers.wrong[0])
    return Turn(answers.latencies, (desk.cpu() - before) / len(answers.latencies))
