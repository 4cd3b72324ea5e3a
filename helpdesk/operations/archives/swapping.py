"""Putting a whole desk in the place of another, all of it or nothing, whatever happens meanwhile.

The new one waits in ``DATA/.restoring``: that it has this name is the decision, made by one rename
of a folder that is on the disk. From then on it is only moved, piece by piece, and who finds the
folder goes on: every command does so before it reads anything.
"""

import json
import shutil
from contextlib import suppress
from pathlib import Path

from ... import clock
from ...durable import settle, settle_all
from ...errors import HelpdeskError
from .layout import DATABASE, ENVIRONMENT, SECRET

NEW = ".restoring"
OLD = "replaced-"  # and the time: what a desk was before
_PLAN = "plan.json"
# SQLite's, beside a database; it would bring a journal back into whichever stands there.
_LOGS = ("-wal", "-shm", "-journal")
# The database at last. What is not in the new one stays as it is.
_PIECES = ("attachments", "mail", SECRET, ENVIRONMENT, DATABASE)


def require_movable(data: Path) -> None:
    """Raise HelpdeskError where a piece of the desk in *data* is a disk of its own."""
    for name in _PIECES:
        if (data / name).is_mount():
            raise HelpdeskError(
                f"{data / name} is a disk of its own, which can't be put aside. Please restore "
                "into another folder, and copy it from there."
            )


def is_under_way(data: Path) -> bool:
    """Whether somebody has begun to put another desk into *data*."""
    return (data / NEW).is_dir()


def swap(data: Path, desk: Path) -> Path | None:
    """Put what is in the folder *desk*, of the same disk, in its place in *data*.

    The caller has the lock of *data*. Returns the folder that has what was there before, None where
    nothing was. Raises OSError; then all is as it was before, or the next command goes on.
    """
    old = _free_name(data)
    plan = desk / _PLAN
    plan.write_text(json.dumps({"old": old.name}), encoding="ascii")
    settle_all()  # everything that was unpacked
    desk.rename(data / NEW)
    settle(data)
    _move(data)
    return old if old.is_dir() else None


def go_on(data: Path) -> None:
    """Finish what was begun in *data*, if something was. Raises HelpdeskError while it is done."""
    if not is_under_way(data):
        return
    from ...serving import ServingError, lock_data_folder

    try:
        with lock_data_folder(data):
            _move(data)
    except ServingError:
        raise HelpdeskError(f"A backup is being restored into {data} just now.") from None


def _move(data: Path) -> None:
    new = data / NEW
    try:
        old = data / json.loads((new / _PLAN).read_text(encoding="ascii"))["old"]
    except FileNotFoundError:  # all was moved
        shutil.rmtree(new, ignore_errors=True)
        return
    for name in _PIECES:
        if (new / name).exists():
            _put_aside(data, old, name)
            (new / name).rename(data / name)
    for log in _LOGS:  # after the database itself, so that all of its old ones are put aside
        with suppress(FileNotFoundError):
            (new / (DATABASE + log)).rename(data / (DATABASE + log))
    for folder in (data, old):
        if folder.is_dir():
            settle(folder)
    (new / _PLAN).unlink()
    shutil.rmtree(new)
    settle(data)


def _put_aside(data: Path, old: Path, name: str) -> None:
    """Move the piece *name* into *old*; with the database its logs, which belong to it."""
    names = [name, *(name + log for log in _LOGS)] if name == DATABASE else [name]
    for each in names:
        with suppress(FileNotFoundError):
            (data / each).lstat()
            old.mkdir(mode=0o700, exist_ok=True)
            (data / each).rename(old / each)


def _free_name(data: Path) -> Path:
    name, number = f"{OLD}{clock.now().strftime('%Y%m%dT%H%M%SZ')}", 1
    while (data / (name if number == 1 else f"{name}-{number}")).exists():
        number += 1
    return data / (name if number == 1 else f"{name}-{number}")
