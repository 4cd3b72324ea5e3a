"""The latest news, so that who was away for a moment misses nothing."""

import secrets
from collections import deque
from dataclasses import dataclass
from typing import Any

from .lines import event

KEPT = 500
MOST_AT_ONCE = 50  # who is further behind looks for themselves
LOST = -1


@dataclass(frozen=True)
class Author:
    """Who did something."""

    id: int
    name: str


@dataclass(frozen=True)
class News:
    """Something happened to a ticket. No word of anybody's is in it."""

    ticket: int
    kind: str  # of the event, without "ticket."
    by: Author | None  # None: the desk itself
    event: int
    message: int | None


class Log:
    """News by position. A *mark* names a position to a browser, and the process that gave it."""

    def __init__(self) -> None:
        self._process = secrets.token_hex(4)
        self._kept: deque[tuple[dict[str, Any], bytes]] = deque(maxlen=KEPT)
        self.last = 0

    @property
    def mark(self) -> str:
        """The mark of the latest."""
        return self._mark(self.last)

    def append(self, news: News) -> None:
        self.last += 1
        told = vars(news) | {"by": None if news.by is None else vars(news.by)}
        self._kept.append((told, event("ticket", told, self.mark)))

    def forget(self) -> None:
        """Forget all, and one more that nobody knows: who listens has to look for themselves."""
        self.last += 1
        self._kept.clear()

    def position(self, mark: str) -> int:
        """The position that *mark* names; the latest for none; LOST for one that isn't ours."""
        if not mark:
            return self.last
        process, _dash, digits = mark.rpartition("-")
        is_number = digits.isascii() and digits.isdecimal() and len(digits) < 19
        if process != self._process or not is_number or int(digits) > self.last:
            return LOST
        return int(digits)

    def after(self, position: int) -> list[dict[str, Any]] | None:
        """The news after *position*; None where there are too many, or they are forgotten."""
        kept = self._after(position)
        return None if kept is None else [told for told, _line in kept]

    def events_after(self, position: int) -> bytes:
        """The same for a browser that listens."""
        kept = self._after(position)
        if kept is None:
            return event("missed", {}, self.mark)
        return b"".join(line for _told, line in kept)

    def _after(self, position: int) -> list[tuple[dict[str, Any], bytes]] | None:
        behind = self.last - position
        if position == LOST or behind > min(MOST_AT_ONCE, len(self._kept)):
            return None
        return list(self._kept)[len(self._kept) - behind :]

    def _mark(self, position: int) -> str:
        return f"{self._process}-{position}"
