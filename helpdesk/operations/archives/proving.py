"""The proof of a backup: it is brought back aside, looked at, and opened as the desk would be."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from . import layout
from .aside import aside, require_room
from .examining import Check, examine
from .layout import BadBackup
from .opening import open_some
from .reading import Backup

Tell = Callable[[str, int, int], None]  # what is done, and how many bytes of how many


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What came out. *ok*: it can be restored, and has all that it says."""

    ok: bool
    size: int  # bytes of the file
    made_at: str
    program: str
    revision: str
    has_files: bool
    files: int  # attachments and mails
    tables: dict[str, int]
    checks: list[Check]


def verify(file: Path, tell: Tell, *, writes_files: bool = True) -> Proof:
    """Bring the backup in *file* back into a folder beside it, check all, and remove that folder.

    Without *writes_files*, attachments and mails are only compared with their hashes. Raises
    BadBackup where it is none of ours, HelpdeskError where there is no room, OSError.
    """
    with file.open("rb") as content, aside(_workplace(file), "verify") as work:
        backup = Backup(content)
        manifest, desk = backup.manifest, work / "desk"
        checks = []
        try:
            stage(backup, desk, tell, writes_files=writes_files)
            checks += examine(desk, manifest)
            levels = {check.level for check in checks}
            if "error" not in levels:
                has_all = writes_files and manifest.has_files and "warning" not in levels
                checks += open_some(desk, with_files=has_all)
        except BadBackup as error:
            checks.append(Check("content", "error", error.message))
        return Proof(
            ok=all(check.level != "error" for check in checks),
            size=backup.size,
            made_at=manifest.made_at,
            program=manifest.program,
            revision=manifest.revision,
            has_files=manifest.has_files,
            files=sum("/" in member.name for member in manifest.members),
            tables=manifest.tables,
            checks=checks,
        )


def _workplace(file: Path) -> Path:
    """Beside *file*, where it has had room, too; elsewhere if nothing can be written there."""
    beside = file.absolute().parent
    return beside if os.access(beside, os.W_OK) else Path(tempfile.gettempdir())


def stage(backup: Backup, desk: Path, tell: Tell, *, writes_files: bool = True) -> None:
    """Unpack *backup* into the folder *desk*, which is not there yet, but for its settings.

    Raises BadBackup, also where this program is too old for it; HelpdeskError, OSError.
    """
    from ..migrate import revisions

    manifest = backup.manifest
    if manifest.revision not in revisions():
        raise BadBackup(
            f"It was made by a newer program (revision {manifest.revision}; this one knows "
            f"{revisions()[-1]}). Please install that one."
        )
    wanted: dict[str, Path | None] = {
        layout.DATABASE: desk / layout.DATABASE,
        layout.COMPRESSED: desk / layout.DATABASE,
        layout.SECRET: desk / layout.SECRET,
    }
    if writes_files:
        wanted |= {m.name: desk / m.name for m in manifest.members if "/" in m.name}
    size = manifest.database.size + sum(m.size for m in manifest.members if m.name in wanted)
    require_room(desk.parent, size)
    desk.mkdir(mode=0o700)
    all_, done = sum(member.size for member in manifest.members), 0

    def told(more: int) -> None:
        nonlocal done
        done += more
        tell("content", done, all_)

    backup.unpack(wanted, told)
