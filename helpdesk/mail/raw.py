"""Raw mail: mail/ab/<sha256>.eml in the data folder or the bucket, durable before a row names it.

A name is the hash of its content, so the same bytes twice are one file, and a file that was
damaged can be told. Nothing looks inside a mail before it is here. Where there is a bucket they are
in it, for the machine that fetches a mail is not the one that files or shows it.
"""

import hashlib
import io
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from flask import current_app

from ..durable import settle
from ..errors import HelpdeskError, NotFound
from ..files import Known, at_once, bucket, store
from ..i18n import gettext as _

if TYPE_CHECKING:
    from ..files.buckets import Bucket

_AT_ONCE = 500  # hashes a question to the database
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Raw:
    """A mail that is on the disk. *size* is in bytes."""

    sha256: str
    size: int


def keep(content: bytes) -> Raw:
    """Keep *content*: it survives a power cut once this returns. Raises HelpdeskError."""
    sha256 = hashlib.sha256(content).hexdigest()
    return keep_all({sha256: content})[sha256]


def keep_all(contents: Mapping[str, bytes]) -> dict[str, Raw]:
    """Keep several, by their hashes, as :func:`keep` does one."""
    kept = {sha256: Raw(sha256, len(content)) for sha256, content in contents.items()}
    place = bucket()
    if place is not None:
        keyed = [(_key(sha256), content) for sha256, content in contents.items()]
        at_once(lambda one: _send(place, *one), keyed)
        return kept
    folders: set[Path] = set()
    try:
        for sha256, content in contents.items():
            path = _path(sha256)
            if not path.exists():
                _write(path, content)
            folders |= {path.parent, path.parent.parent, path.parent.parent.parent}
        # Also where it was there: whoever wrote it, or made the folders, may not have come to that.
        for folder in sorted(folders, reverse=True):
            settle(folder)
    except OSError as error:
        raise HelpdeskError(
            _("The mail could not be written to the disk: %(why)s.", why=error.strerror or error)
        ) from error
    return kept


def read(sha256: str) -> bytes:
    """The bytes of a mail that was kept. Raises NotFound where the file is gone or damaged.

    StorageFailed, where the bucket does not answer: it may be there.
    """
    content = _content(sha256)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise NotFound(_("The file of this mail is damaged."))
    return content


def opened(sha256: str) -> BinaryIO:
    """The same as :func:`read`, for who reads it bit by bit. Raises NotFound."""
    return io.BytesIO(read(sha256))


def size(sha256: str) -> int | None:
    """The bytes of the file of a mail, None when it is not there. Raises StorageFailed."""
    place = bucket()
    try:
        if place is not None:
            return place.size(_key(sha256))
        return _path(sha256).stat().st_size
    except (OSError, NotFound):
        return None


def sizes(hashes: Sequence[str]) -> list[int | None]:
    """The same of several, which costs less than one after the other."""
    place = bucket()
    if place is None:
        return list(map(size, hashes))
    return at_once(place.size, [_key(sha256) for sha256 in hashes])


def is_damaged(sha256: str) -> bool:
    """Whether the file of a mail is there, and not as it came."""
    if size(sha256) is None:
        return False
    place = bucket()
    found = _hash_of(_path(sha256)) if place is None else place.sha256(_key(sha256))
    return found != sha256


def delete(sha256: str) -> None:
    """Remove a mail for good; one that is not there is removed already. Raises StorageFailed."""
    place = bucket()
    if place is not None:
        place.delete(_key(sha256))
        return
    with suppress(FileNotFoundError):
        _path(sha256).unlink()


def drop_unfinished(older_than: datetime) -> int:
    """Remove what a crash left half written before *older_than* (aware); how many that were."""
    dropped = 0
    for path in _folder().glob("??/*.part"):
        with suppress(FileNotFoundError):  # done since we looked
            if path.stat().st_mtime < older_than.timestamp():
                path.unlink()
                dropped += 1
    return dropped


def sweep(known: Known, older_than: datetime) -> int:
    """Remove from the bucket mails older than that which no row names; how many.

    They are left where it did not answer when they should have gone. As with other files, not as
    long as a restore has put another desk aside, nor while a backup is being made.
    """
    place, gone = bucket(), 0
    if place is None or any(_folder().parent.glob("replaced-*")):
        return gone
    keys = (one.key for one in place.listed("mail") if one.written < older_than)
    hashes = (key[-len(".eml") - 64 : -len(".eml")] for key in keys)
    ours = (sha256 for sha256 in hashes if _HASH.fullmatch(sha256))
    while batch := list(islice(ours, _AT_ONCE)):
        nameless = set(batch) - known(batch)
        with store().removing() as may_remove:
            if not may_remove:
                return gone
            for sha256 in nameless:
                place.delete(_key(sha256))
                gone += 1
    return gone


def _content(sha256: str) -> bytes:
    place = bucket()
    try:
        if place is None:
            return _path(sha256).read_bytes()
        return place.read(_key(sha256))
    except (OSError, NotFound):
        raise NotFound(_("The file of this mail is not there any more.")) from None


def _send(place: "Bucket", key: str, content: bytes) -> None:
    if place.size(key) != len(content):
        place.put(key, content)


def _key(sha256: str) -> str:
    return _path(sha256).relative_to(_folder().parent).as_posix()


def _folder() -> Path:
    folder: Path = current_app.config["HELPDESK"].mail
    return folder


def _path(sha256: str) -> Path:
    if not _HASH.fullmatch(sha256):
        raise NotFound(_("The file of this mail is not there any more."))
    return _folder() / sha256[:2] / f"{sha256}.eml"


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, content: bytes) -> None:
    # The order is what a power cut can't break: content, name, and then the folders' own entries.
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f"{secrets.token_hex(16)}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        with os.fdopen(os.open(aside, flags, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.rename(path)
    except BaseException:
        with suppress(OSError):
            aside.unlink()
        raise
