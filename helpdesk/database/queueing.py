"""Who may write next."""

import threading
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from ..waiting import waits_aside


class _Place(NamedTuple):
    lock: threading.Lock  # held until it is its turn
    together: bool
    goes_on: Callable[[], object]  # tells so


class WriteQueue:
    """A lock that is handed on in the order in which it was asked for.

    Threads that leave the queueing to SQLite's busy handler sleep and poll; one fair lock in the
    process writes about three times as much (docs/DECISIONS.md).
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held = False
        self._waiting: deque[_Place] = deque()

    @property
    def is_joined(self) -> bool:
        """Whether the next one asked for it *together*; who has it can rely on that."""
        try:
            return self._waiting[0].together
        except IndexError:
            return False

    def acquire(self, *, together: bool = False) -> None:
        """Return when it is one's turn. *together* is for those before: see ``is_joined``."""
        with self._guard:
            if not self._held:
                self._held = True
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(_Place(turn, together, waits_aside()))
        turn.acquire()  # until the one before hands it on

    def release(self) -> None:
        """Hand it on."""
        with self._guard:
            if self._waiting:
                place = self._waiting.popleft()
                place.goes_on()  # before anybody else begins in the meantime
                place.lock.release()
            else:
                self._held = False

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()
