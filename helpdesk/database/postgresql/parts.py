"""The index of parts of names as PostgreSQL has it: a list of them for each row.

Its extension for that (``pg_trgm``) isn't everywhere, and finds nothing of less than three letters.
"""

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from ...migrations.postgresql import translated
from ..parts_in_sqlite import LONGEST, looked_for

if TYPE_CHECKING:
    from ..parts import Parts

KEY = "id"
_BODY = re.compile(r"\$\$(.*)\$\$", re.DOTALL)
_TRIGGERS = """
SELECT tgname, prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE NOT tgisinternal AND tgenabled = 'O'
AND tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = current_schema::regnamespace)"""


def create(index: "Parts") -> list[str]:
    """The statements that make it, empty."""
    name = index.name
    return [
        f'CREATE TABLE {name} (\n\tid BIGINT NOT NULL,\n\tparts TEXT[] COLLATE "C" NOT NULL,'
        f"\n\tCONSTRAINT pk_{name} PRIMARY KEY (id)\n)",
        f"CREATE INDEX ix_{name}_parts ON {name} USING gin (parts)",
    ]


def triggers(index: "Parts") -> list[str]:
    """Of each that keeps it, the statement that makes its function, and its own."""
    return list(translated(index.triggers(fill(index), KEY)))


def make_triggers(connection: Any, index: "Parts") -> None:
    """Make them anew."""
    for statement in triggers(index):
        if found := re.match(r"CREATE TRIGGER (\w+) .*? ON (\w+)", statement):
            connection.execute(f"DROP TRIGGER IF EXISTS {found[1]} ON {found[2]}")
            connection.execute(statement)
        else:
            connection.execute(statement.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))


def is_watched(connection: Any, index: "Parts") -> bool:
    """Whether they are there, as the program has them."""
    found = dict(connection.execute(_TRIGGERS).fetchall())
    return all(
        found.get(made.split()[2].removesuffix("()")) == body[1]
        for made in triggers(index)
        if (body := _BODY.search(made))
    )


def fill(index: "Parts") -> str:
    """The statement that puts every row in."""
    return f"INSERT INTO {index.name} (id, parts) SELECT id, {_parts(index)} FROM {index.table}"  # noqa: S608


def ids(index: "Parts", words: Sequence[Collection[str]]) -> "sa.Select[int] | None":
    """The ids of the rows that have all *words*, perhaps; None: they may be any."""
    every = []
    parts = sa.column("parts", ARRAY(sa.Text))
    for spelt in words:
        ways = [looked_for(word) for word in spelt]
        if all(ways):
            every.append(sa.or_(*(parts.contains(way) for way in ways)))
    if not every:
        return None
    table = sa.table(index.name, sa.column("id", sa.BigInteger), parts)
    return sa.select(table.c.id).where(*every)


def held(index: "Parts") -> str:
    """The table whose column ``id`` has the rows that are in it."""
    return index.name


def agrees(connection: Any, index: "Parts", id_: int) -> bool:
    """Whether the index has all parts of this row, and no others."""
    row, kept = (
        connection.execute(f"SELECT {parts} FROM {table} WHERE id = {id_}").fetchone()  # noqa: S608
        for parts, table in ((_parts(index), index.table), ("parts", index.name))
    )
    return row is None or kept is None or sorted(row[0]) == sorted(kept[0])


def _parts(index: "Parts") -> str:
    """The parts of a row's text, each once: all of up to so many letters."""
    text = index.text.replace("group_concat", "string_agg")
    return (
        "ARRAY(SELECT DISTINCT substr(whole, first, long)"  # noqa: S608
        f" FROM (SELECT {text} AS whole) one, generate_series(1, length(whole)) first,"
        f" generate_series(1, {LONGEST}) long)"
    )
