"""A dry run: the same import, into a copy of the database that is thrown away."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ...database import sqlite_driver
from ...errors import HelpdeskError
from ...settings import Settings

_SQLITE = "sqlite:///"


@contextmanager
def copied(settings: Settings) -> Iterator[Settings]:
    """Settings of a desk that is a copy of *settings*' own, gone after the block.

    It has the rows but no files, and stands where temporary files do (``TMPDIR``). Raises
    HelpdeskError where the database is not SQLite's.
    """
    if not settings.database_url.startswith(_SQLITE):
        raise HelpdeskError("A dry run is only made of a database of SQLite.")
    source = Path(settings.database_url.removeprefix(_SQLITE))
    with tempfile.TemporaryDirectory(prefix="helpdesk-dry-run-") as name:
        folder = Path(name)
        target = folder / "helpdesk.db"
        if source.exists():
            _copy(source, target)
        yield replace(settings, data=folder, database_url=f"{_SQLITE}{target}")


def _copy(source: Path, target: Path) -> None:
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    driver = sqlite_driver()
    copy_from, copy_to = driver.connect(source), driver.connect(target)
    try:
        copy_from.backup(copy_to)
    finally:
        copy_from.close()
        copy_to.close()
