"""Whether the rows of an export fit together, once all of them are there."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from ....database import db
from ...exporting.kinds import Kind
from ...exporting.manifest import MANIFEST, Manifest
from .rows import line_with
from .sources import Bad, Source


def require_sound(source: Source, kinds: Mapping[str, Kind], manifest: Manifest) -> None:
    """Each row that another one names is there, and none is above itself. Raises Bad."""
    connection = db.session.connection()
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        table, rowid, target, number = broken
        kind = kinds[table]
        name = _column_of_key(connection, table, number)
        line = line_with(source, kind, manifest.kinds[table], _key_of(connection, kind, rowid))
        raise Bad(kind.file, f"There is no row in {target} that its {name} names.", line)
    for kind in kinds.values():
        for column in kind.columns:
            if any(key.column.table is kind.table for key in column.foreign_keys):
                ring = _ring(connection, kind, column)
                if ring is not None:
                    line = line_with(source, kind, manifest.kinds[kind.name], (ring,))
                    raise Bad(kind.file, f"Who follows its {column.name} comes back to it.", line)


def put_in_order(sequences: Mapping[str, int]) -> None:
    """Let ids that the other desk has given never be given again. Raises Bad."""
    connection = db.session.connection()
    known: dict[str, int] = {
        row[0]: row[1]
        for row in connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")
    }
    kept = connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'"
    )
    names = set(kept.scalars())
    for name, last in sequences.items():
        if name not in names or last < known.get(name, 0):
            raise Bad(MANIFEST, f"The last id of {name[:60]!r} can't be {last}.")
        connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
        connection.exec_driver_sql("INSERT INTO sqlite_sequence VALUES (?, ?)", (name, last))


def _column_of_key(connection: sa.Connection, table: str, number: int) -> str:
    keys = connection.exec_driver_sql(f"PRAGMA foreign_key_list({table})")
    return next(str(key[3]) for key in keys if key[0] == number)


def _key_of(connection: sa.Connection, kind: Kind, rowid: int) -> tuple[Any, ...]:
    where = sa.text("rowid = :rowid").bindparams(rowid=rowid)
    columns = [kind.table.c[name] for name in kind.keys]
    return tuple(connection.execute(sa.select(*columns).where(where)).one())


def _ring(connection: sa.Connection, kind: Kind, column: sa.Column[Any]) -> int | None:
    """A row from which *column* leads, from row to row, back to one on the way."""
    [key] = kind.table.primary_key
    rows = connection.execute(sa.select(key, column).where(column.is_not(None)))
    above: dict[int, int] = {row[0]: row[1] for row in rows}
    done: set[int] = set()
    for start in above:
        way: set[int] = set()
        here = start
        while here in above and here not in done:
            if here in way:
                return here
            way.add(here)
            here = above[here]
        done |= way
    return None
