"""The store on the file system: DATA/attachments/ab/cd/<32 hexadecimal digits>."""

import itertools
import logging
import os
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

from ..durable import settle
from ..errors import NotFound
from ..i18n import gettext as _
from . import holding
from .incoming import IncomingFile, failure
from .interface import Known, StoredFile
from .pictures import is_bearable
from .sniff import INLINE, UNKNOWN, sniff

BATCH = 500  # names a question to the database
_NAME = re.compile(r"[0-9a-f]{32}", re.ASCII)
_FOLDER = re.compile(r"[0-9a-f]{2}", re.ASCII)
_PART = re.compile(r"[0-9a-f]{32}\.part", re.ASCII)
_log = logging.getLogger(__name__)


class FileStore:
    """Keeps files under *root*, which need not be there yet. Any thread may use it."""

    is_local = True
    bucket = None

    def __init__(self, root: Path) -> None:
        self.root = root
        self.incoming = root / "incoming"
        self._lock = root.with_name("files.lock")
        self._settled: set[Path] = set()  # folders whose own entry is known to be on the disk

    def receive(self, limit: int | None = None, file_name: str = "") -> IncomingFile:
        """An empty temporary file, readable by us alone. *limit* is in bytes.

        Raises StorageFull or StorageFailed.
        """
        try:
            self.incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self.incoming / f"{secrets.token_hex(16)}.part"
            return IncomingFile(path, limit, file_name)
        except OSError as error:
            raise failure(error) from error

    def keep(self, incoming: IncomingFile, name: str = "") -> StoredFile:
        """Make *incoming* durable under a random name, or the *name* that it had, and close it.

        The order is what a power cut can't break (DESIGN.md, "Durable before it is confirmed"):
        content, then name, then the folder that has the name. Raises StorageFull or
        StorageFailed; nothing of the file is left then.
        """
        if incoming.closed:
            raise ValueError("only an open file can be kept, and once")
        name = name or secrets.token_hex(16)
        path = self._path(name)
        try:
            incoming.flush()
            os.fsync(incoming.fileno())
            kind = kind_of(incoming)
            self._make(path.parent)
            incoming.move_to(path)
            settle(path.parent)
        except OSError as error:
            incoming.discard()
            with suppress(OSError):
                path.unlink()
            raise failure(error) from error
        incoming.close()
        return StoredFile(name, incoming.size, incoming.sha256, kind)

    def send_ahead(self, incoming: IncomingFile) -> None:
        """Nothing: to keep it waits for this disk alone, as the transaction does."""

    def open(self, name: str) -> BinaryIO:
        """The content of *name*. Raises NotFound."""
        path = self._path(name)
        try:
            handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except FileNotFoundError as error:
            raise _gone(name) from error
        except OSError as error:
            raise failure(error) from error
        return open(handle, "rb")  # noqa: PTH123

    def size(self, name: str) -> int | None:
        """The bytes of *name*, None when it is not there. Raises NotFound for no possible name."""
        try:
            return self._path(name).lstat().st_size
        except FileNotFoundError:
            return None

    def sizes(self, names: Sequence[str]) -> list[int | None]:
        """The bytes of each of *names*, None for one that is not there."""
        return [self.size(name) for name in names]

    def delete(self, name: str) -> None:
        """Remove *name*; one that is not there is removed already, one that is held is swept later.

        Its row is gone by now, and that is committed.
        """
        path = self._path(name)
        try:
            with self.removing() as may_remove:
                if may_remove:
                    path.unlink(missing_ok=True)
        except OSError as error:
            raise failure(error) from error

    def held(self, on_wait: Callable[[], None] = lambda: None) -> AbstractContextManager[None]:
        """Keep every file meanwhile. Another one who holds is waited for, and *on_wait* called."""
        return holding.held(self._lock, on_wait)

    def removing(self) -> AbstractContextManager[bool]:
        """Whether files may be removed now: nobody holds, nor will before the block ends."""
        return holding.removing(self._lock)

    def names(self) -> Iterator[tuple[str, datetime]]:
        """Every stored name and when its content was written. Other files there are left out."""
        for outer in _entries(self.root, _FOLDER):
            for inner in _entries(outer, _FOLDER):
                for path in _entries(inner, _NAME):
                    with suppress(FileNotFoundError):  # deleted since we looked
                        yield path.name, _written(path)

    def sweep(self, known: Known, older_than: datetime) -> list[str]:
        """Remove stored files that *known* does not know, and incoming ones that nobody kept.

        Both only where last written before *older_than* (aware), so that a file whose row is about
        to be committed is safe. *known* is asked BATCH names at a time. It ends where somebody
        holds. Returns the names removed.
        """
        removed: list[str] = []
        old = (name for name, written in self.names() if written < older_than)
        while batch := list(itertools.islice(old, BATCH)):
            named = known(batch)
            with self.removing() as may_remove:  # asked last: who holds from now on sees no row
                if not may_remove:
                    return removed
                removed += [n for n in batch if n not in named and _removed(self._path(n))]
        return removed + self.sweep_unfinished(older_than)

    def sweep_unfinished(self, older_than: datetime) -> list[str]:
        """Remove incoming files that nobody kept, last written before *older_than*; their names."""
        removed = []
        for path in _entries(self.incoming, _PART):
            with suppress(FileNotFoundError):
                if _written(path) < older_than and _removed(path):
                    removed.append(path.name)
        return removed

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise _gone(name)
        return self.root / name[:2] / name[2:4] / name

    def _make(self, folder: Path) -> None:
        """Make *folder* and its parents, and see that the entry of each is on the disk.

        A folder that another thread or an earlier process made may not be there after a power cut
        either, so each is settled once by us whoever made it.
        """
        if folder != self.root:
            self._make(folder.parent)
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            if folder in self._settled:
                return
        settle(folder.parent)
        self._settled.add(folder)


def kind_of(incoming: IncomingFile) -> str:
    """What *incoming* is, by its content; a picture that can't be drawn is none."""
    kind = sniff(incoming.head, incoming.file_name)
    is_shown = kind in INLINE and is_bearable(cast(BinaryIO, incoming), kind)
    return kind if is_shown or kind not in INLINE else UNKNOWN


def _entries(folder: Path, pattern: re.Pattern[str]) -> list[Path]:
    """What is in *folder* under a name like *pattern*; nothing if there is no such folder."""
    try:
        return [path for path in folder.iterdir() if pattern.fullmatch(path.name)]
    except (FileNotFoundError, NotADirectoryError):
        return []


def _written(path: Path) -> datetime:
    return datetime.fromtimestamp(path.lstat().st_mtime, UTC)


def _removed(path: Path) -> bool:
    try:
        path.unlink()
    except OSError as error:
        _log.warning("The sweep could not remove %s: %s", path, error)
        return False
    return True


def _gone(name: str) -> NotFound:
    _log.warning("No stored file is named %.64r", name)
    return NotFound(_("This file can't be found any more."))
