"""Asking both in turns, and the table that says how many times faster ours is."""

import json
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks import idle
from tests.benchmarks.goals.client import PATIENCE, Answers, Ask, drive
from tests.benchmarks.goals.measured import percentile

from .questions import Question

CLIENTS = 8
SLOW = 1.0  # seconds: who takes longer for one answer is asked by one client at a time
GOAL = 5.0  # times
Many = tuple[float, float]  # ours, theirs


@dataclass(frozen=True)
class Side:
    """One of the two: where it answers, and its process."""

    url: str
    pid: int


@dataclass
class Row:
    """One thing measured for both; *is_more* says that more is better."""

    name: str
    rounds: list[Many]
    unit: str
    is_more: bool = False
    remark: str = ""

    @property
    def middle(self) -> Many:
        ours, theirs = (statistics.median(side) for side in zip(*self.rounds, strict=True))
        return ours, theirs

    @property
    def times(self) -> list[float]:
        """How many times better ours was, by round."""
        pairs = self.rounds if self.is_more else [(b, a) for a, b in self.rounds]
        return sorted(ours / theirs for ours, theirs in pairs)


@dataclass
class Comparison:
    """All rows of one run."""

    tickets: int
    seconds: float
    rounds: int
    rows: list[Row] = field(default_factory=list)

    def ask(self, sides: tuple[Side, Side], question: Question) -> None:
        """Measure *question* on both sides, a bit at a time."""
        takes = _takes(sides[1], question.theirs)
        if takes is None:
            ours, _used = _driven(sides[0], question.ours, 1, self.seconds, 0)
            remark = "theirs: no answer within a minute"
            self.rows.append(Row(question.name, [(ours.rate, 1 / PATIENCE)], "/s", True, remark))
            return
        clients = 1 if takes > SLOW else CLIENTS
        answers, used = [], []
        for place in range(self.rounds):
            one = _driven(sides[0], question.ours, clients, self.seconds, place)
            other = _driven(sides[1], question.theirs, clients, self.seconds, place)
            answers.append((one[0], other[0]))
            used.append((one[1], other[1]))
        rates = [(ours.rate, theirs.rate) for ours, theirs in answers]
        remark = "" if clients == CLIENTS else "one client"
        self.rows += [
            Row(question.name, rates, "/s", True, remark),
            Row("— median", _percentiles(answers, 0.5), "ms"),
            Row("— 99th percentile", _percentiles(answers, 0.99), "ms"),
            Row("— CPU for one", used, "ms"),
        ]

    def table(self) -> str:
        """In Markdown."""
        lines = [
            f"| {self.tickets:,} tickets | ours | django-helpdesk | times better | spread | |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        for row in self.rows:
            ours, theirs = row.middle
            times = row.times
            middle = statistics.median(times)
            short = "" if middle >= GOAL else "less than five times"
            remarks = ", ".join(word for word in (row.remark, short) if word)
            lines.append(
                f"| {row.name} | {_short(ours)} {row.unit} | {_short(theirs)} {row.unit} |"
                f" {middle:.1f} | {times[0]:.1f} to {times[-1]:.1f} | {remarks} |"
            )
        return "\n".join(lines)

    def write(self, path: Path) -> None:
        """All of it as JSON."""
        facts = {
            "tickets": self.tickets,
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            "rows": [
                {"name": row.name, "unit": row.unit, "rounds": row.rounds, "times": row.times}
                for row in self.rows
            ],
        }
        path.write_text(json.dumps(facts, indent=2) + "\n")


def _percentiles(answers: Sequence[tuple[Answers, Answers]], share: float) -> list[Many]:
    return [
        (percentile(ours.latencies, share), percentile(theirs.latencies, share))
        for ours, theirs in answers
    ]


def _takes(side: Side, asks: Sequence[Ask]) -> float | None:
    """Seconds for the second answer, for the first one finds everything cold; None: none came."""
    answers = drive(side.url, asks[:1], number=2)
    return answers.latencies[-1] / 1000 if len(answers.latencies) == 2 else None


def _driven(
    side: Side, asks: Sequence[Ask], clients: int, seconds: float, place: int
) -> tuple[Answers, float]:
    """The answers, and the milliseconds of CPU that the server used for one."""
    before = idle.cpu(side.pid)
    answers = drive(side.url, asks, connections=clients, seconds=seconds, start=place * 17)
    if answers.wrong:
        raise RuntimeError(f"{side.url}: {answers.wrong[0]}")
    return answers, 1000 * (idle.cpu(side.pid) - before) / len(answers.latencies)


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"
