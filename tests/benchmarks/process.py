"""What the process of a desk costs: its start, its memory, and doing nothing.

``python -m tests.benchmarks.process --data DIR``, a desk of ``make_desk.py``, measures all of it:
seconds until a start answers, megabytes at rest and while ``--requests`` of many kinds come (some
of them leave tickets and files), and the share of a core that ``--agents`` open pages take.
"""

import argparse
import os
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import helpdesk
from helpdesk.database import sqlite_driver
from tests import warm
from tests.benchmarks import idle
from tests.benchmarks.filling import known
from tests.benchmarks.goals.client import Ask, drive
from tests.started import Browser, environment, started, typed
from tests.started import helpdesk as program

CUSTOMERS_API = "/backend/api/api/customer-support-ticket"
STAFF_API = "/backend/api/api/support-ticket"
SETTLED = 6.0  # seconds after which everything of a start has begun
BOUNDARY = "a-lamp-in-the-window"


@dataclass(frozen=True)
class Start:
    """Seconds since the program was called."""

    ready: float  # until it says so
    health: float  # until /healthz was answered
    page: float  # until / was
    cpu: float  # of the program until then: less than that no machine makes of it


def start_seconds(folder: Path, rounds: int = 5, *, cold: bool = False) -> Start:
    """How long ``serve`` takes to answer for the desk in *folder*, which exists: the medians.

    Its files are in the system's memory, unless *cold*: then each round begins with asking the
    system to drop those of Python, of the packages, and of the desk.
    """
    found = []
    for _ in range(rounds):
        if cold:
            _drop_from_memory(folder)
        found.append(_start(folder))
    return Start(
        *(statistics.median(getattr(one, name) for one in found) for name in Start.__annotations__)
    )


def _start(folder: Path) -> Start:
    begun = time.perf_counter()
    process = warm.Popen(
        [*program(), "--data", str(folder), "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    try:
        assert process.stdout
        url = process.stdout.readline().rpartition(" ")[2].strip()
        ready = time.perf_counter() - begun
        _get(f"{url}/healthz")
        health = time.perf_counter() - begun
        _get(f"{url}/")
        page = time.perf_counter() - begun
        return Start(ready, health, page, idle.cpu(process.pid))
    finally:
        process.terminate()
        process.wait(60)


def _get(url: str) -> None:
    with urllib.request.urlopen(url, timeout=60) as answer:
        answer.read()


def _drop_from_memory(folder: Path) -> None:
    """Ask the system to keep none of the files that a start reads. It does what it can."""
    if not hasattr(os, "posix_fadvise"):
        return
    places = {sysconfig.get_path(name) for name in ("stdlib", "platlib", "purelib")}
    ours = {str(Path(helpdesk.__file__).parents[1] / name) for name in ("helpdesk", "templates")}
    for place in (*places, *ours, str(folder)):
        for path in Path(place).rglob("*"):
            if path.suffix in (".py", ".pyc", ".so", ".html", ".db"):
                descriptor = os.open(path, os.O_RDONLY)
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
                os.close(descriptor)


def memory_mb(
    folder: Path, requests: int = 0, looks: int = 10, settled: float = SETTLED
) -> Iterator[tuple[int, float]]:
    """Requests answered, and the megabytes that the process has in memory then, so many times.

    First those at rest, with the worker and after a first page; then during lists, tickets, search,
    uploads and new tickets, by customers and staff, eight at once.
    """
    with started(folder) as server:
        pid = server.process.pid
        Browser(server.url).get("/sign-in")
        time.sleep(settled)
        yield 0, idle.memory(pid)
        asks = _mixed(server.url, _tickets(folder)) if requests else []
        for look in range(looks if requests else 0):
            number = requests // looks
            answers = drive(server.url, asks, connections=8, number=number, start=look * number)
            if answers.wrong:
                raise RuntimeError(answers.wrong[0])
            yield (look + 1) * number, idle.memory(pid)


def _tickets(folder: Path) -> int:
    with closing(sqlite_driver().connect(str(folder / "helpdesk.db"))) as connection:
        return int(connection.execute("SELECT count(*) FROM tickets").fetchone()[0])


def _mixed(url: str, tickets: int) -> list[Ask]:
    """Requests of all kinds, in the proportions of a busy day: most read, a few write."""
    desk, portal = _cookies(url, known.AGENT), _cookies(url, known.CUSTOMER)
    ana = {"Authorization": f"Bearer {known.CUSTOMER.token}"}
    ben = {"Authorization": f"Bearer {known.AGENT.token}"}
    numbers = [one for one in (1, 17, 40, 233, 500, 777, 900) if one <= tickets]
    words = ("quillonade", "delivery", "cobalt+lamp", "creme+brulee")
    asks = [Ask(f"{STAFF_API}/{number}", headers=ben) for number in numbers for _ in range(3)]
    asks += [Ask(f"/desk/tickets/{number}", headers=desk) for number in numbers]
    asks += [Ask(f"{STAFF_API}?limit=50&q={word}", headers=ben) for word in words]
    asks += [Ask(f"{CUSTOMERS_API}/ticket-category", headers=ana)] * 3
    asks += [Ask(f"{CUSTOMERS_API}?limit=50", headers=ana)] * 6
    asks += [Ask(f"{STAFF_API}?limit=50", headers=ben), Ask("/tickets", headers=portal)] * 3
    asks += [Ask("/desk/views/all", headers=desk)] * 2
    asks += [_new_ticket(ana)] * 3
    asks.append(_upload(ana))
    return asks


def _new_ticket(headers: dict[str, str]) -> Ask:
    words = '{"subject": "Lamp number 7", "message": "It flickers when it is dimmed."}'
    return Ask(CUSTOMERS_API, "POST", headers | {"Content-Type": "application/json"}, words)


def _upload(headers: dict[str, str]) -> Ask:
    kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    lines = (
        f"--{BOUNDARY}",
        'Content-Disposition: form-data; name="file"; filename="lamp.txt"',
        "Content-Type: text/plain",
        "",
        "It flickers. " * 5000,
        f"--{BOUNDARY}--",
        "",
    )
    return Ask(f"{CUSTOMERS_API}/attachment", "POST", headers | kind, "\r\n".join(lines))


def _cookies(url: str, who: known.Account) -> dict[str, str]:
    browser = Browser(url)
    browser.send("/sign-in", email=who.email, password=known.PASSWORD)
    return {"Cookie": "; ".join(f"{one.name}={one.value}" for one in browser.cookies)}


def cpu_percent(agents: int = 50, seconds: float = 60) -> float:
    """The share of a core that a desk takes while so many agents have pages open, in percent."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        typed(folder, "shell", stdin=idle.fill(agents))
        with started(folder) as server:
            browsers = [idle.signed_in(server.url, number) for number in range(agents)]
            streams = [idle.listen(server.url, *one) for one in enumerate(browsers)]
            used = idle.cpu_while(server.process.pid, seconds)
            for stream in streams:
                stream.close()
    return 100 * used / seconds


def main() -> None:
    """Measure what the command line asks for, and print it."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--data", type=Path, required=True)
    asked.add_argument("--rounds", type=int, default=5, help="starts")
    asked.add_argument("--requests", type=int, default=100_000)
    asked.add_argument("--agents", type=int, default=50)
    asked.add_argument("--seconds", type=float, default=60, help="of idleness")
    options = asked.parse_args()
    if not (options.data / "helpdesk.db").exists():
        sys.exit(f"There is no desk in {options.data}.")
    for word, cold in (("warm", False), ("cold", True)):
        start = start_seconds(options.data, options.rounds, cold=cold)
        times = (
            f"ready {start.ready:.2f} s, /healthz {start.health:.2f} s, / {start.page:.2f} s,"
            f" of that {start.cpu:.2f} s of CPU"
        )
        print(f"start, files {word}: {times}", flush=True)
    settled = min(SETTLED, options.seconds)
    for number, megabytes in memory_mb(options.data, options.requests, settled=settled):
        print(f"memory after {number:,} requests: {megabytes:.1f} MB", flush=True)
    percent = cpu_percent(options.agents, options.seconds)
    print(f"idle, {options.agents} agents: {percent:.2f} % of a core")


if __name__ == "__main__":
    main()
