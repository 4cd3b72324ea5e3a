"""Pieces that many pages have, a row of a list or the side bar: made once for what they show."""

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

from flask import Flask

MOST_KEPT = 2000  # pieces, of 1 kB
LARGEST = 32 * 1024  # characters of one: an address of 200 kB is in each row of its list


def init_app(app: Flask) -> None:
    """Teach *app*'s templates ``made(macro, …)``: what ``macro(…)`` says."""
    app.jinja_env.globals["made"] = made


def made(macro: Callable[..., Any], *shown: Hashable) -> Any:
    """What *macro* makes of *shown*, values that nothing changes.

    A macro of an imported template knows nothing else but the language, and there is one a language
    (compiling.py); the time, the zone and who reads are none of its business.
    """
    try:
        return _kept(macro, *shown)
    except _TooLargeError as large:
        return large.piece


class _TooLargeError(Exception):
    """A piece that is not kept."""

    def __init__(self, piece: str) -> None:
        super().__init__(len(piece))
        self.piece = piece


# *typed*, for a text that is HTML and the same text that is not are equal, yet not written alike.
# That holds for arguments, not for what is in them: there all texts must be plain ones.
@lru_cache(MOST_KEPT, typed=True)
def _kept(macro: Callable[..., Any], *shown: Hashable) -> Any:
    piece = macro(*shown)
    if len(piece) > LARGEST:
        raise _TooLargeError(piece)
    return piece
