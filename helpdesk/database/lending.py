"""Connections to read with, lent for as long as a request reads.

SQLAlchemy's pool takes longer to give out a connection than most queries take. These stay out of
it: the one that was given back last is lent next, with its pages and what is remembered of them.
"""

from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import PoolProxiedConnection


class Lent:
    """A connection, and what is remembered with it for as long as nobody commits a change."""

    def __init__(self, engine: sa.Engine, home: list["Lent"]) -> None:
        self.home = home  # where it goes back to
        self._engine = engine
        self._pooled: PoolProxiedConnection = engine.raw_connection()
        self.driver: Any = self._pooled.driver_connection
        self._version: tuple[int, int] | None = None
        self._memory: dict[Any, Any] = {}

    @cached_property
    def connection(self) -> sa.Connection:
        """The same for SQLAlchemy, in the transaction that was begun past it, if any."""
        return sa.Connection(self._engine, connection=self._pooled)

    def ends_well(self) -> bool:
        """Whether what was begun on it is ended, and something new can begin."""
        if not self._pooled.is_valid:
            return False
        try:
            if self.driver.in_transaction:
                self.driver.rollback()
        except self.driver.Error:
            return False
        return True

    def memory(self) -> dict[Any, Any]:
        """What is remembered of the database as it is now; nothing, where somebody has written."""
        return self.memory_of(self.driver.execute("PRAGMA data_version").fetchone()[0])

    def memory_of(self, data_version: int) -> dict[Any, Any]:
        # That number changes with what others commit, the other with what this one has written.
        version = data_version, self.driver.total_changes
        if version != self._version:
            self._version, self._memory = version, {}
        return self._memory

    def close(self) -> None:
        self._pooled.invalidate()


def lender_of(engine: sa.Engine, most: int) -> "Lender | None":
    """What lends connections of *engine*, and keeps *most*; None: only SQLite is read so."""
    return Lender(engine, most) if engine.dialect.name == "sqlite" else None


class Lender:
    """Lends connections, and keeps *most* of them meanwhile."""

    def __init__(self, engine: sa.Engine, most: int) -> None:
        self._engine, self._most = engine, most
        self._free: list[Lent] = []
        sa.event.listen(engine, "engine_disposed", lambda _engine: self._close())

    def lend(self) -> Lent:
        try:
            return self._free.pop()
        except IndexError:
            return Lent(self._engine, self._free)

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
