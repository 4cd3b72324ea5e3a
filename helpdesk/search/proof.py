"""Whether the index agrees with the tickets: what the doctor asks."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..database import db
from . import documents
from .documents import Document
from .schema import COLUMNS, INDEX, triggers

SAMPLE = 200  # tickets whose words are compared: half of them the newest

_MISSING = """
SELECT count(*) FROM tickets t WHERE place <> 'purged' AND NOT EXISTS
    (SELECT 1 FROM search_documents WHERE ticket_id = t.id AND first_message_id = 0)
AND NOT EXISTS (SELECT 1 FROM search_later WHERE ticket_id = t.id)"""
_STRAY = f"""
SELECT (SELECT count(*) FROM {INDEX}_docsize WHERE id NOT IN (SELECT slot FROM search_documents))
    + (SELECT count(*) FROM search_documents WHERE slot NOT IN (SELECT id FROM {INDEX}_docsize))
    + (SELECT count(*) FROM search_documents d WHERE NOT EXISTS
        (SELECT 1 FROM tickets WHERE id = d.ticket_id AND place <> 'purged'))"""  # noqa: S608
_TRIGGERS = "SELECT sql FROM sqlite_master WHERE type = 'trigger'"
_OF_TICKET = """
SELECT first_message_id, slot FROM search_documents d WHERE ticket_id = ?
AND NOT EXISTS (SELECT 1 FROM search_later WHERE ticket_id = d.ticket_id) ORDER BY 1"""
_SIZES = f"SELECT sz FROM {INDEX}_docsize WHERE id = ?"  # noqa: S608
_HAS = f"SELECT 1 FROM {INDEX} WHERE {INDEX} MATCH ? AND rowid = ?"  # noqa: S608
_NEWEST = "SELECT id FROM tickets ORDER BY id DESC LIMIT ?"


@dataclass(frozen=True)
class Proof:
    """What is wrong with the index; *compared* tickets were read word by word."""

    documents: int
    missing: int  # tickets that are not in it
    stray: int  # documents of no ticket
    compared: int
    wrong: Sequence[int]  # tickets whose words are not those of the index
    is_watched: bool  # whether changes are noticed at all

    @property
    def is_good(self) -> bool:
        return self.is_watched and not (self.missing or self.stray or self.wrong)


def proof(sample: int = SAMPLE) -> Proof:
    """How the index stands to the tickets: all are counted, a *sample* is compared."""
    session: Any = db.session()
    connection = session.driver_connection()
    watching = {sql for (sql,) in connection.execute(_TRIGGERS).fetchall()}
    ids = _sample(connection, sample)
    return Proof(
        documents=_one(connection, "SELECT count(*) FROM search_documents"),
        missing=_one(connection, _MISSING),
        stray=_one(connection, _STRAY),
        compared=len(ids),
        wrong=[id_ for id_ in ids if not _agrees(connection, id_)],
        is_watched=watching.issuperset(triggers()),
    )


def _sample(connection: Any, most: int) -> list[int]:
    newest = [id_ for (id_,) in connection.execute(_NEWEST, (most // 2,)).fetchall()]
    others = range(1, min(newest, default=1))
    few = min(len(others), most - len(newest))
    return sorted([*newest, *random.sample(others, few)])  # nosec B311 (any tickets will do)


def _agrees(connection: Any, ticket_id: int) -> bool:
    rows = connection.execute(_OF_TICKET, (ticket_id,)).fetchall()
    of = documents.ticket(connection, ticket_id)
    if of is None or not rows:
        return not rows or of is not None  # those that are missing are counted elsewhere
    slots = dict(rows)
    return all(
        _says(
            connection,
            slots[first],
            documents.document(connection, of, first, end, is_long=len(slots) > 1),
        )
        for first, end in documents.ranges(sorted(slots))
    )


def _says(connection: Any, slot: int, document: Document) -> bool:
    """Whether the index has just the words of *document*, as often, in the same columns."""
    sizes = [len(document.columns[name]) for name in COLUMNS]
    found = connection.execute(_SIZES, (slot,)).fetchone()
    if found is None or list(_numbers(found[0])) != sizes:
        return False
    every = (
        f'({name} : "{token}")'
        for name in COLUMNS
        for token in dict.fromkeys(document.columns[name])
    )
    return connection.execute(_HAS, (" AND ".join(every), slot)).fetchone() is not None


def _numbers(blob: bytes) -> Iterator[int]:
    """The numbers of a row of SQLite's: seven bits a byte, the highest first."""
    number = 0
    for byte in blob:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            yield number
            number = 0


def _one(connection: Any, query: str) -> int:
    return int(connection.execute(query).fetchone()[0])
