"""Bringing a PostgreSQL database up to date: whole, in one transaction, one process at a time.

There is no backup by us before: who runs PostgreSQL has one, and a migration that fails leaves
everything as it was.
"""

import time

import sqlalchemy as sa

from ..database import db
from ..database.postgresql import Lock, hold, take
from ..errors import HelpdeskError
from .migrate import (
    POSTGRESQL,
    after_upgrade,
    could_not_be_made,
    is_current,
    migrate_on,
    reason_of,
    require_known,
    revision_in,
    revisions,
)

LONGEST_WAIT = 10.0  # seconds, for one that is being stopped


def _require_nobody_serves(connection: sa.Connection) -> None:
    until = time.monotonic() + LONGEST_WAIT
    while not take(connection, Lock.SERVING):
        if time.monotonic() > until:
            raise HelpdeskError(
                "The database is older than this program, and another help desk is using it. "
                "Please stop that one first."
            )
        time.sleep(0.1)


def bring_up_to_date() -> None:
    """Make the schema, or migrate it. Raises HelpdeskError: it is newer, or that failed."""
    try:
        if is_current():
            return
    except sa.exc.OperationalError as error:
        raise HelpdeskError(f"The database can't be reached: {reason_of(error)}") from error
    stored: str | None = None
    try:
        with db.engine.begin() as connection:
            hold(connection, Lock.SCHEMA)  # another start may be at it now
            hold(connection, Lock.WRITING)
            stored = revision_in(connection)
            require_known(stored)
            if stored not in (None, revisions()[-1]):
                _require_nobody_serves(connection)
            if stored == revisions()[-1]:
                return
            if stored is None:
                script = POSTGRESQL.read_text("utf-8")
                connection.exec_driver_sql(script, execution_options={"no_parameters": True})
            else:
                migrate_on(connection)
    except sa.exc.SQLAlchemyError as error:
        if stored is None:
            raise could_not_be_made(error) from error
        raise HelpdeskError(
            f"The database could not be brought from revision {stored} to {revisions()[-1]} "
            f"({reason_of(error)}) and is as it was."
        ) from error
    if stored is not None:
        after_upgrade(stored)
