"""Reading a backup's tar: nothing is taken that we would not have written, and nothing believed.

Headers are read by themselves and not by ``tarfile``, which follows long names, links and sparse
files wherever they lead. Each refusal comes before anything is written.
"""

import hashlib
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from .layout import (
    COMPRESSED,
    DATABASE,
    ENVIRONMENT,
    FORMAT,
    LARGEST_MANIFEST,
    LARGEST_SMALL,
    MANIFEST,
    SECRET,
    BadBackup,
    Copied,
    Manifest,
    Member,
    is_ours,
)
from .writing import BLOCK, PIECE

_GZIP = 31
_PADDING = tarfile.RECORDSIZE  # what other programs fill an archive up to
Tell = Callable[[int], None]  # so many bytes more are done


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a member is in the file."""

    name: str
    size: int
    start: int


class Backup:
    """The backup in *file*, which is open for reading. Raises BadBackup where it is none."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = os.fstat(file.fileno()).st_size
        self._entries = {entry.name: entry for entry in self._index()}
        self.manifest = self._manifest()

    def unpack(self, wanted: Mapping[str, Path | None], tell: Tell = lambda _: None) -> None:
        """Check every member's hash, and write those that *wanted* names a new place for.

        The database is written as it was. Raises BadBackup, OSError.
        """
        for member in self.manifest.members:
            target = wanted.get(member.name)
            if member.name == COMPRESSED:
                self._unpack_database(member, target, tell)
            else:
                self._unpack(member, target, tell)

    def read(self, name: str) -> bytes:
        """A small member, whole."""
        self._file.seek(self._entries[name].start)
        return self._file.read(self._entries[name].size)

    def _index(self) -> Iterator[Entry]:
        seen: set[str] = set()
        self._file.seek(0)
        while (header := self._file.read(BLOCK)) != bytes(BLOCK):
            entry = self._entry(header)
            if entry.name in seen:
                raise BadBackup(f"It is not a backup of ours: {entry.name} is in it twice.")
            seen.add(entry.name)
            yield entry
            self._file.seek(entry.start + entry.size + -entry.size % BLOCK)
        rest = self._file.read(_PADDING + 1)
        if len(rest) < BLOCK or len(rest) > _PADDING or any(rest):
            raise BadBackup("The file does not end where a backup ends.")

    def _entry(self, header: bytes) -> Entry:
        if len(header) < BLOCK:
            raise BadBackup("The file ends too early: it is not a whole backup.")
        try:
            info = tarfile.TarInfo.frombuf(header, "ascii", "strict")
        except (tarfile.HeaderError, ValueError):
            raise BadBackup("It is not a backup, or it is damaged.") from None
        if info.type != tarfile.REGTYPE or info.linkname:
            kind = "a link" if info.type in (tarfile.LNKTYPE, tarfile.SYMTYPE) else "no plain file"
            raise BadBackup(f"It is not a backup of ours: {_shown(info.name)} is {kind}.")
        if not is_ours(info.name):
            raise BadBackup(f"It is not a backup of ours: it has a file {_shown(info.name)}.")
        start = self._file.tell()
        if info.size < 0 or start + info.size > self.size:
            raise BadBackup(f"The file ends too early: {info.name} is not whole.")
        return Entry(info.name, info.size, start)

    def _manifest(self) -> Manifest:
        entry = self._entries.get(MANIFEST)
        if entry is None or entry.size > LARGEST_MANIFEST:
            raise BadBackup("It is not a backup of ours: it has no manifest.")
        text = self.read(MANIFEST)
        try:
            # Alone at first: a later format may say other things.
            format_ = msgspec.json.decode(text, type=dict[str, msgspec.Raw]).get("format")
            known = format_ is not None and msgspec.json.decode(format_, type=int) == FORMAT
            manifest = msgspec.json.decode(text, type=Manifest) if known else None
        except (msgspec.DecodeError, RecursionError):
            raise BadBackup("Its manifest can't be read.") from None
        if manifest is None:
            raise BadBackup("It was made by a program of another time, and can't be read by this.")
        self._compare(manifest)
        return manifest

    def _compare(self, manifest: Manifest) -> None:
        """Whether the manifest and the archive are of each other."""
        stored = {name: entry.size for name, entry in self._entries.items() if name != MANIFEST}
        told = {member.name: member.size for member in manifest.members}
        if stored != told or len(told) != len(manifest.members):
            odd = sorted(stored.items() ^ told.items()) or sorted(told.items())
            raise BadBackup(f"Its manifest does not fit what is in it: {_shown(odd[0][0])}.")
        if (DATABASE in told) == (COMPRESSED in told):
            raise BadBackup("It is not a backup of ours: it has not one database.")
        if any(told.get(name, 0) > LARGEST_SMALL for name in (SECRET, ENVIRONMENT)):
            raise BadBackup("It is not a backup of ours: its settings are too large.")
        if manifest.database.size < 0 or any(rows < 0 for rows in manifest.tables.values()):
            raise BadBackup("Its manifest can't be true.")

    def _unpack(self, member: Member, target: Path | None, tell: Tell) -> None:
        hash_ = hashlib.sha256()
        with new_file(target) as out:
            for piece in self._pieces(member):
                hash_.update(piece)
                out.write(piece)
                tell(len(piece))
        _require_hash(member.name, hash_.hexdigest(), member.sha256)
        if member.name == DATABASE:
            _require_copied(Copied(member.size, member.sha256), self.manifest.database)

    def _unpack_database(self, member: Member, target: Path | None, tell: Tell) -> None:
        """Decompress it, no further than it may be long."""
        stored, plain, size = hashlib.sha256(), hashlib.sha256(), 0

        def compressed() -> Iterator[bytes]:
            for piece in self._pieces(member):
                stored.update(piece)
                tell(len(piece))
                yield piece

        with new_file(target) as out:
            for piece in _decompressed(compressed()):
                size += len(piece)
                if size > self.manifest.database.size:
                    raise BadBackup("Its database is larger than it says.")
                plain.update(piece)
                out.write(piece)
        _require_hash(member.name, stored.hexdigest(), member.sha256)
        _require_copied(Copied(size, plain.hexdigest()), self.manifest.database)

    def _pieces(self, member: Member) -> Iterator[bytes]:
        self._file.seek(self._entries[member.name].start)
        left = member.size
        while left:
            piece = self._file.read(min(PIECE, left))
            if not piece:
                raise BadBackup(f"The file ends too early: {member.name} is not whole.")
            left -= len(piece)
            yield piece


def _decompressed(content: Iterator[bytes]) -> Iterator[bytes]:
    """What *content* was before gzip, in pieces however much that is. Raises BadBackup."""
    gzip = zlib.decompressobj(_GZIP)
    try:
        for piece in content:
            while piece and not gzip.eof:
                yield gzip.decompress(piece, PIECE)
                piece = gzip.unconsumed_tail
            if gzip.unused_data or (piece and gzip.eof):
                raise BadBackup("There is something behind its database.")
        yield gzip.flush()
    except zlib.error:
        raise BadBackup("Its database is damaged.") from None
    if not gzip.eof:
        raise BadBackup("Its database is not whole.")


def new_file(target: Path | None) -> BinaryIO:
    """A new file for its owner alone; nowhere for None."""
    if target is None:
        return open(os.devnull, "wb")  # noqa: PTH123
    _make_private(target.parent)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    return open(os.open(target, flags, 0o600), "wb")  # noqa: PTH123


def _make_private(folder: Path) -> None:
    """Make *folder* and its parents: ``mkdir`` makes only the last one for its owner alone."""
    if not folder.is_dir():
        _make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _require_hash(name: str, found: str, told: str) -> None:
    if found != told:
        raise BadBackup(f"{name} is not what it was: its hash is another one.")


def _require_copied(found: Copied, told: Copied) -> None:
    if found != told:
        raise BadBackup("Its database is not what it was: its hash or its size is another one.")


def _shown(name: str) -> str:
    """*name*, which anybody may have made up, for a sentence."""
    return repr(name[:100])
