"""The index of words as SQLite has it: all that is particular to its full text search (FTS5).

The table keeps no text, only which words are in which document: their text is in the tickets.
Words are split and folded by us (``tokens.py``), so its own tokenizer only splits at spaces. It
never sees what people write: only tokens, which are letters, digits and signs beyond ASCII.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from ...database import db
from ...tickets.models import Place, Status
from ..documents import Document
from ..models import ASIDE, HEAD, documents
from ..parts import All, Among, Either, Fact, Part, Tokens
from ..schema import COLUMNS, INDEX, WATCHED
from . import connection as _connection

TICKET = """
SELECT t.id, t.subject, t.description, t.requester_id, t.category_id, t.subcategory_id,
    t.created_at, u.name, u.email,
    (SELECT json_group_array(name) FROM tags WHERE id IN
        (SELECT tag_id FROM ticket_tags WHERE ticket_id = t.id))
FROM tickets t JOIN users u ON u.id = t.requester_id WHERE t.id = ? AND t.place <> 'purged'"""
MESSAGES = """
SELECT internal, body, (SELECT json_group_array(file_name) FROM attachments WHERE message_id = m.id)
FROM messages m WHERE ticket_id = ? AND id >= ? AND id < ? ORDER BY id"""
# A long ticket has several documents, or will; its messages are not read here.
SHORT = """
SELECT json_group_array(json_array(
    json_array(t.id, t.subject, t.description, t.requester_id, t.category_id, t.subcategory_id,
        t.created_at, u.name, u.email,
        (SELECT json_group_array(name) FROM tags WHERE id IN
            (SELECT tag_id FROM ticket_tags WHERE ticket_id = t.id))),
    d.slot,
    (SELECT json_group_array(json_array(internal, body,
            (SELECT json_group_array(file_name) FROM attachments WHERE message_id = m.id)))
        FROM (SELECT id, internal, body FROM messages WHERE ticket_id = t.id ORDER BY id) m)
))
FROM json_each(?) asked CROSS JOIN tickets t ON t.id = asked.value
JOIN users u ON u.id = t.requester_id
LEFT JOIN {documents} d ON d.ticket_id = t.id
WHERE t.place <> 'purged' AND ifnull(d.created_at = t.created_at, true)
    AND (SELECT count(*) FROM {documents} WHERE ticket_id = t.id) < 2
    AND (SELECT total(octet_length(body)) FROM messages WHERE ticket_id = t.id) < {full}
"""

_HITS = f"""
SELECT json_group_array(slot) FROM (
    SELECT rowid AS slot FROM {INDEX} WHERE {INDEX} MATCH ? AND rowid > ? AND rowid < ?
    ORDER BY rowid {{}} LIMIT ? + 0)"""  # noqa: S608
_DOWN, _UP = _HITS.format("DESC"), _HITS.format("ASC")
_ANY = f"SELECT 1 FROM {INDEX} WHERE {INDEX} MATCH ? LIMIT 1"  # noqa: S608
_TICKETS = """
SELECT json_group_array(ticket_id)
FROM json_each(?) CROSS JOIN search_documents ON slot = json_each.value"""
_TICKETS_WITH = f"""
SELECT json_group_array(DISTINCT d.ticket_id)
FROM {INDEX} JOIN search_documents d ON d.slot = {INDEX}.rowid WHERE {INDEX} MATCH ?"""  # noqa: S608
_HAS_ASIDE = f"SELECT 1 FROM search_documents WHERE slot >= {ASIDE} LIMIT 1"  # noqa: S608
_ASIDE = f"""
SELECT json_group_array(DISTINCT ticket_id)
FROM {INDEX} CROSS JOIN search_documents ON slot = {INDEX}.rowid
WHERE {INDEX} MATCH ? AND {INDEX}.rowid >= {ASIDE}"""  # noqa: S608
_ELSEWHERE = ", ".join(f"'{place}'" for place in Place if place is not Place.INBOX)
_STATUSES = ", ".join(f"'{status}'" for status in Status)  # all: said for the index's sake
_SLOTS_ELSEWHERE = f"""
SELECT json_group_array(slot)
FROM tickets INDEXED BY ix_tickets_newest CROSS JOIN search_documents ON ticket_id = tickets.id
WHERE place IN ({_ELSEWHERE}) AND status IN ({_STATUSES})
    AND tickets.created_at >= ? AND first_message_id = {HEAD}"""  # noqa: S608
_HEADS = f"""
SELECT json_group_array(json_array(ticket_id, slot))
FROM json_each(?) CROSS JOIN search_documents ON ticket_id = value
WHERE first_message_id = {HEAD}"""  # noqa: S608
_IN_INBOX = f"""
SELECT count(*) FROM json_each(?) CROSS JOIN tickets NOT INDEXED ON tickets.id = value
WHERE place = '{Place.INBOX}'"""  # noqa: S608

_MARKS = ", ".join(f"value ->> {number}" for number in range(len(COLUMNS) + 1))
_PUT = f"""
INSERT OR REPLACE INTO {{}} (rowid, {", ".join(COLUMNS)})
SELECT {_MARKS} FROM json_each(?)"""  # noqa: S608
_ADD = """
INSERT INTO {} (slot, ticket_id, first_message_id, created_at)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?)"""
_ADD_WORDS = """
INSERT INTO search_vocabulary (word) SELECT value FROM json_each(?) WHERE true
ON CONFLICT DO NOTHING"""

_TRIGGERS = "SELECT sql FROM sqlite_master WHERE type = 'trigger'"
_STRAY = f"""
SELECT (SELECT count(*) FROM {INDEX}_docsize WHERE id NOT IN (SELECT slot FROM search_documents))
    + (SELECT count(*) FROM search_documents WHERE slot NOT IN (SELECT id FROM {INDEX}_docsize))"""  # noqa: S608
_SIZES = f"SELECT sz FROM {INDEX}_docsize WHERE id = ?"  # noqa: S608
_HAS = f"SELECT 1 FROM {INDEX} WHERE {INDEX} MATCH ? AND rowid = ?"  # noqa: S608
_MADE = "SELECT sql FROM sqlite_master WHERE name = ?"

_index = sa.table(INDEX, sa.column("rowid", sa.Integer), sa.column(INDEX))


def says(part: Part) -> str:
    """*part* as an expression of FTS5."""
    if isinstance(part, Tokens):
        return f'"{" ".join(part.terms)}"' + (" *" if part.begins else "")
    if isinstance(part, Fact):
        return f'facts : "{part.token}"'
    if isinstance(part, Among):
        return f"{{{' '.join(part.columns)}}} : ({says(part.part)})"
    if isinstance(part, Either):
        return " OR ".join(f"({says(one)})" for one in part.parts)
    if isinstance(part, All):
        return " AND ".join(f"({says(one)})" for one in part.parts)
    found, unwanted = says(part.part), Either(part.unwanted)
    return f"({found}) NOT ({says(unwanted)})" if part.unwanted else found


def are_too_many(words: Sequence[str], most: int) -> bool:
    return len(words) > most


def has_any(connection: Any, expression: str) -> bool:
    return connection.execute(_ANY, (expression,)).fetchone() is not None


def has_word(connection: Any, word: str) -> bool:
    return has_any(connection, f'"{word}"')


def read(
    connection: Any, expression: str, most: int, low: int, high: int, *, down: bool
) -> list[int]:
    return _numbers(connection, _DOWN if down else _UP, expression, low, high, most)


def tickets(connection: Any, slots: Sequence[int]) -> list[int]:
    return _numbers(connection, _TICKETS, _json(slots))


def aside(connection: Any, expression: str) -> list[int]:
    if connection.execute(_HAS_ASIDE).fetchone() is None:
        return []
    return _numbers(connection, _ASIDE, expression)


def tickets_with(connection: Any, expression: str) -> list[int]:
    return _numbers(connection, _TICKETS_WITH, expression)


def condition(expression: str, slots: sa.Select[int]) -> sa.ColumnElement[bool]:
    matches = sa.literal_column(f"{INDEX}.{INDEX}").op("MATCH")(expression)
    query = sa.select(_index.c.rowid).where(matches, _index.c.rowid.in_(slots))
    return query.exists()


def slots_elsewhere(connection: Any, since: int) -> list[int]:
    # Few tickets are, and the index of lists has these by their age: no ticket needs to be read.
    return _numbers(connection, _SLOTS_ELSEWHERE, since)


def heads(connection: Any, ids: Sequence[int]) -> dict[int, int]:
    (text,) = connection.execute(_HEADS, (_json(ids),)).fetchone()
    return dict(msgspec.json.decode(text, type=list[tuple[int, int]]))


def number_in_the_inbox(connection: Any, ids: Sequence[int]) -> int:
    return int(connection.execute(_IN_INBOX, (_json(ids),)).fetchone()[0])


def wait(_connection: Any) -> None:
    """Whoever writes is alone here."""


def add_documents(
    connection: Any, table: str, added: Collection[tuple[int, int, int, int]]
) -> None:
    connection.execute(_ADD.format(table), (json.dumps(list(added)),))


def put(connection: Any, table: str, put: Iterable[tuple[int, Document]]) -> None:
    rows = [(slot, *document.texts) for slot, document in put]
    connection.execute(_PUT.format(table), (json.dumps(rows),))


def drop(connection: Any, table: str, slot: int) -> None:
    connection.execute(f"DELETE FROM {table} WHERE rowid = ?", (slot,))  # noqa: S608


def add_words(connection: Any, words: Sequence[str]) -> None:
    connection.execute(_ADD_WORDS, (json.dumps(words),))


def statements() -> list[str]:
    return [create_index(), *triggers()]


def create_index(name: str = INDEX) -> str:
    """The statement that makes the table *name*."""
    return (
        f"CREATE VIRTUAL TABLE {name} USING fts5({', '.join(COLUMNS)}, content='', "
        "contentless_delete=1, tokenize=\"ascii tokenchars '_'\")"
    )


def triggers() -> list[str]:
    """The statements that make what notes in search_stale which words have changed."""
    return [_trigger(*watched) for watched in WATCHED]


def _trigger(table: str, change: str, columns: Sequence[str], stale: str) -> str:
    of = f" OF {', '.join(columns)}" if columns else ""
    changed = " OR ".join(f"old.{column} IS NOT new.{column}" for column in columns)
    when = f" WHEN {changed}" if columns else ""
    return (
        f"CREATE TRIGGER search_{table}_{change.lower()} AFTER {change}{of} ON {table}{when} "
        f"BEGIN INSERT INTO search_stale (ticket_id, message_id) {stale} "
        "ON CONFLICT DO NOTHING; END"
    )


def is_watched(connection: Any) -> bool:
    return {sql for (sql,) in connection.execute(_TRIGGERS).fetchall()}.issuperset(triggers())


def number_of_stray(connection: Any) -> int:
    return int(connection.execute(_STRAY).fetchone()[0])


def has_just(connection: Any, slot: int, document: Document) -> bool:
    sizes = [len(document.columns[name]) for name in COLUMNS]
    found = connection.execute(_SIZES, (slot,)).fetchone()
    if found is None or list(_sizes(found[0])) != sizes:
        return False
    every = (
        f'({name} : "{token}")'
        for name in COLUMNS
        for token in dict.fromkeys(document.columns[name])
    )
    return connection.execute(_HAS, (" AND ".join(every), slot)).fetchone() is not None


def make_beside(connection: Any, suffix: str) -> None:
    for name in (INDEX, documents.name):
        connection.execute(f"DROP TABLE IF EXISTS {name}{suffix}")
    connection.execute(create_index(INDEX + suffix))
    [made] = connection.execute(_MADE, (documents.name,)).fetchone()
    connection.execute(made.replace(documents.name, documents.name + suffix, 1))
    for trigger in triggers():
        connection.execute(f"DROP TRIGGER IF EXISTS {trigger.split()[2]}")
        connection.execute(trigger)


def put_in_place(connection: Any, suffix: str, old: str) -> None:
    for name in (INDEX, documents.name):
        connection.execute(f"ALTER TABLE {name} RENAME TO {name}{old}")
        connection.execute(f"ALTER TABLE {name}{suffix} RENAME TO {name}")


def throw_away(old: str, change: Callable[[str], int]) -> None:
    """Bit by bit: all at once would keep everybody waiting."""
    has_old = _connection().execute(_MADE, (INDEX + old,)).fetchone()
    db.session.rollback()
    if has_old is None:
        return
    # FTS5 keeps an index in tables of its own; the first rows say what the others are.
    for table in (f"{INDEX}{old}_data", f"{INDEX}{old}_docsize", documents.name + old):
        rows = f"SELECT rowid FROM {table} WHERE rowid > 10 LIMIT {_AT_ONCE}"  # noqa: S608
        while change(f"DELETE FROM {table} WHERE rowid IN ({rows})") == _AT_ONCE:  # noqa: S608
            pass
    for name in (INDEX, documents.name):
        change(f"DROP TABLE {name}{old}")


_AT_ONCE = 2000  # rows of an old index


def _json(numbers: Sequence[int]) -> str:
    return msgspec.json.encode(numbers).decode()


def _numbers(connection: Any, statement: str, *values: Any) -> list[int]:
    (text,) = connection.execute(statement, values).fetchone()
    return msgspec.json.decode(text, type=list[int])


def _sizes(blob: bytes) -> Iterator[int]:
    """The numbers of a row of SQLite's: seven bits a byte, the highest first."""
    number = 0
    for byte in blob:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            yield number
            number = 0
