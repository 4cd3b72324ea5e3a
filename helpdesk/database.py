"""The database: its engine, ``transaction()``, and the column types that are ours.

What is particular to SQLite (driver, pragmas, locking) is here and nowhere else. Everything that
writes does so inside ``transaction()``; a flush outside of it is refused, so a read can't write.
"""

import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Session, UOWTransaction

from .settings import Settings

BUSY_TIMEOUT_MS = 15_000  # against other processes only: our own threads queue at one lock

# WAL with FULL: a commit that was answered survives a power cut. Never mmap_size: an I/O error
# under a memory map is a crash, not an exception.
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cache_size=-8000",
)


class Base(DeclarativeBase):
    """The parent of every model; constraint names are fixed so that migrations can name them."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Instant(sa.TypeDecorator[datetime]):
    """A moment in UTC, kept as whole seconds since 1970: small, sortable, portable."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else int(value.timestamp())

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else datetime.fromtimestamp(value, UTC)


def one_of(choices: type[StrEnum]) -> sa.Enum:
    """A column that holds one of *choices*, kept as its plain word."""
    return sa.Enum(
        choices,
        native_enum=False,
        create_constraint=False,
        length=16,
        values_callable=lambda enum: [member.value for member in enum],
    )


class WriteQueue:
    """A lock that is handed on in the order in which it was asked for.

    Threads that leave the queueing to SQLite's busy handler sleep and poll; one fair lock in the
    process writes about three times as much (docs/DECISIONS.md).
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Lock] = deque()

    def __enter__(self) -> None:
        with self._guard:
            if not self._held:
                self._held = True
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()  # until the one before hands it on

    def __exit__(self, *_: object) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False


db = SQLAlchemy(
    model_class=Base,
    # A row that was just written is shown as written, not read once more.
    session_options={"expire_on_commit": False},
)


def sqlite_driver() -> ModuleType:
    """The SQLite that the desk uses: the bundled one, or else the standard library's.

    Debian 12's 3.40.1 has a WAL corruption bug; ``helpdesk doctor`` warns of it.
    """
    try:
        import pysqlite3.dbapi2 as driver
    except ImportError:
        return sqlite3
    return driver  # type: ignore[no-any-return]


def engine_options(url: str, threads: int) -> dict[str, Any]:
    """What ``create_engine`` is told for *url* and a server with *threads* threads."""
    # What is written to the database is nobody's business in a log.
    private = {"hide_parameters": True}
    if not sa.make_url(url).drivername.startswith("sqlite"):
        return private
    return private | {
        "module": sqlite_driver(),
        "pool_size": threads + 4,
        "max_overflow": 16,
        "connect_args": {"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000},
    }


def init_app(app: Flask, settings: Settings) -> None:
    """Bind the database of *settings* to *app*."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(
        settings.database_url, settings.threads
    )
    db.init_app(app)
    app.extensions["helpdesk.writers"] = WriteQueue()
    with app.app_context():
        prepare(db.engine)


def prepare(engine: sa.Engine) -> None:
    """Teach *engine* the pragmas, and to begin a transaction as its user asked."""
    if engine.dialect.name != "sqlite":
        return

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        writing = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def transaction() -> Iterator[None]:
    """Write: one at a time in the process, all or nothing, committed when the block ends.

    What was read before is forgotten at its start, so a decision inside it rests on rows that
    nobody else can change meanwhile. Inside another ``transaction()`` it joins that one.
    """
    session = db.session()
    if "writing" in session.info:
        yield
        return
    session.rollback()
    session.expire_all()
    with current_app.extensions["helpdesk.writers"]:
        writing = session.info["writing"] = Writing()
        try:
            session.connection(execution_options={"writing": True})
            yield
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            del session.info["writing"]
    for call in writing.after_commit:
        call()


@dataclass
class Writing:
    """What lives as long as one outermost ``transaction()``."""

    batch: str = ""  # the name of the deed that its events belong to (events.py)
    after_commit: list[Callable[[], None]] = field(default_factory=list)


def writing() -> Writing:
    """The ``transaction()`` of this thread. Raises RuntimeError where none is open."""
    found: Writing | None = db.session().info.get("writing")
    if found is None:
        raise RuntimeError("This belongs into a transaction().")
    return found


def after_commit(call: Callable[[], None]) -> None:
    """Call *call* once the ``transaction()`` at hand has committed; not at all if it fails.

    It is for what leaves the database: it must neither raise nor write.
    """
    writing().after_commit.append(call)


@sa.event.listens_for(Session, "before_flush")
def _only_in_a_transaction(session: Session, _context: UOWTransaction, _rows: object) -> None:
    if "writing" not in session.info and (session.new or session.dirty or session.deleted):
        raise RuntimeError("A change to the database was made outside of transaction().")
