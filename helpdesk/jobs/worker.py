"""The threads that run jobs while the desk is there."""

import logging
import threading
import time
from collections.abc import Collection
from contextlib import ExitStack
from datetime import datetime
from functools import partial

from flask import Flask

from .. import clock
from . import leases, presence, queueing
from .hands import Hands
from .kinds import kinds_of
from .running import run_next

# The table is looked at this often: other processes enqueue, too, and somebody may set the clock.
GLANCE = 5.0  # seconds
PAUSE_AFTER_FAILURE = 5.0
PATIENCE = 30.0
ANOTHER_IS_AT_IT = 1.0  # seconds: another process was faster, or runs one of the same key
SET_BACK = 60.0  # seconds: by less a clock is put right

_log = logging.getLogger(__name__)


class Worker:
    """One thread a lane. It sleeps until the next job is due, and is woken by those of its process.

    One more looks now and then for all lanes together: seven that look cost seven times as much.

    What a process has left that is surely dead is taken over at once, and not when its lease ends.
    *holds_lock*: this one has the data folder to itself, so an earlier one that had is dead.
    """

    def __init__(
        self,
        app: Flask,
        lanes: Collection[str] | None = None,
        *,
        every: float = GLANCE,
        holds_lock: bool = False,
    ) -> None:
        self._app, self._every, self._is_stopping = app, every, False
        self._holds_lock = holds_lock
        self._holder = presence.server_of(app) if holds_lock else presence.new_worker()
        self._present = ExitStack()
        self._news = {
            lane: threading.Event() for lane in (kinds_of(app).lanes if lanes is None else lanes)
        }
        known = kinds_of(app)
        self._hands = {
            lane: Hands(app, most, partial(self._hear, lane))
            for lane in self._news
            if (most := known.at_once(lane)) > 1
        }
        # When each lane wakes up by itself; None: never.
        self._planned: dict[str, datetime | None] = {}
        self._ending = threading.Event()
        self._glancing = threading.Thread(target=self._glance, name="jobs", daemon=True)
        self._threads = [
            threading.Thread(target=self._work, args=(lane,), name=f"jobs-{lane}", daemon=True)
            for lane in self._news
        ]

    def start(self) -> None:
        """Begin, with what is due already."""
        queueing.prepare(self._app)
        dead = presence.dead_workers(self._app)
        if self._holds_lock:
            dead.append(self._holder)
        else:
            self._present.enter_context(presence.shown(self._app, self._holder))
        with self._app.app_context():
            leases.take_over(dead)
        kinds_of(self._app).listeners.append(self._hear)
        # For all lanes together: nine that look at once would open nine connections.
        with self._app.app_context():
            self._planned |= leases.next_due(self._news)
        for thread in (*self._threads, self._glancing):
            thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether every lane has somebody who works in it."""
        return all(thread.is_alive() for thread in (*self._threads, self._glancing))

    def stop(self, patience: float = PATIENCE) -> bool:
        """Begin no more jobs, and wait at most *patience* seconds for those at hand.

        False where one was still running: whoever works next takes it over.
        """
        self._is_stopping = True
        self._ending.set()
        listeners = kinds_of(self._app).listeners
        if self._hear in listeners:
            listeners.remove(self._hear)
        for news in self._news.values():
            news.set()
        until = time.monotonic() + patience
        left = [lane for lane in self._news if not self._has_ended(lane, until)]
        if left:
            _log.warning(
                "Stopped while a job was running (%s); it will be run again", ", ".join(left)
            )
        else:
            self._present.close()
        return not left

    def _has_ended(self, lane: str, until: float) -> bool:
        """Whether nobody works in *lane* any more, waited for *until* then."""
        place = list(self._news).index(lane)
        hands = self._hands.get(lane)
        for thread in (self._threads[place], *(hands.threads() if hands is not None else ())):
            if thread.is_alive():
                thread.join(max(0.0, until - time.monotonic()))
            if thread.is_alive():
                return False
        return True

    def _hear(self, lane: str) -> None:
        if lane in self._news:
            self._news[lane].set()

    def _work(self, lane: str) -> None:
        news, wait = self._news[lane], _seconds_until(self._planned.get(lane))
        while not self._is_stopping:
            news.wait(wait)
            news.clear()
            try:
                wait = self._look(lane)
            except Exception:
                _log.exception("Jobs could not be looked at")
                wait = PAUSE_AFTER_FAILURE

    def _look(self, lane: str) -> float | None:
        """Run what is due; seconds until the next look, None: there is nothing to wait for."""
        while not self._is_stopping:
            with self._app.app_context():
                following = leases.next_due([lane]).get(lane)
            self._planned[lane] = following
            if (wait := _seconds_until(following)) != 0:
                return wait
            hands = self._hands.get(lane)
            if hands is not None and hands.are_full:
                return None  # the first that is free says so
            if not self._begin(lane, hands):
                return ANOTHER_IS_AT_IT
        return 0

    def _begin(self, lane: str, hands: Hands | None) -> bool:
        """Run the next job, or have it run; False where there is none that could be."""
        if hands is None:
            return run_next(self._app, lane, self._holder)
        with self._app.app_context():
            claim = leases.claim(lane, self._holder)
        if claim is None:
            return False
        hands.take(claim)
        return True

    def _glance(self) -> None:
        before = _ahead()
        while not self._ending.wait(self._every):
            try:
                if before - (before := _ahead()) > SET_BACK:
                    _log.warning("The clock was set back: what was due stays so")
                    queueing.prepare(self._app)
                with self._app.app_context():
                    # A command that filed a mail was killed, say: nobody else would come for it.
                    leases.take_over(presence.dead_workers(self._app))
                    dues = leases.next_due(self._news)
            except Exception:
                _log.exception("Jobs could not be looked at")
                continue
            now = clock.now()
            for lane, due in dues.items():
                planned = self._planned.get(lane)
                if due <= now or planned is None or due < planned:
                    self._news[lane].set()


def _seconds_until(due: datetime | None) -> float | None:
    """What a lane waits for its next job; 0 where it is due, None where there is none."""
    if due is None:
        return None
    left = (due - clock.now()).total_seconds()
    # Times are whole seconds: a little later, so that the second has surely begun.
    return left + 0.05 if left > 0 else 0


def _ahead() -> float:
    """Seconds that the clock is ahead of one that nobody can set."""
    return clock.now().timestamp() - time.monotonic()
