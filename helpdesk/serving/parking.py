"""Connections that are kept open after their answer has begun, without a thread for each.

An application that wants to tell a client things as they happen calls ``environ["helpdesk.park"]``
with a function. Once the head and the first words of the answer are sent, that function gets the
:class:`Line` to the client, and returns what is to be called when the line has ended.
"""

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from waitress.channel import ClientDisconnected

if TYPE_CHECKING:
    from .channel import Channel

Opened = Callable[["Line"], Callable[[], None]]

MOST_UNREAD = 64 * 1024  # bytes that a client may leave unread in our memory …
SEND_BUFFER = 32 * 1024  # … and in the system's
VANISHED_AFTER_MS = 60_000  # without an acknowledgement of what was sent
LAST_CHUNK = b"0\r\n\r\n"


class Line:
    """A way to a client that listens; it can be used from any thread, and never waits."""

    def __init__(self, channel: "Channel", *, chunked: bool) -> None:
        self._channel, self._chunked = channel, chunked
        self._on_end: Callable[[], None] | None = None

    def begin(self, opened: Opened) -> None:
        """Hand the line over to the application."""
        _limit(self._channel.socket)
        self._on_end = opened(self)
        if not self._channel.connected:
            self.ended()  # it was gone before we knew whom to tell

    def send(self, data: bytes) -> bool:
        """Send *data* soon; False where the client is gone, or so slow that it has to go."""
        channel = self._channel
        if channel.will_close or channel.close_when_flushed:
            return False
        if channel.total_outbufs_len > MOST_UNREAD:
            channel.drop()
            return False
        try:
            channel.write_soon(b"%X\r\n%s\r\n" % (len(data), data) if self._chunked else data)
        except ClientDisconnected:
            return False
        channel.server.attend_to(channel)  # for what could not be sent at once
        return True

    def close(self, farewell: bytes = b"") -> None:
        """Send *farewell* as the last thing, and hang up."""
        if farewell:
            self.send(farewell)
        self.end_answer()
        self._channel.close_when_flushed = True
        self._channel.server.attend_to(self._channel)

    def ended(self) -> None:
        """The connection is closed. Waitress can say so twice, the application hears it once."""
        on_end, self._on_end = self._on_end, None
        if on_end is not None:
            on_end()

    def end_answer(self) -> None:
        """Say that nothing more will come, where the answer has a way to say it."""
        if self._chunked:
            with suppress(ClientDisconnected):
                self._channel.write_soon(LAST_CHUNK)


def _limit(sock: socket.socket | None) -> None:
    """Let the system keep little for a client that doesn't read, and notice one that vanished."""
    if sock is None:
        return
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, VANISHED_AFTER_MS)
    except OSError:
        return  # closed meanwhile
