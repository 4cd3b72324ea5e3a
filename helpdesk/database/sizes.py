"""How much room the database takes."""

from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa

from .columns import db


def sizes() -> dict[str, int]:
    """Bytes: of its ``main`` file and of its log, ``wal``; elsewhere only of all of it."""
    engine = db.engine
    if engine.dialect.name != "sqlite":
        query = sa.text("SELECT pg_database_size(current_database())")
        return {"main": int(db.session.scalar(query) or 0)}
    path = engine.url.database or ""
    found = {"main": 0, "wal": 0}
    for kind, ending in (("main", ""), ("wal", "-wal")):
        with suppress(OSError):  # there is no log before the first write
            found[kind] = Path(path + ending).stat().st_size
    return found
