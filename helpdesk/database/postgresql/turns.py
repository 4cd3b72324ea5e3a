"""What one of all processes does at a time, for as long as it likes.

The lock is a connection's, not a transaction's, so nothing that others remove is kept for it; the
server lets go of it as soon as the process is gone (dialect.py: within a minute, where its whole
machine is).
"""

from contextlib import suppress

import sqlalchemy as sa

from .locks import DESK, Lock


class Turn:
    """The turn to do *what* with the thing of this *number*."""

    def __init__(self, engine: sa.Engine, what: Lock, number: int) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._key = DESK + what.value, number
        self._connection: sa.Connection | None = None
        self._is_taken = False

    def take(self) -> bool:
        """Take it; False: it is somebody else's."""
        if self._connection is None:
            self._connection = self._engine.connect()
        query = "SELECT pg_try_advisory_lock(%s, %s)"
        self._is_taken = bool(self._connection.exec_driver_sql(query, self._key).scalar_one())
        return self._is_taken

    def is_mine(self) -> bool:
        """Whether it still is ours, which it isn't once the connection was lost."""
        if self._connection is None:
            return False
        try:
            self._connection.exec_driver_sql("SELECT 1")
        except sa.exc.SQLAlchemyError:
            return False
        return self._is_taken

    def end(self) -> None:
        """Let others have it."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            if self._is_taken:
                connection.exec_driver_sql("SELECT pg_advisory_unlock(%s, %s)", self._key)
        except sa.exc.SQLAlchemyError:
            with suppress(sa.exc.SQLAlchemyError):
                connection.invalidate()
        finally:
            self._is_taken = False
            connection.close()
