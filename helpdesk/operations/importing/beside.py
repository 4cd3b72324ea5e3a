"""Files that lie in a folder beside what is imported."""

from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from ...errors import HelpdeskError
from ...text import storable
from .opening import opened

_BLOCK = 1024 * 1024


def reader(root: Path | None, name: str) -> Callable[[], Iterator[bytes]]:
    """What reads *name*, a path that strangers have written, below *root* and nowhere else.

    It raises HelpdeskError where there is no such file, or *root* was not said.
    """

    def read() -> Iterator[bytes]:
        if root is None:
            raise HelpdeskError("It is in none of the files given: say --files FOLDER.")
        with opened(_below(root, name)) as file:
            while block := file.read(_BLOCK):
                yield block

    return read


def _below(root: Path, name: str) -> Path:
    parts = PurePosixPath(name).parts
    if not parts or not storable(name) or any(part in ("/", "..") for part in parts):
        raise HelpdeskError("Its name leads out of the folder.")
    path = root.joinpath(*parts)
    if not path.parent.resolve().is_relative_to(root.resolve()):
        raise HelpdeskError("Its name leads out of the folder.")
    return path
