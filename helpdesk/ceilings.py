"""How much one client may ask for, where nobody knows who it is. Kept in memory: it is about now.

What is about somebody's account is in a table (accounts/limits.py) and survives a restart. Where
several processes serve one desk, they tell each other what they have counted (:func:`share`), some
requests at a time: who asks little is never told of, and no request waits for anything.
"""

import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from . import clock
from .errors import TooMany
from .i18n import gettext as _
from .networks import network_of, stands_for_many

if TYPE_CHECKING:
    from flask import Flask

MOST_NETWORKS = 10_000  # a window: a million addresses need no more memory than these
# Requests of one network that others are told of together. So a network may ask for so many (less
# one) above the limit for each further process, and what was asked while it was told.
TOLD_TOGETHER = 30

_SUBJECT = "asked"


class Ceiling:
    """At most *most* requests in *seconds* from one network."""

    def __init__(self, most: int, seconds: int) -> None:
        self.most, self.seconds = most, seconds
        self._window = 0
        self._counts: dict[str, int] = {}  # what others have told of included
        self._untold: dict[str, int] = {}
        self._lock = threading.Lock()
        self.tell: Callable[[list[Any]], None] | None = None  # others, what heard() hears there

    def take(self, address: str) -> bool:
        """Count a request from *address*; False: it has had enough."""
        if stands_for_many(address):
            return True  # to shut that out is to shut everybody out
        network, to_tell = network_of(address), 0
        with self._lock:
            self._begin_window()
            is_taken = self._counts.get(network, 0) < self.most
            if is_taken and self._add(network, 1) and self.tell is not None:
                to_tell = self._note(network)
        if to_tell and self.tell is not None:
            self.tell([network, to_tell])
        return is_taken

    def heard(self, told: list[Any]) -> None:
        """Another process has counted so many requests of a network."""
        network, number = told
        with self._lock:
            self._begin_window()
            self._add(network, number)

    def require(self, address: str) -> None:
        """Count a request from *address*. Raises TooMany."""
        if not self.take(address):
            wait = self.seconds - int(clock.now().timestamp()) % self.seconds
            raise TooMany(_("This is too much at once. Please try again soon."), retry_after=wait)

    def _begin_window(self) -> None:
        window = int(clock.now().timestamp()) // self.seconds
        if window != self._window:
            self._window, self._counts, self._untold = window, {}, {}

    def _add(self, network: str, number: int) -> bool:
        """Count *number* of *network*, if there is room for it."""
        count = self._counts.get(network, 0)
        has_room = bool(count) or len(self._counts) < MOST_NETWORKS
        if has_room:
            self._counts[network] = count + number
        return has_room

    def _note(self, network: str) -> int:
        """How many requests of *network* others are to be told of now."""
        untold = self._untold.get(network, 0) + 1
        self._untold[network] = untold % TOLD_TOGETHER
        return untold if untold == TOLD_TOGETHER else 0


ANYBODY = Ceiling(1200, 60)  # without an account, of anything but what is in memory anyway


def share(app: "Flask") -> None:
    """Count strangers together with the other processes that serve the desk of *app*."""
    from .database import hear_others, name_among_others, say_to_others

    if name_among_others(app):
        hear_others(app, _SUBJECT, ANYBODY.heard)
        ANYBODY.tell = partial(say_to_others, app, _SUBJECT)
