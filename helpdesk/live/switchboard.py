"""The hub: it knows who listens, and one thread of it tells them what is new.

Whoever has news only notes it and goes on. The thread sleeps until there is something to tell, or
until the next heartbeat; while nobody listens, it sleeps for good.
"""

import logging
import math
import threading
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from .lines import HEARTBEAT, Line, event
from .log import Log, News
from .rooms import LEAVES_AFTER, Rooms, Viewer

BEATS_EVERY = 25.0  # seconds: proxies end what is silent for a minute
POLLS_LAST = 75.0  # seconds for which who asks without listening counts as there
MOST_OF_ONE = 20  # streams of one person
MOST = 400  # streams: other requests need connections too

log = logging.getLogger(__name__)


class Others(Protocol):
    """Hubs of other processes, which want to know who is where. Nothing here may wait."""

    def looks(self, viewer: Viewer, tickets: Collection[int], last: float) -> None:
        """*viewer* is at *tickets* for so many seconds."""

    def writes(self, viewer: Viewer, ticket: int) -> None:
        """*viewer* is writing."""


@dataclass(eq=False)
class Stream:
    """A browser that listens: whose, in which session, for which tickets, and what it knows."""

    line: Line
    viewer: Viewer
    session: str
    tickets: frozenset[int]  # that its pages show: all of them share one stream
    position: int
    shown: dict[int, bytes] = field(default_factory=dict)  # who is at each, as it was told
    is_noticed: bool = False  # there is a notice for whose it is


@dataclass
class _Round:
    """What the thread says once it is awake."""

    letters: list[tuple[Stream, bytes]] = field(default_factory=list)
    check_sessions: bool = False


class Hub:
    """Streams, rooms and news. *still_valid* tells which of some sessions may still listen."""

    def __init__(
        self,
        still_valid: Callable[[Collection[str]], Collection[str]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._still_valid, self._clock = still_valid, clock
        self._something = threading.Condition()  # to be said; its lock guards all below
        self._log = Log()
        self._rooms = Rooms()
        self._streams: list[Stream] = []  # the oldest first
        self._wakes = False
        self._checks = False
        self._next_beat = 0.0
        self._next_end = math.inf  # of somebody's writing, or being there
        self._thread: threading.Thread | None = None
        self.others: Others | None = None

    @property
    def mark(self) -> str:
        """Where the news is now. A page that was read from here on can catch up from here on."""
        return self._log.mark

    @property
    def listening(self) -> int:
        """How many pages hear of news."""
        return len(self._streams)

    @property
    def has_room(self) -> bool:
        """Whether one more may listen."""
        return len(self._streams) < MOST

    def publish(self, news: News) -> None:
        """Tell everybody."""
        with self._something:
            self._log.append(news)
            if news.by is not None and news.message is not None:
                self._rooms.stop_writing(news.ticket, news.by.id, self._clock())
            self._wake()

    def notify(self, user_ids: Collection[int]) -> None:
        """There are new notices for these people: their pages look for themselves."""
        with self._something:
            for stream in self._streams:
                stream.is_noticed = stream.is_noticed or stream.viewer.id in user_ids
            self._wake()

    def open(
        self, line: Line, viewer: Viewer, session: str, tickets: Iterable[int], mark: str = ""
    ) -> Callable[[], None]:
        """Let *line* hear all news after *mark*, and who is at *tickets*; returns how that ends.

        Who has too many streams loses the oldest.
        """
        stream = Stream(line, viewer, session, frozenset(tickets), 0)
        with self._something:
            stream.position = self._log.position(mark)
            mine = [one for one in self._streams if one.viewer.id == viewer.id]
            surplus = mine[: max(0, len(mine) + 1 - MOST_OF_ONE)]
            for old in surplus:
                self._remove(old)
            if not self._streams:
                self._next_beat = self._clock() + BEATS_EVERY
            self._streams.append(stream)
            for ticket in stream.tickets:
                self._rooms.enter(ticket, viewer)
            self._say_who_looks(viewer, stream.tickets)
            self._wake()
        for old in surplus:
            old.line.close(event("bye", {"why": "limit"}))
        return lambda: self._ended(stream)

    def look(self, viewer: Viewer, tickets: Collection[int], mark: str) -> dict[str, Any]:
        """The same for who asks now and then: ``mark``, ``news`` (None: too much), ``people``."""
        with self._something:
            now = self._clock()
            for ticket in tickets:
                self._rooms.look(ticket, viewer, now + POLLS_LAST)
            self._say_who_looks(viewer, tickets)
            self._rooms.sweep(now)
            self._wake()
            return {
                "mark": self._log.mark,
                "news": self._log.after(self._log.position(mark)),
                "people": [self._people_at(ticket, now) for ticket in tickets],
            }

    def writing(self, viewer: Viewer, ticket: int) -> None:
        """*viewer* is writing on *ticket*: for some seconds, unless it is said again."""
        with self._something:
            now = self._clock()
            self._rooms.sweep(now)
            self._rooms.write(ticket, viewer, now)
            if self.others is not None:
                self.others.writes(viewer, ticket)
            self._wake()

    def heard_of(self, process: str, viewer: Viewer, tickets: Collection[int], last: float) -> None:
        """Another *process* says that *viewer* is at *tickets* for so many seconds."""
        with self._something:
            until = self._clock() + last
            for ticket in tickets:
                self._rooms.look_elsewhere(ticket, viewer, process, until)
            self._wake()

    def heard_writing(self, viewer: Viewer, ticket: int) -> None:
        """Another process says that *viewer* is writing."""
        with self._something:
            self._rooms.write(ticket, viewer, self._clock())
            self._wake()

    def heard_gap(self) -> None:
        """Something was not heard: pages have to look for themselves, as if they had been away."""
        with self._something:
            self._log.forget()
            for stream in self._streams:
                stream.is_noticed = True
            self._checks = True
            self._wake()

    def check_sessions(self) -> None:
        """A session has ended: end its streams."""
        with self._something:
            self._checks = True
            self._wake()

    def _ended(self, stream: Stream) -> None:
        with self._something:
            if stream in self._streams:
                self._remove(stream)
                self._wake()

    def _remove(self, stream: Stream) -> None:
        self._streams.remove(stream)
        for ticket in stream.tickets:
            self._rooms.leave(ticket, stream.viewer, self._clock())
        self._say_who_looks(stream.viewer, stream.tickets, LEAVES_AFTER)

    def _wake(self) -> None:
        if self._thread is None and self._streams:
            self._thread = threading.Thread(target=self._work, name="live", daemon=True)
            self._thread.start()
        self._wakes = True
        self._something.notify()

    def _work(self) -> None:
        while True:
            with self._something:
                while not self._is_due():
                    self._something.wait(self._patience())
            try:
                self.tell()
            except Exception:
                log.exception("News could not be told")

    def _is_due(self) -> bool:
        return bool(self._streams) and (self._wakes or self._patience() == 0)

    def _patience(self) -> float | None:
        """Seconds until something has to be said; None: only when somebody comes."""
        if not self._streams:
            return None
        return max(0.0, min(self._next_beat, self._next_end) - self._clock())

    def tell(self) -> None:
        """Say all that is to be said now: what the thread does each time it wakes up."""
        with self._something:
            due = self._round()
            streams = list(self._streams)
        if due.check_sessions:
            self._end_invalid(streams)
        for stream, letter in due.letters:
            if not stream.line.send(letter):
                self._ended(stream)

    def _round(self) -> _Round:
        now = self._clock()
        beats = now >= self._next_beat
        due = _Round(check_sessions=beats or self._checks)
        self._wakes = self._checks = False
        if beats:
            self._next_beat = now + BEATS_EVERY
            for viewer, tickets in self._rooms.here().items():
                self._say_who_looks(viewer, tickets)
        self._rooms.sweep(now)
        people: dict[int, bytes] = {}
        for stream in self._streams:
            letter = b""
            if stream.position != self._log.last:
                letter = self._log.events_after(stream.position)
                stream.position = self._log.last
            for ticket in stream.tickets:
                if ticket not in people:
                    people[ticket] = event("people", self._people_at(ticket, now))
                if people[ticket] != stream.shown.get(ticket):
                    stream.shown[ticket] = people[ticket]
                    letter += people[ticket]
            if stream.is_noticed:
                stream.is_noticed = False
                letter += event("notice", {})
            letter = letter or (HEARTBEAT if beats else b"")
            if letter:
                due.letters.append((stream, letter))
        self._next_end = self._rooms.next_end(now)
        return due

    def _say_who_looks(
        self, viewer: Viewer, tickets: Collection[int], last: float = POLLS_LAST
    ) -> None:
        if self.others is not None:
            self.others.looks(viewer, tickets, last)

    def _people_at(self, ticket: int, now: float) -> dict[str, Any]:
        return {"ticket": ticket, "here": self._rooms.people(ticket, now)}

    def _end_invalid(self, streams: list[Stream]) -> None:
        valid = self._still_valid({stream.session for stream in streams})
        for stream in streams:
            if stream.session not in valid:
                self._ended(stream)
                stream.line.close(event("bye", {"why": "signed-out"}))
