"""Making the index anew, while the desk is used: beside the one in use, which it then replaces.

Tickets are taken from the oldest on, a few in a transaction, so each gets its place in the order.
What changes meanwhile is noted in search_again (catching_up.py), and done again before the end.
"""

import secrets
from collections.abc import Callable

from ..database import db, transaction
from ..errors import HelpdeskError
from .engines import connection, engine
from .keeping import Index
from .models import ASIDE
from .vocabulary import Vocabulary

A_TIME = 100  # tickets in a transaction: others write in between
MOST_ASIDE, SHARE_ASIDE = 1000, 0.01
_MOST_WORDS = 200_000  # that are remembered meanwhile

_NEW, _OLD = "_new", "_old"
_NEXT = """
SELECT created_at, id FROM tickets WHERE (created_at, id) > (?, ?)
ORDER BY created_at, id LIMIT ?"""
_LATE = """
SELECT count(*) FILTER (WHERE slot >= ? AND first_message_id = 0), count(*)
FROM search_documents"""
_AGAIN = "SELECT ticket_id FROM search_again LIMIT ?"
_RUN = "SELECT value FROM search_state WHERE name = 'rebuilding'"
_REBUILDING = "UPDATE search_state SET value = ? WHERE name = 'rebuilding'"
Progress = Callable[[int], object]  # called with how many tickets are done


def rebuild(progress: Progress = lambda done: None, a_time: int = A_TIME) -> int:
    """Make the index anew and return of how many tickets. One that began before is over.

    Others are kept waiting for *a_time* tickets. Raises HelpdeskError where another one begins.
    """
    run = secrets.randbits(40) + 1
    _begin(run)
    vocabulary = Vocabulary(_MOST_WORDS)
    done, last = 0, (-1, 0)
    while True:
        rows = connection().execute(_NEXT, (*last, a_time)).fetchall()
        db.session.rollback()
        if not rows:
            break
        _keep(run, [id_ for _created_at, id_ in rows], vocabulary)
        done, last = done + len(rows), rows[-1]
        progress(done)
    while _again(run, a_time) == a_time:
        pass
    _replace(run, a_time)
    _throw_away()
    return done


def tidy_up() -> None:
    """Make the index anew where too many documents are aside: an import brings such tickets."""
    aside, everything = connection().execute(_LATE, (ASIDE,)).fetchone()
    db.session.rollback()
    if aside > MOST_ASIDE and aside > everything * SHARE_ASIDE:
        rebuild()


def _begin(run: int) -> None:
    _throw_away()
    with transaction():
        ask = connection()
        engine().make_beside(ask, _NEW)
        ask.execute("DROP TABLE IF EXISTS search_again")
        ask.execute("CREATE TABLE search_again (ticket_id INTEGER PRIMARY KEY)")
        ask.execute(_REBUILDING, (run,))


def _require(run: int) -> None:
    if connection().execute(_RUN).fetchone() != (run,):
        raise HelpdeskError("Another one has begun to make the index of words anew.")


def _keep(run: int, ticket_ids: list[int], vocabulary: Vocabulary) -> None:
    with transaction():
        _require(run)
        index = Index(connection(), vocabulary, _NEW)
        index.keep_all(dict.fromkeys(ticket_ids))
    vocabulary.keep(index.new_words)


def _again(run: int, most: int) -> int:
    """Do again at most so many of those that have changed; how many there were."""
    with transaction():
        _require(run)
        ids = [id_ for (id_,) in connection().execute(_AGAIN, (most,)).fetchall()]
        index = Index(connection(), Vocabulary(), _NEW)
        index.keep_all(dict.fromkeys(ids))
        for ticket_id in ids:
            connection().execute("DELETE FROM search_again WHERE ticket_id = ?", (ticket_id,))
    return len(ids)


def _replace(run: int, most: int) -> None:
    """Put the new index in the place of the old one, with the very last that has changed."""
    with transaction():
        while _again(run, most):
            pass
        ask = connection()
        engine().put_in_place(ask, _NEW, _OLD)
        ask.execute("DROP TABLE search_again")
        ask.execute(_REBUILDING, (0,))


def _throw_away() -> None:
    """Remove an old index."""
    engine().throw_away(_OLD, _changed)


def _changed(statement: str) -> int:
    with transaction():
        return int(connection().execute(statement).rowcount)
