"""Where an export is put: a folder or a zip, under another name until it is whole and durable."""

import hashlib
import os
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import IO, Protocol

from ...durable import settle
from ...errors import HelpdeskError
from ..archives.aside import aside

CHUNK = 1024 * 1024  # bytes
_NO_TIME = (1980, 1, 1, 0, 0, 0)  # the same rows make the same bytes


class Member:
    """A file of an export that grows: what is in it, counted and hashed."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self.size = 0  # bytes

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def write(self, content: bytes) -> None:
        self._file.write(content)
        self._hash.update(content)
        self.size += len(content)

    def copy(self, file: IO[bytes]) -> None:
        """Append all of *file*."""
        while chunk := file.read(CHUNK):
            self.write(chunk)


class Place(Protocol):
    """What members are added to, one after the other."""

    def add(self, name: str, *, packs: bool = True) -> AbstractContextManager[Member]:
        """A new member; without *packs* it isn't worth to be made smaller."""


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path
        path.mkdir(mode=0o700)

    @contextmanager
    def add(self, name: str, *, packs: bool = True) -> Iterator[Member]:
        path = self._path / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield Member(file)
            file.flush()
            os.fsync(file.fileno())

    def settle(self) -> None:
        for folder, _folders, _files in os.walk(self._path):
            settle(Path(folder))


class _Zip:
    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w")

    @contextmanager
    def add(self, name: str, *, packs: bool = True) -> Iterator[Member]:
        info = zipfile.ZipInfo(name, _NO_TIME)
        info.external_attr = 0o600 << 16
        info.compress_type = zipfile.ZIP_DEFLATED if packs else zipfile.ZIP_STORED
        with self._zip.open(info, "w", force_zip64=True) as file:
            yield Member(file)

    def end(self) -> None:
        self._zip.close()


@contextmanager
def new_place(dest: Path) -> Iterator[Place]:
    """A place that becomes *dest* when the block ends, durably; if it fails, nothing is left.

    What a kill leaves is hidden beside *dest*, and gone with the next export or backup to there.
    One that ends in ``.zip`` is a zip, any other a folder. Raises HelpdeskError where something
    of that name is there already.
    """
    if dest.exists() or dest.is_symlink():
        raise HelpdeskError(f"{dest} is there already; please name something new.")
    if dest.suffix.lower() in (".tar", ".gz", ".tgz", ".json", ".csv", ".7z"):
        raise HelpdeskError(f"{dest} is neither a folder nor a .zip, which an export can be.")
    dest.parent.mkdir(parents=True, exist_ok=True)
    with aside(dest.parent, "export") as work:
        made = work / "export"
        with _zip(made) if dest.suffix.lower() == ".zip" else _folder(made) as place:
            yield place
        _name(made, dest)
        settle(dest.parent)


@contextmanager
def _folder(path: Path) -> Iterator[Place]:
    folder = _Folder(path)
    yield folder
    folder.settle()


@contextmanager
def _zip(path: Path) -> Iterator[Place]:
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
        archive = _Zip(file)
        try:
            yield archive
        except BaseException:
            with suppress(Exception):
                archive.end()  # or it ends when it is forgotten, and says that it can't
            raise
        archive.end()
        file.flush()
        os.fsync(file.fileno())


def _name(made: Path, dest: Path) -> None:
    """Give *made* its name, unless somebody was faster."""
    if made.is_dir():
        if dest.exists():
            raise HelpdeskError(f"{dest} is there already; please name something new.")
        made.rename(dest)
        return
    try:
        os.link(made, dest)
    except FileExistsError:
        raise HelpdeskError(f"{dest} is there already; please name something new.") from None
    except OSError:  # no hard links here
        made.rename(dest)
