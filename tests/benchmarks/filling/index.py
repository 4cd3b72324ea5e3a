"""The index of the words of a big desk, as the room of search would make it, by all cores.

Other processes read what is in the documents, which takes longest; this one writes them. The few
tickets that are too long for one document are left for ``search.catch_up``.
"""

import multiprocessing
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from helpdesk.database import sqlite_driver
from helpdesk.search import documents, gathering
from helpdesk.search.engines import engine_of
from helpdesk.search.models import HEAD
from helpdesk.search.schema import COLUMNS, INDEX

AT_ONCE = 1_000  # tickets that a process reads together
IN_A_STEP = 100  # of these
ALONE = 10  # times as many are read by this process, for others have to start
HASH = 16 << 20  # bytes of the index that are gathered before they are written
_PUT = (
    f"INSERT INTO {INDEX} (rowid, {', '.join(COLUMNS)}) VALUES (?{', ?' * len(COLUMNS)})",
    "INSERT INTO search_documents (slot, ticket_id, first_message_id, created_at)"
    " VALUES (?, ?, ?, ?)",
)


class Read(NamedTuple):
    """What is in the documents of some tickets."""

    rows: list[tuple[Any, ...]]  # slot, when the ticket was opened, texts
    words: set[str]
    too_long: list[int]  # tickets


def add_words(database: Path, tickets: int) -> None:
    """Index the words of all tickets, which are numbered from 1 and by age."""
    connection = sqlite_driver().connect(str(database), isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute(f"INSERT INTO {INDEX} ({INDEX}, rank) VALUES ('hashsize', {HASH})")
    words: set[str] = set()
    for read in _all(str(database), tickets):
        connection.execute("BEGIN")
        connection.executemany(_PUT[0], [(slot, *texts) for slot, _opened, *texts in read.rows])
        places = [(slot, slot, HEAD, opened) for slot, opened, *_texts in read.rows]
        connection.executemany(_PUT[1], places)
        later = [(ticket_id,) for ticket_id in read.too_long]
        connection.executemany("INSERT INTO search_later (ticket_id) VALUES (?)", later)
        connection.execute("COMMIT")
        words |= read.words
    connection.execute("BEGIN")
    every = [(word,) for word in sorted(words)]
    connection.executemany("INSERT INTO search_vocabulary (word) VALUES (?)", every)
    connection.execute("COMMIT")
    connection.close()


def _all(database: str, tickets: int) -> Iterator[Read]:
    """The documents of all tickets, in order; never many at once in memory."""
    parts = [(first, min(first + AT_ONCE, tickets + 1)) for first in range(1, tickets + 1, AT_ONCE)]
    if len(parts) <= ALONE:
        yield from (_read(database, *part) for part in parts)
        return
    cores, waiting = os.cpu_count() or 1, deque[Future[Read]]()
    with ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("spawn")) as pool:
        for part in parts:
            waiting.append(pool.submit(_read, database, *part))
            if len(waiting) > 2 * cores:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _read(database: str, first: int, end: int) -> Read:
    connection, read = _connected(database), Read([], set(), [])
    for start in range(first, end, IN_A_STEP):
        ids = range(start, min(start + IN_A_STEP, end))
        found = gathering.short(engine_of("sqlite"), connection, ids, "search_documents")
        read.too_long.extend(id_ for id_ in ids if id_ not in found)
        for id_, one in found.items():
            document = documents.made(one.ticket, one.messages, HEAD, is_long=False)
            read.rows.append((id_, one.ticket.created_at, *document.texts))
            read.words.update(document.words)
    return read


@cache
def _connected(database: str) -> Any:
    return sqlite_driver().connect(database)
