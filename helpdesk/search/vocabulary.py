"""Every word that documents have: what an index of words can't be asked for."""

import time
from collections.abc import Iterable
from typing import Any

from ..database import db, transaction
from .engines import connection, engine

MOST_KEPT = 20_000  # words that a process knows to be there
_A_TIME = 100  # words that are looked at together
_RESTS = 3  # times as long as it took to look at them: a million tickets have words for a minute

_BEGINNING = "SELECT word FROM search_vocabulary WHERE word >= ? AND word < ? LIMIT ?"
_AFTER = "SELECT word FROM search_vocabulary WHERE word > ? ORDER BY word LIMIT ?"
_LAST = "\U0010ffff"  # after every character that a word goes on with


class Vocabulary:
    """The words that this process knows to be in the table, so that it needn't add them."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._known: set[str] = set()
        self._seen: tuple[object, int] = None, 0

    def seen_by(self, pool: object, forgotten: int) -> "Vocabulary":
        """Forget all where words were taken out since, or *pool* is another: of a new file."""
        seen = pool, forgotten
        if seen != self._seen:
            self._seen, self._known = seen, set()
        return self

    def add(self, connection: Any, words: Iterable[str]) -> set[str]:
        """Add *words* and return those that were not known; ``keep`` them after the commit."""
        new = set(words) - self._known
        if new:
            engine().add_words(connection, sorted(new))
        return new

    def keep(self, words: set[str]) -> None:
        """Remember that *words* are there for good."""
        if len(self._known) + len(words) > self._most:
            self._known = set()
        self._known |= words


def beginning_with(connection: Any, letters: str, limit: int) -> list[str]:
    """At most *limit* words that begin with *letters*."""
    rows = connection.execute(_BEGINNING, (letters, letters + _LAST, limit)).fetchall()
    return [word for (word,) in rows]


def forget_unused() -> None:
    """Take out the words that no document has any more: those of what was deleted for good.

    It leaves most of the time to those who wait for an answer.
    """
    last = ""
    while True:
        began = time.monotonic()
        ask = connection()
        rows = ask.execute(_AFTER, (last, _A_TIME)).fetchall()
        unused = [word for (word,) in rows if not engine().has_word(ask, word)]
        if unused:
            _forget(unused)
        db.session.rollback()
        if len(rows) < _A_TIME:
            return
        last = rows[-1][0]
        time.sleep(_RESTS * (time.monotonic() - began))


def _forget(words: Iterable[str]) -> None:
    with transaction():
        ask = connection()
        engine().wait(ask)
        for word in words:
            if not engine().has_word(ask, word):
                ask.execute("DELETE FROM search_vocabulary WHERE word = ?", (word,))
        ask.execute("UPDATE search_state SET value = value + 1 WHERE name = 'forgotten'")
