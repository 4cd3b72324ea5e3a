"""The index of parts of names as SQLite has it: its full text search, which keeps neither the text
nor the places."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from .parts import Parts

LONGEST = 3  # letters of a part; shorter ones are found as the beginnings of these
MOST_PARTS = 12  # of a word that are looked for: they leave few rows

# All that a word may have but spaces: the parts of one are divided by these alone.
_SIGNS = "".join(chr(code) for code in range(33, 127) if not chr(code).isalnum())
_QUOTED_SIGNS = _SIGNS.replace('"', '""').replace("'", "''")
_TRIGGERS = "SELECT sql FROM sqlite_master WHERE type = 'trigger'"
KEY = "rowid"


def create(index: "Parts") -> list[str]:
    """The statements that make it, empty."""
    return [
        f"CREATE VIRTUAL TABLE {index.name} USING fts5(parts, content='', contentless_delete=1,"
        f" detail=none, prefix='1 2', tokenize=\"ascii tokenchars '{_QUOTED_SIGNS}'\")"
    ]


def triggers(index: "Parts") -> list[str]:
    """The statements that make what keeps it."""
    return index.triggers(fill(index), KEY)


def make_triggers(connection: Any, index: "Parts") -> None:
    """Make them anew."""
    for trigger in triggers(index):
        connection.execute(f"DROP TRIGGER IF EXISTS {trigger.split()[2]}")
        connection.execute(trigger)


def is_watched(connection: Any, index: "Parts") -> bool:
    """Whether they are there, as the program has them."""
    watching = {sql for (sql,) in connection.execute(_TRIGGERS).fetchall()}
    return watching.issuperset(triggers(index))


def fill(index: "Parts") -> str:
    """The statement that puts every row in."""
    return f"INSERT INTO {index.name} (rowid, parts) SELECT id, {_parts(index)} FROM {index.table}"  # noqa: S608


def ids(index: "Parts", words: Sequence[Collection[str]]) -> "sa.Select[int] | None":
    """The ids of the rows that have all *words*, perhaps; None: they may be any."""
    every = [expression for spelt in words if (expression := _expression(spelt))]
    if not every:
        return None
    table = sa.table(index.name, sa.column("rowid", sa.Integer), sa.column(index.name))
    expression = " AND ".join(f"({one})" for one in every)
    return sa.select(table.c.rowid).where(table.c[index.name].op("MATCH")(expression))


def held(index: "Parts") -> str:
    """The table whose column ``id`` has the rows that are in it."""
    return f"{index.name}_docsize"


def agrees(connection: Any, index: "Parts", id_: int) -> bool:
    """Whether the index has all parts of this row, and as many as it has."""
    parts = f"SELECT {_parts(index)} FROM {index.table} WHERE id = {id_}"  # noqa: S608
    size = f"SELECT sz FROM {held(index)} WHERE id = {id_}"  # noqa: S608
    row, kept = (connection.execute(query).fetchone() for query in (parts, size))
    if row is None or kept is None:
        return True  # counted elsewhere
    tokens = [token for token in _split(row[0] or "") if token]
    if kept[0] != _size(len(tokens)):
        return False
    every = " AND ".join(_quoted(token) for token in dict.fromkeys(tokens))
    has = f"SELECT 1 FROM {index.name} WHERE {index.name} MATCH ? AND rowid = ?"  # noqa: S608
    return not every or connection.execute(has, (every, id_)).fetchone() is not None


def _parts(index: "Parts") -> str:
    """The parts of a row's text: at each letter, the one that begins there."""
    return (
        f"(WITH RECURSIVE rest (text) AS (SELECT {index.text}"  # noqa: S608
        " UNION ALL SELECT substr(text, 2) FROM rest WHERE length(text) > 1)"
        f" SELECT group_concat(substr(text, 1, {LONGEST}), ' ') FROM rest)"
    )


def _expression(spelt: Collection[str]) -> str:
    """What finds one of these spellings; empty where one of them can't be looked for."""
    ways = [" AND ".join(map(_quoted, looked_for(word))) for word in spelt]
    return " OR ".join(f"({way})" for way in ways) if all(ways) else ""


def looked_for(word: str) -> list[str]:
    """The parts by which a word is found."""
    starts = range(max(1, len(word) - LONGEST + 1))
    parts = dict.fromkeys(word[start : start + LONGEST] for start in starts)
    return [part for part in parts if part and _split(part) == [part]][:MOST_PARTS]


def _quoted(part: str) -> str:
    begins = " *" if len(part) < LONGEST else ""
    return '"{}"{}'.format(part.replace('"', '""'), begins)


def _split(text: str) -> list[str]:
    """*text* as SQLite splits it: at spaces and at what no keyboard writes."""
    return "".join(" " if char < "!" or char == "\x7f" else char for char in text).split(" ")


def _size(number: int) -> bytes:
    """*number* as SQLite writes it: seven bits a byte, the highest first."""
    rest, written = divmod(number, 128)
    found = [written]
    while rest:
        rest, low = divmod(rest, 128)
        found.append(low | 0x80)
    return bytes(reversed(found))
