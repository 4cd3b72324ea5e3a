"""A copy of a database that is in use, of one moment, by SQLite's online backup API."""

import os
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from ...database import BUSY_TIMEOUT_MS, sqlite_driver
from ...errors import HelpdeskError

_PAGES_AT_ONCE = 2500  # 10 MB: then somebody is told
Tell = Callable[[int, int], None]  # so many bytes of so many


def copy_database(source: Path, target: Path, tell: Tell = lambda _done, _all: None) -> None:
    """Copy *source*, whoever writes meanwhile, to *target*, one file that is new and private.

    It is not on the disk for good at return. Raises HelpdeskError, OSError.
    """
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    driver = sqlite_driver()
    try:
        with closing(opened(source)) as copied, closing(opened(target)) as copy:
            for pragma in ("journal_mode=OFF", "synchronous=OFF"):
                copy.execute(f"PRAGMA {pragma}").fetchall()
            size = _fix_moment(copied)

            def told(_status: int, left: int, total: int) -> None:
                tell((total - left) * size, total * size)

            copied.backup(copy, pages=_PAGES_AT_ONCE, progress=told)
            copied.rollback()
            copy.execute("PRAGMA journal_mode=DELETE").fetchall()  # it has no log beside it
    except driver.Error as error:
        raise HelpdeskError(f"The database could not be copied: {error}.") from error


def opened(path: Path) -> Any:
    """A connection to the database in *path*, which must be there; it begins nothing by itself."""
    driver = sqlite_driver()
    connection = driver.connect(path, timeout=BUSY_TIMEOUT_MS / 1000)
    connection.isolation_level = None
    return connection


def make_single(connection: Any) -> None:
    """Let the database be one file, with no log beside it. Raises the driver's OperationalError.

    It stays in the mode that a desk uses, whose log is gone once nobody has it open.
    """
    connection.execute("PRAGMA journal_mode=DELETE").fetchall()
    connection.execute("PRAGMA journal_mode=WAL").fetchall()


def tables_of(connection: Any, *kinds: str) -> list[str]:
    """The names of all tables of these *kinds*: ``table``, or ``shadow`` for one of SQLite's."""
    return sorted(
        row[1]
        for row in connection.execute("PRAGMA table_list").fetchall()
        if row[0] == "main" and row[2] in kinds and not row[1].startswith("sqlite_")
    )


def count_rows(connection: Any, tables: Sequence[str]) -> dict[str, int]:
    """How many rows each of *tables* has."""
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
        for name in tables
    }


def all_rows(connection: Any) -> dict[str, int]:
    """How many rows each table has; those that SQLite makes for an index of words too."""
    return count_rows(connection, tables_of(connection, "table", "shadow"))


def revision_of(connection: Any) -> str | None:
    """The revision of the tables; None where they are none of a desk."""
    if not has_table(connection, "alembic_version"):
        return None
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if found is None else str(found[0])


def has_table(connection: Any, name: str) -> bool:
    """Whether there is such a table."""
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    return connection.execute(query, (name,)).fetchone() is not None


def _fix_moment(connection: Any) -> int:
    """Begin to read: what is committed from now on is not seen, and begins no copy anew.

    The bytes of a page.
    """
    connection.execute("BEGIN")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    size: int = connection.execute("PRAGMA page_size").fetchone()[0]
    return size
