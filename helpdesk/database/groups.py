"""Who writes, and what is made durable together.

A commit waits for the disk. Threads that want to write meanwhile queue up, and could go on in one
transaction, each behind a savepoint of its own, until the last of them commits for all: one wait
for the disk instead of one each. Nobody hears that their rows are kept before they are. Whoever
fails takes their own rows back; where the commit fails, it fails for all. What follows from the
rows of all of them (the index of words) is done once, before the commit.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import PoolProxiedConnection

from ..waiting import waits
from .driver import run
from .queueing import WriteQueue
from .session import Session, Writer

MOST_MEMBERS = 32  # of a group: the first one waits for the last
USUAL_LOG = 1_000  # pages of the log at which a commit copies them into the file, SQLite's default
LONGEST_LOG = 16_000  # the same, where somebody else does it, and is late
LOG_KEPT = 16 * 1024 * 1024  # bytes of the log's file that stay when it begins anew
CACHE_KIB = 8_000  # nobody else's writing empties the cache of who writes
# Does with a session what is left to do before a commit, and returns what is to be called after it.
Finish = Callable[[Session], Sequence[Callable[[], None]]]


class Writers:
    """The connection that writes, which goes from thread to thread in the order of asking.

    It is always the same one, so what it has read of the file stays known: nobody else writes.
    """

    def __init__(self, engine: sa.Engine, patience_ms: int) -> None:
        self.is_locked_out = False  # another process had the lock for all of our patience
        self._queue = WriteQueue()
        self._engine, self._patience_ms = engine, patience_ms
        self._pooled: PoolProxiedConnection | None = None
        self._group: Group | None = None  # whose commit the next one shares
        self._pages_in_log = USUAL_LOG
        self._committed: Callable[[], object] | None = None
        sa.event.listen(engine, "engine_disposed", lambda _engine: self._close())

    @contextmanager
    def turn(self, session: Session, finish: Finish, *, together: bool) -> Iterator[None]:
        """Let the block write with *session*; afterwards, what it wrote is durable.

        With *together* it may share its commit with others who are in the queue. Who is the last
        one of them does *finish* for all.
        """
        asked = time.monotonic()
        self._queue.acquire(together=together)
        try:
            group, self._group = self._group or Group(self._begun(asked)), None
            try:
                with group.member(session):
                    yield
            finally:
                if together and group.is_open and self._queue.is_joined:
                    self._group = group
                else:
                    self._end(group, session, finish)
        finally:
            self._queue.release()
        try:
            waits()
            group.wait()
        except BaseException:
            session.expire_all()  # what it knows of is not there
            raise

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let nobody write meanwhile, after those who wait for it already."""
        with self._queue:
            yield

    def leave_log_to(self, committed: Callable[[], object] | None) -> None:
        """Let somebody look after the log who is told of each commit; None: nobody (any more)."""
        with self.paused():
            self._pages_in_log = USUAL_LOG if committed is None else LONGEST_LOG
            self._committed = committed
            self._close()

    def is_locked_by_others(self) -> bool:
        """Whether another process has had the lock for long, and still has it."""
        if not self.is_locked_out:
            return False
        with self._queue:
            with suppress(sa.exc.OperationalError):
                self._begun(time.monotonic() - self._patience_ms / 1000).rollback()
            return self.is_locked_out

    def _begun(self, asked: float) -> Writer:
        """A transaction for who *asked* at that time. Raises OperationalError where none begins.

        What one has waited for in vain, those behind in the line have waited for as well: nobody
        waits for another process longer than the patience, however many there are.
        """
        waited_ms = int((time.monotonic() - asked) * 1000) if self.is_locked_out else 0
        try:
            writer = self._writer(max(0, self._patience_ms - waited_ms))
        except sa.exc.OperationalError as error:
            self.is_locked_out = self._is_locked(error)
            raise
        self.is_locked_out = False
        return writer

    def _is_locked(self, error: sa.exc.OperationalError) -> bool:
        """Whether that is why nothing begins: somebody else has the lock for too long."""
        name: str = getattr(error.orig, "sqlite_errorname", "")
        return name.startswith("SQLITE_BUSY")

    def _end(self, group: "Group", session: Session, finish: Finish) -> None:
        group.commit(session, finish)
        if not group.is_sound:
            self._close()
        elif self._committed is not None:
            self._committed()

    def _writer(self, patience_ms: int) -> Writer:
        if self._pooled is None:
            self._pooled = self._engine.raw_connection()
            self._prepare(self._pooled.driver_connection)
        if self.is_locked_out:
            run(self._pooled.driver_connection, f"PRAGMA busy_timeout={patience_ms}")
        writer = Writer(self._engine, self._pooled)
        if self.is_locked_out:
            run(writer.driver, f"PRAGMA busy_timeout={self._patience_ms}")
        return writer

    def _prepare(self, driver: Any) -> None:
        run(driver, f"PRAGMA wal_autocheckpoint={self._pages_in_log}")
        run(driver, f"PRAGMA busy_timeout={self._patience_ms}")
        run(driver, f"PRAGMA journal_size_limit={LOG_KEPT}")
        run(driver, f"PRAGMA cache_size={-CACHE_KIB}")

    def _close(self) -> None:
        """Close the connection for good: it is not like those that read, and may be amid of what
        nobody knows."""
        pooled, self._pooled = self._pooled, None
        if pooled is not None:
            pooled.invalidate()


class Group:
    """Members whose rows one commit makes durable. Only the thread whose turn it is may go on."""

    def __init__(self, writer: Writer) -> None:
        self.is_sound = True  # nothing failed that no member is to blame for
        self._members = 0  # whose part is done
        self._writer = writer
        self._has_ended = False
        self._going_on = threading.Lock()  # held until it has
        self._going_on.acquire()
        self._error: BaseException | None = None

    @property
    def is_open(self) -> bool:
        """Whether another member may join those whose part is done."""
        return 0 < self._members < MOST_MEMBERS and not self._has_ended

    @contextmanager
    def member(self, session: Session) -> Iterator[None]:
        """Let the block do its part with *session*; if it fails, only that is taken back."""
        driver, is_first = self._writer.driver, not self._members
        if not is_first:
            driver.execute("SAVEPOINT member")
        with session.writing_on(self._writer, in_savepoint=not is_first):
            try:
                yield
                if session.in_transaction():
                    session.commit()
                self._members += 1  # the commit releases the savepoints of all
            except BaseException as error:
                self._take_back(session, error)
                raise

    def _take_back(self, session: Session, error: BaseException) -> None:
        """Take back the part of *session*, or know that SQLite took back all (a full disk)."""
        driver = self._writer.driver
        is_lost = not self._writer.in_transaction
        with suppress(sa.exc.SQLAlchemyError):
            session.rollback()
        session.expire_all()  # it may know of rows that were added past it
        if is_lost or not self._members:
            self._fail(error, is_sound=not is_lost)
            return
        try:
            driver.execute("ROLLBACK TO member")
        except Exception as more:
            self._fail(more)

    def commit(self, session: Session, finish: Finish) -> None:
        """Make all parts durable after *finish* with *session*, unless they failed."""
        if self._has_ended:
            return
        try:
            with session.writing_on(self._writer, in_savepoint=False):
                afterwards = finish(session)
                if session.in_transaction():
                    session.commit()
            waits()
            self._writer.commit()
        except BaseException as error:
            with suppress(sa.exc.SQLAlchemyError):
                session.rollback()
            self._fail(error)
            return
        self._end()
        for call in afterwards:
            call()

    def wait(self) -> None:
        """Return when all parts are durable. Raises, for each member, what the commit did."""
        with self._going_on:  # one after the other, who would be in each other's way anyhow
            pass
        error = self._error
        if isinstance(error, sa.exc.DBAPIError) and error.orig is not None:
            raise type(error)(error.statement, None, error.orig, hide_parameters=True) from error
        if error is not None:
            raise RuntimeError("Nothing was written: the commit failed.") from error

    def _end(self) -> None:
        self._has_ended = True
        self._going_on.release()

    def _fail(self, error: BaseException, *, is_sound: bool = False) -> None:
        self._error, self.is_sound = error, is_sound
        with suppress(sa.exc.SQLAlchemyError):
            self._writer.rollback()
        self._end()
