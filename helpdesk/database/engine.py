"""The engine: the driver, its pragmas, and how a transaction begins."""

import re
from types import ModuleType
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine.interfaces import DBAPIConnection

from .. import watchdog
from ..errors import HelpdeskError
from ..settings import Settings
from .columns import db
from .groups import Writers
from .lending import Lender

if TYPE_CHECKING:
    from .postgresql import Link

LOCKED = "Another program has kept the database locked for long."
BUSY_TIMEOUT_MS = 15_000  # against other processes only: our own threads queue at one lock

# WAL with FULL: a commit that was answered survives a power cut. Never mmap_size: an I/O error
# under a memory map is a crash, not an exception. A connection has a small cache: with WAL it is
# emptied by what others write, and to read from the system's memory again takes no longer.
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cache_size=-1000",
)


def sqlite_driver() -> ModuleType:
    """The SQLite that the desk uses: the bundled one, or else the standard library's.

    Debian 12's 3.40.1 has a WAL corruption bug; ``helpdesk doctor`` warns of it.
    """
    try:
        import pysqlite3.dbapi2 as driver
    except ImportError:
        import sqlite3 as driver
    return driver  # type: ignore[no-any-return]


def engine_options(url: str, threads: int) -> dict[str, Any]:
    """What ``create_engine`` is told for *url*, and so many *threads* that answer."""
    # What is written to the database is nobody's business in a log.
    private = {"hide_parameters": True}
    if not url.startswith("sqlite"):
        return {**private, **_postgresql().engine_options(threads)}
    return private | {
        "module": sqlite_driver(),
        "max_overflow": -1,  # there are as many as there are threads; lending.py keeps some
        "connect_args": {"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000},
    }


def init_app(app: Flask, settings: Settings) -> None:
    """Bind the database of *settings* to *app*."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    options = engine_options(settings.database_url, settings.threads)
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    app.extensions["helpdesk.kept"] = {}  # stamps.py
    app.extensions["helpdesk.before_commit"] = []
    with app.app_context():
        engine = db.engine
        prepare(engine)
        app.extensions["helpdesk.lender"] = lender_of(engine, settings.threads + 4)
        writers = app.extensions["helpdesk.writers"] = _writers_of(engine)
        app.extensions["helpdesk.link"] = _link_of(engine)
    watchdog.watch(app, lambda: LOCKED if writers.is_locked_by_others() else None)


def prepare(engine: sa.Engine) -> None:
    """Teach *engine* the pragmas, and to begin a transaction that reads. Writing is groups.py."""
    if engine.dialect.name != "sqlite":
        _postgresql().prepare(engine)
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
        driver: Any = connection.connection.driver_connection
        if not driver.in_transaction:  # else it was begun past SQLAlchemy (session.py)
            driver.execute("BEGIN")


def _writers_of(engine: sa.Engine) -> Writers:
    if engine.dialect.name == "sqlite":
        return Writers(engine, BUSY_TIMEOUT_MS)
    writers: Writers = _postgresql().Writers(engine, BUSY_TIMEOUT_MS)
    return writers


def lender_of(engine: sa.Engine, most: int) -> Lender:
    """What lends connections of *engine* to who reads, and keeps *most* of them."""
    if engine.dialect.name == "sqlite":
        return Lender(engine, most)
    lender: Lender = _postgresql().lender_of(engine, most)
    return lender


def _link_of(engine: sa.Engine) -> "Link | None":
    if engine.dialect.name == "sqlite":
        return None
    link: Link = _postgresql().Link(engine)
    return link


def _postgresql() -> Any:
    """What is particular to PostgreSQL, and imports much. Raises HelpdeskError: not installed."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        raise HelpdeskError(
            "DATABASE_URL names PostgreSQL, for which a package is missing: please install"
            " helpdesk[postgres]."
        ) from None
    from . import postgresql

    return postgresql


def _said_after_the_table(_compiler: Any, _table: Any, text: str | None) -> str | None:
    return text


# So that ``with_hint(table, "INDEXED BY …", "sqlite")`` is said to SQLite as to other databases.
SQLiteCompiler.get_from_hint_text = _said_after_the_table  # type: ignore[method-assign,assignment]


_limited: Any = SQLiteCompiler.limit_clause


def _limited_by_a_sum(compiler: Any, select: Any, **options: Any) -> str:
    text: str = _limited(compiler, select, **options)
    return _LIMIT.sub(r"LIMIT \1 + 0", text)


# To SQLite a bare variable in LIMIT is a hint for its plan: it parses and plans the statement anew
# at each call, as often as the value is set. In a sum it is none.
_LIMIT = re.compile(r"LIMIT (:\w+|\?)")
SQLiteCompiler.limit_clause = _limited_by_a_sum  # type: ignore[method-assign,assignment]
