"""Who reads: all that one session reads is of one moment, and nothing can be written by the way.

A connection is lent as on SQLite (../lending.py). To begin a transaction and to tell its moment is
one message; what is read at a glance (../glance.py) needs neither.
"""

import threading
from collections import OrderedDict
from functools import partial
from typing import Any

import sqlalchemy as sa
from psycopg.pq import TransactionStatus

from ..dialects import Dialect
from ..lending import Lender, Lent
from .dialect import is_quiet

MOST_KEPT = 4  # moments whose answers are kept: requests that run side by side see few
_BEGIN = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT pg_current_snapshot()::text AS moment"
)
_NOW = "SELECT pg_current_snapshot()::text"


class Kept:
    """What is remembered for as long as nobody writes, by all who read.

    What a snapshot shows is told by its own text: which transactions had ended by then, and which
    had not. Two with the same text show the same, in whatever process.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, dict[Any, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, moment: str) -> dict[Any, Any]:
        with self._lock:
            found = self._kept.setdefault(moment, {})
            self._kept.move_to_end(moment)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return found


class LentByPostgreSQL(Lent):
    """A connection that begins nothing by itself: a statement alone is a moment of its own."""

    def __init__(self, engine: sa.Engine, dialect: Dialect, home: list[Lent], kept: Kept) -> None:
        super().__init__(engine, dialect, home)
        self.driver.autocommit = True
        self._kept, self._moment = kept, ""

    @property
    def has_begun(self) -> bool:
        return bool(self.driver.pgconn.transaction_status != TransactionStatus.IDLE)

    @property
    def is_usable(self) -> bool:
        return is_quiet(self.driver)

    def begin(self) -> None:
        if not self.has_begun:
            answers = self.driver.execute(_BEGIN)
            answers.nextset()
            [self._moment] = answers.fetchone()

    def version(self) -> Any:
        return self._moment if self.has_begun else self.driver.execute(_NOW).fetchone()[0]

    def memory_of(self, version: Any) -> dict[Any, Any]:
        return self._kept.of(version)


def lender_of(engine: sa.Engine, most: int) -> Lender:
    """What lends connections of *engine*, and keeps *most*."""
    kept = Kept()
    return Lender(engine, most, partial(LentByPostgreSQL, kept=kept))
