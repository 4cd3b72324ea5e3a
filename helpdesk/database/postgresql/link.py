"""What processes of one desk tell each other, by LISTEN and NOTIFY: one connection each.

What belongs to a transaction is told when it commits, and never else (:func:`tell`); what only
concerns this moment is said by the link's thread (:meth:`Link.say`). A process doesn't hear itself.
Where the connection was lost, nobody knows what was told meanwhile: who listens is told that.
"""

import json
import logging
import os
import secrets
import select
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import psycopg
import sqlalchemy as sa

from .dialect import let_go
from .locks import DESK, Lock

CHANNEL = "helpdesk"
LONGEST = 7_500  # bytes of a message: PostgreSQL takes 8,000
MOST_WAITING = 1_000
LOOK = 30.0  # seconds: that often the connection is tried
PAUSE = 2.0  # after it was lost

_log = logging.getLogger(__name__)
Listener = Callable[[Any], None]


class Link:
    """The connection of this process. Nothing is heard before :meth:`start`."""

    def __init__(self, engine: sa.Engine) -> None:
        self.name = secrets.token_hex(8)
        self._engine = engine
        self._listeners: defaultdict[str, list[Listener]] = defaultdict(list)
        self._after_gap: list[Callable[[], None]] = []
        self._to_say: deque[str] = deque(maxlen=MOST_WAITING)
        self._woken, self._wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._stopping, self._ready = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name="link", daemon=True)

    def hear(self, subject: str, listener: Listener) -> None:
        """Call *listener* with what other processes tell of *subject*; it must not wait."""
        self._listeners[subject].append(listener)

    def after_gap(self, call: Callable[[], None]) -> None:
        """Call *call* whenever something may have been missed."""
        self._after_gap.append(call)

    def tell(self, session: Any, news: Iterable[tuple[str, Any]]) -> None:
        """Tell the others *news*, subjects and data, once the transaction of *session* commits."""
        texts = [self._message(subject, data) for subject, data in news]
        session.execute(_NOTIFY, {"channel": CHANNEL, "texts": texts})

    def say(self, subject: str, data: Any) -> None:
        """Tell the others soon, whatever is committed; nobody, where it hasn't started."""
        if self._thread.is_alive():
            self._to_say.append(self._message(subject, data))
            self._rouse()

    def start(self, patience: float = 10) -> None:
        """Begin to hear; while this goes on, nobody migrates the database."""
        self._thread.start()
        self._ready.wait(patience)

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def stop(self, patience: float = 5) -> None:
        self._stopping.set()
        self._rouse()
        self._thread.join(patience)

    def _message(self, subject: str, data: Any) -> str:
        text = json.dumps({"by": self.name, "of": subject, "is": data}, separators=(",", ":"))
        if len(text) > LONGEST:
            raise ValueError(f"Too much to tell of {subject}")
        return text

    def _rouse(self) -> None:
        with suppress(OSError):  # full: it is awake
            os.write(self._wake, b"!")

    def _work(self) -> None:
        is_first = True
        while not self._stopping.is_set():
            try:
                with psycopg.Connection.connect(**self._where(), autocommit=True) as connection:
                    self._listen(connection)
                    if not is_first:
                        self._call_after_gap()
                    is_first = False
                    self._ready.set()
                    while not self._stopping.is_set():
                        self._attend(connection)
            except Exception as error:
                _log.warning("The link to other processes was lost: %s", type(error).__name__)
                self._stopping.wait(PAUSE)

    def _where(self) -> dict[str, Any]:
        _nothing, options = self._engine.dialect.create_connect_args(self._engine.url)
        return {**options, "application_name": "helpdesk link", "connect_timeout": 10}

    def _listen(self, connection: psycopg.Connection[Any]) -> None:
        connection.add_notify_handler(lambda told: self._hear(told.payload))
        connection.execute(f"LISTEN {CHANNEL}")
        let_go(connection)
        locks = (DESK, Lock.SERVING.value)
        connection.execute("SELECT pg_advisory_lock_shared(%s, %s)", locks)

    def _attend(self, connection: psycopg.Connection[Any]) -> None:
        """Hear and say what there is, or wait for it."""
        ready, _w, _x = select.select([connection.fileno(), self._woken], [], [], LOOK)
        with suppress(BlockingIOError):
            while self._woken in ready and len(os.read(self._woken, 512)) == 512:
                pass
        if self._to_say:
            texts = [self._to_say.popleft() for _ in range(len(self._to_say))]
            connection.execute(_NOW, (CHANNEL, texts))
        else:
            connection.execute("")  # takes in what there is, and finds out that nobody is there

    def _hear(self, text: str) -> None:
        told = json.loads(text)
        if told["by"] == self.name:
            return
        for listener in self._listeners[told["of"]]:
            try:
                listener(told["is"])
            except Exception:
                _log.exception("What another process told could not be followed")

    def _call_after_gap(self) -> None:
        for call in self._after_gap:
            call()


_NOTIFY = sa.text("SELECT pg_notify(:channel, text) FROM unnest(CAST(:texts AS text[])) text")
_NOW = "SELECT pg_notify(%s, text) FROM unnest(%s::text[]) text"
