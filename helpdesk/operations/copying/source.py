"""The desk that is copied: of one moment, with nobody else who writes, and never written to."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import sqlalchemy as sa

from ...database import db
from ...errors import HelpdeskError
from ...settings import Settings
from ..archives.copying import opened
from ..archives.making import database_of
from .rows import copied

IN_USE = "A help desk is using this database. Please stop it first, or what it does is not copied."
_SEQUENCE = "SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, %s)::regclass)"


@contextmanager
def reading(settings: Settings) -> Iterator[Any]:
    """The driver's connection in a transaction that reads; nobody can write until its end.

    Inside the desk's context. Raises HelpdeskError.
    """
    with _on_sqlite(settings) if settings.is_alone else _on_postgresql() as driver:
        yield driver


@contextmanager
def _on_sqlite(settings: Settings) -> Iterator[Any]:
    with closing(opened(database_of(settings))) as driver:
        try:
            driver.execute("BEGIN IMMEDIATE")
        except driver.OperationalError:
            raise HelpdeskError(IN_USE) from None
        try:
            yield driver
        finally:
            driver.rollback()


@contextmanager
def _on_postgresql() -> Iterator[Any]:
    from ...database.postgresql import Lock, take

    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with db.engine.connect() as locks, db.engine.connect() as reads:
        # First the locks, then the moment.
        if not (take(locks, Lock.SERVING) and take(locks, Lock.WRITING)):
            raise HelpdeskError(IN_USE)
        with reads.execution_options(**options).begin():
            yield reads.connection.driver_connection


def last_ids(driver: Any) -> dict[str, int]:
    """The highest id that each table ever gave away, of those that number their rows."""
    numbered = {
        table.name: keys[0].name
        for table in copied()
        if len(keys := list(table.primary_key)) == 1 and isinstance(keys[0].type, sa.Integer)
    }
    found = {
        table: driver.execute(f'SELECT max("{key}") FROM "{table}"').fetchone()[0]  # noqa: S608
        for table, key in numbered.items()
    }
    given: dict[str, int | None] = {}
    if not hasattr(driver, "pgconn"):
        given.update(driver.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
    else:
        for table, key in numbered.items():
            [given[table]] = driver.execute(_SEQUENCE, (table, key)).fetchone()
        given.update(driver.execute("SELECT name, last FROM audit_numbers").fetchall())
    return {
        table: max(found[table] or 0, given.get(table) or 0)
        for table in numbered
        if found[table] or given.get(table)
    }
