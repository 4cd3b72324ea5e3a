"""Which connections the server hears of, and what for.

Waitress asks each of its connections before it waits, each time: with a thousand open ones that
costs more than the requests. Here the system is told once what a connection waits for, and again
when that changes. That is only in two ways: the server's own thread has just done something with
it, or another thread has and says so (:meth:`Watch.changed`).
"""

import selectors
from collections import deque
from collections.abc import Mapping
from typing import Any

from waitress import wasyncore

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class Watch:
    """Waits for everything in *connections*, waitress's map of files to what they belong to."""

    def __init__(self, connections: Mapping[int, Any]) -> None:
        self._connections = connections
        self._selector = selectors.DefaultSelector()
        self._told: dict[int, int] = {}  # what the system knows, by file
        self._changed: deque[Any] = deque()
        self._all_changed = True

    def changed(self, connection: Any) -> bool:
        """Look at *connection* before waiting again; False: there is nothing to look at.

        Like :meth:`all_changed` it can be called from any thread, which wakes who waits afterwards.
        """
        if not _differ(_wanted(connection), self._told.get(connection._fileno, 0)):
            return False
        self._changed.append(connection)
        return True

    def all_changed(self) -> None:
        """Look at all of them before waiting again."""
        self._all_changed = True

    def forget(self, connection: Any) -> None:
        """*connection* is about to be closed."""
        if self._told.pop(connection._fileno, 0):
            self._selector.unregister(connection._fileno)

    def close(self) -> None:
        self._selector.close()

    def wait(self, seconds: float) -> None:
        """Wait until something comes, at most *seconds*, and let it be taken."""
        self._tell_changes()
        for key, events in self._selector.select(seconds):
            if self._has(key.data):  # not closed by what came before it
                self._take(key.data, events)

    def _take(self, connection: Any, events: int) -> None:
        is_idle = True
        if events & READ and connection.readable():
            wasyncore.read(connection)
            is_idle = False
        if events & WRITE and self._has(connection) and connection.writable():
            wasyncore.write(connection)
            is_idle = False
        if is_idle:
            self._changed.append(connection)
        elif events & WRITE or not getattr(connection, "requests", None):
            self._look_at(connection)
        # Else a thread is at the answer, and will say what of it is left to be sent.

    def _tell_changes(self) -> None:
        if self._all_changed:
            self._all_changed = False
            for connection in list(self._connections.values()):
                self._look_at(connection)
        while self._changed:
            self._tell(self._changed.popleft())

    def _look_at(self, connection: Any) -> None:
        if _differ(_wanted(connection), self._told.get(connection._fileno, 0)):
            self._tell(connection)

    def _tell(self, connection: Any) -> None:
        """Let the system know what *connection* waits for now."""
        file = connection._fileno
        if not self._has(connection):
            return  # it is closed
        # Once more, since another thread that changed it may have seen what was told before.
        while (wanted := _wanted(connection)) != (told := self._told.get(file, 0)):
            if not told:
                self._selector.register(file, wanted, connection)
            elif wanted:
                self._selector.modify(file, wanted, connection)
            else:
                self._selector.unregister(file)
            self._told[file] = wanted

    def _has(self, connection: Any) -> bool:
        return self._connections.get(connection._fileno) is connection


def _wanted(connection: Any) -> int:
    return (READ if connection.readable() else 0) | (WRITE if connection.writable() else 0)


def _differ(wanted: int, told: int) -> bool:
    """Whether the system has to be told.

    It need not where a connection has sent a request and waits for the answer: nearly all send the
    next one only then. Should something come before, we see that when it comes.
    """
    return bool(wanted & ~told or told & ~wanted & WRITE)
