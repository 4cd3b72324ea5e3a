"""Putting every ticket into an index that has none yet, as a part of the transaction at hand."""

from collections.abc import Callable
from typing import Any

from ..database import writing
from .keeping import Index
from .vocabulary import Vocabulary

_A_TIME = 500  # tickets
_MOST_WORDS = 200_000  # that are remembered meanwhile
_NEXT = """
SELECT created_at, id FROM tickets WHERE (created_at, id) > (?, ?)
ORDER BY created_at, id LIMIT ?"""


def fill(progress: Callable[[int], object] = lambda more: None) -> None:
    """Make the words of all tickets known, the oldest first: each gets its place in the order.

    What triggers have noted meanwhile is done by that. Only inside a ``transaction()``.
    """
    session: Any = writing().session
    connection, vocabulary, last = (
        session.driver_connection(),
        Vocabulary(_MOST_WORDS),
        (-(2**63), 0),
    )
    while rows := connection.execute(_NEXT, (*last, _A_TIME)).fetchall():
        index = Index(connection, vocabulary)
        index.keep_all(dict.fromkeys(id_ for _created_at, id_ in rows))
        vocabulary.keep(index.new_words)
        last = rows[-1]
        progress(len(rows))
    connection.execute("DELETE FROM search_stale")
