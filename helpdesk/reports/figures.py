"""From many waits, the few figures that say how long people wait."""

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from msgspec import Struct

_HOUR = 3600


class Slice(Struct, frozen=True):
    """How many waits there are from *low* to below *high* seconds; *high* None: without end."""

    low: int
    high: int | None
    count: int


class Spread(Struct, frozen=True):
    """Waits, in seconds: how many, their median and their 90th percentile (None: of none)."""

    count: int
    median: int | None
    ninetieth: int | None
    slices: Sequence[Slice] = ()

    @classmethod
    def of(cls, waits: Iterable[int], day: int) -> "Spread":
        """The figures of *waits*; *day* is how many seconds a day has for the slices."""
        ordered = sorted(waits)
        return cls(
            len(ordered), percentile(ordered, 50), percentile(ordered, 90), slices(ordered, day)
        )


def percentile(ordered: Sequence[int], share: int) -> int | None:
    """The smallest of *ordered* that at least *share* percent of them don't exceed."""
    return ordered[math.ceil(len(ordered) * share / 100) - 1] if ordered else None


def slices(ordered: Sequence[int], day: int) -> list[Slice]:
    """*ordered* waits by their length: under an hour, four hours, a day, three days, a week."""
    edges = [0, *(hours * _HOUR for hours in (1, 4) if hours * _HOUR < day), day, 3 * day, 7 * day]
    places = [bisect_left(ordered, edge) for edge in edges] + [len(ordered)]
    return [
        Slice(low, high, after - before)
        for low, high, before, after in zip(
            edges, [*edges[1:], None], places[:-1], places[1:], strict=True
        )
    ]
