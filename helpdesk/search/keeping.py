"""Keeping the index: a ticket's documents are what its rows say."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from .. import clock
from . import documents
from .documents import Ticket
from .models import ASIDE, HEAD
from .schema import COLUMNS, INDEX
from .vocabulary import Vocabulary

_REMADE_FROM = 20  # messages that change at once in a long ticket: then all of it is made anew
_SKEW = 60  # seconds that a new ticket may be in the future

_PUT = f"INSERT OR REPLACE INTO {{index}} (rowid, {', '.join(COLUMNS)}) VALUES ({', '.join('?' * (len(COLUMNS) + 1))})"  # noqa: E501, S608
_DROP = "DELETE FROM {index} WHERE rowid = ?"
_OF_TICKET = "SELECT first_message_id, slot, created_at FROM {documents} WHERE ticket_id = ?"
_ADD = "INSERT INTO {documents} (slot, ticket_id, first_message_id, created_at) VALUES (?, ?, ?, ?)"
_FORGET = "DELETE FROM {documents} WHERE slot = ?"
_NEWEST = """
SELECT slot, created_at, ticket_id FROM {documents} WHERE slot < ? ORDER BY slot DESC LIMIT 1"""
_LAST = "SELECT max(slot) FROM {documents}"


class Index:
    """The index behind the driver's *connection*; one that is being made anew has a *suffix*."""

    def __init__(self, connection: Any, vocabulary: Vocabulary, suffix: str = "") -> None:
        self._connection, self._vocabulary = connection, vocabulary
        self._tables = {"index": INDEX + suffix, "documents": "search_documents" + suffix}
        self.new_words: set[str] = set()  # for the vocabulary to keep after the commit
        self.lost_words = False  # a ticket was deleted for good

    def keep(self, ticket_id: int, message_ids: Collection[int] | None = None) -> None:
        """Bring a ticket's documents up to date: *message_ids* (and HEAD) have changed, or all."""
        rows = self._execute(_OF_TICKET, ticket_id).fetchall()
        slots = {first: slot for first, slot, _created_at in rows}
        of = documents.ticket(self._connection, ticket_id)
        if of is None or any(created_at != of.created_at for _, _, created_at in rows):
            self._remove(slots.values())
            slots = {}
        if of is None:
            self.lost_words |= bool(rows)
            return
        if len(slots) > 1 and message_ids and len(message_ids) < _REMADE_FROM:
            self._keep_parts(of, slots, message_ids)
        else:
            self._keep_whole(of, slots)

    def _keep_whole(self, of: Ticket, slots: Mapping[int, int]) -> None:
        starts = documents.starts(self._connection, of.id)
        self._remove(slot for first, slot in slots.items() if first not in starts)
        for first, end in documents.ranges(starts):
            self._write(of, (first, end), slots.get(first), is_long=len(starts) > 1)

    def _keep_parts(self, of: Ticket, slots: Mapping[int, int], changed: Iterable[int]) -> None:
        """Only the documents that *changed* messages are in; at the end there may be more then."""
        starts = sorted(slots)
        stale = {max(start for start in starts if start <= id_) for id_ in changed}
        if starts[-1] in stale:
            further = documents.starts(self._connection, of.id, starts[-1])[1:]
            starts += further
            stale.update(further)
        for first, end in documents.ranges(starts):
            if first in stale:
                self._write(of, (first, end), slots.get(first), is_long=True)

    def _write(self, of: Ticket, part: tuple[int, int], slot: int | None, *, is_long: bool) -> None:
        first, end = part
        document = documents.document(self._connection, of, first, end, is_long=is_long)
        if slot is None:
            slot = self._place(of) if first == HEAD else self._aside()
            self._execute(_ADD, slot, of.id, first, of.created_at)
        self._execute(_PUT, slot, *document.texts)
        self.new_words |= self._vocabulary.add(self._connection, document.words)

    def _place(self, of: Ticket) -> int:
        """The slot after the newest ticket's, if this one is newer still."""
        newest = self._execute(_NEWEST, ASIDE).fetchone()
        if of.created_at > clock.now().timestamp() + _SKEW:  # all others would come too late
            return self._aside()
        if newest is None:
            return 1
        slot, *position = newest
        return slot + 1 if (of.created_at, of.id) > tuple(position) else self._aside()

    def _aside(self) -> int:
        return max(ASIDE, (self._execute(_LAST).fetchone()[0] or 0) + 1)

    def _remove(self, slots: Iterable[int]) -> None:
        for slot in list(slots):
            self._execute(_DROP, slot)
            self._execute(_FORGET, slot)

    def _execute(self, statement: str, *values: Any) -> Any:
        return self._connection.execute(statement.format_map(self._tables), values)
