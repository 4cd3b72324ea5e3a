"""Answers that cost, kept in memory until anybody writes anything: then all of them are asked anew.

It is for what every page asks again although nothing has happened: on a quiet desk it costs one
cheap question, on a busy one what it would cost anyhow. What rarely changes has stamps (stamps.py).
"""

from collections.abc import Callable, Hashable
from typing import TypeVar

from .reading import at_hand

T = TypeVar("T")
MOST_KEPT = 200  # answers a connection: who asks about the time asks something else each minute


def until_written(key: Hashable, read: Callable[[], T]) -> T:
    """What *read* answers; the same again for *key* until somebody commits a change.

    *key* names the question with all that its answer depends on besides the database: who asks,
    and when. The answer must be nothing that anybody changes, and no entity.
    """
    kept: dict[Hashable, T] | None = at_hand().memory()
    if kept is None:
        return read()
    if key not in kept:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        kept[key] = read()
    return kept[key]


def one_of_few(kind: str, most: int, key: Hashable, read: Callable[[], T]) -> T:
    """The same for answers that take room: of one *kind*, *most* are kept a connection."""
    kept: dict[Hashable, T] = until_written(kind, dict)
    if key not in kept:
        found = read()
        if len(kept) >= most:
            del kept[next(iter(kept))]
        kept[key] = found
    return kept[key]
