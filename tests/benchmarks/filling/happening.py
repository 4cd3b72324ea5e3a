"""What happens on a benchmark's desk, in the order of time: messages, files, events, who read what.

A ticket tells all that will happen to it when it is added; rows are made a day at a time, so that
those of one ticket lie as far apart as at a real desk.
"""

import hashlib
import itertools
import random
from collections import defaultdict
from typing import NamedTuple

from .files import content_of
from .stories import DAY, Turn
from .tables import Tables

RECENT = 14 * DAY  # what staff may have left unread (tickets/queries/reading.py)
READS, SEEN = 0.7, 0.98
_NULL = "null"  # as a column of JSON keeps None


class Words(NamedTuple):
    """A message that is to come."""

    ticket_id: int
    turn: Turn
    author: int
    kind: str  # of the author
    body: str
    is_opening: bool
    files: int
    assignee: int | None  # who gets the ticket with it, or who has it


class Step(NamedTuple):
    """A change of status that comes without a message."""

    ticket_id: int
    before: str
    after: str
    actor: int | None
    kept: str


class Happenings:
    """Everything that is still to happen, and the rows of what has."""

    def __init__(self, tables: Tables, rng: random.Random, now: int) -> None:
        self._rows, self._rng, self._now = tables.rows, rng, now
        self._days: dict[int, list[tuple[int, int, Words | Step]]] = defaultdict(list)
        self._day: int | None = None
        self._order = itertools.count()
        self._ids = {table: itertools.count(1) for table in self._rows}
        self._newest: dict[int, int] = {}  # message, by the ticket that somebody wrote on of late
        self._read: dict[tuple[int, int], int] = {}  # how far, by agent and ticket

    def later(self, moment: int, what: Words | Step) -> None:
        """Let *what* happen at *moment*."""
        self._days[moment // DAY].append((moment, next(self._order), what))

    def reach(self, moment: int) -> None:
        """Make rows of what happens on the days before *moment*."""
        today = moment // DAY
        if self._day is None:
            self._day = today
        for day in range(self._day, today):
            for when, _order, what in sorted(self._days.pop(day, ()), key=lambda one: one[:2]):
                if isinstance(what, Words):
                    self._write(what)
                else:
                    self._step(when, what)
        self._day = max(self._day, today)

    def finish(self, agents: list[int]) -> None:
        """Make rows of the rest; *agents* have read most of what is new."""
        self.reach(self._now + DAY)
        for ticket_id, newest in self._newest.items():
            for agent in agents:
                if self._rng.random() < READS:
                    self._read[agent, ticket_id] = newest
        for (agent, ticket_id), message_id in self._read.items():
            self._rows["read_marks"].append((agent, ticket_id, message_id, self._now))

    def _write(self, words: Words) -> None:
        ticket_id, turn, author, kind, body, is_opening, files, assignee = words
        id_, moment, batch = next(self._ids["messages"]), turn.moment, self._batch()
        form = "text" if turn.kind == "C" else "markdown"
        row = (id_, ticket_id, author, kind, turn.kind == "N", body, form, moment, kind, moment)
        self._rows["messages"].append(row)
        for _ in range(files):
            self._attach(id_, author, moment)
        told = "noted" if turn.kind == "N" else "opened" if is_opening else "replied"
        after = f'{{"message_id": {id_}}}'
        event = self._event(f"ticket.{told}", ticket_id, author, _NULL, after, moment, batch)
        if turn.before != turn.after:
            kept = times(turn.waited_before, None, turn.waits_after, None)
            status = (f'"{turn.before}"', f'"{turn.after}"', moment, batch, kept)
            self._event("ticket.status", ticket_id, author, *status)
        if assignee and turn.is_first_answer:
            self._event("ticket.assignee", ticket_id, author, _NULL, str(assignee), moment, batch)
        if moment > self._now - RECENT:
            self._tell(words, id_, event, batch)

    def _tell(self, words: Words, message_id: int, event: int, batch: str) -> None:
        """Who has read a recent message, and whom a notice told of it."""
        ticket_id, turn, author, kind, *_rest, assignee = words
        self._newest[ticket_id] = message_id
        if kind == "admin":
            self._read[author, ticket_id] = message_id
        elif assignee:
            seen = self._now if self._rng.random() < SEEN else None
            row = (assignee, "answered", ticket_id, event, batch, 1, turn.moment, seen)
            self._rows["notices"].append((next(self._ids["notices"]), *row))

    def _step(self, moment: int, step: Step) -> None:
        ticket_id, before, after, actor, kept = step
        told = (f'"{before}"', f'"{after}"', moment, self._batch(), kept)
        self._event("ticket.status", ticket_id, actor, *told)

    def _event(
        self,
        kind: str,
        ticket_id: int,
        actor: int | None,
        before: str,
        after: str,
        moment: int,
        batch: str,
        kept: str = _NULL,
    ) -> int:
        id_ = next(self._ids["events"])
        row = (id_, kind, ticket_id, None, actor, before, after, kept, moment, batch)
        self._rows["events"].append(row)
        return id_

    def _attach(self, message_id: int, author: int, moment: int) -> None:
        id_ = next(self._ids["attachments"])
        name = self._rng.choice(
            ("photo.png", "invoice.pdf", "lamp broken.jpg", "Rechnung März.pdf")
        )
        kind = {"png": "image/png", "pdf": "application/pdf"}.get(name[-3:], "image/jpeg")
        content = content_of(id_)
        hashed = hashlib.sha256(content).hexdigest()
        places = (f"{self._rng.getrandbits(128):032x}", f"{self._rng.getrandbits(128):032x}")
        row = (places[0], message_id, author, name, places[1], kind, len(content), hashed, moment)
        self._rows["attachments"].append((id_, *row))

    def _batch(self) -> str:
        return f"{self._rng.getrandbits(128):032x}"


def times(waited: int | None, solved: int | None, waits: int | None, is_solved: int | None) -> str:
    """The times of a ticket before and after a change of its status, as events keep them."""
    before, after = _times(waited, solved), _times(waits, is_solved)
    return f'{{"before": {before}, "after": {after}}}'


def _times(waits: int | None, solved: int | None) -> str:
    return f'{{"waiting_since": {waits or _NULL}, "resolved_at": {solved or _NULL}}}'
