"""What was written goes from the log of the database into its file, while others go on.

SQLite would do it in the commit that fills the log: everybody waits meanwhile, and where somebody
always reads, the log never begins anew, so each commit does it. Here a thread copies what there is,
beside those who write; where the log has become long, it lets nobody write for the moment that it
takes until nobody reads in the log any more. Who reads for long is not waited for.
"""

import logging
import threading
from typing import Any

import sqlalchemy as sa
from flask import Flask

from .columns import db
from .driver import run
from .engine import BUSY_TIMEOUT_MS
from .groups import Writers

PAUSE = 1.0  # seconds from one look to the next
LONG = 4_000  # pages, 16 MB: from here on the log is to begin anew
LONGER = 2_000  # pages until that is tried again, where somebody read for long
PATIENCE_MS = 100  # for those who read, while nobody can write

_log = logging.getLogger(__name__)


class Checkpoints:
    """A thread that looks after the log whenever something was committed, once a second at most."""

    def __init__(self, app: Flask) -> None:
        self._writers: Writers = app.extensions["helpdesk.writers"]
        with app.app_context():
            self._engine: sa.Engine = db.engine
        self._tries_at = LONG
        self._news, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name="checkpoints", daemon=True)

    def start(self) -> None:
        """Begin; from now on the commits themselves leave the log alone."""
        if self._engine.dialect.name == "sqlite":
            self._writers.leave_log_to(self._news.set)
            self._thread.start()

    def stop(self, patience: float = 5) -> None:
        """End, after what it is at, but for that wait at most *patience* seconds."""
        self._stopping.set()
        self._news.set()
        if self._thread.is_alive():
            self._thread.join(patience)
            self._writers.leave_log_to(None)

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._news.wait()
            self._news.clear()
            try:
                self.look()
            except Exception:
                _log.exception("The log of the database could not be looked after")
            self._stopping.wait(PAUSE)

    def look(self) -> None:
        """Copy what there is into the file, and let a long log begin anew, if nobody is in it."""
        _is_busy, pages = self._checkpoint("PASSIVE", 0)
        if pages < self._tries_at:
            return
        with self._writers.paused():
            is_busy, pages = self._checkpoint("RESTART", PATIENCE_MS)
        self._tries_at = pages + LONGER if is_busy else LONG

    def _checkpoint(self, kind: str, patience_ms: int) -> tuple[bool, int]:
        """Whether somebody was in the way, and how many pages the log has."""
        pooled = self._engine.raw_connection()
        driver: Any = pooled.driver_connection
        try:
            run(driver, f"PRAGMA busy_timeout={patience_ms}")
            is_busy, pages, _copied = run(driver, f"PRAGMA wal_checkpoint({kind})").fetchone()
            return bool(is_busy), pages
        finally:
            run(driver, f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
            pooled.close()
