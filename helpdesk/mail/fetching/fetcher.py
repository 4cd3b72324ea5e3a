"""Keeps every active mailbox fetched while the desk is there."""

import logging
import threading
import time
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import Flask

from ...database import after_commit, db, hear_others, tell_others
from ...events import Event, subscribe
from ..models import Mailbox

if TYPE_CHECKING:
    from .line import Line

GLANCE = 60.0  # seconds between two looks at the rows: another process may have changed them

_log = logging.getLogger(__name__)

RETRIED = "mail.retried"
MAILBOXES = "mailboxes"  # the subject of what processes tell each other
_CHANGES = tuple(f"mailbox.{word}" for word in ("added", "changed", "paused", "resumed", "removed"))
# What a line has to begin anew for when it changes.
_WHERE = (
    Mailbox.imap_host,
    Mailbox.imap_port,
    Mailbox.imap_security,
    Mailbox.imap_user,
    Mailbox.imap_password,
    Mailbox.imap_password_file,
    Mailbox.imap_folder,
)


def tell_fetchers(app: Flask) -> None:
    """Let the fetchers of other processes hear what *app* changes."""
    for kind in (*_CHANGES, RETRIED):
        subscribe(app, kind, lambda event: tell_others(MAILBOXES, event.kind))


class Fetcher:
    """A thread a mailbox, and one that sees which mailboxes there are.

    Several processes may do this for one desk: rounds of a mailbox wait for each other, and on
    PostgreSQL only one keeps a connection to it, for which the others stand by.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._news, self._is_stopping = threading.Event(), False
        self._lines: dict[int, tuple[tuple[Any, ...], Line]] = {}
        self._ended: list[Line] = []
        self._thread = threading.Thread(target=self._work, name="fetcher", daemon=True)

    def start(self) -> None:
        """Begin at once."""
        for kind in _CHANGES:
            subscribe(self._app, kind, self._hear)
        subscribe(self._app, RETRIED, self._hear_of_one)
        hear_others(self._app, MAILBOXES, self._hear_others)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether it works."""
        return self._thread.is_alive()

    def stop(self, patience: float = 5) -> None:
        """End every line, and wait at most *patience* seconds for the messages that they are at."""
        deadline = time.monotonic() + patience
        self._is_stopping = True
        self._news.set()
        self._thread.join(patience)
        for line in self._ended:
            line.join(deadline - time.monotonic())

    def _hear(self, _event: Event) -> None:
        """Somebody changes the mailboxes: look again once that is committed."""
        after_commit(self._news.set)

    def _hear_of_one(self, _event: Event) -> None:
        """Somebody asks again for a message: it may be one that a server did not give."""
        for _where, line in list(self._lines.values()):
            after_commit(line.hurry)

    def _hear_others(self, kind: str) -> None:
        """The same was done in another process."""
        if kind == RETRIED:
            for _where, line in list(self._lines.values()):
                line.hurry()
        else:
            self._news.set()

    def _work(self) -> None:
        while not self._is_stopping:
            self._news.clear()
            try:
                self._compare(self._wanted())
            except Exception:
                _log.exception("The mailboxes could not be looked at")
            if not self._is_stopping:
                self._news.wait(GLANCE)
        self._compare({})

    def _wanted(self) -> dict[int, tuple[Any, ...]]:
        """Every mailbox that is fetched from: its id, and where that is."""
        query = sa.select(Mailbox.id, *_WHERE).where(
            Mailbox.is_active.is_(True), Mailbox.imap_host != ""
        )
        with self._app.app_context():
            return {id_: tuple(where) for id_, *where in db.session.execute(query)}

    def _compare(self, wanted: dict[int, tuple[Any, ...]]) -> None:
        """End the lines that are not wanted any more, or not so; begin those that are missing."""
        for id_, (where, line) in list(self._lines.items()):
            if wanted.get(id_) != where:
                line.end()
                self._ended.append(line)
                del self._lines[id_]
        for id_, where in wanted.items():
            if id_ not in self._lines:
                line = self._line(id_)
                self._lines[id_] = where, line
                line.start()
        self._ended = [line for line in self._ended if line.is_alive]

    def _line(self, mailbox_id: int) -> "Line":
        from .line import Line  # here, for a desk without mailboxes never speaks IMAP

        return Line(self._app, mailbox_id)
