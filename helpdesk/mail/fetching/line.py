"""The thread that keeps one mailbox fetched: it listens where the server can call, else it asks."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress

from flask import Flask

from ...database import db
from ...errors import HelpdeskError
from ...i18n import gettext as _
from ..models import Mailbox
from .account import Account, account_of
from .alarm import Alarm
from .connection import Connection
from .health import note_failure
from .imap_errors import TROUBLE, explain
from .locks import watching
from .rounds import Round, do_round

POLL = 60.0  # seconds between two rounds where the server can't call
# IDLE is begun anew this often, with a round: well under the 29 minutes of RFC 2177, for routers
# between us and the server forget a silent connection sooner.
RENEW = 9 * 60.0
COMPARE = 3600.0  # seconds between two rounds that compare every number
STAND_BY = 5.0  # seconds between two looks at whether another process has let go of the mailbox
FIRST_PAUSE, LONGEST_PAUSE = 10.0, 300.0  # seconds after a failure
_BREATH = 1.0  # seconds, after a call that was about nothing new

_log = logging.getLogger(__name__)


class Line:
    """Fetches the mailbox *mailbox_id* from ``start()`` until ``end()``."""

    def __init__(self, app: Flask, mailbox_id: int) -> None:
        self._app, self._mailbox_id = app, mailbox_id
        self._alarm, self._is_ended, self._failures = Alarm(), False, 0
        self._connection: Connection | None = None
        self._thread = threading.Thread(
            target=self._work, name=f"mailbox-{mailbox_id}", daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Let it end as soon as the message that it is at is kept; don't wait for that."""
        self._is_ended = True
        self._alarm.ring()
        if (connection := self._connection) is not None:
            connection.cut()

    def hurry(self) -> None:
        """Do a round now."""
        self._alarm.ring()

    def join(self, seconds: float) -> None:
        self._thread.join(max(seconds, 0))

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def _work(self) -> None:
        while self._goes_on():
            pause = STAND_BY
            try:
                with watching(self._app, self._mailbox_id) as is_mine:
                    if is_mine is not None:
                        self._keep_fetching(is_mine)
            except Exception as error:
                if self._goes_on():
                    self._note(error)
                    pause = min(FIRST_PAUSE * 2 ** (self._failures - 1), LONGEST_PAUSE)
            if self._goes_on():
                self._alarm.wait(pause)
        self._alarm.close()

    def _keep_fetching(self, is_mine: Callable[[], bool]) -> None:
        """Rounds over one connection, until it fails, or isn't ours, or this is to end."""
        account = self._account()
        try:
            with closing(Connection(account)) as connection:
                self._connection = connection
                self._do_rounds(connection, is_mine)
        except TROUBLE as error:
            raise HelpdeskError(explain(error, account)) from error
        finally:
            self._connection = None

    def _do_rounds(self, connection: Connection, is_mine: Callable[[], bool]) -> None:
        compared = float("-inf")
        while self._goes_on() and is_mine():
            began = time.monotonic()
            is_full = began - compared >= COMPARE
            with self._app.app_context():
                done = do_round(connection, self._mailbox_id, full=is_full, going_on=self._goes_on)
            self._failures = 0
            compared = began if is_full else compared
            if self._goes_on():
                self._wait(connection, done)

    def _wait(self, connection: Connection, done: Round) -> None:
        began = time.monotonic()
        if connection.can_idle:
            connection.wait_for_news(self._alarm, POLL if done.failed else RENEW)
        else:
            self._alarm.wait(POLL)
        if not done.new and time.monotonic() - began < _BREATH:
            self._alarm.wait(_BREATH)

    def _account(self) -> Account:
        with self._app.app_context():
            return account_of(db.session.get_one(Mailbox, self._mailbox_id))

    def _note(self, error: Exception) -> None:
        self._failures += 1
        if isinstance(error, HelpdeskError):
            sentence = str(error)
        else:
            _log.exception("Mailbox %s could not be fetched from", self._mailbox_id)
            sentence = _("An unexpected fault: %(why)s.", why=type(error).__name__)
        with suppress(Exception), self._app.app_context():  # the database may be what is at fault
            note_failure(self._mailbox_id, sentence)

    def _goes_on(self) -> bool:
        return not self._is_ended
