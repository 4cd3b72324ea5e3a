"""Desks to measure: made, kept for the next time, served."""

import hashlib
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from helpdesk import search
from helpdesk.database import sqlite_driver
from helpdesk.operations.migrate import MIGRATIONS
from tests.benchmarks import filling
from tests.benchmarks.filling.known import PASSWORD, Account
from tests.benchmarks.make_desk import make_desk
from tests.started import Browser, Started, started

KEPT_FOR = 7 * 86400  # seconds: the newest tickets of a desk must be new


def made(tickets: int, kept: Path | None, work: Path) -> Path:
    """A desk of so many tickets that may be written to: in *work*, copied from *kept* if it can."""
    target = work / f"desk-{tickets}"
    if kept is None:
        print(f"Making {make_desk(target, tickets, until=_now())}", flush=True)
        return target
    source = kept / f"desk-{tickets}-{_stamp()}"
    if source.exists() and time.time() - source.stat().st_mtime > KEPT_FOR:
        shutil.rmtree(source)
    if not source.exists():
        for old in kept.glob(f"desk-{tickets}-*"):
            shutil.rmtree(old)
        print(f"Making {make_desk(source, tickets, until=_now())}", flush=True)
    shutil.copytree(source, target)
    return target


def _now() -> datetime:
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def _stamp() -> str:
    """What a desk is made by: its schema, what fills it, and what keeps its words."""
    sources = [Path(make_desk.__code__.co_filename), *Path(filling.__path__[0]).glob("*.*")]
    for room in (MIGRATIONS / "versions", Path(search.__path__[0])):
        sources += room.glob("*.py")
    together = b"".join(path.read_bytes() for path in sorted(sources))
    return hashlib.sha256(together).hexdigest()[:12]


@dataclass
class Served:
    """A desk of so many tickets behind ``helpdesk serve``."""

    tickets: int
    folder: Path
    server: Started

    @cached_property
    def url(self) -> str:
        return self.server.url

    def bearer(self, who: Account) -> dict[str, str]:
        """What a script of *who* sends."""
        return {"Authorization": f"Bearer {who.token}"}

    def cookies(self, who: Account) -> dict[str, str]:
        """What a browser sends in which *who* is signed in."""
        if who.email not in self._cookies:
            browser = Browser(self.url)
            browser.send("/sign-in", email=who.email, password=PASSWORD)
            kept = "; ".join(f"{one.name}={one.value}" for one in browser.cookies)
            self._cookies[who.email] = {"Cookie": kept}
        return self._cookies[who.email]

    @cached_property
    def _cookies(self) -> dict[str, dict[str, str]]:
        return {}

    def write(self) -> None:
        """Commit something that no answer tells of, so that nothing is answered from memory."""
        self._scratch.execute("UPDATE scratch SET number = number + 1")

    @cached_property
    def _scratch(self) -> Any:
        database = str(self.folder / "helpdesk.db")
        connection = sqlite_driver().connect(database, timeout=60, isolation_level=None)
        connection.execute("PRAGMA synchronous = OFF")  # it is not the disk that is measured
        connection.execute("CREATE TABLE IF NOT EXISTS scratch AS SELECT 1 AS number")
        return connection

    def cpu(self) -> float:
        """Milliseconds of CPU that the server has used: what a busy machine doesn't add to."""
        return cpu_of(self.server.process.pid)

    def look_up(self, query: str, *values: object) -> list[int]:
        """The first column of what *query* finds."""
        database = f"file:{self.folder / 'helpdesk.db'}?mode=ro"
        connection = sqlite_driver().connect(database, uri=True)
        try:
            return [row[0] for row in connection.execute(query, values)]
        finally:
            connection.close()


def cpu_of(pid: int) -> float:
    """Milliseconds of CPU that the threads of a process have used."""
    nanoseconds = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):  # a thread that has ended since
            nanoseconds += int((task / "schedstat").read_text().split()[0])
    return nanoseconds / 1e6


@contextmanager
def served(tickets: int, folder: Path, settings: Mapping[str, str]) -> Iterator[Served]:
    """Serve the desk in *folder* until the block ends."""
    with started(folder, **settings) as server:
        yield Served(tickets, folder, server)
