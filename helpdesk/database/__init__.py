"""The database: its engine, ``transaction()``, and the column types that are ours.

What is particular to SQLite (driver, pragmas, locking) is here and nowhere else. Everything that
writes does so inside ``transaction()``; a flush outside of it is refused, so a read can't write.
"""

from . import sql
from .at_once import AtOnce
from .columns import Base, Instant, db, one_of, only_where
from .engine import BUSY_TIMEOUT_MS, PRAGMAS, engine_options, init_app, prepare, sqlite_driver
from .glance import NotAtAGlance, glance
from .memory import one_of_few, until_written
from .others import (
    after_gap,
    hear_others,
    linked,
    name_among_others,
    say_to_others,
    tell_others,
    turn_of,
)
from .parts import Parts, are_few
from .queueing import WriteQueue
from .reading import Prepared, Row, rows, scalar
from .saving import put, save
from .single import insert, load, reread
from .stamps import ALL_STAMPS, Stamp, holding_stamps, kept, remember
from .writing import (
    Writing,
    after_commit,
    before_commit,
    is_writing,
    transaction,
    write_if_possible,
    writing,
)

__all__ = [
    "ALL_STAMPS",
    "BUSY_TIMEOUT_MS",
    "PRAGMAS",
    "AtOnce",
    "Base",
    "Instant",
    "NotAtAGlance",
    "Parts",
    "Prepared",
    "Row",
    "Stamp",
    "WriteQueue",
    "Writing",
    "after_commit",
    "after_gap",
    "are_few",
    "before_commit",
    "db",
    "engine_options",
    "glance",
    "hear_others",
    "holding_stamps",
    "init_app",
    "insert",
    "is_writing",
    "kept",
    "linked",
    "load",
    "name_among_others",
    "one_of",
    "one_of_few",
    "only_where",
    "prepare",
    "put",
    "remember",
    "reread",
    "rows",
    "save",
    "say_to_others",
    "scalar",
    "sql",
    "sqlite_driver",
    "tell_others",
    "transaction",
    "turn_of",
    "until_written",
    "write_if_possible",
    "writing",
]
