"""Writing a backup's tar, a file at a time, never more than a piece of one in memory."""

import hashlib
import io
import tarfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from .layout import MANIFEST, Copied, Manifest, Member

PIECE = 1024**2  # bytes
BLOCK = tarfile.BLOCKSIZE
_QUICKLY = 1  # of a gigabyte of database 0.4 are left, in ten seconds; slower ones save little more
_GZIP = 31  # what zlib calls it


class Writer:
    """Appends members to *file*, which must be empty and seekable."""

    def __init__(self, file: BinaryIO, moment: int) -> None:
        self._file, self._moment = file, moment
        self.members: list[Member] = []

    def add(self, name: str, content: BinaryIO) -> Member:
        """Append what is left in *content*. Raises OSError."""
        return self._append(name, pieces(content))

    def add_compressed(self, name: str, content: BinaryIO) -> Copied:
        """Append *content* compressed; what it is uncompressed. Raises OSError."""
        plain, size = hashlib.sha256(), 0

        def compressed() -> Iterator[bytes]:
            nonlocal size
            gzip = zlib.compressobj(_QUICKLY, zlib.DEFLATED, _GZIP)
            for piece in pieces(content):
                plain.update(piece)
                size += len(piece)
                yield gzip.compress(piece)
            yield gzip.flush()

        self._append(name, compressed())
        return Copied(size, plain.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        """Append the manifest, and end the archive."""
        text = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
        self.add(MANIFEST, io.BytesIO(text + b"\n"))
        self._file.write(bytes(2 * BLOCK))

    def _append(self, name: str, content: Iterator[bytes]) -> Member:
        start, size, hash_ = self._file.tell(), 0, hashlib.sha256()
        self._file.write(bytes(BLOCK))  # its header, once the size is known
        for piece in content:
            hash_.update(piece)
            size += len(piece)
            self._file.write(piece)
        self._file.write(bytes(-size % BLOCK))
        end = self._file.tell()
        self._file.seek(start)
        self._file.write(self._header(name, size))
        self._file.seek(end)
        member = Member(name, size, hash_.hexdigest())
        self.members.append(member)
        return member

    def _header(self, name: str, size: int) -> bytes:
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = size, self._moment, 0o600
        return info.tobuf(tarfile.GNU_FORMAT)  # which knows sizes beyond 8 GB


def pieces(content: BinaryIO) -> Iterator[bytes]:
    """*content* to its end."""
    while piece := content.read(PIECE):
        yield piece
