"""The shape of a database: its tables, columns, indexes and triggers, beside a new desk's."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from ...database import sqlite_driver
from ..migrate import SCHEMA

_ALL = """
SELECT type, name, sql FROM sqlite_master WHERE type IN ('table', 'index', 'trigger')
AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"""
_COLUMNS = """
SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_xinfo(m.name) c
WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"""
_SIGNS = re.compile(r"[\s\"'`\[\]]+")


@dataclass(frozen=True)
class Shape:
    """*columns* of each table; what made the indexes and triggers, by their names."""

    columns: dict[str, frozenset[str]]
    made_by: dict[str, tuple[str, str]]  # index or trigger → which, statement

    def lost_columns(self, wanted: "Shape") -> list[str]:
        """The tables and columns of *wanted* that are not here."""
        lost = []
        for table, columns in wanted.columns.items():
            if table not in self.columns:
                lost.append(table)
            else:
                lost += [f"{table}.{one}" for one in sorted(columns - self.columns[table])]
        return lost

    def wrong(self, wanted: "Shape") -> list[str]:
        """The indexes and triggers of *wanted* that are not here, or made otherwise."""
        return [
            name
            for name, (kind, sql) in wanted.made_by.items()
            if name not in self.made_by or self.made_by[name] != (kind, sql)
        ]


def shape_of(connection: Any) -> Shape:
    """The shape of the database behind *connection*."""
    columns: dict[str, set[str]] = {}
    for table, column in connection.execute(_COLUMNS).fetchall():
        columns.setdefault(table, set()).add(column)
    made_by = {
        name: (kind, _SIGNS.sub(" ", sql))
        for kind, name, sql in connection.execute(_ALL).fetchall()
        if kind != "table" and sql
    }
    return Shape({table: frozenset(names) for table, names in columns.items()}, made_by)


@cache
def _new_desk() -> tuple[Shape, dict[str, str]]:
    connection = sqlite_driver().connect(":memory:", isolation_level=None)
    try:
        connection.executescript(SCHEMA.read_text(encoding="utf-8"))
        rows = connection.execute(_ALL).fetchall()
        return shape_of(connection), {name: sql for _, name, sql in rows if sql}
    finally:
        connection.close()


def wanted() -> Shape:
    """The shape that this program gives a new desk (migrations/snapshot.py)."""
    return _new_desk()[0]


def mend(connection: Any, wants: Shape) -> list[str]:
    """Make the indexes and triggers that are missing or wrong anew, all or none; their names."""
    statements = _new_desk()[1]
    connection.execute("BEGIN IMMEDIATE")
    try:
        has = shape_of(connection)
        wrong = has.wrong(wants)
        for name in wrong:
            if name in has.made_by:
                connection.execute(f'DROP {has.made_by[name][0]} "{name}"')
            connection.execute(statements[name])
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    return wrong
