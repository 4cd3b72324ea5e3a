"""What was deleted leaves traces in the database's file: in free pages, in the index of words, in
the log. Here they are overwritten.
"""

import os
import secrets
import shutil
import time
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app

from ..database import db, sqlite_driver, transaction
from ..errors import HelpdeskError
from ..search.vocabulary import forget_unused

_DAY = 86_400  # seconds
_PATIENCE = 60  # seconds, for those who read
_COPIED = 100  # pages at once: fewer than any desk has, so that there is a first step
_PAGES = 500  # of an index that are merged in one transaction: others write in between
_INDEXES = "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%USING fts5%'"


def scrub() -> dict[str, int]:
    """Overwrite what is deleted; ``{"traces": 1}`` where the disk is too full for all of it.

    PostgreSQL's files are its own: it uses the space of what is deleted again in its time.
    """
    forget_unused()
    if db.engine.dialect.name != "sqlite":
        return {}
    for (name,) in db.session.execute(sa.text(_INDEXES)).all():
        _merge(name)
    db.session.rollback()
    return {"traces": int(not _write_anew())}


def _merge(index: str) -> None:
    """Let the index forget what was taken out of it: it keeps that until its parts are merged."""
    pages = -_PAGES  # the first time, all parts are to become one
    while True:
        with transaction():
            session: Any = db.session()
            connection = session.driver_connection()
            before = connection.total_changes
            connection.execute(
                f"INSERT INTO {index}({index}, rank) VALUES ('merge', ?)",  # noqa: S608
                (pages,),
            )
            changed = connection.total_changes - before
        if changed < 2 and pages > 0:
            return
        pages = _PAGES


def _write_anew() -> bool:
    """Write the whole file anew, while nobody else writes; False: no room, or others do.

    SQLite's own VACUUM holds all of it in memory, so it is written into a file aside, which is
    copied back by the way that backups are restored: one transaction, beside those who read.
    """
    path = Path(db.engine.url.database or "")
    if shutil.disk_usage(path.parent).free < 2 * path.stat().st_size + 64 * 1024 * 1024:
        return False
    _drop_left(path)
    with current_app.extensions["helpdesk.writers"].paused():
        is_done = any(_vacuum(path) for _attempt in range(3))
    return is_done and _empty_log()


def _vacuum(path: Path) -> bool:
    """False: another process has written meanwhile, and nothing was changed."""
    aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.anew")
    os.close(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    connect = sqlite_driver().connect
    with closing(connect(path)) as live, closing(connect(path)) as watching:
        try:
            # So that the log has something in it: to begin it anew would look like a change.
            [[number]] = live.execute("PRAGMA user_version").fetchall()
            live.execute(f"PRAGMA user_version = {number}")
            before = _version(watching)
            live.execute("VACUUM INTO ?", (str(aside),))
            with closing(connect(aside)) as anew:
                if _tables(anew) != _tables(live):
                    raise HelpdeskError("The database could not be written anew.")
                anew.backup(live, pages=_COPIED, progress=partial(_require, watching, before))
        except _WrittenMeanwhile:
            return False
        finally:
            aside.unlink(missing_ok=True)
    return True


def _drop_left(path: Path) -> None:
    """Remove what a crash left of another time."""
    for aside in path.parent.glob(f"{path.name}.*.anew"):
        with suppress(FileNotFoundError):
            if aside.stat().st_mtime < time.time() - _DAY:
                aside.unlink()


def _tables(connection: Any) -> list[tuple[str, str]]:
    rows = connection.execute("SELECT type, name FROM sqlite_master ORDER BY type, name")
    return [tuple(row) for row in rows.fetchall()]


class _WrittenMeanwhile(Exception):
    pass


def _require(watching: Any, before: int, _status: int, left: int, _all: int) -> None:
    """After the first pages nobody else can write: what was written before that shows now."""
    if left and _version(watching) != before:
        raise _WrittenMeanwhile


def _version(connection: Any) -> int:
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def _empty_log() -> bool:
    """Empty the log of the database, once nobody reads in it; False: somebody did for long."""
    until = time.monotonic() + _PATIENCE
    with db.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        while driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            if time.monotonic() > until:
                return False
            time.sleep(0.2)
    return True
