"""Lets held replies leave when their time has come."""

import logging
import threading

from flask import Flask

from .. import clock
from ..tickets import actions

# While a reply is held, the clock is looked at this often: somebody may set it.
GLANCE = 5.0  # seconds
PAUSE_AFTER_FAILURE = 5.0

_log = logging.getLogger(__name__)


class Releaser:
    """A thread that sleeps until the next held reply is due; while none is, it sleeps for good.

    With *every* it looks that often in any case, for replies that other processes hold.
    """

    def __init__(self, app: Flask, every: float | None = None) -> None:
        self._app, self._every = app, every
        self._news, self._is_stopping = threading.Event(), False
        self._thread = threading.Thread(target=self._work, name="releaser", daemon=True)

    def start(self) -> None:
        """Begin, with what is due already: it waited while the desk was stopped."""
        actions.on_hold(self._app, self._news.set)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether it works."""
        return self._thread.is_alive()

    def stop(self, patience: float = 5) -> None:
        """Ask it to end, and wait at most *patience* seconds for the reply that it is at."""
        self._is_stopping = True
        self._news.set()
        self._thread.join(patience)

    def _work(self) -> None:
        while not self._is_stopping:
            self._news.clear()
            try:
                wait = self._look()
            except Exception:
                _log.exception("Held replies could not be looked at")
                wait = PAUSE_AFTER_FAILURE
            if not self._is_stopping:
                self._news.wait(wait)

    def _look(self) -> float | None:
        """Let leave what is due; seconds until the next look, None: until there is news."""
        with self._app.app_context():
            actions.release_due()
            following = actions.next_departure()
        if following is None:
            return self._every
        left = (following - clock.now()).total_seconds()
        if left <= 0:  # it came due this moment, or it could not leave
            return PAUSE_AFTER_FAILURE / 5
        # Times are whole seconds: a little later, so that the second has surely begun.
        return min(left, self._every or GLANCE, GLANCE) + 0.05
