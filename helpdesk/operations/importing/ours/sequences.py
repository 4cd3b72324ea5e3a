"""Ids that the other desk has given go on where they were: none is ever given again."""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from ....database import db
from ...exporting.kinds import Kind
from ...exporting.manifest import MANIFEST
from .sources import Bad


def put_in_order(sequences: Mapping[str, int], kinds: Iterable[Kind]) -> None:
    """Let the next ids follow the last ones of *sequences*. Raises Bad."""
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        return _in_sqlite(connection, sequences)
    return _in_postgresql(connection, sequences, kinds)


def _in_sqlite(connection: sa.Connection, sequences: Mapping[str, int]) -> None:
    kept = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'"
    given = connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")
    known = dict.fromkeys(connection.exec_driver_sql(kept).scalars(), 0)
    known.update((row[0], row[1]) for row in given)
    _require_known(sequences, known)
    for name, last in sequences.items():
        connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
        connection.exec_driver_sql("INSERT INTO sqlite_sequence VALUES (?, ?)", (name, last))


def _in_postgresql(
    connection: sa.Connection, sequences: Mapping[str, int], kinds: Iterable[Kind]
) -> None:
    """There a table knows of no id that its rows brought along, so each is told."""
    numbered = [kind for kind in kinds if list(kind.keys) == ["id"]]
    last = {
        kind.name: connection.scalar(sa.select(sa.func.max(kind.table.c.id))) or 0
        for kind in numbered
    }
    _require_known(sequences, {kind.name: last[kind.name] for kind in numbered if kind.never_again})
    for name, number in (last | dict(sequences)).items():
        told = {"name": name, "number": number}
        if name == "audit":
            connection.execute(_AUDIT, told)
        elif number:
            connection.execute(_IDENTITY, told)


_AUDIT = sa.text("UPDATE audit_numbers SET last = :number WHERE name = :name")
_IDENTITY = sa.text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :number)")


def _require_known(sequences: Mapping[str, int], known: Mapping[str, int]) -> None:
    for name, last in sequences.items():
        if name not in known or last < known[name]:
            raise Bad(MANIFEST, f"The last id of {name[:60]!r} can't be {last}.")
