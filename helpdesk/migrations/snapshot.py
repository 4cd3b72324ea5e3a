"""What all migrations together make of an empty SQLite file, as one script: ``schema.sql``.

``postgresql.sql`` makes the same in PostgreSQL: postgresql.py has put it into its words, and what
only PostgreSQL has (its way to find words) is in ``postgresql_only.sql``.

A new desk is made by it at once. To run them all takes a third of a second, and alembic, once
imported, stays in memory for as long as the desk is served. After a new migration
``python -m helpdesk.migrations.snapshot`` writes it anew; tests hold both ways against each other.
"""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..operations.migrate import MIGRATIONS, POSTGRESQL, SCHEMA, upgrade_by_migrations
from .postgresql import translated

HEADER = "-- A new desk's database. Made of the migrations by snapshot.py: don't edit.\n"
ONLY_POSTGRESQL = MIGRATIONS / "postgresql_only.sql"
TABLES, REST = ("table",), ("index", "view", "trigger")
# What SQLite makes by itself: its own tables, and those behind a virtual one.
_OWN = (
    "name LIKE 'sqlite\\_%' ESCAPE '\\'"
    " OR name IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')"
)


def script(driver: Any) -> str:
    """What makes a database like that of the connection *driver*: tables, rows, then the rest."""
    return HEADER + _joined(_statements(driver))


def postgresql_script(driver: Any) -> str:
    """What makes the same in PostgreSQL, *driver* being a connection to SQLite all the same."""
    return HEADER + _joined(translated(_statements(driver))) + ONLY_POSTGRESQL.read_text("utf-8")


def _statements(driver: Any) -> list[str]:
    rows = [statement for name in _plain_tables(driver) for statement in _rows(driver, name)]
    return [*_made(driver, TABLES), *rows, *_made(driver, REST)]


def _joined(statements: Iterable[str]) -> str:
    return "".join(f"{statement};\n" for statement in statements)


def _made(driver: Any, kinds: tuple[str, ...]) -> list[str]:
    marks = ", ".join("?" * len(kinds))
    query = (
        f"SELECT sql FROM sqlite_master WHERE type IN ({marks}) AND sql IS NOT NULL"  # noqa: S608
        f" AND NOT ({_OWN}) ORDER BY rowid"
    )
    return [sql for (sql,) in driver.execute(query, kinds)]


def _plain_tables(driver: Any) -> list[str]:
    query = (
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"  # noqa: S608
        f" AND NOT ({_OWN}) ORDER BY name"
    )
    return [name for (name,) in driver.execute(query)]


def _rows(driver: Any, name: str) -> list[str]:
    """One statement a row of the table *name*: settings and numbers that it begins with."""
    columns = [row[1] for row in driver.execute(f'PRAGMA table_info("{name}")')]
    values = " || ', ' || ".join(f'quote("{column}")' for column in columns)
    query = f'SELECT {values} FROM "{name}" ORDER BY 1'  # noqa: S608
    names = ", ".join(f'"{column}"' for column in columns)
    return [
        f'INSERT INTO "{name}" ({names}) VALUES ({row})'  # noqa: S608
        for (row,) in driver.execute(query)
    ]


def migrated() -> tuple[str, str]:
    """The scripts that the migrations would make today, SQLite's and PostgreSQL's."""
    from .. import create_app
    from ..database import db
    from ..settings import load_settings

    with tempfile.TemporaryDirectory() as folder:
        app = create_app(load_settings(Path(folder), {}), answers=False)
        with app.app_context():
            upgrade_by_migrations()
            with db.engine.connect() as connection:
                driver = connection.connection.driver_connection
                made = script(driver), postgresql_script(driver)
            db.engine.dispose()
    return made


if __name__ == "__main__":
    for path, made in zip((SCHEMA, POSTGRESQL), migrated(), strict=True):
        path.write_text(made, encoding="utf-8")
