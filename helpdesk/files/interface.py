"""What the rest of the program knows of a store, whatever is behind it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO, Protocol

from .incoming import IncomingFile

if TYPE_CHECKING:
    from .buckets import Bucket

Known = Callable[[Sequence[str]], set[str]]  # stored names → those of them that a row names


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that is durable. *size* is in bytes, *sha256* in hexadecimal."""

    name: str
    size: int
    sha256: str
    content_type: str  # as sniffed from its first bytes, never as the sender says


class Store(Protocol):
    """Where files are kept. A name is the store's own, random, 32 hexadecimal digits."""

    is_local: bool  # whether its files are on the disk of this machine

    @property
    def bucket(self) -> "Bucket | None":
        """What it keeps them in, if that is a bucket."""

    def receive(self, limit: int | None = None, file_name: str = "") -> IncomingFile:
        """An empty file to write to. Raises StorageFull or StorageFailed."""

    def keep(self, incoming: IncomingFile, name: str = "") -> StoredFile:
        """Keep what was written, durably: it survives a power cut once this returns.

        A *name* is one that a store like this one gave.
        Raises StorageFull or StorageFailed; nothing of the file is left then.
        """

    def send_ahead(self, incoming: IncomingFile) -> None:
        """Do now what :meth:`keep` would wait for, if that is another machine.

        What nobody keeps then goes as *incoming* does. Raises StorageFull or StorageFailed.
        """

    def open(self, name: str) -> BinaryIO:
        """The content of *name*, seekable. Raises NotFound; StorageFailed, also in a read."""

    def size(self, name: str) -> int | None:
        """The bytes of *name*, None when it is not there. Raises NotFound for no possible name."""

    def sizes(self, names: Sequence[str]) -> list[int | None]:
        """The same of several, which costs less than one after the other."""

    def delete(self, name: str) -> None:
        """Remove *name*; one that is not there is removed already, one that is held is swept later.

        Its row is gone by now, and that is committed.
        """

    def held(self, on_wait: Callable[[], None] = ...) -> AbstractContextManager[None]:
        """Keep every file meanwhile. Another one who holds is waited for, and *on_wait* called."""

    def removing(self) -> AbstractContextManager[bool]:
        """Whether files may be removed now: nobody holds, nor will before the block ends."""

    def names(self) -> Iterator[tuple[str, datetime]]:
        """Every stored name and when its content was written, in no particular order."""

    def sweep(self, known: Known, older_than: datetime) -> list[str]:
        """Remove what no row names and what never was kept, if older; return what went.

        It ends where somebody holds.
        """
