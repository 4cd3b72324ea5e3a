"""Connections to read with, lent for as long as a request reads.

SQLAlchemy's pool takes longer to give out a connection than most queries take. These stay out of
it: the one that was given back last is lent next, with its pages and what is remembered of them.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import PoolProxiedConnection

from .dialects import Dialect, dialect_of


class Lent(ABC):
    """A connection, and what is remembered of the database as it sees it."""

    def __init__(self, engine: sa.Engine, dialect: Dialect, home: list["Lent"]) -> None:
        self.home = home  # where it goes back to
        self.dialect = dialect
        self._engine = engine
        self._pooled: PoolProxiedConnection = engine.raw_connection()
        self.driver: Any = self._pooled.driver_connection

    @cached_property
    def connection(self) -> sa.Connection:
        """The same for SQLAlchemy, in the transaction that was begun past it, if any."""
        return sa.Connection(self._engine, connection=self._pooled)

    @property
    @abstractmethod
    def has_begun(self) -> bool:
        """Whether it is in a transaction."""

    @property
    @abstractmethod
    def is_usable(self) -> bool:
        """Whether it can be lent again, as far as is known without asking the database."""

    @abstractmethod
    def begin(self) -> None:
        """Let all that is read until the transaction ends be of one moment, unless it is so."""

    @abstractmethod
    def version(self) -> Any:
        """Of the database as it is read now; each statement can tell it, too."""

    @abstractmethod
    def memory_of(self, version: Any) -> dict[Any, Any]:
        """What is remembered of this *version*; empty, where somebody wrote since."""

    def memory(self) -> dict[Any, Any]:
        """What is remembered of the database as it is read now."""
        return self.memory_of(self.version())

    def ends_well(self) -> bool:
        """Whether what was begun on it is ended, and something new can begin."""
        if not self._pooled.is_valid:
            return False
        try:
            if self.has_begun:
                self.driver.rollback()
        except self.driver.Error:
            return False
        return True

    def close(self) -> None:
        self._pooled.invalidate()


class LentBySQLite(Lent):
    """What is remembered goes with the connection, for as long as nobody commits a change."""

    def __init__(self, engine: sa.Engine, dialect: Dialect, home: list[Lent]) -> None:
        super().__init__(engine, dialect, home)
        self._version: tuple[int, int] | None = None
        self._memory: dict[Any, Any] = {}

    @property
    def has_begun(self) -> bool:
        return bool(self.driver.in_transaction)

    is_usable = True

    def begin(self) -> None:
        if not self.driver.in_transaction:
            self.driver.execute("BEGIN")

    def version(self) -> Any:
        return self.driver.execute("PRAGMA data_version").fetchone()[0]

    def memory_of(self, version: Any) -> dict[Any, Any]:
        # That number changes with what others commit, the other with what this one has written.
        both = version, self.driver.total_changes
        if both != self._version:
            self._version, self._memory = both, {}
        return self._memory


Make = Callable[[sa.Engine, Dialect, list[Lent]], Lent]


class Lender:
    """Lends connections, and keeps *most* of them meanwhile."""

    def __init__(self, engine: sa.Engine, most: int, make: Make = LentBySQLite) -> None:
        self.dialect = dialect_of(engine)
        self._engine, self._most, self._make = engine, most, make
        self._free: list[Lent] = []
        sa.event.listen(engine, "engine_disposed", lambda _engine: self._close())

    def lend(self) -> Lent:
        while True:
            try:
                lent = self._free.pop()
            except IndexError:
                return self._make(self._engine, self.dialect, self._free)
            if lent.is_usable:
                return lent
            lent.close()

    def take_back(self, lent: Lent) -> None:
        """End what was begun on it; keep it, unless it is broken or one too many."""
        is_kept = lent.home is self._free and len(self._free) < self._most
        if is_kept and lent.ends_well():
            self._free.append(lent)
        else:
            lent.close()

    def _close(self) -> None:
        free, self._free = self._free, []
        for lent in free:
            lent.close()
