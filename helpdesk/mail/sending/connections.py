"""The connection that is kept for the next mail, and how fast mail goes to one domain."""

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from ... import clock
from ..mailboxes.servers import Server
from .smtp import Connection, NotNow

KEPT = 10.0  # seconds
SHUT = timedelta(seconds=7)  # less than until a mail is tried for the second time
MOST_A_MINUTE = 60  # to one domain
MINUTE = 60.0
MOST_PROMISED, OVERDUE = 1000, 3600.0  # mails, unless more of them wait; seconds


class Connections:
    """One connection at most, of one thread at a time: a desk has one lane of outgoing mail."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: Connection | None = None
        self._timer: threading.Timer | None = None
        self._shut: dict[Server, tuple[datetime, str]] = {}

    @contextmanager
    def to(self, server: Server, name: str | None) -> Iterator[Connection]:
        """A connection to *server*, the kept one if it is still good. Raises NotNow.

        After a failure inside the block that is no answer of the server's it is not kept.
        """
        connection = self._taken(server) or self._new(server, name)
        try:
            yield connection
        finally:
            self._keep(connection)

    def close(self) -> None:
        """Keep none."""
        with self._lock:
            connection, self._kept = self._kept, None
            if self._timer is not None:
                self._timer.cancel()
        if connection is not None:
            connection.close()

    def _new(self, server: Server, name: str | None) -> Connection:
        """A new connection. A server that has just let nobody in is not asked again at once.

        Each mail that waits would ask it: half a minute each, in which those for other servers
        don't go, or a log-in that is refused each, until the account is locked.
        """
        now = clock.now()
        since, why = self._shut.get(server, (now - SHUT, ""))
        if timedelta(0) <= now - since < SHUT:
            raise NotNow(why, is_servers=True)
        self._shut.pop(server, None)
        try:
            return Connection(server, name)
        except NotNow as error:
            if error.is_servers:
                self._shut[server] = clock.now(), error.message
            raise

    def _taken(self, server: Server) -> Connection | None:
        with self._lock:
            connection, self._kept = self._kept, None
            if self._timer is not None:
                self._timer.cancel()
        if connection is None:
            return None
        if connection.server == server and connection.is_alive():
            return connection
        connection.close()
        return None

    def _keep(self, connection: Connection) -> None:
        with self._lock:
            before, self._kept = self._kept, connection
            self._timer = threading.Timer(KEPT, self.close)
            self._timer.daemon = True
            self._timer.start()
        if before is not None:
            before.close()


class Pace:
    """At most so many mails a minute to a domain; who comes too early is told when to come again.

    Each who waits has a moment of their own, so that a thousand mails do not all ask each second.
    Where several processes send, *tell* tells the others what each was promised.
    """

    def __init__(
        self, most: int = MOST_A_MINUTE, tell: Callable[[list[Any]], None] = lambda _told: None
    ) -> None:
        self._lock, self._tell = threading.Lock(), tell
        self._moments: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=most))
        self._promised: dict[int, float] = {}

    def wait(self, domain: str, id: int) -> float:
        """Seconds until the mail *id* may go to *domain*; 0: now, and it is counted."""
        now = time.monotonic()
        with self._lock:
            promised = self._promised.get(id)
            is_new = promised is None
            if promised is None:
                moments = self._moments[domain]
                is_full = len(moments) == moments.maxlen
                promised = max(now, moments[0] + MINUTE) if is_full else now
                self._promise(domain, id, promised)
            if promised <= now:
                del self._promised[id]
        wait = max(0.0, promised - now)
        if is_new:
            self._tell([domain, id, wait])
        return wait

    def heard(self, told: list[Any]) -> None:
        """Another process has promised the mail *id* that it may go in so many seconds."""
        domain, id, wait = told
        now = time.monotonic()
        with self._lock:
            self._promise(domain, id, now + wait)
            if wait == 0:
                del self._promised[id]  # it has gone

    def _promise(self, domain: str, id: int, moment: float) -> None:
        self._moments[domain].append(moment)
        if len(self._promised) >= MOST_PROMISED:  # others have sent what is long overdue here
            kept = (one for one in self._promised.items() if one[1] > moment - OVERDUE)
            self._promised = dict(kept)
        self._promised[id] = moment
