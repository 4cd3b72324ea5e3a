"""What all migrations together make of an empty SQLite file, as one script: ``schema.sql``.

A new desk is made by it at once. To run them all takes a third of a second, and alembic, once
imported, stays in memory for as long as the desk is served. After a new migration
``python -m helpdesk.migrations.snapshot`` writes it anew; tests hold both ways against each other.
"""

import tempfile
from pathlib import Path
from typing import Any

from ..operations.migrate import SCHEMA, upgrade_by_migrations

HEADER = "-- A new desk's database. Made of the migrations by snapshot.py: don't edit.\n"
TABLES, REST = ("table",), ("index", "view", "trigger")
# What SQLite makes by itself: its own tables, and those behind a virtual one.
_OWN = (
    "name LIKE 'sqlite\\_%' ESCAPE '\\'"
    " OR name IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')"
)


def script(driver: Any) -> str:
    """What makes a database like that of the connection *driver*: tables, rows, then the rest."""
    rows = [statement for name in _plain_tables(driver) for statement in _rows(driver, name)]
    statements = [*_made(driver, TABLES), *rows, *_made(driver, REST)]
    return HEADER + "".join(f"{statement};\n" for statement in statements)


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


def migrated() -> str:
    """The script that the migrations would make today."""
    from .. import create_app
    from ..database import db
    from ..settings import load_settings

    with tempfile.TemporaryDirectory() as folder:
        app = create_app(load_settings(Path(folder), {}), answers=False)
        with app.app_context():
            upgrade_by_migrations()
            with db.engine.connect() as connection:
                made = script(connection.connection.driver_connection)
            db.engine.dispose()
    return made


if __name__ == "__main__":
    SCHEMA.write_text(migrated(), encoding="utf-8")
