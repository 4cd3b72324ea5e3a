"""Carrying all files of a desk from one place to another: folder to bucket, and back.

Each is compared with the hash that its row says, and is whole at its new place or not there at all.
What is there already is left alone, so who begins again goes on.
"""

import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa

from ..database import db
from ..durable import settle
from ..errors import NotFound
from ..files import at_once
from ..files.buckets import Bucket
from ..mail.models import ReceivedMail
from ..privacy.models import PersonArchive
from ..shop.models import Shop
from ..tickets.models import Attachment

_AT_ONCE = 256  # files, and rows of the database
_PIECE = 1024**2  # bytes
Tell = Callable[[int], object]  # so many more are done


class Wanted(NamedTuple):
    """A file that a row names. *sha256* is empty where the row does not say it."""

    key: str
    sha256: str


class Place(Protocol):
    """Where files are, by keys such as ``mail/ab/….eml``."""

    def size(self, key: str) -> int | None: ...
    def pieces(self, key: str) -> Iterator[bytes]: ...
    def put(self, key: str, path: Path) -> None: ...


@dataclass
class Carried:
    """What was done. *missing* and *damaged* are keys of what the old place did not have whole."""

    copied: int = 0
    there: int = 0
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)


class Folder:
    """The data folder."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def size(self, key: str) -> int | None:
        try:
            return (self._data / key).stat().st_size
        except FileNotFoundError:
            return None

    def pieces(self, key: str) -> Iterator[bytes]:
        with (self._data / key).open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece

    def put(self, key: str, path: Path) -> None:
        """Take *path*, of this folder, as *key*: content, name, and the folders' entries."""
        target = self._data / key
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        settle(path)
        path.rename(target)
        for folder in target.parents:
            settle(folder)
            if folder == self._data:
                return


class InBucket:
    """A bucket."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self.size = bucket.size
        self.put = bucket.put

    def pieces(self, key: str) -> Iterator[bytes]:
        return self._bucket.pieces(key)


def carry(data: Path, source: Place, target: Place, *, checks: bool, tell: Tell) -> Carried:
    """Copy every file that a row names from *source* to *target*, by way of the folder *data*.

    With *checks* what *target* has already is read and compared. Raises HelpdeskError, OSError.
    """
    done, rest = Carried(), _wanted()
    one = partial(_carry, data / "attachments" / "incoming", source, target, checks)
    while batch := list(islice(rest, _AT_ONCE)):
        for wanted, came in zip(batch, at_once(one, batch), strict=True):
            if came == "copied":
                done.copied += 1
            elif came == "there":
                done.there += 1
            else:
                (done.missing if came == "missing" else done.damaged).append(wanted.key)
            tell(1)
    return done


def count() -> int:
    """How many files rows name."""
    return sum(1 for _ in _wanted())


def _carry(aside: Path, source: Place, target: Place, checks: bool, wanted: Wanted) -> str:
    there = target.size(wanted.key)
    if there is not None and not checks and there == source.size(wanted.key):
        return "there"
    if there is not None and checks and _hash(target, wanted.key) == wanted.sha256:
        return "there"
    aside.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = aside / f"{secrets.token_hex(16)}.part"
    try:
        found = _fetch(source, wanted.key, path)
        if found is None:
            return "missing"
        if wanted.sha256 not in ("", found):
            return "damaged"
        target.put(wanted.key, path)
    finally:
        with suppress(FileNotFoundError):
            path.unlink()
    return "copied"


def _fetch(source: Place, key: str, path: Path) -> str | None:
    """Write *key* to *path*; its hash, None where it is not there."""
    found = hashlib.sha256()
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        try:
            for piece in source.pieces(key):
                found.update(piece)
                file.write(piece)
        except (FileNotFoundError, NotFound):
            return None
    return found.hexdigest()


def _hash(place: Place, key: str) -> str:
    found = hashlib.sha256()
    for piece in place.pieces(key):
        found.update(piece)
    return found.hexdigest()


def _wanted() -> Iterator[Wanted]:
    """Every file, a few rows at a time, so that no snapshot of the database is held for long."""
    logos = sa.select(Shop.id, Shop.logo_name, sa.literal("")).where(Shop.logo_name.is_not(None))
    attachments = sa.select(Attachment.id, Attachment.stored_name, Attachment.sha256)
    copies = sa.select(PersonArchive.id, PersonArchive.stored_name, PersonArchive.sha256)
    mails = sa.select(ReceivedMail.id, ReceivedMail.sha256, ReceivedMail.sha256)
    yield from _each("attachments", logos)
    yield from _each("attachments", attachments)
    yield from _each("personal", copies.where(PersonArchive.stored_name.is_not(None)))
    kept = (ReceivedMail.sha256 != "", ReceivedMail.forgotten_at.is_(None))
    yield from _each("mail", mails.where(*kept))


def _each(folder: str, query: sa.Select[*tuple[Any, ...]]) -> Iterator[Wanted]:
    id_, last = query.selected_columns[0], 0
    while True:
        found = db.session.execute(query.where(id_ > last).order_by(id_).limit(_AT_ONCE)).all()
        db.session.rollback()
        for _id, name, sha256 in found:
            yield Wanted(f"{folder}/{_path(folder, name)}", sha256)
        if len(found) < _AT_ONCE:
            return
        last = found[-1][0]


def _path(folder: str, name: str) -> str:
    """Where the file of that name is in its folder (files/filesystem.py, mail/raw.py)."""
    return f"{name[:2]}/{name}.eml" if folder == "mail" else f"{name[:2]}/{name[2:4]}/{name}"
