"""Which rows have some letters in their names: an index of every part of up to three letters.

It has, for each part, the rows that have it (SQLite's full text search, which keeps neither the
text nor the places), so a name of any script is found by any piece of it. Whoever has "lamp" has
"lam" and "amp", and hardly anybody else has: what it finds is a little too much, and whoever asks
says the condition itself as well. Triggers keep it in the writing transaction, whoever writes.
"""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from .columns import db
from .writing import transaction

LONGEST = 3  # letters of a part; shorter ones are found as the beginnings of these
MOST_PARTS = 12  # of a word that are looked for: they leave few rows
FEW = 50_000  # rows that are sooner sorted than met on the way through the order of a list
SAMPLE = 200  # rows whose parts are compared: half of them the newest

# All that a word may have but spaces: the parts of one are divided by these alone.
_SIGNS = "".join(chr(code) for code in range(33, 127) if not chr(code).isalnum())
_QUOTED_SIGNS = _SIGNS.replace('"', '""').replace("'", "''")
_TRIGGERS = "SELECT sql FROM sqlite_master WHERE type = 'trigger'"


@dataclass(frozen=True)
class Parts:
    """The index *name* of what *text* (an expression of SQL) is for each row of *table*.

    It depends on *columns* of that table, and on those of the table *beside*, if there is one:
    (its name, which of its columns has the id, the others).
    """

    name: str
    table: str
    columns: Sequence[str]
    text: str
    beside: tuple[str, str, Sequence[str]] | None = None

    @property
    def create(self) -> str:
        """The statement that makes it, empty."""
        return (
            f"CREATE VIRTUAL TABLE {self.name} USING fts5(parts, content='', contentless_delete=1,"
            f" detail=none, prefix='1 2', tokenize=\"ascii tokenchars '{_QUOTED_SIGNS}'\")"
        )

    @property
    def triggers(self) -> list[str]:
        """The statements that make what keeps it."""
        leave, enter = self._leave("old.id"), self._enter("new.id")
        made = [
            self._trigger("insert", "INSERT", self.table, enter),
            self._trigger("update", "UPDATE", self.table, leave + enter, self.columns),
            self._trigger("delete", "DELETE", self.table, leave),
        ]
        if self.beside is not None:
            table, key, columns = self.beside
            old = self._leave(f"old.{key}") + self._enter(f"old.{key}")
            new = self._leave(f"new.{key}") + self._enter(f"new.{key}")
            made += [
                self._trigger(f"insert_{table}", "INSERT", table, new),
                self._trigger(f"update_{table}", "UPDATE", table, old + new, (key, *columns)),
                self._trigger(f"delete_{table}", "DELETE", table, old),
            ]
        return made

    @property
    def fill(self) -> str:
        """The statement that puts every row in."""
        return f"INSERT INTO {self.name} (rowid, parts) SELECT id, {self._parts} FROM {self.table}"  # noqa: S608

    def ids(self, words: Sequence[Collection[str]]) -> "sa.Select[int] | None":
        """The ids of rows that may have all *words*, each as it is spelt in one of several ways.

        Those that have them are among these. None: they may be any.
        """
        if db.engine.dialect.name != "sqlite":
            return None
        every = [expression for spelt in words if (expression := _expression(spelt))]
        if not every:
            return None
        return sa.select(self._index.c.rowid).where(
            self._index.c[self.name].op("MATCH")(" AND ".join(f"({one})" for one in every))
        )

    def make_anew(self) -> int:
        """Put every row in anew and return how many there are. Others wait that long to write."""
        with transaction():
            connection = _connection()
            connection.execute(f"DROP TABLE {self.name}")
            connection.execute(self.create)
            for trigger in self.triggers:
                connection.execute(f"DROP TRIGGER IF EXISTS {trigger.split()[2]}")
                connection.execute(trigger)
            return int(connection.execute(self.fill).rowcount)

    def faults(self, sample: int = SAMPLE) -> list[str]:
        """What is wrong with it: every row is counted, those of a *sample* are compared."""
        connection, held = _connection(), f"{self.name}_docsize"
        watching = {sql for (sql,) in connection.execute(_TRIGGERS).fetchall()}
        missing, stray = (
            connection.execute(
                f"SELECT count(*) FROM {one} WHERE id NOT IN (SELECT id FROM {other})"  # noqa: S608
            ).fetchone()[0]
            for one, other in ((self.table, held), (held, self.table))
        )
        wrong = [id_ for id_ in self._sample(sample) if not self._agrees(id_)]
        said = [
            (missing, f"{missing} of {self.table} are not in it"),
            (stray, f"{stray} of its rows are of none of {self.table}"),
            (wrong, f"{self.table} {', '.join(map(str, wrong[:5]))} are called something else"),
            (not watching.issuperset(self.triggers), "nothing notices when names change"),
        ]
        return [sentence for is_so, sentence in said if is_so]

    @cached_property
    def _index(self) -> sa.TableClause:
        return sa.table(self.name, sa.column("rowid", sa.Integer), sa.column(self.name))

    @property
    def _parts(self) -> str:
        """The parts of a row's text: at each letter, the one that begins there."""
        return (
            f"(WITH RECURSIVE rest (text) AS (SELECT {self.text}"  # noqa: S608
            " UNION ALL SELECT substr(text, 2) FROM rest WHERE length(text) > 1)"
            f" SELECT group_concat(substr(text, 1, {LONGEST}), ' ') FROM rest)"
        )

    def _enter(self, id_: str) -> str:
        return f"{self.fill} WHERE id = {id_}; "

    def _leave(self, id_: str) -> str:
        return f"DELETE FROM {self.name} WHERE rowid = {id_}; "  # noqa: S608

    def _trigger(
        self, name: str, change: str, table: str, does: str, columns: Sequence[str] = ()
    ) -> str:
        of = f" OF {', '.join(columns)}" if columns else ""
        changed = " OR ".join(f"old.{column} IS NOT new.{column}" for column in columns)
        when = f" WHEN {changed}" if columns else ""
        return (
            f"CREATE TRIGGER {self.name}_{name} AFTER {change}{of} ON {table}{when} BEGIN {does}END"
        )

    def _sample(self, most: int) -> list[int]:
        newest = f"SELECT id FROM {self.table} ORDER BY id DESC LIMIT ?"  # noqa: S608
        held = [id_ for (id_,) in _connection().execute(newest, (most // 2,)).fetchall()]
        others = range(1, min(held, default=1))
        few = min(len(others), most - len(held))
        return sorted([*held, *random.sample(others, few)])  # nosec B311 (any rows will do)

    def _agrees(self, id_: int) -> bool:
        """Whether the index has all parts of this row, and as many as it has."""
        parts = f"SELECT {self._parts} FROM {self.table} WHERE id = ?"  # noqa: S608
        size = f"SELECT sz FROM {self.name}_docsize WHERE id = ?"  # noqa: S608
        row, held = (_connection().execute(query, (id_,)).fetchone() for query in (parts, size))
        if row is None or held is None:
            return True  # counted elsewhere
        tokens = [token for token in _split(row[0] or "") if token]
        if held[0] != _size(len(tokens)):
            return False
        every = " AND ".join(_quoted(token) for token in dict.fromkeys(tokens))
        has = f"SELECT 1 FROM {self.name} WHERE {self.name} MATCH ? AND rowid = ?"  # noqa: S608
        return not every or _connection().execute(has, (every, id_)).fetchone() is not None


def are_few(ids: "sa.Select[int] | sa.CompoundSelect[int]", most: int | None = None) -> bool:
    """Whether *ids* are so few that a list is made by sorting them: at most ``FEW``, or *most*."""
    most = FEW if most is None else most
    some = sa.select(sa.func.count()).select_from(ids.limit(most + 1).subquery())
    return (db.session.scalar(some) or 0) <= most


def _expression(spelt: Collection[str]) -> str:
    """What finds one of these spellings; empty where one of them can't be looked for."""
    ways = [" AND ".join(map(_quoted, _looked_for(word))) for word in spelt]
    return " OR ".join(f"({way})" for way in ways) if all(ways) else ""


def _looked_for(word: str) -> list[str]:
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


def _connection() -> Any:
    session: Any = db.session()
    return session.driver_connection()
