"""A file on its way in: on disk from the first byte, counted and hashed as it is written."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

HEAD = 4096  # bytes that are kept in memory, to tell the type from


class IncomingFile:
    """A temporary file that werkzeug's form parser writes to and everybody reads from.

    ``size`` is in bytes, ``sha256`` in hex digits. Made by ``FileStore.receive``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(descriptor, "w+b")
        self._hash = hashlib.sha256()
        self.size = 0
        self.head = b""

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def write(self, data: bytes) -> int:
        self._file.write(data)
        self._hash.update(data)
        self.size += len(data)
        if len(self.head) < HEAD:
            self.head += data[: HEAD - len(self.head)]
        return len(data)

    def make_durable(self) -> None:
        """Return when every byte is on the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def discard(self) -> None:
        """Close the file and remove it, unless it was kept; twice does no harm."""
        self.close()
        self.path.unlink(missing_ok=True)

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)

    def readline(self, size: int = -1) -> bytes:
        return self._file.readline(size)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._file)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.close()

    @property
    def closed(self) -> bool:
        return self._file.closed

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True
