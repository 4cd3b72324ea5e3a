"""What keeps the desk from its work just now, for a watchdog: looked at, never written.

A room that knows of something says so with :func:`watch`. It is asked each time anew, so what has
ended is well again by itself.
"""

import os
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from .settings import MEGABYTE, Settings

EXTENSION = "helpdesk.health"
LITTLE_ROOM = 8 * MEGABYTE
Check = Callable[[], str | None]  # a sentence for who looks after the machine; None: all is well


def init_app(app: Flask, settings: Settings) -> None:
    """Look at the data folder of *settings*."""
    app.extensions[EXTENSION] = []
    watch(app, lambda: disk(settings))


def watch(app: Flask, check: Check) -> None:
    """Ask *check*, too."""
    app.extensions[EXTENSION].append(check)


def problems(app: Flask) -> list[str]:
    """A sentence for everything that is wrong."""
    checks: list[Check] = app.extensions[EXTENSION]
    return [sentence for check in checks if (sentence := check()) is not None]


def disk(settings: Settings) -> str | None:
    """Whether the data folder takes something more."""
    try:
        if not all(os.access(path, os.W_OK) for path in _written(settings) if path.exists()):
            return "The data folder can't be written to."
        about = os.statvfs(settings.data)
    except OSError as error:
        return f"The data folder can't be looked at: {error.strerror}."
    free = about.f_bavail * about.f_frsize
    if free < LITTLE_ROOM or (about.f_files and not about.f_favail):
        return f"The disk is full: {free // MEGABYTE} MB are left."
    return None


def _written(settings: Settings) -> list[Path]:
    files = [settings.data / name for name in ("helpdesk.db", "helpdesk.db-wal")]
    return [settings.data, settings.attachments, settings.mail, *files]
