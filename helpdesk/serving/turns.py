"""Threads that take turns.

Python runs one thread at a time. Eight threads with a short request each don't finish sooner than
one that takes them one after the other: they hand the interpreter to each other at every call of
the database or a socket, fifty times a request, which costs more than the requests. So a request
begins when the one before has ended, waits for something (:mod:`helpdesk.waiting`), or has taken so
long that the others shall not wait for it. All come in the order in which they were sent.
"""

import logging
import threading
import time
from collections import deque
from typing import Protocol

from ..waiting import tell_of_waiting

MOST_ASIDE = 24  # threads beside those at work, of requests that wait in line to write
PATIENCE = 0.005  # seconds after which a request is a long one: Python's own turns are as long

log = logging.getLogger("helpdesk.serving")


class Turn(Protocol):
    """A connection with a request to be answered."""

    def service(self) -> None:
        """Answer the first of its requests."""

    def cancel(self) -> None:
        """Hang up instead."""


class _Thread(threading.Thread):
    """A thread of the server. It sleeps until it has a turn, or is to end."""

    def __init__(self, turns: "Turns") -> None:
        super().__init__(name="serving", daemon=True)
        self.turn: Turn | None = None
        self.since = 0.0
        self._turns = turns
        self._asleep = threading.Lock()
        self._asleep.acquire()

    def wake(self) -> None:
        self._asleep.release()

    def run(self) -> None:
        turns = self._turns
        tell_of_waiting(
            lambda: turns.give_way(self), lambda begins: turns.step_aside(self, begins=begins)
        )
        while self._sleep():
            while self.turn is not None:
                try:
                    self.turn.service()
                except BaseException:
                    log.exception("A connection failed")
                self.turn = None
                turns.ended(self)

    def _sleep(self) -> bool:
        self._asleep.acquire()
        return self.turn is not None


class Turns:
    """Hands requests over to threads; waitress calls that a task dispatcher."""

    def __init__(self, most: int) -> None:
        self.most = most  # threads at work
        self._threads: list[_Thread] = []
        self._asleep: list[_Thread] = []  # who worked last is woken first: its memory is warm
        self._line: deque[Turn] = deque()  # who has no turn yet
        self._first: _Thread | None = None  # whose request the line waits for
        self._aside = 0  # threads that are not at work, for they wait in another line
        self._is_ending = False
        self._lock = threading.Lock()  # guards all of this

    @property
    def unfinished(self) -> int:
        """How many requests are under way or waiting."""
        return len(self._threads) - len(self._asleep) + len(self._line)

    def add_task(self, turn: Turn) -> None:
        """Let *turn* be taken, as soon as may be."""
        with self._lock:
            self._line.append(turn)
            if self._first is None:
                self._begin()

    def patience(self, usual: float) -> float:
        """Seconds, at most *usual*, after which :meth:`look` could have to do something."""
        return PATIENCE if self._line else usual

    def look(self) -> None:
        """Let the next one begin beside a request that has taken long."""
        first = self._first
        if first is not None and self._line and time.monotonic() - first.since > PATIENCE:
            self.give_way(first)

    def give_way(self, thread: _Thread) -> None:
        """Let the next one begin, if it waits for *thread*."""
        with self._lock:
            if thread is self._first:
                self._first = None
                self._begin()

    def step_aside(self, thread: _Thread, *, begins: bool) -> None:
        """*thread* begins to wait, perhaps for seconds, or has ended it.

        Another process may keep all who write waiting: readers shall not run out of threads.
        """
        with self._lock:
            self._aside += 1 if begins else -1
            if thread is self._first:
                self._first = None
            if self._first is None:
                self._begin()

    def ended(self, thread: _Thread) -> None:
        """*thread* has ended its turn: give it the next one, or let it sleep."""
        with self._lock:
            if thread is self._first:
                self._first = None
            if self._line and self._first is None and self._at_work <= self.most:
                self._give(thread)
                return
            self._asleep.append(thread)
            if self._is_ending:
                thread.wake()

    def shutdown(self) -> None:
        """End the threads, those at work with what they are at; nobody else gets a turn."""
        with self._lock:
            self._is_ending = True
            waiting = list(self._line)
            self._line.clear()
            for thread in self._asleep:
                thread.wake()
        for turn in waiting:
            turn.cancel()

    @property
    def _at_work(self) -> int:
        return len(self._threads) - len(self._asleep) - self._aside

    def _begin(self) -> None:
        """Wake a thread for the next one in the line, if there is one."""
        if not self._line or self._is_ending or self._at_work >= self.most:
            return
        if self._asleep:
            thread = self._asleep.pop()
        elif len(self._threads) < self.most + MOST_ASIDE:
            thread = _Thread(self)
            thread.start()
            self._threads.append(thread)
        else:
            return  # the one that ends first takes it
        self._give(thread)
        thread.wake()

    def _give(self, thread: _Thread) -> None:
        thread.turn, thread.since = self._line.popleft(), time.monotonic()
        self._first = thread
