"""Who may write next."""

import threading
from collections import deque


class WriteQueue:
    """A lock that is handed on in the order in which it was asked for.

    Threads that leave the queueing to SQLite's busy handler sleep and poll; one fair lock in the
    process writes about three times as much (docs/DECISIONS.md).
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Lock] = deque()

    @property
    def is_asked_for(self) -> bool:
        """Whether somebody waits for it; who has it can rely on that."""
        return bool(self._waiting)

    def __enter__(self) -> None:
        with self._guard:
            if not self._held:
                self._held = True
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()  # until the one before hands it on

    def __exit__(self, *_: object) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False
