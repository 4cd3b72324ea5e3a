"""A file on its way in: on disk from the first byte, counted and hashed as it grows."""

import errno
import hashlib
import io
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import TooLarge
from ..i18n import gettext as _
from .errors import StorageFailed, StorageFull

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

    from .interface import StoredFile

HEAD = 4096  # bytes that are kept for telling what kind of file it is
_BUFFER = 64 * 1024
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_log = logging.getLogger(__name__)


class IncomingFile(io.BufferedIOBase):
    """A temporary file that only grows, and can be read again; never whole in memory.

    It is what werkzeug's form parser and ``FileStorage`` need of a stream. Whoever made it either
    hands it to ``FileStore.keep()`` or calls :meth:`discard`; files of a request are discarded
    with it. *limit* is in bytes. *file_name* is the sender's, untrusted: a hint for the type only.
    """

    def __init__(self, path: Path, limit: int | None = None, file_name: str = "") -> None:
        self.path = path
        self.limit = limit
        self.file_name = file_name
        self.size = 0  # bytes
        self.head = b""
        self.ahead: StoredFile | None = None  # as what the store has it already
        self.drop_ahead: Callable[[], None] = lambda: None
        self._hash = hashlib.sha256()
        self._is_ours = False  # whether there is a temporary file that is ours to remove
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
        self._file = open(os.open(path, flags, 0o600), "r+b", _BUFFER)  # noqa: PTH123, SIM115
        self._is_ours = True

    @property
    def sha256(self) -> str:
        """The hash of what was written so far, in hexadecimal."""
        return self._hash.hexdigest()

    def write(self, data: "ReadableBuffer", /) -> int:
        """Append *data*.

        Raises TooLarge as soon as the limit is passed, StorageFull or StorageFailed when the disk
        refuses; in each case the file is discarded.
        """
        chunk = memoryview(data).cast("B")
        if self.limit is not None and self.size + len(chunk) > self.limit:
            self.discard()
            raise TooLarge(_("This file is too large: at most %(most)s.", most=_words(self.limit)))
        if self._file.tell() != self.size:
            raise io.UnsupportedOperation("an incoming file only grows at its end")
        try:
            self._file.write(chunk)
        except OSError as error:
            self.discard()
            raise failure(error) from error
        self.size += len(chunk)
        self._hash.update(chunk)
        if len(self.head) < HEAD:
            self.head += bytes(chunk[: HEAD - len(self.head)])
        return len(chunk)

    def flush(self) -> None:
        """Hand what is buffered to the system. Raises StorageFull or StorageFailed."""
        if self.closed:
            return
        try:
            self._file.flush()
        except OSError as error:
            self.discard()
            raise failure(error) from error

    def read(self, size: int | None = -1, /) -> bytes:
        self.flush()
        return self._file.read(-1 if size is None else size)

    def readline(self, size: int | None = -1, /) -> bytes:
        self.flush()
        return self._file.readline(-1 if size is None else size)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self.flush()
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def fileno(self) -> int:
        return self._file.fileno()

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    @property
    def closed(self) -> bool:
        # A failed open() leaves no file behind, and Python closes what it forgets.
        return not hasattr(self, "_file") or self._file.closed

    def close(self) -> None:
        """Close the descriptor. The temporary file stays until it is kept or discarded."""
        if not self.closed:
            # What could not be written is of no use to anybody: keep() has flushed before.
            with suppress(OSError):
                self._file.close()

    def discard(self) -> None:
        """Close and remove the temporary file; nothing happens to one that was kept."""
        self.close()
        if self.ahead is not None:
            self.ahead = None
            self.drop_ahead()
        if self._is_ours:
            self._is_ours = False
            with suppress(OSError):  # the sweep finds what could not be removed now
                self.path.unlink()

    def move_to(self, path: Path) -> None:
        """Become *path*, which is no longer ours to discard. For the store."""
        self.path.rename(path)
        self._is_ours = False
        self.path = path


def failure(error: OSError) -> StorageFailed:
    """*error* of the disk as people are told it; the details go to the log only."""
    _log.error("The disk refused a file: %s", error)
    if error.errno in _FULL:
        return StorageFull(_("The disk is full: the file was not kept. Please tell the shop."))
    return StorageFailed(_("The file could not be stored. Please try again."))


def _words(size: int) -> str:
    """*size*, in bytes, as people say it."""
    for unit, name in ((1024**2, "MB"), (1024, "kB")):
        if size >= unit:
            return f"{size / unit:.1f}".removesuffix(".0") + f" {name}"
    return f"{size} B"
