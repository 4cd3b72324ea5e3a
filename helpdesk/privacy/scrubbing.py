"""What was deleted leaves traces in the database's file: in free pages, in the index of words, in
the log. Here they are overwritten.
"""

import shutil
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app

from ..database import db, transaction
from ..search.vocabulary import forget_unused

_PATIENCE = 60  # seconds, for those who read
_PAGES = 500  # of an index that are merged in one transaction: others write in between
_INDEXES = "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%USING fts5%'"


def scrub() -> dict[str, int]:
    """Overwrite what is deleted; ``{"traces": 1}`` where the disk is too full for all of it."""
    if db.engine.dialect.name != "sqlite":
        return {}
    forget_unused()
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
    """Write the whole file anew, while nobody else of this process writes; False: no room."""
    path = Path(db.engine.url.database or "")
    if shutil.disk_usage(path.parent).free < 2 * path.stat().st_size + 64 * 1024 * 1024:
        return False
    with current_app.extensions["helpdesk.writers"].paused():
        pooled = db.engine.raw_connection()
        try:
            driver: Any = pooled.driver_connection
            driver.execute("VACUUM")
        finally:
            pooled.invalidate()
    return _empty_log()


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
