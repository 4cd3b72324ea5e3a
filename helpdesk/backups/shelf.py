"""The folder of backups: their names, sizes, and what their proofs said.

The folder itself is the list, so that a restored desk, or one whose database is lost, knows all of
its backups. What a proof said is a small file beside the backup.
"""

import os
import re
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from ..durable import settle

PROOF = ".proof"
_NAME = re.compile(
    r"(helpdesk|before-upgrade-[0-9]{4})-([0-9]{8}T[0-9]{6}Z)(?:-[0-9]{1,4})?\.tar", re.ASCII
)
_LARGEST_PROOF = 64 * 1024  # bytes


class Proof(msgspec.Struct, frozen=True):
    """What came out when a backup was proven."""

    ok: bool
    at: datetime
    sentence: str  # what is wrong, in words
    tickets: int
    files: int


@dataclass(frozen=True)
class Backup:
    """A backup in the folder. *size* is in bytes; without a *proof* nobody has looked yet."""

    name: str
    path: Path
    made_at: datetime
    size: int
    is_whole: bool  # with files: not of an upgrade
    proof: Proof | None

    @property
    def is_good(self) -> bool:
        """Whether nothing is known to be wrong with it."""
        return self.proof is None or self.proof.ok


def backups_in(folder: Path) -> Sequence[Backup]:
    """All backups in *folder*, the newest first."""
    found = []
    with suppress(FileNotFoundError):
        for path in folder.iterdir():
            backup = _read(path)
            if backup is not None:
                found.append(backup)
    return sorted(found, key=lambda one: (one.made_at, one.name), reverse=True)


def find(folder: Path, name: str) -> Backup | None:
    """The backup of this *name* in *folder*; None for whatever else is there, or elsewhere."""
    return _read(folder / name) if _NAME.fullmatch(name) else None


def keep_proof(backup: Path, proof: Proof) -> None:
    """Keep beside *backup* what its proof said. Raises OSError."""
    aside = backup.with_name(f".{secrets.token_hex(8)}{PROOF}")
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(msgspec.json.encode(proof))
        aside.replace(_proof_of(backup))
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    settle(backup.parent)


def remove(backup: Backup) -> None:
    """Remove *backup* for good. Raises OSError."""
    backup.path.unlink(missing_ok=True)
    _proof_of(backup.path).unlink(missing_ok=True)


def _proof_of(backup: Path) -> Path:
    return backup.with_name(backup.name + PROOF)


def _read(path: Path) -> Backup | None:
    named = _NAME.fullmatch(path.name)
    if named is None or path.is_symlink() or not path.is_file():
        return None
    with suppress(ValueError, OSError):  # no such day; removed since
        made_at = datetime.strptime(named[2], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        whole = named[1] == "helpdesk"
        return Backup(path.name, path, made_at, path.stat().st_size, whole, _read_proof(path))
    return None


def _read_proof(backup: Path) -> Proof | None:
    try:
        with _proof_of(backup).open("rb") as file:
            return msgspec.json.decode(file.read(_LARGEST_PROOF), type=Proof)
    except (OSError, msgspec.DecodeError):
        return None
