"""Who reads: all that one session reads is of one moment, and nothing can be written by the way."""

import threading
from collections import OrderedDict
from typing import Any

import sqlalchemy as sa

MOST_KEPT = 4  # moments whose answers are kept: requests that run side by side see few


class Reader:
    """The engine that sessions read with, and what is kept for as long as nobody writes.

    What a snapshot shows is told by its own text: which transactions had ended by then, and which
    had not. Two with the same text show the same, in whatever process.
    """

    def __init__(self, engine: sa.Engine) -> None:
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self.engine = engine.execution_options(**options)
        self._kept: OrderedDict[str, dict[Any, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def memory(self, connection: sa.Connection) -> dict[Any, Any]:
        """What is remembered of the database as *connection* sees it."""
        moment = connection.exec_driver_sql("SELECT pg_current_snapshot()::text").scalar_one()
        with self._lock:
            found = self._kept.setdefault(moment, {})
            self._kept.move_to_end(moment)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return found
