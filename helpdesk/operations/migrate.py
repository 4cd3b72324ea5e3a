"""Bringing a database up to date at start: a backup first where there is data, then migrations.

Importing alembic costs a quarter of a second, so the stored revision is compared by plain SQL
first, and alembic is imported only when there is something to do.
"""

from importlib import import_module
from pathlib import Path

import sqlalchemy as sa
from flask import Flask, current_app

from .. import clock
from ..database import db, sqlite_driver
from ..errors import HelpdeskError
from ..paths import PACKAGE

MIGRATIONS = PACKAGE / "migrations"

# Every module that has tables, so that the metadata is whole.
_MODELS = ("accounts.models", "tickets.models", "shop.models", "events", "api.models")


def revisions() -> list[str]:
    """All revisions that this program knows, oldest first: file names begin with them."""
    return sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("0*.py"))


def stored_revision(engine: sa.Engine) -> str | None:
    """The revision of the database, None for an empty one."""
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
        return None if found is None else str(found)


def bring_up_to_date(app: Flask) -> str | None:
    """Migrate the database of *app* to the newest revision.

    Returns the path of the backup that was made before, if one was. Raises HelpdeskError when the
    database is newer than this program; it is then left as it was.
    """
    known = revisions()
    with app.app_context():
        stored = stored_revision(db.engine)
        if stored == known[-1]:
            return None
        if stored is not None and stored not in known:
            raise HelpdeskError(
                f"The database (revision {stored}) is newer than this program "
                f"(revision {known[-1]}). Please install the newer program again."
            )
        backup = _back_up(stored) if stored is not None else None
        _upgrade()
    return backup


def load_models() -> sa.MetaData:
    """Import every model and return the metadata that has all tables."""
    for module in _MODELS:
        import_module(f"helpdesk.{module}")
    return db.metadatas[None]


def _upgrade() -> None:
    from alembic import command
    from alembic.config import Config

    load_models()
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with db.engine.connect() as plain:
        connection = plain.execution_options(writing=True)
        with connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _back_up(revision: str) -> str | None:
    """Copy the database by SQLite's online backup API into ``backups/``, durable at return."""
    settings = current_app.config["HELPDESK"]
    source = db.engine.url.database
    if db.engine.dialect.name != "sqlite" or source is None:
        return None
    stamp = clock.now().strftime("%Y%m%dT%H%M%SZ")
    target: Path = settings.backups / f"before-upgrade-{revision}-{stamp}.db"
    driver = sqlite_driver()
    partial = target.with_suffix(".partial")
    copy_from, copy_to = driver.connect(source), driver.connect(partial)
    try:
        copy_to.execute("PRAGMA synchronous=FULL")
        copy_from.backup(copy_to)
    finally:
        copy_from.close()
        copy_to.close()
    partial.chmod(0o600)
    partial.replace(target)
    return str(target)
