"""How much one client may ask for, where nobody knows who it is. Kept in memory: it is about now.

What is about somebody's account is in a table (accounts/limits.py) and survives a restart.
"""

import threading

from . import clock
from .errors import TooMany
from .i18n import gettext as _
from .networks import network_of, stands_for_many

MOST_NETWORKS = 10_000  # a window: a million addresses need no more memory than these


class Ceiling:
    """At most *most* requests in *seconds* from one network."""

    def __init__(self, most: int, seconds: int) -> None:
        self.most, self.seconds = most, seconds
        self._window = 0
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()

    def take(self, address: str) -> bool:
        """Count a request from *address*; False: it has had enough."""
        if stands_for_many(address):
            return True  # to shut that out is to shut everybody out
        network, window = network_of(address), int(clock.now().timestamp()) // self.seconds
        with self._lock:
            if window != self._window:
                self._window, self._counts = window, {}
            count = self._counts.get(network, 0)
            if count < self.most and (count or len(self._counts) < MOST_NETWORKS):
                self._counts[network] = count + 1
            return count < self.most

    def require(self, address: str) -> None:
        """Count a request from *address*. Raises TooMany."""
        if not self.take(address):
            wait = self.seconds - int(clock.now().timestamp()) % self.seconds
            raise TooMany(_("This is too much at once. Please try again soon."), retry_after=wait)


ANYBODY = Ceiling(1200, 60)  # without an account, of anything but what is in memory anyway
