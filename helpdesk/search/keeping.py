"""Keeping the index: a ticket's documents are what its rows say."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from . import documents, gathering
from .documents import Document, Ticket
from .engines import Row, engine
from .gathering import Short
from .models import HEAD
from .schema import INDEX
from .slots import Slots
from .vocabulary import Vocabulary

_REMADE_FROM = 20  # messages that change at once in a long ticket: then all of it is made anew
_TOGETHER = 50  # short tickets that are read and written at once

_OF_TICKET = "SELECT first_message_id, slot, created_at FROM {documents} WHERE ticket_id = ?"
_FORGET = "DELETE FROM {documents} WHERE slot = ?"


class Index:
    """The index behind the driver's *connection*; one that is being made anew has a *suffix*."""

    def __init__(self, connection: Any, vocabulary: Vocabulary, suffix: str = "") -> None:
        self._connection, self._vocabulary = connection, vocabulary
        self._tables = {"index": INDEX + suffix, "documents": "search_documents" + suffix}
        self._slots = Slots(connection, self._tables["documents"])
        self.new_words: set[str] = set()  # for the vocabulary to keep after the commit
        self.lost_words = False  # a ticket was deleted for good

    def keep_all(self, changed: Mapping[int, Collection[int] | None]) -> None:
        """Bring the documents of several tickets up to date, in this order; see :meth:`keep`."""
        for ids in _batched(list(changed)):
            found = gathering.short(engine(), self._connection, ids, self._tables["documents"])
            for are_short, some in groupby(ids, found.__contains__):
                if are_short:
                    self._keep_short([found[ticket_id] for ticket_id in some])
                else:
                    for ticket_id in some:
                        self.keep(ticket_id, changed[ticket_id])

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

    def _keep_short(self, tickets: Iterable[Short]) -> None:
        added, put = [], []
        for one in tickets:
            slot = one.slot
            if slot is None:
                slot = self._slots.of(one.ticket)
                added.append((slot, one.ticket.id, HEAD, one.ticket.created_at))
            put.append((slot, documents.made(one.ticket, one.messages, HEAD, is_long=False)))
        self._put(added, put)

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
        added = []
        if slot is None:
            slot = self._slots.of(of) if first == HEAD else self._slots.aside()
            added.append((slot, of.id, first, of.created_at))
        self._put(added, [(slot, document)])

    def _put(self, added: Collection[Row], put: Collection[tuple[int, Document]]) -> None:
        """Write documents into their slots; those that were *added* are known of from now on."""
        words = set[str]().union(*(document.words for _slot, document in put))
        self.new_words |= self._vocabulary.add(self._connection, words)
        if added:
            engine().add_documents(self._connection, self._tables["documents"], added)
        # Last, for FTS5 writes what it has before each statement that adds several rows.
        engine().put(self._connection, self._tables["index"], put)

    def _remove(self, slots: Iterable[int]) -> None:
        for slot in list(slots):
            engine().drop(self._connection, self._tables["index"], slot)
            self._execute(_FORGET, slot)
            self._slots.forget()

    def _execute(self, statement: str, *values: Any) -> Any:
        return self._connection.execute(statement.format_map(self._tables), values)


def _batched(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + _TOGETHER] for start in range(0, len(ids), _TOGETHER))
