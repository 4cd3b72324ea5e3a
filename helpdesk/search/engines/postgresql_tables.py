"""The tables and triggers of PostgreSQL's index of words: made, watched, and made anew."""

import re
from collections.abc import Callable
from typing import Any

from ...migrations.postgresql import TEXT, translated
from ..models import documents
from ..schema import INDEX
from . import sqlite

TEXTS = ("subject", "said", "files", "notes", "note_files", "people", "tags")
# A table of documents with a suffix: its indexes as PostgreSQL names them, and as they are to be.
_NAMES = (
    ("pkey", f"pk_{documents.name}"),
    ("ticket_id_first_message_id_key", f"uq_{documents.name}_ticket_id_first_message_id"),
)
_BODY = re.compile(r"\$\$(.*)\$\$", re.DOTALL)
_TRIGGERS = """
SELECT tgname, prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE tgname LIKE 'search\\_%' AND tgenabled = 'O'
AND tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = current_schema::regnamespace)"""


def create_index(name: str = INDEX) -> list[str]:
    """The statements that make the table *name*.

    Its rows are short, for what is long lies elsewhere: many of them are looked through. Without
    statistics of words, PostgreSQL takes all words for rare, and finds them by the index of words.
    """
    texts = "".join(f",\n\t{column} {TEXT} NOT NULL" for column in TEXTS)
    return [
        f"CREATE TABLE {name} (\n\tslot BIGINT NOT NULL,\n\twords TSVECTOR NOT NULL{texts},"
        f"\n\tCONSTRAINT pk_{name} PRIMARY KEY (slot)\n) WITH (toast_tuple_target = 128)",
        f"ALTER TABLE {name} ALTER COLUMN words SET STATISTICS 0",
        f"CREATE INDEX ix_{name}_words ON {name} USING gin (words) WITH (fastupdate = off)",
    ]


def triggers() -> list[str]:
    """Of each, the statement that makes its function, and the one that makes itself."""
    return list(translated(sqlite.triggers()))


def statements() -> list[str]:
    return create_index()


def is_watched(connection: Any) -> bool:
    wanted = {
        made.split()[2].removesuffix("()"): body[1]
        for made in triggers()
        if (body := _BODY.search(made))
    }
    found = dict(connection.execute(_TRIGGERS).fetchall())
    return wanted == {name: found.get(name) for name in wanted}


def make_beside(connection: Any, suffix: str) -> None:
    for name in (INDEX, documents.name):
        connection.execute(f"DROP TABLE IF EXISTS {name}{suffix}")
    for statement in create_index(INDEX + suffix):
        connection.execute(statement)
    name = documents.name
    connection.execute(f"CREATE TABLE {name}{suffix} (LIKE {name} INCLUDING ALL)")
    for watched, made in zip(sqlite.triggers(), _pairs(), strict=True):
        name, table = watched.split()[2], re.findall(r" ON (\w+)", made[1])[0]
        connection.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        connection.execute(f"DROP FUNCTION IF EXISTS {name}()")
        for statement in made:
            connection.execute(statement)


def _pairs() -> list[tuple[str, str]]:
    made = triggers()
    return list(zip(made[::2], made[1::2], strict=True))


def put_in_place(connection: Any, suffix: str, _old: str) -> None:
    """What it was until now is gone at once, and keeps nobody waiting."""
    for name in (INDEX, documents.name):
        connection.execute(f"DROP TABLE {name}")
        connection.execute(f"ALTER TABLE {name}{suffix} RENAME TO {name}")
    for kind in (f"pk_{INDEX}{{}}", f"ix_{INDEX}{{}}_words"):
        connection.execute(f"ALTER INDEX {kind.format(suffix)} RENAME TO {kind.format('')}")
    name = documents.name
    for made, wanted in _NAMES:
        connection.execute(f"ALTER INDEX {name}{suffix}_{made} RENAME TO {wanted}")
    connection.execute(f"ALTER SEQUENCE {name}{suffix}_slot_seq RENAME TO {name}_slot_seq")


def throw_away(_old: str, _change: Callable[[str], int]) -> None:
    """There is nothing left of it."""
