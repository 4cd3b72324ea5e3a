"""Threads that take turns at reading.

Python runs one thread at a time. Eight threads with a short request each don't finish sooner than
one that takes them one after the other: they hand the interpreter to each other at every call of
the database or a socket, fifty times a request, which costs more than the requests. So a request
that reads begins when the one before has ended, or has taken so long that others shall not wait for
it. One that writes waits for the disk most of its time, and begins at once.
"""

import logging
import threading
import time
from collections import deque
from itertools import count
from typing import Any, Protocol

PATIENCE = 0.005  # seconds after which a request is a long one: Python's own turns are as long
READING = ("GET", "HEAD", "OPTIONS")

log = logging.getLogger("helpdesk.serving")


class Turn(Protocol):
    """A connection with a request to be answered."""

    requests: list[Any]

    def service(self) -> None:
        """Answer the first of its requests."""

    def cancel(self) -> None:
        """Hang up instead."""


class _Thread(threading.Thread):
    """A thread of the server. It sleeps until it has a turn, or is to end."""

    def __init__(self, turns: "Turns") -> None:
        super().__init__(name="serving", daemon=True)
        self.turn: Turn | None = None
        self.is_writing = False
        self.since = 0.0
        self._turns = turns
        self._asleep = threading.Lock()
        self._asleep.acquire()

    def take(self, turn: Turn, *, is_writing: bool) -> None:
        self.turn, self.is_writing, self.since = turn, is_writing, time.monotonic()

    def wake(self) -> None:
        self._asleep.release()

    def run(self) -> None:
        while self._sleep():
            while self.turn is not None:
                try:
                    self.turn.service()
                except BaseException:
                    log.exception("A connection failed")
                self.turn = None
                self._turns.ended(self)

    def _sleep(self) -> bool:
        self._asleep.acquire()
        return self.turn is not None


class Turns:
    """Hands requests over to threads; waitress calls that a task dispatcher."""

    def __init__(self, most: int) -> None:
        self.most = most  # threads
        self._most_writing = max(1, most - 1)  # so that one is left to those who read
        self._threads: list[_Thread] = []
        self._asleep: list[_Thread] = []  # who worked last is woken first: its memory is warm
        self._reading: deque[tuple[int, Turn]] = deque()  # with the place in the line of all
        self._writing: deque[tuple[int, Turn]] = deque()
        self._places = count()
        self._writers = 0  # at work
        self._short: _Thread | None = None  # reads, and has not taken long
        self._is_ending = False
        self._lock = threading.Lock()  # guards all of this

    @property
    def unfinished(self) -> int:
        """How many requests are under way or waiting."""
        at_work = len(self._threads) - len(self._asleep)
        return at_work + len(self._reading) + len(self._writing)

    def add_task(self, turn: Turn) -> None:
        """Let *turn* be taken, as soon as may be."""
        command = getattr(turn.requests[0], "command", "")  # none where it could not be read
        line = self._reading if command in READING else self._writing
        with self._lock:
            line.append((next(self._places), turn))
            self._wake()

    def patience(self, usual: float) -> float:
        """Seconds, at most *usual*, after which :meth:`look` could have to do something."""
        return PATIENCE if self._reading else usual

    def look(self) -> None:
        """Let others begin beside a request that has taken long."""
        if not self._reading:
            return
        with self._lock:
            short = self._short
            if short is not None and time.monotonic() - short.since > PATIENCE:
                self._short = None
                self._wake()

    def ended(self, thread: _Thread) -> None:
        """*thread* has ended its turn: give it the next one, or let it sleep."""
        with self._lock:
            if thread.is_writing:
                self._writers -= 1
            elif thread is self._short:
                self._short = None
            if self._is_ending or not self._give(thread):
                self._asleep.append(thread)
                if self._is_ending:
                    thread.wake()

    def shutdown(self) -> None:
        """End the threads, those at work with what they are at; nobody else gets a turn."""
        with self._lock:
            self._is_ending = True
            waiting = [turn for _place, turn in (*self._reading, *self._writing)]
            self._reading.clear()
            self._writing.clear()
            for thread in self._asleep:
                thread.wake()
        for turn in waiting:
            turn.cancel()

    def _wake(self) -> None:
        """Wake a thread for who may begin now, if there is one."""
        if self._is_ending or not self._may_begin():
            return
        if self._asleep:
            thread = self._asleep.pop()
        elif len(self._threads) < self.most:
            thread = _Thread(self)
            thread.start()
            self._threads.append(thread)
        else:
            return
        self._give(thread)
        thread.wake()

    def _give(self, thread: _Thread) -> bool:
        """Give *thread* the turn of who came first of those who may begin; False: nobody may."""
        line = self._may_begin()
        if line is None:
            return False
        thread.take(line.popleft()[1], is_writing=line is self._writing)
        if thread.is_writing:
            self._writers += 1
        else:
            self._short = thread
        return True

    def _may_begin(self) -> deque[tuple[int, Turn]] | None:
        """The line whose first may begin now."""
        reads = bool(self._reading) and self._short is None
        writes = bool(self._writing) and self._writers < self._most_writing
        if reads and writes:
            return min(self._reading, self._writing, key=lambda line: line[0][0])
        return self._reading if reads else self._writing if writes else None
