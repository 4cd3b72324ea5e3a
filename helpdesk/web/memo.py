"""What was worked out of the same things before, remembered up to a size.

The program's own memory, of no request: a value must follow from its key alone, and be nothing
that anybody changes.
"""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Memo(Generic[T]):
    """Values by key; of those that don't fit into *most* together, the oldest go."""

    def __init__(self, most: int) -> None:
        self.most, self.size = most, 0
        self._kept: dict[Hashable, tuple[T, int]] = {}
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], tuple[T, int]]) -> T:
        """The value of *key*; made, with its size, where it isn't remembered."""
        found = self._kept.get(key)
        if found is not None:
            return found[0]
        value, size = made = make()
        with self._lock:
            if key not in self._kept and size <= self.most:
                self._kept[key] = made
                self.size += size
                while self.size > self.most:
                    self.size -= self._kept.pop(next(iter(self._kept)))[1]
        return value
