"""Which rows have some letters in their names: an index of every part of up to three letters.

It has, for each part, the rows that have it, so a name of any script is found by any piece of it.
Whoever has "lamp" has "lam" and "amp", and hardly anybody else has: what it finds is a little too
much, and whoever asks says the condition itself as well. Triggers keep it in the writing
transaction, whoever writes.
"""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from . import sql
from .columns import db
from .writing import transaction

FEW = 50_000  # rows that are sooner sorted than met on the way through the order of a list
SAMPLE = 200  # rows whose parts are compared: half of them the newest


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

    def triggers(self, fill: str, key: str) -> list[str]:
        """The statements that make what keeps it: *fill* puts rows in, *key* is their column."""

        def enter(id_: str) -> str:
            return f"{fill} WHERE id = {id_}; "

        def leave(id_: str) -> str:
            return f"DELETE FROM {self.name} WHERE {key} = {id_}; "  # noqa: S608

        made = [
            self._trigger("insert", "INSERT", self.table, enter("new.id")),
            self._trigger(
                "update", "UPDATE", self.table, leave("old.id") + enter("new.id"), self.columns
            ),
            self._trigger("delete", "DELETE", self.table, leave("old.id")),
        ]
        if self.beside is not None:
            table, owner, columns = self.beside
            old, new = (leave(f"{row}.{owner}") + enter(f"{row}.{owner}") for row in ("old", "new"))
            made += [
                self._trigger(f"insert_{table}", "INSERT", table, new),
                self._trigger(f"update_{table}", "UPDATE", table, old + new, (owner, *columns)),
                self._trigger(f"delete_{table}", "DELETE", table, old),
            ]
        return made

    def ids(self, words: Sequence[Collection[str]]) -> "sa.Select[int] | None":
        """The ids of rows that may have all *words*, each as it is spelt in one of several ways.

        Those that have them are among these. None: they may be any.
        """
        found: sa.Select[int] | None = _engine().ids(self, words)
        return found

    def make_anew(self) -> int:
        """Put every row in anew and return how many there are. Others wait that long to write."""
        with transaction():
            connection = _connection()
            connection.execute(f"DROP TABLE {self.name}")
            for statement in _engine().create(self):
                connection.execute(statement)
            _engine().make_triggers(connection, self)
            return int(connection.execute(_engine().fill(self)).rowcount)

    def faults(self, sample: int = SAMPLE) -> list[str]:
        """What is wrong with it: every row is counted, those of a *sample* are compared."""
        connection, held = _connection(), _engine().held(self)
        missing, stray = (
            connection.execute(
                f"SELECT count(*) FROM {one} WHERE id NOT IN (SELECT id FROM {other})"  # noqa: S608
            ).fetchone()[0]
            for one, other in ((self.table, held), (held, self.table))
        )
        ids = self._sample(connection, sample)
        wrong = [id_ for id_ in ids if not _engine().agrees(connection, self, id_)]
        said = [
            (missing, f"{self.table} that are not in it: {missing}"),
            (stray, f"rows of none of {self.table}: {stray}"),
            (wrong, f"{self.table} {', '.join(map(str, wrong[:5]))} are called something else"),
            (
                not _engine().is_watched(connection, self),
                "nothing notices when names change",
            ),
        ]
        return [sentence for is_so, sentence in said if is_so]

    def _trigger(
        self, name: str, change: str, table: str, does: str, columns: Sequence[str] = ()
    ) -> str:
        of = f" OF {', '.join(columns)}" if columns else ""
        changed = " OR ".join(f"old.{column} IS NOT new.{column}" for column in columns)
        when = f" WHEN {changed}" if columns else ""
        return (
            f"CREATE TRIGGER {self.name}_{name} AFTER {change}{of} ON {table}{when} BEGIN {does}END"
        )

    def _sample(self, connection: Any, most: int) -> list[int]:
        newest = f"SELECT id FROM {self.table} ORDER BY id DESC LIMIT {most // 2:d}"  # noqa: S608
        held = [id_ for (id_,) in connection.execute(newest).fetchall()]
        others = range(1, min(held, default=1))
        few = min(len(others), most - len(held))
        return sorted([*held, *random.sample(others, few)])  # nosec B311 (any rows will do)


def are_few(ids: "sa.Select[int] | sa.CompoundSelect[int]", most: int | None = None) -> bool:
    """Whether *ids* are so few that a list is made by sorting them: at most ``FEW``, or *most*."""
    most = FEW if most is None else most
    some = sa.select(sa.func.count()).select_from(ids.limit(most + 1).subquery())
    return (db.session.scalar(some) or 0) <= most


def _engine() -> Any:
    """What says it to the database that there is."""
    if db.engine.dialect.name == sql.POSTGRESQL:
        from .postgresql import parts as in_postgresql

        return in_postgresql
    from . import parts_in_sqlite

    return parts_in_sqlite


def _connection() -> Any:
    session: Any = db.session()
    return session.driver_connection()
