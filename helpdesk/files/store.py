"""Files in folders: durable before anybody is told of them, never named by a user.

An S3 store will have the same few methods (``receive``, ``keep``, ``open``, ``size``, ``delete``,
``names``, ``sweep``).
"""

import os
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from ..errors import NotFound
from ..i18n import gettext as _
from .incoming import IncomingFile
from .sniff import sniff

_NAME = re.compile(r"[0-9a-f]{32}", re.ASCII)
_BATCH = 500


@dataclass(frozen=True)
class StoredFile:
    """What is known of a kept file: *size* in bytes, *sha256* in hex, *content_type* sniffed."""

    name: str
    size: int
    sha256: str
    content_type: str


class FileStore:
    """The files below *root*; a stored name is 128 random bits, spread over two folders."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.incoming = root / "incoming"
        self.incoming.mkdir(mode=0o700, parents=True, exist_ok=True)

    def receive(self) -> IncomingFile:
        """A new, empty file to write to; ``keep`` or ``discard`` it. Raises OSError."""
        return IncomingFile(self.incoming / secrets.token_hex(16))

    def keep(self, incoming: IncomingFile) -> StoredFile:
        """Give *incoming* its place for good; durable, its folder included, when this returns.

        Raises OSError (a full disk), and then nothing of it is left.
        """
        name = secrets.token_hex(16)
        target = self._path(name)
        try:
            incoming.make_durable()
            incoming.close()
            self._make_folder(target.parent)
            incoming.path.rename(target)
            _sync_folder(target.parent)
        except OSError:
            incoming.discard()
            target.unlink(missing_ok=True)
            raise
        return StoredFile(name, incoming.size, incoming.sha256, sniff(incoming.head, incoming.size))

    def open(self, name: str) -> BinaryIO:
        """The file *name*, to read. Raises NotFound when the disk has lost it."""
        try:
            return self._path(name).open("rb")
        except FileNotFoundError:
            raise NotFound(_("This file is missing on the server's disk.")) from None

    def size(self, name: str) -> int | None:
        """The size of *name* in bytes, None when it isn't there."""
        try:
            return self._path(name).stat().st_size
        except FileNotFoundError:
            return None

    def delete(self, name: str) -> None:
        """Remove *name*; one that is gone already is no error."""
        self._path(name).unlink(missing_ok=True)

    def names(self) -> Iterator[tuple[str, datetime]]:
        """Every kept file and when it was written."""
        for path in self.root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            if _NAME.fullmatch(path.name) and (written := _written_at(path)):
                yield path.name, written

    def sweep(self, known: Callable[[Sequence[str]], set[str]], older_than: datetime) -> list[str]:
        """Remove what was written before *older_than* and isn't *known*, and abandoned uploads.

        *known* is asked, some hundred names at a time, which of them something refers to.
        Returns the names that were removed.
        """
        for path in self.incoming.iterdir():
            written = _written_at(path)
            if written is not None and written < older_than:
                path.unlink(missing_ok=True)
        removed: list[str] = []
        batch: list[str] = []
        for name, written in self.names():
            if written < older_than:
                batch.append(name)
            if len(batch) == _BATCH:
                removed += self._sweep_batch(batch, known)
                batch = []
        return removed + self._sweep_batch(batch, known)

    def _sweep_batch(
        self, names: list[str], known: Callable[[Sequence[str]], set[str]]
    ) -> list[str]:
        if not names:
            return []
        kept = known(names)
        unknown = [name for name in names if name not in kept]
        for name in unknown:
            self.delete(name)
        return unknown

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError("This is not the name of a stored file.")
        return self.root / name[:2] / name[2:4] / name

    def _make_folder(self, folder: Path) -> None:
        """Make *folder*, and make the names of what was made durable too."""
        missing = [path for path in (folder.parent, folder) if not path.is_dir()]
        for path in missing:
            path.mkdir(mode=0o700, exist_ok=True)
            _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _written_at(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:  # removed since the folder was read
        return None
