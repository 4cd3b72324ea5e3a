"""Bringing a database up to date at start: a backup first where there is data, then migrations.

Importing alembic costs a quarter of a second and 17 MB, so the stored revision is compared by plain
SQL first, a new database is made by one script, and alembic is imported only to migrate an old one.
"""

import os
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app

from .. import audit, search
from ..database import db, transaction
from ..errors import HelpdeskError
from ..paths import PACKAGE

MIGRATIONS = PACKAGE / "migrations"
SCHEMA, POSTGRESQL = MIGRATIONS / "schema.sql", MIGRATIONS / "postgresql.sql"
LONGEST_WAIT = 10.0  # seconds, for another process that is migrating the same database


def revisions() -> list[str]:
    """All revisions that this program knows, oldest first: file names begin with them."""
    return sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("0*.py"))


def stored_revision(engine: sa.Engine) -> str | None:
    """The revision of the database, None for an empty one."""
    with engine.connect() as connection:
        return revision_in(connection)


def revision_in(connection: sa.Connection) -> str | None:
    """The same on a *connection*."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def bring_up_to_date(app: Flask, *, holds_lock: bool = False, backs_up: bool = True) -> str | None:
    """Migrate the database of *app* to the newest revision.

    Returns the path of the backup that was made before, if one was. *holds_lock*: the caller has
    the data folder's lock already. Raises HelpdeskError when the database is newer than this
    program, which leaves it as it was, and when a server of an older program still uses it.
    """
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            from .migrate_postgresql import bring_up_to_date as bring

            bring()
            return None
        folder: Path = app.config["HELPDESK"].data
        until = time.monotonic() + LONGEST_WAIT
        _make_private_file()
        while not is_current():
            from ..serving import ServingError, lock_data_folder

            try:
                with nullcontext() if holds_lock else lock_data_folder(folder):
                    return _migrate(backs_up=backs_up)
            except ServingError:
                # Another start or command that is migrating it now, or an old one that never will.
                if time.monotonic() > until:
                    raise HelpdeskError(
                        "The database is older than this program, and another help desk is using "
                        "it. Please stop that one first."
                    ) from None
                time.sleep(0.1)
    return None


def _make_private_file() -> None:
    """Make the database's file before SQLite does, which would let everybody read it."""
    path = db.engine.url.database
    if path:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def is_current() -> bool:
    """Whether the database is at this program's revision. Raises HelpdeskError: it is newer."""
    stored = stored_revision(db.engine)
    require_known(stored)
    return stored == revisions()[-1]


def require_known(stored: str | None) -> None:
    """Raise HelpdeskError where *stored* is the revision of a newer program."""
    known = revisions()
    if stored is not None and stored not in known:
        raise HelpdeskError(
            f"The database (revision {stored}) is newer than this program "
            f"(revision {known[-1]}). Please install the newer program again."
        )


def _migrate(*, backs_up: bool) -> str | None:
    if is_current():  # another process was faster
        return None
    stored = stored_revision(db.engine)
    backup = None if stored is None or not backs_up else _back_up(stored)
    try:
        if stored is None:
            _make_new()
        else:
            upgrade_by_migrations()
    except Exception as error:
        if stored is None:
            raise could_not_be_made(error) from error
        kept = "" if backup is None else f"; a copy is kept in {backup}"
        raise HelpdeskError(
            f"The database could not be brought from revision {stored} to {revisions()[-1]} "
            f"({reason_of(error)}) and is as it was{kept}."
        ) from error
    if stored is not None:
        after_upgrade(stored)
    return backup


def after_upgrade(stored: str) -> None:
    """What there is to do and to tell once a database of that revision is up to date."""
    search.catch_up()  # what a migration wants to have in the index
    with transaction():
        told = {"from": stored, "to": revisions()[-1]}
        audit.record(audit.Kind.UPGRADED, details=told)


def could_not_be_made(error: Exception) -> HelpdeskError:
    return HelpdeskError(f"The database could not be made: {reason_of(error)}.")


def reason_of(error: Exception) -> str:
    """*error* in some words: SQLAlchemy's own go on for lines."""
    return str(getattr(error, "orig", None) or error or type(error).__name__).split("\n")[0]


def load_models() -> sa.MetaData:
    """Import every model and return the metadata that has all tables."""
    from .. import models  # noqa: F401

    return db.metadatas[None]


def _make_new() -> None:
    """Make the database of a new desk at once: see migrations/snapshot.py."""
    script = SCHEMA.read_text(encoding="utf-8")
    with db.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        try:
            driver.executescript(f"BEGIN IMMEDIATE;\n{script}COMMIT;")
        except Exception:
            driver.rollback()
            raise


def upgrade_by_migrations() -> None:
    """All that is still to do, in one transaction that is proven before it is committed."""
    from . import upgrading

    with db.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("BEGIN IMMEDIATE")  # so that nobody writes between rows and proof
        with connection.begin():
            before = upgrading.rows_of(driver)
            config = migrate_on(connection)
            upgrading.require_proof(driver, before, _may_change(config))


def migrate_on(connection: sa.Connection) -> Any:
    """Run all that is still to do in the transaction of *connection*; alembic's configuration."""
    from alembic import command
    from alembic.config import Config

    load_models()
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return config


def _may_change(config: Any) -> frozenset[str]:
    """The tables of which a migration says that it adds or removes rows (``changes_rows``)."""
    from alembic.script import ScriptDirectory

    revisions = ScriptDirectory.from_config(config).walk_revisions()
    return frozenset(n for one in revisions for n in getattr(one.module, "changes_rows", ()))


def _back_up(revision: str) -> str | None:
    """Back the database up, alone: a migration leaves files as they are."""
    from .archives.making import Wish, make

    wish = Wish(name=f"before-upgrade-{revision}", has_files=False, is_compressed=False)
    return str(make(current_app.config["HELPDESK"], wish=wish))
