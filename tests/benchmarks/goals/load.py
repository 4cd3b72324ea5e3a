"""Many clients at once, reading and writing; and a list beside something that takes long."""

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests import warm
from tests.benchmarks.filling.known import AGENT, CUSTOMER
from tests.started import environment

from .client import Answers, Ask, drive, drive_all
from .close import CONNECTIONS
from .creating import opening
from .desks import Served
from .flat import Pace
from .measured import Figure, percentile
from .questions import API, FILTERS, MINE, STAFF, pages

CLIENTS = (16, 64, 256)
JUDGED = 64  # so many of them have a goal
SLOWEST_READ = 250.0  # milliseconds, 99th percentile
QUIETEST = 0.2  # of the middle second's answers, in any second
LONGER = 2  # times what a rate is measured for elsewhere
BESIDE = 0.5  # of the list's rate when nothing else goes on
READING, WRITING = "reading", "writing"
START = 0.5  # seconds until another process does what it is for
REPORT = """
import sys
from tests.benchmarks.goals.client import Ask, drive
drive(sys.argv[1], [Ask(sys.argv[2], headers={"Cookie": sys.argv[3]})], seconds=3600)
"""
# A copy of the database by SQLite's own way, again and again until it is stopped.
BACKUP = """
import sys
from helpdesk.database import sqlite_driver
while True:
    source, copy = sqlite_driver().connect(sys.argv[1]), sqlite_driver().connect(sys.argv[2])
    source.backup(copy, pages=1000)
    source.close(), copy.close()
"""


def mixed(desk: Served, numbers: Sequence[int], seconds: float) -> list[Figure]:
    """Such *numbers* of clients: three of four read, the fourth writes, each without a pause."""
    kinds = {READING: _reads(desk), WRITING: _writes(desk)}
    figures: list[Figure] = []
    for clients in numbers:
        shares = {READING: clients - clients // 4, WRITING: clients // 4}
        figures += _judged(clients, drive_all(desk.url, kinds, shares, seconds))
    locked = [line for line in desk.server.remarks if "locked" in line]
    figures.append(Figure("Load", "database is locked", [len(locked)], "", 0))
    return figures


def beside(desk: Served, work: Path, pace: Pace) -> list[Figure]:
    """The rate of the desk's list while nothing else goes on, and beside what takes long."""
    ask = pages(desk)["desk list"]
    report = "/desk/reports?from=2017-01-01&to=2026-12-31"
    others = {
        "a report of ten years": (REPORT, desk.url, report, desk.cookies(AGENT)["Cookie"]),
        "a backup": (BACKUP, str(desk.folder / "helpdesk.db"), str(work / "backup.db")),
    }
    figures = []
    for name, words in others.items():
        shares = []
        for _ in range(pace.rounds):
            alone = _rate(desk, ask, pace)
            with _meanwhile(min(START, 3 * pace.seconds), *words):
                shares.append(_rate(desk, ask, pace) / alone)
        figures.append(Figure("Load", f"the list beside {name}", shares, "", BESIDE, True))
    return figures


@contextmanager
def _meanwhile(start: float, *words: str) -> Iterator[None]:
    """Let a program of *words* go on, in a process of its own that began so many seconds before."""
    process = warm.Popen([sys.executable, "-c", *words], env=environment())
    try:
        time.sleep(start)
        yield
    finally:
        process.kill()
        process.wait()


def _reads(desk: Served) -> Sequence[Ask]:
    script, agent = desk.bearer(AGENT), desk.cookies(AGENT)
    asks = [*pages(desk).values(), Ask(f"{API}/support-ticket/views", headers=script)]
    asks += [Ask(f"/desk/views/all?{query}", headers=agent) for query in FILTERS.values()]
    asks += [Ask(f"{MINE}?keyword=delivery", headers=desk.bearer(CUSTOMER))]
    return asks


def _writes(desk: Served) -> Sequence[Ask]:
    """New tickets, replies of both sides, notes, changes: as many of one as of the other."""
    as_json = {"Content-Type": "application/json"}
    staff, mine = desk.bearer(AGENT) | as_json, desk.bearer(CUSTOMER) | as_json
    alive = "SELECT id FROM tickets WHERE status <> 'closed' AND place = 'inbox' {} LIMIT 40"
    others = desk.look_up(alive.format("ORDER BY id DESC"))
    of_ana = "AND requester_id = (SELECT id FROM users WHERE email = ?)"
    anas = desk.look_up(alive.format(of_ana), CUSTOMER.email) or others[:0]
    asks: list[Ask] = []
    for number, id_ in enumerate(others):
        asks.append(opening(desk))
        asks.append(_post(f"{STAFF}/{id_}", staff, {"message": "It is on its way. " * 8}))
        asks.append(_post(f"{STAFF}/{id_}", staff, {"message": "A regular.", "internal": True}))
        change = {"priority": ("low", "high")[number % 2]}
        asks.append(Ask(f"{STAFF}/{id_}", "PUT", staff, json.dumps(change)))
        if anas:
            reply = {"ticketId": anas[number % len(anas)], "message": "Thank you. " * 12}
            asks.append(_post(MINE, mine, reply))
    return asks


def _post(path: str, headers: Mapping[str, str], words: Mapping[str, object]) -> Ask:
    return Ask(path, "POST", headers, json.dumps(words))


def _judged(clients: int, answers: Mapping[str, Answers]) -> list[Figure]:
    figures = []
    for name, one in answers.items():
        slow = percentile(one.latencies, 0.99)
        limit = SLOWEST_READ if clients == JUDGED and name == READING else None
        remark = f"{one.rate:,.0f}/s, median {percentile(one.latencies, 0.5):.0f} ms"
        part, who = "Load", f"{clients} clients, {name}"
        figures.append(Figure(part, f"{who}, p99", [slow], "ms", limit, remark=remark))
        said = one.wrong[0] if one.wrong else ""
        figures.append(Figure(part, f"{who}, errors", [len(one.wrong)], "", 0, remark=said))
        quietest = _quietest(one)
        figures.append(Figure(part, f"{who}, quietest second", [quietest], "", QUIETEST, True))
    return figures


def _quietest(answers: Answers) -> float:
    """The answers of the second with the fewest, as a share of those of the middle one."""
    seconds = [0] * max(1, int(answers.seconds))
    for moment in answers.ended:
        if moment < len(seconds):
            seconds[int(moment)] += 1
    return min(seconds) / max(1, sorted(seconds)[len(seconds) // 2])


def _rate(desk: Served, ask: Ask, pace: Pace) -> float:
    answers = drive(desk.url, [ask], connections=CONNECTIONS, seconds=LONGER * pace.seconds)
    if answers.wrong:
        raise RuntimeError(answers.wrong[0])
    return answers.rate
