"""What the machine lacks, told from the error that says so: a disk that is full, say.

It is no fault of the program, nothing of what was asked for was done, and it ends once somebody
has seen to the machine. So whoever asked is told to come back, and not that something went wrong.
"""

import errno
from collections.abc import Iterator
from dataclasses import dataclass

from .errors import HelpdeskError
from .files.errors import StorageAway, StorageFailed, StorageFull
from .i18n import lazy

UNAVAILABLE, NO_ROOM = 503, 507  # RFC 9110, 15.6.4; RFC 4918, 11.5


@dataclass(frozen=True)
class Trouble:
    """*status* is HTTP's; *retry_after* is in seconds."""

    name: str
    sentence: str
    status: int = UNAVAILABLE
    retry_after: int = 30


FULL = Trouble(
    "full", lazy("The disk is full, so nothing was kept. Please try again later."), NO_ROOM, 60
)
READ_ONLY = Trouble(
    "read-only",
    lazy("The desk can't write to its disk, so nothing was kept. Please try again later."),
    retry_after=60,
)
LOCKED = Trouble(
    "locked",
    lazy("Another program keeps the database busy, so nothing was kept. Please try again soon."),
    retry_after=15,
)
CROWDED = Trouble(
    "crowded", lazy("The desk has too much to do just now. Please try again soon."), retry_after=5
)
DISK = Trouble("disk", lazy("The disk does not answer as it should. Please try again later."))
FILES_AWAY = Trouble(
    "files", lazy("The place where files are kept does not answer. Please try again in a minute.")
)

_NUMBERS = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EROFS: READ_ONLY,
    errno.EACCES: READ_ONLY,
    errno.EPERM: READ_ONLY,
    errno.EMFILE: CROWDED,
    errno.ENFILE: CROWDED,
    errno.ENOMEM: CROWDED,
    errno.EIO: DISK,
}
AWAY = Trouble(
    "away", lazy("The database can't be reached just now. Please try again soon."), retry_after=5
)
# Beginnings of PostgreSQL's codes (postgresql.org/docs/current/errcodes-appendix.html).
_CODES = {
    "08": AWAY,
    "57P0": AWAY,  # it is being stopped or started
    "25P03": LOCKED,  # what took too long was ended
    "25006": READ_ONLY,
    "40": LOCKED,
    "53100": FULL,
    "53": CROWDED,
    "55P03": LOCKED,
    "57014": LOCKED,
    "58": DISK,
}
# Beginnings of SQLite's names of results (sqlite.org/rescode.html).
_RESULTS = {
    "SQLITE_FULL": FULL,
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_BUSY": LOCKED,
    "SQLITE_LOCKED": LOCKED,
    "SQLITE_NOMEM": CROWDED,
    "SQLITE_CANTOPEN": DISK,
    "SQLITE_IOERR": DISK,
}


def trouble_of(error: BaseException) -> Trouble | None:
    """What of the machine *error* comes from; None: it has another reason."""
    kinds = [type(cause) for cause in _causes(error)]
    if StorageAway in kinds:  # whatever the other machine's connection failed with
        return FILES_AWAY
    for cause in _causes(error):
        if isinstance(cause, OSError) and cause.errno in _NUMBERS:
            return _NUMBERS[cause.errno]
        if isinstance(cause, MemoryError):
            return CROWDED
        name = getattr(cause, "sqlite_errorname", None) or ""
        code = getattr(cause, "sqlstate", None) or ""
        for start, trouble in (*_RESULTS.items(), *_CODES.items()):
            if name.startswith(start) or code.startswith(start):
                return trouble
        if not code and _has_lost_postgresql(cause):
            return AWAY
    if StorageFull in kinds:
        return FULL
    return DISK if StorageFailed in kinds else None


def _has_lost_postgresql(cause: BaseException) -> bool:
    """Whether it is an error of the connection; those have no code of the server."""
    kind = type(cause)
    return kind.__module__.startswith("psycopg") and kind.__name__ == "OperationalError"


def in_words(error: BaseException, trouble: Trouble) -> str:
    """What a person is told of *trouble*: what the action said of it, if it did."""
    return error.message if isinstance(error, HelpdeskError) else str(trouble.sentence)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or getattr(cause, "orig", None)
