"""Locks that have no row: advisory ones, which the server lets go of with the transaction."""

from enum import IntEnum

import sqlalchemy as sa

DESK = 0x48454C50  # "HELP": who else uses the database has other numbers


class Lock(IntEnum):
    """What is locked. Two numbers name it to PostgreSQL: ``DESK`` and its own."""

    WRITING = 1
    SCHEMA = 2
    FETCHING = 3  # one round of a mailbox: with its number (turns.py)
    WORDS = 4
    SERVING = 5  # shared, by each process that serves or works: nobody migrates meanwhile
    WATCHING = 6  # a mailbox, by a connection that is kept: with its number


def hold(connection: sa.Connection, lock: Lock) -> None:
    """Have *lock* until the end of the transaction of *connection*, once others are done."""
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s, %s)", (DESK, lock.value))


def take(connection: sa.Connection, lock: Lock) -> bool:
    """The same where nobody has it; False where somebody does."""
    query = "SELECT pg_try_advisory_xact_lock(%s, %s)"
    return bool(connection.exec_driver_sql(query, (DESK, lock.value)).scalar_one())
