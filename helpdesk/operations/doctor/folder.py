"""The data folder: who can read it, whether it can be written, what is left over in it."""

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

import sqlalchemy as sa

from ... import clock
from ...i18n import lazy, lazy_size
from ..archives.aside import sweep
from ..archives.swapping import OLD
from .checks import Check, Patient, Said, bad, good, some, warn

LITTLE_SPACE, TOO_LITTLE_SPACE = 1024**3, 64 * 1024**2  # bytes
FEW_FILES = 1000  # that the disk can still take
LEFT_OVER = 24 * 3600  # seconds after which nobody comes back for it
FOLDERS = ("attachments", "mail", "backups", "log")
_REMOTE = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "fuse.rclone", "9p", "afs"}
_HALVES = ("attachments/incoming/*.part", "mail/??/*.part", "secret_key.*", "backups/.*.proof")
_ASIDE = ".helpdesk-*"


def permissions(patient: Patient) -> Said:
    """Whether only its owner can read the data folder: 0700 and 0600."""
    folder = patient.settings.data
    found = list(islice(_open_ones(patient), 1000))
    if not found:
        return good(lazy("Only its owner can read the data folder."))
    if folder not in found:
        # Nobody gets through a closed folder, so this is only untidy.
        names = some(sorted(str(path.relative_to(folder)) for path in found))
        return warn(
            lazy("Others could read these if the folder were opened: %(which)s.", which=names),
            "helpdesk doctor --fix",
        )
    return bad(
        lazy("Others on this machine can read the data folder, with every word and password hash."),
        f"chmod 700 {folder}",
    )


def close(patient: Patient) -> str:
    closed = 0
    for path in _open_ones(patient):
        path.chmod(_mode(path) & ~0o077)
        closed += 1
    return lazy("Files and folders that are closed to others now: %(num)s.", num=closed)


def owner(patient: Patient) -> Said:
    """Whether whoever looks is who owns the folder, and may write in it."""
    folder = patient.settings.data
    whose = folder.stat().st_uid
    others = [path for path in _paths(patient) if _uid(path) not in (whose, None)]
    if others:
        names = some(sorted(str(path.relative_to(folder)) for path in others))
        return bad(
            lazy(
                "These belong to another user of this machine, as after a start as root, and the"
                " desk may not be able to write them: %(which)s.",
                which=names,
            ),
            f"chown -R {whose} {folder}",
        )
    if not os.access(folder, os.W_OK | os.X_OK) or _is_read_only(folder):
        return bad(lazy("Nothing can be written into the data folder: it is read-only."))
    return good(lazy("All in the data folder belongs to its owner, and can be written."))


def disk_space(patient: Patient) -> Iterator[Said]:
    """Whether there is room to go on, and for a copy of the database."""
    data = patient.settings.data
    yield space(data, _size(_database(patient)))
    backups = patient.settings.backups
    if backups.is_dir() and backups.stat().st_dev != data.stat().st_dev:
        yield space(backups, _size(_database(patient)))._replace(about="backups")


def space(folder: Path, database: int) -> Said:
    """What is to be said of the disk of *folder*, for a database of that many bytes."""
    free = shutil.disk_usage(folder).free
    if free < TOO_LITTLE_SPACE:
        return bad(lazy("Only %(free)s are free: the desk can hardly write.", free=lazy_size(free)))
    if 0 <= _free_files(folder) < FEW_FILES:
        return bad(lazy("The disk can take hardly any more files, however small."))
    if free < LITTLE_SPACE:
        return warn(lazy("Only %(free)s are free.", free=lazy_size(free)))
    if free < 2 * database:
        return warn(
            lazy(
                "%(free)s are free: too little for a backup of a database of %(size)s and its"
                " proof.",
                free=lazy_size(free),
                size=lazy_size(database),
            )
        )
    return good(lazy("%(free)s are free.", free=lazy_size(free)))


def disk(patient: Patient) -> Said:
    """Whether the database is on a disk of this machine: SQLite's WAL needs shared memory."""
    kind = _file_system(patient.settings.data, Path("/proc/self/mounts"))
    if kind in _REMOTE:
        return bad(
            lazy(
                "The data folder is on a disk of another machine (%(kind)s), where SQLite's locks"
                " don't hold and the database can be damaged: move it to a local one.",
                kind=kind,
            )
        )
    return good(lazy("The data folder is on a disk of this machine."))


def leftovers(patient: Patient) -> Said:
    """What a crash has left behind, and nobody comes back for."""
    found = list(_leftovers(patient.settings.data))
    if found:
        return warn(
            lazy("Unfinished files of crashes take up room: %(num)s.", num=len(found)),
            "helpdesk doctor --fix",
        )
    return good(lazy("No unfinished file is left over."))


def sweep_leftovers(patient: Patient) -> str:
    data, swept = patient.settings.data, 0
    for path in _leftovers(data):
        if not path.is_dir():
            path.unlink(missing_ok=True)
            swept += 1
    for parent in (data, data / "backups"):
        before = len(list(parent.glob(_ASIDE)))
        sweep(parent)  # those that nobody works in
        swept += before - len(list(parent.glob(_ASIDE)))
    return lazy("Unfinished files of crashes that are removed: %(num)s.", num=swept)


def old_desks(patient: Patient) -> Said:
    """What restores have put aside: it stays until somebody removes it."""
    folders = sorted(patient.settings.data.glob(f"{OLD}*"))
    if not folders:
        return good(lazy("No desk was replaced by a restore."))
    return warn(
        lazy(
            "Kept aside by a restore, and in no backup: %(which)s. Remove what nobody will want to"
            " put back.",
            which=some(path.name for path in folders),
        )
    )


def _paths(patient: Patient) -> Iterator[Path]:
    """The folder and what is in it; all of it where a deep look is asked for."""
    data = patient.settings.data
    yield data
    for path in data.iterdir():
        if path.name != ".gitignore":
            yield path
    for folder in (data / name for name in FOLDERS):
        if folder.is_dir():
            yield from folder.rglob("*") if patient.is_deep else folder.iterdir()


def _open_ones(patient: Patient) -> Iterator[Path]:
    return (path for path in _paths(patient) if _mode(path) & 0o077)


def _leftovers(data: Path) -> Iterator[Path]:
    ago = clock.now().timestamp() - LEFT_OVER
    places = [*_HALVES, _ASIDE, f"backups/{_ASIDE}"]
    for path in (path for pattern in places for path in data.glob(pattern)):
        with suppress(FileNotFoundError):
            if path.lstat().st_mtime < ago:
                yield path


def _database(patient: Patient) -> Path:
    return Path(sa.make_url(patient.settings.database_url).database or "")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _mode(path: Path) -> int:
    try:
        found = path.lstat()
    except FileNotFoundError:  # a journal that SQLite removed since we looked
        return 0
    return 0 if stat.S_ISLNK(found.st_mode) else stat.S_IMODE(found.st_mode)


def _uid(path: Path) -> int | None:
    try:
        return path.lstat().st_uid
    except FileNotFoundError:
        return None


def _is_read_only(folder: Path) -> bool:
    return hasattr(os, "statvfs") and bool(os.statvfs(folder).f_flag & os.ST_RDONLY)


def _free_files(folder: Path) -> int:
    """How many more files the disk can take; -1: it has no such limit, or doesn't say."""
    if not hasattr(os, "statvfs"):
        return -1
    found = os.statvfs(folder)
    return found.f_favail if found.f_files else -1


def _file_system(folder: Path, mounts: Path) -> str:
    """What kind of disk *folder* is on, by the table in *mounts*; empty: nobody knows."""
    try:
        lines = [line.split(" ") for line in mounts.read_text("utf-8", "replace").splitlines()]
    except OSError:
        return ""
    path = str(folder.resolve())
    over = [line for line in lines if f"{path}/".startswith(f"{line[1].rstrip('/')}/")]
    return max(over, key=lambda line: len(line[1]))[2] if over else ""


CHECKS = (
    Check("folder", lazy("data folder"), permissions, close),
    Check("folder", lazy("owner"), owner),
    Check("folder", lazy("disk space"), disk_space),
    Check("folder", lazy("disk"), disk),
    Check("folder", lazy("leftovers"), leftovers, sweep_leftovers),
    Check("folder", lazy("replaced desks"), old_desks),
)
