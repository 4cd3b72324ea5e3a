"""Folders for work that is not done yet: hidden, removed at its end, swept if it had none."""

import os
import secrets
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ...errors import HelpdeskError
from ...i18n import size as in_words

_PREFIX = ".helpdesk-"
_GLANCE = 0.02  # seconds


@contextmanager
def aside(parent: Path, word: str) -> Iterator[Path]:
    """A folder in *parent* for its owner alone, gone after the block. *word* says what it is for.

    What an earlier process left behind there when it was killed is removed first.
    """
    folder = parent / f"{_PREFIX}{word}-{secrets.token_hex(8)}"
    with _alone(parent):
        _sweep(parent)
        folder.mkdir(mode=0o700)
        lock = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        _locked(lock)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def sweep(parent: Path) -> None:
    """Remove the folders in *parent* that nobody works in any more."""
    with _alone(parent):
        _sweep(parent)


def _sweep(parent: Path) -> None:
    for folder in parent.glob(f"{_PREFIX}*-*"):
        with suppress(OSError):  # somebody else is at it, or may remove it
            lock = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
            try:
                if _locked(lock):
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)


def require_room(folder: Path, size: int) -> None:
    """Raise HelpdeskError where *folder* has no room for *size* bytes and some more."""
    free = shutil.disk_usage(folder).free
    wanted = size + size // 20 + 16 * 1024**2
    if free < wanted:
        raise HelpdeskError(
            f"There is not enough room in {folder}: {in_words(wanted)} are needed, "
            f"{in_words(free)} are free."
        )


@contextmanager
def _alone(parent: Path) -> Iterator[None]:
    """Let nobody else sweep *parent* while a folder is there that is not locked yet."""
    descriptor = os.open(parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        while not _locked(descriptor):
            time.sleep(_GLANCE)
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    """Whether it is locked now, for us: the system lets go of it however the process ends."""
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
