"""Who writes: one at a time over all processes, as on SQLite.

Much of the desk looks first and writes then, and keeps counts and an index of words with each
change. So each transaction that writes takes one lock for itself, and what it has read stays true
until its commit. Threads of one process share commits as on SQLite (groups.py): what takes long is
the commit, not the rest.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import sqlalchemy as sa

from ..groups import Writers as SQLiteWriters
from .locks import DESK, Lock

LOCK_NOT_AVAILABLE = "55P03"  # postgresql.org/docs/current/errcodes-appendix.html
# A process that hangs amid of a transaction loses it, and with it the lock.
LONGEST_PAUSE_MS = 300_000
# In one step, for each costs a way to the server; what stands first is done first.
_BEGIN = (
    "SELECT set_config('lock_timeout', %s, true),"
    " set_config('idle_in_transaction_session_timeout', %s, true),"
    " pg_advisory_xact_lock(%s, %s)"
)


class Writer:
    """A transaction that has the lock; sessions write in it, one after the other."""

    def __init__(self, engine: sa.Engine, patience_ms: int) -> None:
        self.connection = engine.connect()
        try:
            self._whole = self.connection.begin()
            self.driver: Any = self.connection.connection.driver_connection
            # No time at all would be for ever to PostgreSQL.
            waits = f"{max(patience_ms, 1)}ms", f"{LONGEST_PAUSE_MS}ms"
            self.connection.exec_driver_sql(_BEGIN, (*waits, DESK, Lock.WRITING.value))
        except BaseException:
            self.connection.close()
            raise

    @property
    def in_transaction(self) -> bool:
        return not self.connection.closed and self._whole.is_active and not self.driver.closed

    def commit(self) -> None:
        try:
            self._whole.commit()
        finally:
            self._close()

    def rollback(self) -> None:
        with suppress(sa.exc.SQLAlchemyError):
            if self._whole.is_active:
                self._whole.rollback()
        self._close()

    def _close(self) -> None:
        with suppress(sa.exc.SQLAlchemyError):
            self.connection.close()


class Writers(SQLiteWriters):
    """The same queue of threads, in front of the lock that all processes share."""

    def _writer(self, patience_ms: int) -> Any:
        return Writer(self._engine, patience_ms)

    def _is_locked(self, error: sa.exc.OperationalError) -> bool:
        return getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE

    def leave_log_to(self, committed: Callable[[], object] | None) -> None:
        """There is no log to look after."""
