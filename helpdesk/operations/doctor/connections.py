"""How the desk's own connections are: durable, and strict."""

from ...database import BUSY_TIMEOUT_MS, db
from ...i18n import lazy
from .checks import Check, Patient, Said, bad, good, some

_WANTED = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "mmap_size": 0,
    "busy_timeout": BUSY_TIMEOUT_MS,
    "trusted_schema": 0,
}


def pragmas(_patient: Patient) -> Said:
    """Whether connections keep what was confirmed, and check foreign keys."""
    with db.engine.connect() as connection:
        wrong = [
            f"{name} is {value}"
            for name, want in _WANTED.items()
            if (value := connection.exec_driver_sql(f"PRAGMA {name}").scalar()) not in (want, None)
        ]
    if wrong:
        return bad(lazy("Connections are not as they should be: %(how)s.", how=some(wrong)))
    return good(lazy("Connections are durable (WAL, synchronous=FULL) and check foreign keys."))


CHECKS = (Check("database", lazy("connections"), pragmas),)
