"""A bell that wakes a thread which waits for a server: it can be rung from any other."""

import selectors
import socket
from contextlib import suppress


class Alarm:
    """Waits for a connection to say something, for a ring, or for a time to pass."""

    def __init__(self) -> None:
        self._ear, self._bell = socket.socketpair()
        self._ear.setblocking(False)
        self._bell.setblocking(False)

    def ring(self) -> None:
        """End the wait at hand, or the next one."""
        with suppress(OSError):  # it rings already, or it was put away
            self._bell.send(b"!")

    def wait(self, seconds: float, connection: socket.socket | None = None) -> bool:
        """Wait at most *seconds*; True when *connection* has something to say."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._ear, selectors.EVENT_READ)
            if connection is not None:
                selector.register(connection, selectors.EVENT_READ)
            spoke = {key.fileobj for key, _events in selector.select(max(seconds, 0))}
        if self._ear in spoke:
            with suppress(OSError):
                self._ear.recv(4096)
        return connection in spoke

    def close(self) -> None:
        self._ear.close()
        self._bell.close()
