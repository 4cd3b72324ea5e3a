"""Reading at a glance: no transaction, and yet all of one moment.

To begin a transaction and to end it are two calls of the driver, each of which lets another thread
run first, and the least that is read costs no more. So here each statement tells in which version
of the database it read: SQLite counts what others commit, PostgreSQL names its snapshot. Where all
of one glance read in the same version, nobody committed in between, and they read one moment; else
it is no glance, and whoever took it reads again in a transaction, as everybody else does.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from .driver import run
from .lending import Lender, Lent

LONGEST_KEPT = 10_000  # characters of a statement


class NotAtAGlance(Exception):
    """This can't be answered at a glance: read it in a transaction."""


class Glance:
    """Reads as the session does, statements of one value each."""

    is_writing = False

    def __init__(self, lent: Lent) -> None:
        self.dialect = lent.dialect
        self._lent = lent
        self._version: Any = None  # the first statement tells it
        self._memory: dict[Any, Any] | None = None
        self.stamps: dict[str, int] | None = None

    def memory(self) -> dict[Any, Any]:
        """What is kept for as long as nobody writes anything."""
        if self._memory is None:
            if self._version is None:
                self._version = self._lent.version()
            self._memory = self._lent.memory_of(self._version)
        return self._memory

    def first_row(self, text: str, values: Mapping[str, Any]) -> Any:
        """The first row of a statement of one column; one of None, where there is none.

        Raises NotAtAGlance where somebody has committed since the glance began.
        """
        telling = _kept if len(text) <= LONGEST_KEPT else _with_version
        told = run(self._lent.driver, telling(text, self.dialect.version), values)
        value, version = told.fetchone()
        if self._version is None:
            self._version = version
        elif version != self._version:
            raise NotAtAGlance
        return (value,)


def _with_version(text: str, version: str) -> str:
    """The statement, which also tells in which version it read."""
    return f"SELECT ({text}), {version}"


_kept = lru_cache(500)(_with_version)


glanced: ContextVar[Glance | None] = ContextVar("glanced", default=None)


@contextmanager
def glance(lender: Lender) -> Iterator[None]:
    """Let the block read at a glance, on a connection of *lender*. Raises NotAtAGlance.

    It can't write, nor use the session. What it has read counts only once it has ended well.
    """
    lent = lender.lend()
    try:
        before = glanced.set(Glance(lent))
        try:
            yield
        finally:
            glanced.reset(before)
    finally:
        lender.take_back(lent)
