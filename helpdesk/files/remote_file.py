"""A file of a bucket, read as if it were here: as it comes, never whole in memory."""

import io
from collections.abc import Iterator
from os import SEEK_CUR, SEEK_END, SEEK_SET
from typing import TYPE_CHECKING, Any

from .buckets import Bucket
from .errors import StorageAway, StorageFailed

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_TRIES = 3  # at one place; what has come before it is not asked for again


class RemoteFile(io.RawIOBase):
    """The *key* of *bucket*, which has *size* bytes. Its first read may raise, as may any later.

    Raises StorageAway, StorageFailed, NotFound.
    """

    def __init__(self, bucket: Bucket, key: str, size: int) -> None:
        self._bucket, self._key, self._size = bucket, key, size
        self._at = 0
        self._pieces: Iterator[Any] | None = None  # those that come from where we are on
        self._rest = memoryview(b"")  # of the last piece

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = SEEK_SET, /) -> int:
        start = {SEEK_SET: 0, SEEK_CUR: self._at, SEEK_END: self._size}[whence]
        at = max(0, start + offset)
        if at != self._at:
            self._at, self._pieces, self._rest = at, None, memoryview(b"")
        return at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        if self._at >= self._size:
            return 0
        if not self._rest:
            self._rest = memoryview(self._next()).cast("B")
        room = memoryview(buffer).cast("B")
        count = min(len(room), len(self._rest))
        room[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        self._at += count
        return count

    def close(self) -> None:
        self._pieces, self._rest = None, memoryview(b"")
        super().close()

    def _next(self) -> Any:
        """The next piece, never an empty one."""
        for tries_left in reversed(range(_TRIES)):
            try:
                if self._pieces is None:
                    self._pieces = self._bucket.stream(self._key, self._at)
                piece = self._bucket.asked(self._key, self._step, is_last=not tries_left)
            except StorageAway:
                self._pieces = None
                if not tries_left or self._bucket.rests:
                    raise
            else:
                if piece is not None:
                    return piece
                self._pieces = None  # it ended too early
        raise StorageFailed("A file of the bucket is shorter than it was.")

    def _step(self) -> Any:
        assert self._pieces is not None  # noqa: S101
        return next((piece for piece in self._pieces if len(piece)), None)
