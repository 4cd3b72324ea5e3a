"""Pieces that many pages have, a row of a list or the side bar: made once for what they show."""

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

from flask import Flask

MOST_KEPT = 2000  # pieces, of 1 kB


def init_app(app: Flask) -> None:
    """Teach *app*'s templates ``made(macro, …)``: what ``macro(…)`` says."""
    app.jinja_env.globals["made"] = made


# *typed*, for a text that is HTML and the same text that is not are equal, yet not written alike.
# That holds for arguments, not for what is in them: there all texts must be plain ones.
@lru_cache(MOST_KEPT, typed=True)
def made(macro: Callable[..., Any], *shown: Hashable) -> Any:
    """What *macro* makes of *shown*, values that nothing changes.

    A macro of an imported template knows nothing else but the language, and there is one a language
    (compiling.py); the time, the zone and who reads are none of its business.
    """
    return macro(*shown)
