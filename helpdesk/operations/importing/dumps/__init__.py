"""SQL dumps of other help desks, read as files: no MySQL is needed, and nothing in them is run."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from ....errors import HelpdeskError
from .. import Progress, Report
from . import freescout, osticket
from .staging import staged

LABELS = {"osticket": "osTicket", "freescout": "FreeScout"}
_PROGRAMS = {"osticket": osticket, "freescout": freescout}
Requests = osticket.Requests | freescout.Requests


@contextmanager
def read(
    format: str,
    path: Path,
    report: Report,
    *,
    files: Path | None = None,
    prefix: str | None = None,
    zone: str = "UTC",
    progress: Progress = lambda more: None,
) -> Iterator[Requests]:
    """The requests of the dump at *path*; *progress* is called with bytes while it is read.

    Raises HelpdeskError where it is no dump of *format*, or is broken.
    """
    program = _PROGRAMS[format]
    with staged(
        path,
        program.SCHEMA,
        program.INDEXES,
        report,
        telltale=program.TELLTALE,
        prefix=prefix,
        progress=progress,
    ) as base:
        yield program.Requests(base, report, _zone(zone), files)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise HelpdeskError(f"There is no time zone {name}.") from None
