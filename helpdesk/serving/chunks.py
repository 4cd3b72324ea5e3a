"""The body of a request that is sent in chunks (RFC 9112, 7.1).

Waitress's own reader takes "5\\n" for a size. A proxy that ends the line there sees another body
than we do, and what is over for one of us is a request of a stranger for the other.
"""

import re
from typing import Any

from waitress.utilities import BadRequest

LONGEST_LINE = 16 * 1024  # bytes: extensions have no other limit
LONGEST_TRAILER = 64 * 1024
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[\t -~\x80-\xff]*)?")
_FIELD = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t -~\x80-\xff]*")


class Chunks:
    """Takes what comes, in pieces of any size; has what waitress asks of such a reader."""

    def __init__(self, buffer: Any) -> None:
        self.completed = False
        self.error: BadRequest | None = None
        self._buffer = buffer
        self._line = b""  # the part of it that has come
        self._left = 0  # bytes of the chunk at hand
        self._take = self._take_size  # what the next line is
        self._trailer = 0  # bytes

    def __len__(self) -> int:
        return len(self._buffer)

    def getfile(self) -> Any:
        return self._buffer.getfile()

    def getbuf(self) -> Any:
        return self._buffer

    def received(self, data: bytes) -> int:
        """Take *data*, return how many bytes of it belong to this body."""
        at = 0
        while at < len(data) and not self.completed and self.error is None:
            if self._left:
                piece = data[at : at + self._left]
                self._buffer.append(piece)
                self._left -= len(piece)
                at += len(piece)
                continue
            end = data.find(b"\n", at) + 1
            self._line += data[at : end or None]
            at = end or len(data)
            if len(self._line) > LONGEST_LINE:
                self._refuse("A line is too long")
            elif end:
                self._take_line()
        return at

    def _take_line(self) -> None:
        line, self._line = self._line, b""
        if line.endswith(b"\r\n"):
            self._take(line[:-2])
        else:
            self._refuse("A line ends in a line feed alone")

    def _take_size(self, line: bytes) -> None:
        size = _SIZE.fullmatch(line)
        if size is None:
            self._refuse("This is not the size of a chunk")
            return
        self._left = int(size[1], 16)
        self._take = self._take_end if self._left else self._take_field

    def _take_end(self, line: bytes) -> None:
        if line:
            self._refuse("A chunk is longer than it says")
        self._take = self._take_size

    def _take_field(self, line: bytes) -> None:
        """A field behind the last chunk; nobody here asks for any."""
        self._trailer += len(line)
        if not line:
            self.completed = True
        elif self._trailer > LONGEST_TRAILER or _FIELD.fullmatch(line) is None:
            self._refuse("This is not a field")

    def _refuse(self, why: str) -> None:
        self.error = BadRequest(why)
