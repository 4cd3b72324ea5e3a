"""What keeps the desk from its work just now, for a watchdog: looked at, never written.

A room that knows of something says so with :func:`watch`. It is asked each time anew, so what has
ended is well again by itself.
"""

import errno
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flask import Flask

from . import clock
from .settings import MEGABYTE, Settings

EXTENSION, BEGAN = "helpdesk.watchdog", "helpdesk.began"
LITTLE_ROOM = 8 * MEGABYTE
TRIED = 64 * 1024  # bytes
Check = Callable[[], str | None]  # a sentence for who looks after the machine; None: all is well


def init_app(app: Flask, settings: Settings) -> None:
    """Look at the data folder of *settings*."""
    app.extensions[EXTENSION] = []
    app.extensions[BEGAN] = clock.now()
    watch(app, lambda: disk(settings))


def watch(app: Flask, check: Check) -> None:
    """Ask *check*, too."""
    app.extensions[EXTENSION].append(check)


def began(app: Flask) -> datetime:
    """Since when this desk is up: what had to wait for that, waits for nobody."""
    moment: datetime = app.extensions[BEGAN]
    return moment


def problems(app: Flask) -> list[str]:
    """A sentence for everything that is wrong."""
    checks: list[Check] = app.extensions[EXTENSION]
    return [sentence for check in checks if (sentence := check()) is not None]


def disk(settings: Settings) -> str | None:
    """Whether the data folder takes something more: it is tried, with files that have no name."""
    try:
        for folder in (settings.data, settings.attachments, settings.mail):
            if folder.exists():
                _try_to_write(folder)
        about = os.statvfs(settings.data)
    except OSError as error:
        return f"The data folder can't be written to: {error.strerror}."
    free = about.f_bavail * about.f_frsize
    if free < LITTLE_ROOM:
        return f"The disk is nearly full: {free // MEGABYTE} MB are left."
    return None


def _try_to_write(folder: Path) -> None:
    without_name: int | None = getattr(os, "O_TMPFILE", None)
    try:
        if without_name is None:
            raise OSError(errno.EOPNOTSUPP, "")
        file = os.open(folder, without_name | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    except OSError as error:
        if error.errno not in (errno.EOPNOTSUPP, errno.EISDIR):
            raise
        if not os.access(folder, os.W_OK):  # a file system that has no such files
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES)) from None
        return
    try:
        os.write(file, bytes(TRIED))
    finally:
        os.close(file)
