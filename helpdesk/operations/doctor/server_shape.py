"""The shape of a desk in PostgreSQL: tables, indexes and triggers, beside a new one's.

PostgreSQL keeps no words as they were typed, so a new desk is made in a schema of its own, in a
transaction that is taken back, and both are described by the server in the same words. A new one is
made once for all looks of a process: that takes the server longer than all other checks together,
and leaves dead rows in its catalogue.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from ...database import db
from ..migrate import POSTGRESQL

_NEW = "helpdesk_as_new"
_known: dict[str, "Shape"] = {}  # that of a new desk, by the version of the server
_COLUMNS = """
SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum"""
_MADE = """
SELECT c.relname, i.indexrelid::regclass::text, 'INDEX', pg_get_indexdef(i.indexrelid), ''
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = i.indexrelid)
UNION ALL
SELECT c.relname, t.tgname, 'TRIGGER', pg_get_triggerdef(t.oid),
    CASE t.tgenabled WHEN 'D' THEN '' ELSE pg_get_functiondef(t.tgfoid) END
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal ORDER BY 1, 2"""


@dataclass(frozen=True)
class Made:
    """An index or a trigger: what makes it, and the function that a trigger calls."""

    kind: str
    table: str
    by: str
    function: str


@dataclass(frozen=True)
class Shape:
    columns: frozenset[tuple[str, str]]
    made: dict[tuple[str, str], Made]  # by table and name

    def lost(self, wanted: "Shape") -> list[str]:
        """The tables and columns of *wanted* that are not here."""
        tables = {table for table, _column in self.columns}
        lost = sorted(wanted.columns - self.columns)
        return list(dict.fromkeys(t if t not in tables else f"{t}.{c}" for t, c in lost))

    def wrong(self, wanted: "Shape") -> list[tuple[str, str]]:
        """The indexes and triggers of *wanted* that are not here, or made otherwise."""
        return [one for one, made in wanted.made.items() if self.made.get(one) != made]


def shapes() -> tuple[Shape, Shape]:
    """That of this desk, and that of a new one."""
    with db.engine.connect() as connection:
        return _shape_of(connection), _wanted(connection)


def lost_columns() -> list[str]:
    """The tables and columns of a new desk that this one has not."""
    with db.engine.connect() as connection:
        return Shape(_columns_of(connection), {}).lost(_wanted(connection))


def mend() -> list[str]:
    """Make the indexes and triggers that are missing or wrong anew, all or none; their names."""
    with db.engine.begin() as connection:
        has, wants = _shape_of(connection), _wanted(connection)
        wrong = has.wrong(wants)
        for one in wrong:
            _make_anew(connection, one[1], has.made.get(one), wants.made[one])
    return [name for _table, name in wrong]


def _make_anew(connection: sa.Connection, name: str, old: Made | None, new: Made) -> None:
    if old is not None:
        where = f' ON "{old.table}"' if old.kind == "TRIGGER" else ""
        _say(connection, f'DROP {old.kind} "{name}"{where}')
    if new.function:
        _say(connection, new.function)
    _say(connection, new.by)


def _wanted(connection: sa.Connection) -> Shape:
    version = connection.exec_driver_sql("SHOW server_version").scalar_one()
    if version not in _known:
        _known[version] = _as_new(connection)
    return _known[version]


def _as_new(connection: sa.Connection) -> Shape:
    with _taken_back(connection):
        _say(connection, f"CREATE SCHEMA {_NEW}")
        _say(connection, f"SET LOCAL search_path TO {_NEW}")
        _say(connection, POSTGRESQL.read_text("utf-8"))
        return _shape_of(connection)


@contextmanager
def _taken_back(connection: sa.Connection) -> Iterator[None]:
    point = connection.begin_nested()
    try:
        yield
    finally:
        point.rollback()


def _shape_of(connection: sa.Connection) -> Shape:
    schema = connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    made = {
        (table, name): Made(kind, table, *(one.replace(f"{schema}.", "") for one in (by, function)))
        for table, name, kind, by, function in connection.exec_driver_sql(_MADE)
    }
    return Shape(_columns_of(connection), made)


def _columns_of(connection: sa.Connection) -> frozenset[tuple[str, str]]:
    found = connection.exec_driver_sql(_COLUMNS)
    return frozenset((table, column) for table, column in found)


def _say(connection: sa.Connection, statement: str) -> None:
    connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
