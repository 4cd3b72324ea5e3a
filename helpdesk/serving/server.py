"""The server: waitress's, with a clean stop."""

import errno
import logging
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer

from ..networks import network_of, read_address, stands_for_many
from ..settings import MEGABYTE, Settings
from .channel import Channel
from .proxies import TrustedProxies
from .sockets import allow_many_open_files, refusal
from .turns import Turns
from .watching import Watch

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

CONNECTIONS = 1000
LONGEST_HEADERS = 64 * 1024  # bytes, with the address; some are read more than once
MOST_FROM_ONE = CONNECTIONS // 2
QUIET_SECONDS = 20
STOP_SECONDS = 25.0
STOP_QUIET_SECONDS = 3.0

PAUSE_SECONDS = 0.5  # after a connection could not be taken
SET_SECONDS = 2.0  # a clock that moves by more was set
OUR_OWN_FILES = 60  # the database's, the log's and those of what works in the background
FILES_EACH = 2  # of a connection, mostly fewer

log = logging.getLogger("helpdesk.serving")


def connections_for(open_files: int) -> int:
    """How many connections there can be at once, if so many files can be open."""
    return max(10, min(CONNECTIONS, (open_files - OUR_OWN_FILES) // FILES_EACH))


def _ahead() -> float:
    """Seconds that the clock is ahead of one that nobody can set."""
    return time.time() - time.monotonic()


def serve(
    app: "WSGIApplication",
    settings: Settings,
    sock: socket.socket,
    on_ready: Callable[["Server"], None] = lambda _server: None,
) -> bool:
    """Answer on *sock* (from :func:`bind`) until SIGTERM or SIGINT; call *on_ready* first.

    Return True when everybody got their answer before the stop, False when somebody was cut off
    after 25 seconds or by a second signal. Raises ServingError when the port was taken meanwhile.
    """
    open_files = allow_many_open_files()
    server = Server(app, settings, sock, connections_for(open_files))
    with _stopped_by_signals(server):
        on_ready(server)
        return server.run()


@contextmanager
def _stopped_by_signals(server: "Server") -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signals = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(one, lambda *_: server.stop()) for one in signals]
    try:
        yield
    finally:
        for one, handler in zip(signals, before, strict=True):
            signal.signal(one, handler)


class Server(TcpWSGIServer):  # type: ignore[misc]
    """Listens from its making on; :meth:`run` answers, :meth:`stop` ends it from any thread."""

    channel_class = Channel

    def __init__(
        self,
        app: "WSGIApplication",
        settings: Settings,
        sock: socket.socket,
        most: int = CONNECTIONS,
    ) -> None:
        self._pausing_until = 0.0
        self._ahead = _ahead()
        self.stopping = False
        self.cut_off = False
        self.ended = False
        self.proxies, self.base_url = settings.trusted_proxies, settings.base_url
        self.turns = Turns(settings.threads)
        connections: dict[int, Any] = {}
        self.watch = Watch(connections)
        self.ending = threading.RLock()  # a signal can come while this very thread has it
        adjustments = Adjustments(
            threads=settings.threads,
            connection_limit=most,
            channel_timeout=QUIET_SECONDS,
            cleanup_interval=1,
            recv_bytes=64 * 1024,
            max_request_header_size=LONGEST_HEADERS,
            # What clients are slow to take waits on disk, not in a thread.
            outbuf_high_watermark=256 * MEGABYTE,
            # A body that is a bit too large reaches the application, which tells it better.
            max_request_body_size=2 * settings.max_upload_bytes + MEGABYTE,
            clear_untrusted_proxy_headers=False,
            ident=None,
        )
        try:
            super().__init__(
                TrustedProxies(app, settings.trusted_proxies),
                map=connections,
                _sock=sock,
                dispatcher=self.turns,
                adj=adjustments,
                sockinfo=(sock.family, sock.type, sock.proto, sock.getsockname()),
                bind_socket=False,
            )
        except OSError as error:
            sock.close()
            raise refusal(error, settings.host, settings.port) from None

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self.active_channels)

    @property
    def waiting(self) -> int:
        """How many requests wait for their turn."""
        return self.turns.waiting

    def run(self) -> bool:
        """Answer until :meth:`stop`; True when nobody was cut off then."""
        while not self.stopping:
            self._poll(self.turns.patience(self.adj.asyncore_loop_timeout))
            self.turns.look()
        finished = self._finish(time.monotonic() + STOP_SECONDS)
        with self.ending:
            self.ended = True
        for channel in list(self.active_channels.values()):
            channel.handle_close()
        if finished:
            # Else a thread may still write to the trigger, whose number another file could have.
            self.close()
        self.watch.close()
        return finished

    def stop(self) -> None:
        """Finish what is under way, then end :meth:`run`; called again, end it at once."""
        self.cut_off = self.stopping
        self.stopping = True
        self.pull_trigger()

    def add_task(self, task: Channel) -> None:
        """Let a request of *task* be answered."""
        super().add_task(task)
        if getattr(threading.current_thread(), "turn", None) is not None:
            self._wake()  # it may have to wait for a turn, which only :meth:`run` looks after

    def pull_trigger(self) -> None:
        """Wake up :meth:`run`, if need be, to look at what the thread works for, or else at all."""
        channel = getattr(threading.current_thread(), "turn", None)
        if channel is None:
            self.watch.all_changed()
            self._wake()
        else:
            self.attend_to(channel)

    def attend_to(self, channel: Channel) -> None:
        """Wake up :meth:`run`, if need be, to look at *channel*."""
        if self.watch.changed(channel):
            self._wake()

    def _wake(self) -> None:
        with self.ending:  # a thread may ask for it at any time, even after the end
            if not self.ended:
                super().pull_trigger()

    def del_channel(self, map: Any = None) -> None:
        self.watch.forget(self)
        super().del_channel(map)

    def readable(self) -> bool:
        """Whether it takes more connections; waitress looks after the others here, too."""
        self._follow_clock()
        takes = bool(super().readable())
        return takes and not self._is_pausing()

    def _is_pausing(self) -> bool:
        return bool(time.monotonic() < self._pausing_until)

    def accept(self) -> Any:
        """The next connection, None: there is none. Where none can be had because too many files
        are open, it says so once, and looks again in a moment: it would be asked on and on."""
        try:
            return super().accept()
        except OSError as error:
            if error.errno not in (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS):
                raise
            log.warning("No more connections can be taken just now: %s", error.strerror)
            self._pausing_until = time.monotonic() + PAUSE_SECONDS
            return None

    def _follow_clock(self) -> None:
        """Where somebody has set the clock, see that nobody was silent for longer than they were.

        Waitress tells time by it: set back, it would close nobody for as long.
        """
        ahead = _ahead()
        moved, self._ahead = ahead - self._ahead, ahead
        if abs(moved) > SET_SECONDS:
            self.next_channel_cleanup += moved
            for channel in list(self.active_channels.values()):
                channel.follow_clock(moved)

    def maintenance(self, now: float) -> None:
        """Close connections whose clients keep us waiting. Waitress calls it each second."""
        is_short = self.stopping or self.in_connection_overflow  # others wait for a connection
        patience = STOP_QUIET_SECONDS if is_short else self.adj.channel_timeout
        for channel in list(self.active_channels.values()):
            if channel.is_overdue(now, patience):
                channel.handle_close()
            else:
                channel.hurry()
        self.watch.all_changed()  # should waitress ever not say so

    def has_too_many_from(self, address: str) -> bool:
        """Whether one client would keep all others out; *address* is that of its connection."""
        most: int = min(MOST_FROM_ONE, self.adj.connection_limit // 2)
        if len(self.active_channels) <= most or self._comes_for_many(address):
            return False
        one, channels = network_of(address), list(self.active_channels.values())
        return sum(network_of(other.addr[0]) == one for other in channels) > most

    def _comes_for_many(self, address: str) -> bool:
        read = read_address(address)
        return stands_for_many(address) or any(read in one for one in self.proxies)

    def _poll(self, timeout: float) -> None:
        self.watch.changed(self)  # it looks each time whether it is time for maintenance
        self.watch.wait(timeout)

    def _finish(self, deadline: float) -> bool:
        """Stock waitress drops here what its threads have written and clients not yet taken."""
        self._accept_who_waits()
        wasyncore.dispatcher.close(self)
        self._poll(0)
        while self._goes_on(deadline) and self.active_channels:
            for channel in list(self.active_channels.values()):
                if channel.is_idle():
                    channel.hang_up()
            self.maintenance(time.time())
            self._poll(0.05)
            self.turns.look()
        while self._goes_on(deadline) and self.turns.unfinished:
            time.sleep(0.01)  # their clients have gone, their work is done all the same
            self.turns.look()
        unfinished = max(len(self.active_channels), self.turns.unfinished)
        self.turns.shutdown()
        if unfinished:
            log.warning("Stopped before every request was finished (%d)", unfinished)
        return not unfinished

    def _goes_on(self, deadline: float) -> bool:
        return not self.cut_off and time.monotonic() < deadline

    def _accept_who_waits(self) -> None:
        """Closing the socket would reset those who were let in but not yet looked at."""
        known = -1
        while known < len(self.active_channels) < CONNECTIONS:
            known = len(self.active_channels)
            self.handle_accept()
