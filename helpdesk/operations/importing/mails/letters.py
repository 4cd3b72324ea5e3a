"""Where each mail of an archive stands, and how its bytes are had: one at a time."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from ....errors import HelpdeskError
from ....mail.reading import MOST_BYTES
from ..opening import opened

MOST_HEADERS = 65_536  # bytes that are looked through for the date
YEARS = range(1980, 2101)  # as mail.reading has them
_DATE = re.compile(rb"^date:[ \t]*([^\r\n]{0,200})", re.IGNORECASE | re.MULTILINE)
_END = re.compile(rb"\r?\n\r?\n")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


@dataclass(frozen=True, slots=True, order=True)
class Letter:
    """A mail: from byte *start* to *end* of the file *path*. They are put in the order of *at*.

    *at* is in seconds since 1970, from its Date, or else from where it stands. *is_quoted*: lines
    that began with ``From `` were given a ``>`` (mboxo, mboxrd).
    """

    at: int
    path: Path
    start: int
    end: int
    is_quoted: bool = False

    @property
    def where(self) -> str:
        """How a person finds it."""
        place = f", from byte {self.start:,}" if self.start else ""
        return f"{self.path}{place}"

    def read(self) -> bytes:
        """Its bytes as they were when it came. Raises HelpdeskError, OSError."""
        if self.end - self.start > MOST_BYTES:
            raise HelpdeskError(f"It is larger than {MOST_BYTES // 1_000_000} MB.")
        with opened(self.path) as file:
            file.seek(self.start)
            content = file.read(self.end - self.start)
        return _QUOTED.sub(rb"\1", content) if self.is_quoted else content


def date_in(head: bytes) -> int | None:
    """The Date of a mail that begins with *head*, in seconds since 1970."""
    end = _END.search(head)
    found = _DATE.search(head[: end.start()] if end else head)
    return None if found is None else seconds_of(found[1])


def seconds_of(date: bytes) -> int | None:
    """*date* as mails write it, in seconds since 1970; None where it is none."""
    try:
        moment = parsedate_to_datetime(date.decode("ascii", "replace"))
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return int(moment.timestamp()) if moment.year in YEARS else None
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None


def moment_of(seconds: int, latest: datetime) -> datetime:
    """A time that a ticket can have: nothing was written after *latest*."""
    return min(datetime.fromtimestamp(max(seconds, 0), UTC), latest)


def in_order(letters: Iterable[Letter]) -> Iterator[Letter]:
    """*letters* as they were written: what is answered comes before its answer."""
    return iter(sorted(letters))
