"""Mails in a folder: ``.eml`` files at any depth, and the files of a maildir."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from ....errors import HelpdeskError
from ..opening import opened
from .letters import MOST_HEADERS, Letter, date_in

_MAILDIR = ("cur", "new")
_OURS = (".eml", ".emlx", ".msg", ".mbox", ".pst")  # what its owner may think is taken
LeaveOut = Callable[[str, str], None]


def letters_of(path: Path, leave_out: LeaveOut) -> Iterator[Letter]:
    """The mails of the folder *path*, or the one that it is; what can't be one is told.

    Links are not followed: they may lead anywhere, and round in circles.
    """
    if not path.is_dir():
        yield _letter(path)
        return
    folders = [path]
    while folders:
        folder = folders.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            leave_out(str(folder), f"It can't be opened: {error.strerror}.")
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name != "tmp":  # of a maildir: on its way in
                    folders.append(Path(entry.path))
                continue
            if not _is_mail(entry, folder):
                if entry.name.lower().endswith(_OURS):
                    leave_out(entry.path, "Only .eml files and maildirs are read.")
                continue
            try:
                yield _letter(Path(entry.path))
            except HelpdeskError as error:
                leave_out(entry.path, error.message)


def _is_mail(entry: "os.DirEntry[str]", folder: Path) -> bool:
    return entry.name.lower().endswith(".eml") or (
        folder.name in _MAILDIR and not entry.name.startswith(".")
    )


def _letter(path: Path) -> Letter:
    with opened(path) as file:
        at = date_in(file.read(MOST_HEADERS))
        status = os.fstat(file.fileno())
    return Letter(int(status.st_mtime) if at is None else at, path, 0, status.st_size)
