"""Where an export lies: a folder or a zip. Only what the manifest names is ever opened.

Nothing in it can lead elsewhere: no link is followed, and no name comes from a file's own text
but those of files that a row names, which have one shape.
"""

import os
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from ....errors import HelpdeskError


class Bad(HelpdeskError):
    """Something in an export that can't be taken; says where."""

    def __init__(self, file: str, why: str, line: int | None = None) -> None:
        place = file if line is None else f"{file}, line {line}"
        super().__init__(f"{place}: {why}")


class Source(Protocol):
    """The members of an export."""

    def open(self, name: str) -> IO[bytes]:
        """The content of the member *name*. Raises Bad."""


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """The export in *path*. Raises HelpdeskError for what is none."""
    if path.is_dir():
        yield _Folder(path)
        return
    try:
        with zipfile.ZipFile(path) as archive:
            yield _Zip(archive)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise HelpdeskError(f"{path} is neither a folder nor a whole zip: {error}.") from None


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def open(self, name: str) -> IO[bytes]:
        path = self._path
        for part in name.split("/"):
            path /= part
            if path.is_symlink():
                raise Bad(name, "It is a link, which is not followed.")
        try:
            # A pipe that nobody writes to would be waited for.
            handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            raise Bad(name, "It is missing.") from None
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise Bad(name, "It is no file.")
        return open(handle, "rb")  # noqa: PTH123


class _Zip:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        names = archive.namelist()
        if len(set(names)) != len(names):
            raise HelpdeskError("The zip has two members of the same name.")

    def open(self, name: str) -> IO[bytes]:
        try:
            return self._archive.open(name)
        except KeyError:
            raise Bad(name, "It is missing.") from None
        except (RuntimeError, NotImplementedError, zipfile.BadZipFile) as error:
            raise Bad(name, f"It can't be read: {error}.") from None  # locked, or damaged
