"""Foreign keys while rows come that name some which are only there later."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

_KEYS = sa.text("""
SELECT format('ALTER TABLE %s', conrelid::regclass), quote_ident(conname), pg_get_constraintdef(oid)
FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
ORDER BY oid""")


@contextmanager
def keys_are_looked_at_last(connection: sa.Connection) -> Iterator[None]:
    """Let no row be refused by a foreign key until the block ends or the transaction commits."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        yield
        return
    # All rows of a table at once are looked at many times faster than each by itself.
    keys = connection.execute(_KEYS).all()
    for table, name, _meaning in keys:
        connection.exec_driver_sql(f"{table} DROP CONSTRAINT {name}")
    yield
    for table, name, meaning in keys:
        connection.exec_driver_sql(f"{table} ADD CONSTRAINT {name} {meaning}")
