"""Putting every ticket into an index that has none yet, as a part of the transaction at hand."""

from collections.abc import Callable

from ..database import writing
from .engines import connection, engine
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
    writing()  # raises where nothing may be written
    ask, vocabulary, last = connection(), Vocabulary(_MOST_WORDS), (-(2**63), 0)
    engine().wait(ask)
    while rows := ask.execute(_NEXT, (*last, _A_TIME)).fetchall():
        index = Index(ask, vocabulary)
        index.keep_all(dict.fromkeys(id_ for _created_at, id_ in rows))
        vocabulary.keep(index.new_words)
        last = rows[-1]
        progress(len(rows))
    ask.execute("DELETE FROM search_stale")
