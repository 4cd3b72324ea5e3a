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
from collections.abc import Iterator
from itertools import chain
from typing import Protocol

from ..waiting import tell_of_waiting

MOST_ASIDE = 24  # threads beside those at work, of requests that wait in line to write
PATIENCE = 0.005  # seconds after which a request is a long one: Python's own turns are as long

log = logging.getLogger("helpdesk.serving")


class Turn(Protocol):
    """A connection with a request to be answered."""

    @property
    def writes(self) -> bool:
        """Whether the first of its requests may change something."""

    def service(self) -> None:
        """Answer the first of its requests."""

    def cancel(self) -> None:
        """Hang up instead."""


class Waiting:
    """Who has no turn yet: all who read, then all who write, and so on.

    Those who come while their kind has its turn wait for the next time, so nobody waits for more
    than were there before. What is written at once is made durable at once, and those who
    ask the same afterwards get the same answer: the one is remembered until the next write.
    """

    def __init__(self) -> None:
        self._waiting: dict[bool, deque[Turn]] = {False: deque(), True: deque()}
        self._writes = False  # whose time it is
        self._left = 0  # how many it has still to take

    def __len__(self) -> int:
        return len(self._waiting[False]) + len(self._waiting[True])

    def __iter__(self) -> Iterator[Turn]:
        return chain(*self._waiting.values())

    def append(self, turn: Turn) -> None:
        """Let *turn* wait at the end of its kind."""
        self._waiting[turn.writes].append(turn)

    def popleft(self) -> Turn:
        """Take the next one. Raises IndexError: there is none."""
        mine, others = self._waiting[self._writes], self._waiting[not self._writes]
        if not (self._left and mine):
            if others:
                self._writes, mine = not self._writes, others
            self._left = len(mine)
        self._left -= 1
        return mine.popleft()

    def clear(self) -> None:
        """Forget all."""
        for one in self._waiting.values():
            one.clear()


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
            lambda: turns.give_way(self),
            lambda: turns.step_aside(self),
            lambda: turns.come_back(self),
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
        self._line = Waiting()  # who has no turn yet
        self._running: set[_Thread] = set()  # whose requests the line waits for
        self._aside = 0  # threads that are not at work, for they wait in another line
        self._is_ending = False
        self._lock = threading.Lock()  # guards all of this

    @property
    def unfinished(self) -> int:
        """How many requests are under way or waiting."""
        return len(self._threads) - len(self._asleep) + len(self._line)

    @property
    def waiting(self) -> int:
        """How many requests have no turn yet."""
        return len(self._line)

    def add_task(self, turn: Turn) -> None:
        """Let *turn* be taken, as soon as may be."""
        with self._lock:
            self._line.append(turn)
            self._begin()

    def patience(self, usual: float) -> float:
        """Seconds, at most *usual*, after which :meth:`look` could have to do something."""
        return PATIENCE if self._line else usual

    def look(self) -> None:
        """Let the next one begin beside requests that have taken long."""
        if not self._line:
            return
        with self._lock:
            late = time.monotonic() - PATIENCE
            self._running = {thread for thread in self._running if thread.since > late}
            self._begin()

    def give_way(self, thread: _Thread) -> None:
        """*thread* waits, or is at something that others need not wait for."""
        with self._lock:
            self._running.discard(thread)
            self._begin()

    def step_aside(self, thread: _Thread) -> None:
        """*thread* waits, perhaps for seconds, until :meth:`come_back`.

        Another process may keep all who write waiting: readers shall not run out of threads.
        """
        with self._lock:
            self._aside += 1
            self._running.discard(thread)
            self._begin()

    def come_back(self, thread: _Thread) -> None:
        """*thread* goes on, or will at once."""
        with self._lock:
            self._aside -= 1
            self._runs(thread)

    def ended(self, thread: _Thread) -> None:
        """*thread* has ended its turn: give it the next one, or let it sleep."""
        with self._lock:
            self._running.discard(thread)
            if self._line and not self._running and self._at_work <= self.most:
                self._give(thread)
                return
            self._asleep.append(thread)
            self._begin()
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
        """Wake a thread for the next one in the line, if there is one and nobody is at work."""
        if not self._line or self._running or self._is_ending or self._at_work >= self.most:
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
        thread.turn = self._line.popleft()
        self._runs(thread)

    def _runs(self, thread: _Thread) -> None:
        thread.since = time.monotonic()
        self._running.add(thread)
