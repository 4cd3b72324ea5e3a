"""Whether the index agrees with the tickets: what the doctor asks."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from . import documents
from .engines import connection, engine

SAMPLE = 200  # tickets whose words are compared: half of them the newest

_MISSING = """
SELECT count(*) FROM tickets t WHERE place <> 'purged' AND NOT EXISTS
    (SELECT 1 FROM search_documents WHERE ticket_id = t.id AND first_message_id = 0)
AND NOT EXISTS (SELECT 1 FROM search_later WHERE ticket_id = t.id)"""
_STRAY = """
SELECT count(*) FROM search_documents d WHERE NOT EXISTS
    (SELECT 1 FROM tickets WHERE id = d.ticket_id AND place <> 'purged')"""
_OF_TICKET = """
SELECT first_message_id, slot FROM search_documents d WHERE ticket_id = ?
AND NOT EXISTS (SELECT 1 FROM search_later WHERE ticket_id = d.ticket_id) ORDER BY 1"""
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
    ask = connection()
    ids = _sample(ask, sample)
    return Proof(
        documents=_one(ask, "SELECT count(*) FROM search_documents"),
        missing=_one(ask, _MISSING),
        stray=engine().number_of_stray(ask) + _one(ask, _STRAY),
        compared=len(ids),
        wrong=[id_ for id_ in ids if not _agrees(ask, id_)],
        is_watched=engine().is_watched(ask),
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
        engine().has_just(
            connection,
            slots[first],
            documents.document(connection, of, first, end, is_long=len(slots) > 1),
        )
        for first, end in documents.ranges(sorted(slots))
    )


def _one(connection: Any, query: str) -> int:
    return int(connection.execute(query).fetchone()[0])
