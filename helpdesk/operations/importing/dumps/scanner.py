"""A file of bytes that patterns are matched against, piece by piece."""

import re
from typing import BinaryIO

from ....errors import HelpdeskError

_BLOCK = 256 * 1024


class Broken(HelpdeskError):
    """The file is not what it says it is, from here on."""


class Scanner:
    """Matches patterns at the place where it is, and reads on when one needs more to decide.

    What a pattern needs may be *most* bytes long: then it is no value that anybody has written.
    """

    def __init__(self, file: BinaryIO, most: int) -> None:
        self._file, self._most = file, most
        self._buffer = b""
        self._at = 0  # in the buffer
        self._before = 0  # bytes of the file before the buffer
        self._is_whole = False

    @property
    def position(self) -> int:
        """The byte of the file that comes next."""
        return self._before + self._at

    def take(self, pattern: re.Pattern[bytes]) -> re.Match[bytes] | None:
        """Go past *pattern*, which must not match less where more follows; None: it isn't here."""
        size = _BLOCK
        while True:
            found = pattern.match(self._buffer, self._at)
            if found is not None and (found.end() < len(self._buffer) or self._is_whole):
                self._at = found.end()
                return found
            if self._is_whole:
                return None
            if len(self._buffer) - self._at > self._most:
                raise Broken(f"From byte {self.position:,} on nothing in it ends.")
            self._read(size)
            size *= 2

    def need(self, pattern: re.Pattern[bytes], what: str) -> re.Match[bytes]:
        """The same for what must be here. Raises Broken."""
        found = self.take(pattern)
        if found is None:
            raise Broken(f"At byte {self.position:,} there should be {what}.")
        return found

    def peek(self, size: int) -> bytes:
        """The next *size* bytes, fewer at the end."""
        while len(self._buffer) - self._at < size and not self._is_whole:
            self._read(_BLOCK)
        return self._buffer[self._at : self._at + size]

    def skip(self, size: int) -> None:
        """Go past bytes that were peeked at."""
        self._at += size

    def skip_to(self, pattern: re.Pattern[bytes], longest: int) -> bytes | None:
        """Go past the next *pattern*, of *longest* bytes at most, and return it; None: no more."""
        while True:
            found = pattern.search(self._buffer, self._at)
            if found is not None and (found.end() < len(self._buffer) or self._is_whole):
                self._at = found.end()
                return found[0]
            if self._is_whole:
                self._at = len(self._buffer)
                return None
            self._at = max(self._at, len(self._buffer) - longest)
            self._read(_BLOCK)

    def _read(self, size: int) -> None:
        more = self._file.read(size)
        self._before += self._at
        self._buffer = self._buffer[self._at :] + more
        self._at = 0
        self._is_whole = not more
