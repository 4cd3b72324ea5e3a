"""One connection."""

import socket
import time
from typing import Any

from waitress.channel import HTTPChannel

from .parking import Line, Opened
from .requests import Parser, Refusal, Task, TooSlow

SAFE = ("GET", "HEAD", "OPTIONS", "")  # "": nobody could read the request
LINGER_SECONDS = 30.0
LINGER_QUIET_SECONDS = 3.0
LINGER_BYTES = 1024 * 1024 * 1024
LINGER_READ = 1024 * 1024
UNREAD_SECONDS = 60.0
SENDING_SECONDS = 0.005


class Channel(HTTPChannel):  # type: ignore[misc]
    """Waitress's connection, which says why before it hangs up.

    A connection that is closed while the client still sends is reset, and the reset takes the
    answer with it (RFC 9112, 9.6). So after a refusal we only stop writing, and read and drop
    what comes, for a while.
    """

    parser_class = Parser
    task_class = Task
    error_task_class = Refusal

    request: Parser | None
    lingers = False  # set by a refusal: linger once it is sent
    lingering_until: float | None = None
    dropped = 0
    line: Line | None = None  # set once the connection is parked

    def __init__(self, server: Any, *args: Any, **options: Any) -> None:
        super().__init__(server, *args, **options)
        server.watch.changed(self)
        if server.has_too_many_from(self.addr[0]):
            self.drop()

    @property
    def writes(self) -> bool:
        """Whether the first of the requests may change something, by its method (RFC 9110)."""
        return getattr(self.requests[0], "command", "") not in SAFE

    def park(self, line: Line, opened: Opened) -> None:
        """Stay open for *line*, and answer nothing else any more."""
        with self.requests_lock:
            for later in self.requests[1:]:
                later.close()
            del self.requests[1:]
            if self.request is not None:
                self.request.close()
            self.request = None
            self.line = line
        line.begin(opened)

    def drop(self) -> None:
        """Close soon, whatever is still to be sent."""
        self.will_close = True
        self.server.attend_to(self)

    def hang_up(self) -> None:
        """Close now; who listens on the line is told that it is meant so."""
        if self.line is not None:
            self.line.end_answer()
        self.handle_close()

    def del_channel(self, map: Any = None) -> None:
        self.server.watch.forget(self)
        super().del_channel(map)

    def handle_close(self) -> None:
        super().handle_close()
        if self.line is not None:
            self.line.ended()

    def readable(self) -> bool:
        if self.lingering_until is not None or self.line is not None:
            return bool(self.connected)
        return bool(super().readable())

    def writable(self) -> bool:
        return self.lingering_until is None and bool(super().writable())

    def handle_write(self) -> None:
        # A thread that is sending needs the interpreter to end that; asking on and on we'd keep it.
        if self.outbuf_lock.acquire(timeout=SENDING_SECONDS):
            self.outbuf_lock.release()
        if self.line is not None:
            # Other threads write to it although no request is under way.
            self._flush_exception(self._flush_some_if_lockable)
            if self.will_close or (self.close_when_flushed and not self.total_outbufs_len):
                self.handle_close()
            return
        if self.lingers and self.close_when_flushed and not self.will_close:
            self._flush_exception(self._flush_some)
            if self.connected and not self.will_close and not self.total_outbufs_len:
                self._linger()
                return
        super().handle_write()

    def _linger(self) -> None:
        self.lingering_until = time.time() + LINGER_SECONDS
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self.handle_close()

    def handle_read(self) -> None:
        if self.line is not None:
            if self.recv(self.adj.recv_bytes):  # closes by itself when the client has
                self.handle_close()  # who listens has nothing to say
            return
        if self.lingering_until is None:
            super().handle_read()
            return
        dropped = len(self.recv(LINGER_READ))  # closes by itself when the client has
        self.dropped += dropped
        self.last_activity = time.time()
        if self.dropped > LINGER_BYTES:
            self.handle_close()

    def hurry(self) -> None:
        """Answer, and hang up, where a request comes so slowly that it never would."""
        with self.requests_lock:
            slow = self.request
            if slow is None or self.requests or not slow.dawdles:
                return
            slow.refuse(TooSlow)
            self.request = None
            self.requests.append(slow)
            self.server.add_task(self)

    def follow_clock(self, moved: float) -> None:
        """The clock was set by *moved* seconds: silences are as long as before."""
        self.last_activity += moved
        if self.lingering_until is not None:
            self.lingering_until += moved

    def is_idle(self) -> bool:
        """Whether nobody waits for anything on this connection."""
        if self.line is not None:
            return True
        with self.requests_lock:
            waiting = self.requests or self.request is not None
            return not (waiting or self.total_outbufs_len or self.lingering_until)

    def is_overdue(self, now: float, patience: float) -> bool:
        """Whether the client has kept us waiting too long: *patience* seconds for its request.

        It has the usual time to take its answer, but no more: one that is not taken, and so long
        that it fills our buffer, holds a thread.
        """
        quiet = now - self.last_activity
        if self.lingering_until is not None:
            return now > self.lingering_until or quiet > LINGER_QUIET_SECONDS
        if self.line is not None:
            is_stuck = self.total_outbufs_len and quiet > UNREAD_SECONDS
            return bool(self.will_close or is_stuck)
        if self.total_outbufs_len:
            return bool(quiet > self.adj.channel_timeout)
        return not self.requests and quiet > patience
