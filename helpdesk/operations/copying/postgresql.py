"""A desk made in an empty database of PostgreSQL, in one transaction: whole or not at all."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from ... import create_app
from ...database import db, transaction
from ...errors import HelpdeskError
from ...settings import Settings
from ..migrate import POSTGRESQL, load_models, reason_of
from .rows import Batch, Put, names_of

_TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')"""
_REST = "\nALTER TABLE "  # keys, indexes and triggers: quicker once the rows are there
_OF_WORDS = re.compile(r"^CREATE INDEX ix_search_index_words .*;$", re.MULTILINE)
_ROOM = "SET LOCAL maintenance_work_mem = '256MB'"  # for indexes, as PostgreSQL advises
_IDENTITIES = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = current_schema() AND is_identity = 'YES'"""


def make(
    settings: Settings,
    load: Callable[[Put], None],
    last_ids: Mapping[str, int],
    derive: Callable[[], None],
    prove: Callable[[Any], None],
) -> None:
    """Make the desk of *settings*, whose rows *load* puts; the others *derive* makes of these.

    *prove* is called before it counts. Raises HelpdeskError.
    """
    app = create_app(settings, answers=False)  # says in words that the driver is missing
    import psycopg

    with app.app_context():
        try:
            with db.engine.connect():  # which says best why it can't be reached
                pass
        except sa.exc.OperationalError as error:
            raise HelpdeskError(f"The database can't be reached: {reason_of(error)}") from None
        try:
            with transaction():
                session: Any = db.session()
                driver = session.driver_connection()
                _require_empty(driver)
                first, rest = POSTGRESQL.read_text("utf-8").split(_REST, 1)
                driver.execute(first)
                load(lambda table, batches: _put(driver, table, batches))
                driver.execute(_ROOM)
                driver.execute(_REST + _OF_WORDS.sub("", rest))
                _go_on(driver, last_ids)
                driver.execute("ANALYZE")  # or what follows is planned as if there were no rows
                derive()
                for statement in _OF_WORDS.findall(rest):  # a tenth of the time, all at once
                    driver.execute(statement)
                prove(driver)
                driver.execute("ANALYZE")
        except (sa.exc.SQLAlchemyError, psycopg.Error) as error:
            raise HelpdeskError(
                f"The copy could not be made, and nothing of it is there: {reason_of(error)}"
            ) from None
        finally:
            db.session.remove()
            db.engine.dispose()


def _require_empty(driver: Any) -> None:
    there = {name for (name,) in driver.execute(_TABLES).fetchall()}
    if "alembic_version" in there:
        raise HelpdeskError(
            "There is a help desk in that database already. Please make an empty one."
        )
    if taken := there & set(load_models().tables):
        raise HelpdeskError(
            f"There is something in that database already, called {min(taken)}. "
            "Please make an empty one."
        )


def _put(driver: Any, table: sa.Table, batches: Iterable[Batch]) -> None:
    with (
        driver.cursor() as cursor,
        cursor.copy(f'COPY "{table.name}" ({names_of(table)}) FROM STDIN') as copy,
    ):
        for batch in batches:
            for row in batch:
                copy.write_row(row)


def _go_on(driver: Any, last_ids: Mapping[str, int]) -> None:
    """Let ids that were given away once never be given again."""
    for table, key in driver.execute(_IDENTITIES).fetchall():
        if last := last_ids.get(table):
            sequence = "SELECT setval(pg_get_serial_sequence(%s, %s), %s)"
            driver.execute(sequence, (table, key, last))
    last = last_ids.get("audit", 0)
    driver.execute("UPDATE audit_numbers SET last = %s WHERE name = 'audit'", (last,))
