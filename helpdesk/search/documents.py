"""What is in a document: the words of a ticket, or of a part of a long one, read from its rows."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import msgspec

from ..tickets.models import ref_of
from . import tokens
from .engines import engine
from .models import HEAD
from .schema import COLUMNS, PUBLIC, STAFFS

FULL = 32_768  # bytes of messages: a document that has as many is not added to
END = 2**63 - 1  # after every message

_SIZES = """
SELECT id, octet_length(body) FROM messages WHERE ticket_id = ? AND id >= ? ORDER BY id"""


class Ticket(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What is in a ticket's first document besides its messages."""

    id: int
    subject: str
    description: str
    requester_id: int
    category_id: int | None
    subcategory_id: int | None
    created_at: int
    requester: str
    address: str
    tags: Sequence[str]


class Message(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What a message adds."""

    internal: bool
    body: str
    files: Sequence[str]


@dataclass
class Document:
    """The tokens of a document, by column."""

    columns: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    words: set[str] = field(default_factory=set)  # all of people's, once there are edges

    def add(self, column: str, text: str) -> None:
        """Add the words of *text*, of which no phrase goes over into others."""
        found = tokens.tokens(text)
        if found:
            self.columns[column] += [*found, tokens.BOUNDARY]

    def add_edges(self) -> None:
        """Add the beginnings of all words, once they are there."""
        public = self._words(PUBLIC)
        self.words = public | self._words(STAFFS)
        self.columns["edges"] = tokens.edges(public)
        self.columns["note_edges"] = tokens.edges(self.words - public)

    def _words(self, columns: Iterable[str]) -> set[str]:
        found: set[str] = set()
        found.update(*(self.columns[name] for name in columns))
        return found - {tokens.BOUNDARY}

    @property
    def texts(self) -> list[str]:
        """What the index is given, in the order of its columns."""
        return [" ".join(self.columns[name]) for name in COLUMNS]


def ticket(connection: Any, ticket_id: int) -> Ticket | None:
    """What is known of a ticket; None for one that is gone, or deleted for good."""
    row = connection.execute(engine().TICKET, (ticket_id,)).fetchone()
    if row is None:
        return None
    *columns, tags = row
    return msgspec.convert((*columns, json.loads(tags)), Ticket)


def starts(connection: Any, ticket_id: int, since: int = HEAD) -> list[int]:
    """The message with which each document of a ticket begins, made anew from *since* on.

    That is HEAD for the first one, and all there is unless the ticket is long.
    """
    found, size = [since], 0
    for message_id, length in connection.execute(_SIZES, (ticket_id, since)).fetchall():
        if size >= FULL:
            found.append(message_id)
            size = 0
        size += length
    return found


def document(connection: Any, of: Ticket, first: int, end: int, *, is_long: bool) -> Document:
    """The document of a ticket with its messages from *first* to before *end*."""
    rows = connection.execute(engine().MESSAGES, (of.id, first, end)).fetchall()
    messages = [Message(internal, body, json.loads(files)) for internal, body, files in rows]
    return made(of, messages, first, is_long=is_long)


def made(of: Ticket, messages: Iterable[Message], first: int, *, is_long: bool) -> Document:
    """The document of a ticket with *messages*, which begin at *first*."""
    document = Document()
    if first == HEAD:
        _add_head(document, of)
    opening = of.description if first == HEAD else ""
    for message in messages:
        if not message.internal and message.body == opening:
            opening = ""  # mostly its first message's words: once is enough
        document.add("notes" if message.internal else "said", message.body)
        for name in message.files:
            document.add("note_files" if message.internal else "files", name)
    document.add("said", opening)
    document.columns["facts"] = list(_facts(of, first, is_long=is_long))
    document.add_edges()
    return document


def _add_head(made: Document, of: Ticket) -> None:
    made.add("subject", of.subject)
    made.add("said", ref_of(of.id))
    made.add("people", of.requester)
    made.add("people", of.address)
    for name in of.tags:
        made.add("tags", name)


def _facts(of: Ticket, first: int, *, is_long: bool) -> Iterator[str]:
    if first == HEAD:  # the others are found by the ticket's own rows, so that they never change
        yield tokens.EVERY
        yield tokens.of_requester(of.requester_id)
        for category_id in (of.category_id, of.subcategory_id):
            if category_id is not None:
                yield tokens.of_category(category_id)
    if is_long:
        yield tokens.LONG


def ranges(beginnings: Sequence[int]) -> Iterator[tuple[int, int]]:
    """From which message each document goes, and before which it ends."""
    return pairwise([*beginnings, END])
