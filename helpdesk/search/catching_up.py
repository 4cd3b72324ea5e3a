"""What has changed in a transaction is in the index when it commits; names of many follow soon."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from flask import Flask, current_app

from ..database import after_commit, db, transaction
from ..i18n import lazy
from ..jobs import enqueue, every, register
from .engines import connection, engine
from .keeping import Index
from .models import HEAD
from .vocabulary import Vocabulary, forget_unused

LATER, FORGET = "search.later", "search.forget"
MOST_AT_ONCE = 500  # tickets whose names or tags change in one transaction
MOST_CHANGES = 10_000  # of any sort in one transaction: who changes more has the words wait
_A_TIME = 100  # tickets in a transaction of the job: others write in between
_HOUR = 3600

_STALE = "SELECT ticket_id, message_id FROM search_stale LIMIT ?"
_PUT_ALL_OFF = """
INSERT INTO search_later (ticket_id) SELECT DISTINCT ticket_id FROM search_stale WHERE true
ON CONFLICT DO NOTHING"""
_LATER = "SELECT ticket_id FROM search_later ORDER BY ticket_id LIMIT ?"
_PUT_OFF = "INSERT INTO search_later (ticket_id) VALUES (?) ON CONFLICT DO NOTHING"
_DONE = "DELETE FROM search_later WHERE ticket_id = ?"
_AGAIN = "INSERT INTO search_again (ticket_id) VALUES (?) ON CONFLICT DO NOTHING"


def init_app(app: Flask) -> None:
    """Let *app* know its vocabulary, and do what was put off."""
    app.extensions["helpdesk.vocabulary"] = Vocabulary()
    lane = "search"
    title = lazy("Words to be searched")
    every(app, LATER, _HOUR, partial(_run, app, catch_up), title=title, lane=lane)
    title = lazy("Words of what was deleted")
    register(app, FORGET, partial(_run, app, forget_unused), title=title, lane=lane)


def keep_up() -> None:
    """Bring what the ``transaction()`` at hand has changed into the index."""
    ask = connection()
    stale = ask.execute(_STALE, (MOST_CHANGES + 1,)).fetchall()
    if not stale:
        return
    if len(stale) > MOST_CHANGES:
        ask.execute(_PUT_ALL_OFF)
        enqueue(LATER)
    else:
        _keep(ask, _not_put_off(ask, stale))
    ask.execute("DELETE FROM search_stale")


def _not_put_off(connection: Any, stale: Iterable[tuple[int, int]]) -> Mapping[int, set[int]]:
    """What has changed, by ticket, but for names and tags of too many."""
    changed: defaultdict[int, set[int]] = defaultdict(set)
    for ticket_id, message_id in stale:
        changed[ticket_id].add(message_id)
    heads = [ticket_id for ticket_id, ids in changed.items() if ids == {HEAD}]
    if len(heads) > MOST_AT_ONCE:
        put_off = heads[MOST_AT_ONCE:]
        connection.executemany(_PUT_OFF, [(ticket_id,) for ticket_id in put_off])
        enqueue(LATER)
        for ticket_id in put_off:
            del changed[ticket_id]
    return changed


def catch_up() -> None:
    """Do all that was put off, a few tickets in a transaction."""
    while True:
        with transaction():
            ask = connection()
            ids = [id_ for (id_,) in ask.execute(_LATER, (_A_TIME,)).fetchall()]
            _keep(ask, dict.fromkeys(ids))
            ask.executemany(_DONE, [(id_,) for id_ in ids])
        if len(ids) < _A_TIME:
            return


def _keep(connection: Any, changed: Mapping[int, set[int] | None]) -> None:
    engine().wait(connection)
    state = dict(connection.execute("SELECT name, value FROM search_state").fetchall())
    known: Vocabulary = current_app.extensions["helpdesk.vocabulary"]
    vocabulary = known.seen_by(db.engine.pool, state["forgotten"])
    index = Index(connection, vocabulary)
    index.keep_all(changed)
    if state["rebuilding"]:
        connection.executemany(_AGAIN, [(ticket_id,) for ticket_id in changed])
    if index.lost_words:
        enqueue(FORGET, key=FORGET)
    after_commit(partial(vocabulary.keep, index.new_words))


def _run(app: Flask, do: Callable[[], None], _payload: dict[str, Any]) -> None:
    with app.app_context():
        do()
