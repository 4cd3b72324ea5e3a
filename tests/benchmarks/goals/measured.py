"""What was measured, whether it is as good as it should be, and the table and file of it."""

import json
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

HEAD = (
    "| what | median | spread of rounds | goal | reached | |",
    "| --- | --- | --- | --- | --- | --- |",
)


@dataclass(frozen=True)
class Figure:
    """Something that was measured in several rounds; *limit* is what it should be, if anything.

    ``is_more`` says that more is better.
    """

    part: str
    name: str
    rounds: Sequence[float]
    unit: str
    limit: float | None = None
    is_more: bool = False
    remark: str = ""

    @property
    def middle(self) -> float:
        return statistics.median(self.rounds)

    @property
    def falls_short(self) -> bool:
        if self.limit is None:
            return False
        return self.middle < self.limit if self.is_more else self.middle > self.limit

    @property
    def goal(self) -> str:
        if self.limit is None:
            return ""
        return f"{'≥' if self.is_more else '≤'} {_short(self.limit)}"

    @property
    def said(self) -> str:
        return f"{_short(self.middle)} {self.unit}".strip()

    def row(self) -> str:
        """A line of a table in Markdown."""
        spread = ""
        if len(self.rounds) > 1:
            spread = f"{_short(min(self.rounds))} to {_short(max(self.rounds))}"
        verdict = "" if self.limit is None else "short" if self.falls_short else "yes"
        return f"| {self.name} | {self.said} | {spread} | {self.goal} | {verdict} | {self.remark} |"


@dataclass
class Report:
    """All figures of a run."""

    facts: dict[str, Any]
    figures: list[Figure] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)  # that each part took

    @property
    def parts(self) -> str:
        """How long each part took, in minutes."""
        return ", ".join(f"{name} {took / 60:.1f}" for name, took in self.seconds.items())

    def took(self, part: str, seconds: float) -> None:
        """Keep how long *part* took, and print it."""
        print(f"{part}: {seconds:.0f} s", flush=True)
        self.seconds[part] = seconds

    def add(self, figures: Iterable[Figure]) -> None:
        """Keep *figures*, and print them as they come."""
        for figure in figures:
            print(figure.row(), flush=True)
            self.figures.append(figure)

    def table(self) -> str:
        """All of it as Markdown, a table for each part."""
        lines = [", ".join(f"{name} {value}" for name, value in self.facts.items())]
        for part in dict.fromkeys(figure.part for figure in self.figures):
            rows = [figure.row() for figure in self.figures if figure.part == part]
            lines += ["", f"### {part}", "", *HEAD, *rows]
        return "\n".join(lines) + "\n"

    def summary(self) -> str:
        """Which goals fall short, and what broke."""
        goals = [figure for figure in self.figures if figure.limit is not None]
        short = [figure for figure in goals if figure.falls_short]
        lines = [f"{len(goals) - len(short)} of {len(goals)} goals are reached."]
        lines += [f"Falls short: {one.part}: {one.name}: {one.said} ({one.goal})" for one in short]
        return "\n".join([*lines, *(f"Broke: {one}" for one in self.broken)])

    def write(self, path: Path) -> None:
        """Keep everything in *path*, as JSON."""
        rows = [
            asdict(one) | {"median": one.middle, "short": one.falls_short} for one in self.figures
        ]
        told = {"facts": self.facts, "figures": rows, "broken": self.broken}
        path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")


def percentile(values: Sequence[float], share: float) -> float:
    """The value that *share* of *values* do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _short(number: float) -> str:
    """Three digits that matter."""
    if abs(number) >= 100 or number == int(number):
        return f"{number:,.0f}"
    return f"{number:.1f}" if abs(number) >= 10 else f"{number:.2f}"
