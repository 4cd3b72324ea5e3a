"""What the index finds, a part of it: read once, newest or oldest first, however it is used."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from ..tickets.models import Place, Status
from .models import ASIDE, HEAD
from .schema import INDEX

_HITS = f"""
SELECT json_group_array(slot) FROM (
    SELECT rowid AS slot FROM {INDEX} WHERE {INDEX} MATCH ? AND rowid > ? AND rowid < ?
    ORDER BY rowid {{}} LIMIT ? + 0)"""  # noqa: S608
_DOWN, _UP = _HITS.format("DESC"), _HITS.format("ASC")
_TICKETS = """
SELECT json_group_array(ticket_id)
FROM json_each(?) CROSS JOIN search_documents ON slot = json_each.value"""
_HAS_ASIDE = f"SELECT 1 FROM search_documents WHERE slot >= {ASIDE} LIMIT 1"  # noqa: S608
_ASIDE = f"""
SELECT json_group_array(DISTINCT ticket_id)
FROM {INDEX} CROSS JOIN search_documents ON slot = {INDEX}.rowid
WHERE {INDEX} MATCH ? AND {INDEX}.rowid >= {ASIDE}"""  # noqa: S608
_LAST = f"SELECT max(slot) FROM search_documents WHERE slot < {ASIDE}"  # noqa: S608
_SINCE = "SELECT created_at FROM search_documents WHERE slot = ?"
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


@dataclass(frozen=True)
class Hits:
    """The first documents of a part of the index, by their slots; or all of that part."""

    slots: Sequence[int]
    is_all: bool

    def first(self, most: int) -> "Hits":
        return self if len(self.slots) <= most else Hits(self.slots[:most], is_all=False)


def read(
    connection: Any, expression: str, most: int, *, low: int, high: int, down: bool = True
) -> Hits:
    """The newest (or else oldest) *most* between two slots, in that order."""
    statement = _DOWN if down else _UP
    found = _numbers(connection, statement, expression, low, high, most + 1)
    return Hits(found[:most], is_all=len(found) <= most)


def tickets(connection: Any, slots: Sequence[int]) -> list[int]:
    """Whose documents these are, in their order."""
    return _numbers(connection, _TICKETS, _json(slots)) if slots else []


def aside(connection: Any, expression: str) -> list[int]:
    """The tickets of what is found among the documents that have no place in the order."""
    if connection.execute(_HAS_ASIDE).fetchone() is None:
        return []
    return _numbers(connection, _ASIDE, expression)


def last(connection: Any) -> int:
    """The slot of the newest ticket."""
    return int(connection.execute(_LAST).fetchone()[0] or 0)


def out_of_the_inbox(connection: Any, slots: Sequence[int]) -> set[int]:
    """The documents of tickets that are elsewhere than in the inbox, among *slots* or beside them.

    Few tickets are, and the index of lists has these by their age: no ticket needs to be read.
    """
    (since,) = connection.execute(_SINCE, (min(slots),)).fetchone() if slots else (0,)
    return set(_numbers(connection, _SLOTS_ELSEWHERE, since)) if slots else set()


def heads(connection: Any, ids: Iterable[int]) -> dict[int, int]:
    """The slot of the first document of each of these tickets."""
    ids = list(ids)
    if not ids:
        return {}
    (text,) = connection.execute(_HEADS, (_json(ids),)).fetchone()
    return dict(msgspec.json.decode(text, type=list[tuple[int, int]]))


def number_in_the_inbox(connection: Any, ids: Sequence[int]) -> int:
    """How many of a few tickets lie there."""
    return int(connection.execute(_IN_INBOX, (_json(ids),)).fetchone()[0]) if ids else 0


def _json(numbers: Sequence[int]) -> str:
    return msgspec.json.encode(numbers).decode()


def _numbers(connection: Any, statement: str, *values: Any) -> list[int]:
    (text,) = connection.execute(statement, values).fetchone()
    return msgspec.json.decode(text, type=list[int])
