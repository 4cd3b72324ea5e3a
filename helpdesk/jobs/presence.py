"""Which processes work on the jobs, so that another one can know that they are dead.

The server has the lock of the data folder. Each other worker has a file of its own in
``DATA/workers``, locked while it lives: the system lets go of it however the process ends. One of
another machine is never taken for dead: locks may not reach that far, so its lease has to end.
"""

import hashlib
import os
import platform
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from flask import Flask

FOLDER = "workers"


def server_of(app: Flask) -> str:
    """What the server of this data folder is called: the same after each start."""
    place = f"{platform.node()}:{app.config['HELPDESK'].data.resolve()}"
    return f"serve-{_short(place)}"


def new_worker() -> str:
    """A name for a worker of this machine that no other has."""
    return f"{_of_this_machine()}{secrets.token_hex(8)}"


@contextmanager
def shown(app: Flask, name: str) -> Iterator[None]:
    """Let others see meanwhile that the worker *name* lives."""
    path = _folder(app) / name
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:  # then its lease has to end, should it die
        yield
        return
    try:
        _lock(descriptor)
        yield
    finally:
        with suppress(OSError):
            path.unlink()
        os.close(descriptor)


def dead_workers(app: Flask) -> list[str]:
    """Those of this machine that ended without a word; they are not named again."""
    found = []
    for path in _folder(app).glob(f"{_of_this_machine()}*"):
        with suppress(OSError):  # another process finds out just now
            descriptor = os.open(path, os.O_RDWR)
            try:
                if _lock(descriptor):
                    path.unlink()
                    found.append(path.name)
            finally:
                os.close(descriptor)
    return found


def _folder(app: Flask) -> Path:
    data: Path = app.config["HELPDESK"].data
    return data / FOLDER


def _of_this_machine() -> str:
    return f"worker-{_short(platform.node())}-"


def _short(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def _lock(descriptor: int) -> bool:
    """Lock what is open; False where somebody has, or where this system can't."""
    if sys.platform == "win32":
        return False
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
