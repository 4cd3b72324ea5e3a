"""Asking another machine many small things."""

from collections.abc import Callable, Sequence
from typing import TypeVar

_AT_ONCE = 16
_A = TypeVar("_A")
_B = TypeVar("_B")


def at_once(ask: Callable[[_A], _B], things: Sequence[_A]) -> list[_B]:
    """What *ask* says of each of *things*, in their order; the answers take their time together."""
    if len(things) < 2:
        return [ask(thing) for thing in things]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="files") as threads:
        return list(threads.map(ask, things))
