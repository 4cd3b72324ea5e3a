"""Bringing in what another desk, or another program, has: a module a format.

Each takes a path and returns a :class:`Report`; none of them imports another.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

MOST_TOLD = 10_000  # of what was not taken; more are only counted
MOST_REMARKS = 100

Progress = Callable[[int], object]  # called with how much more is done


class LeftOut(NamedTuple):
    """Something that was not taken: where it stands (a file and its line, a name), and why."""

    where: str
    why: str


@dataclass
class Report:
    """What became of an import: how many of each kind were taken, and what was not."""

    taken: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)  # were here already
    left_out: list[LeftOut] = field(default_factory=list)
    more_left_out: int = 0  # beyond those that are told
    remarks: list[str] = field(default_factory=list)  # what a person should know or do next

    def leave_out(self, where: str, why: str) -> None:
        """Note that what stands at *where* was not taken."""
        if len(self.left_out) < MOST_TOLD:
            self.left_out.append(LeftOut(where, why))
        else:
            self.more_left_out += 1

    def remark(self, sentence: str) -> None:
        """Tell *sentence*, once and not endlessly many."""
        if sentence not in self.remarks and len(self.remarks) < MOST_REMARKS:
            self.remarks.append(sentence)

    def add(self, other: "Report") -> None:
        """Count what *other* tells, too."""
        self.taken += other.taken
        self.known += other.known
        for item in other.left_out:
            self.leave_out(*item)
        self.more_left_out += other.more_left_out
        for sentence in other.remarks:
            self.remark(sentence)

    def as_json(self) -> dict[str, Any]:
        """The same as JSON can hold it."""
        return {
            "taken": dict(self.taken),
            "known": dict(self.known),
            "leftOut": [item._asdict() for item in self.left_out],
            "moreLeftOut": self.more_left_out,
            "remarks": self.remarks,
        }
