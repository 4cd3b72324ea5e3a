"""Holding files: meanwhile none is removed, in no process, so that a backup has what rows name.

Who removes a file has removed its row before, or does so before ``removing`` ends. So where
nobody removes, every row that is read from now on names files that are there and will be.
"""

import errno
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_GLANCE = 0.2  # seconds


@contextmanager
def held(lock: Path, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold by *lock*, which the system lets go of however the process ends: one at a time.

    *on_wait* is called once where another one holds.
    """
    descriptor = _opened(lock)
    try:
        if not _locked(descriptor):
            on_wait()
            while not _locked(descriptor):
                time.sleep(_GLANCE)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def removing(lock: Path) -> Iterator[bool]:
    """Whether files may be removed, which is true to the end of the block."""
    descriptor = _opened(lock)
    try:
        yield _locked(descriptor, shared=True)
    finally:
        os.close(descriptor)


def _opened(lock: Path) -> int:
    lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        return os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        if error.errno != errno.EROFS:
            raise
    # From a disk that became read-only nobody removes files, and this is when a backup is wanted.
    return os.open(lock.parent, os.O_RDONLY | os.O_CLOEXEC)


def _locked(descriptor: int, *, shared: bool = False) -> bool:
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
