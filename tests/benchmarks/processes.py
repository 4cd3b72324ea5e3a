"""``python -m tests.benchmarks.processes``: what two and four processes answer, beside one.

A desk on PostgreSQL with a bucket, as on several machines, though all are on this one and share its
cores with PostgreSQL and with who asks. Prints a table: requests a second of one process, and the
ratios of the others to it, medians and range of interleaved rounds. One process on SQLite is there
to compare.
"""

import argparse
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from tests.benchmarks.goals.client import Answers, Ask, drive
from tests.desk import PASSWORD, PREFIX
from tests.faults.deeds import CUSTOMER, STAFF
from tests.faults.machines import several
from tests.faults.rounds import furnish
from tests.faults.script import JSON, Keys, Script
from tests.started import Browser, started

TICKETS = 300
CONNECTIONS = 16  # of all together, whatever serves them
ONE, TWO, FOUR, ALONE = "1 process", "2 processes", "4 processes", "SQLite, 1 process"
Urls = list[str]


class Asked:
    """What is asked of one of the two desks, which is filled for it."""

    def __init__(self, url: str, keys: Keys) -> None:
        script = Script(url)
        for number in range(TICKETS):
            script.data("POST", CUSTOMER, keys.customer, _words(number), **JSON)
        staff = {"Authorization": f"Bearer {keys.admin}"}
        mine = {"Authorization": f"Bearer {keys.customer}", **JSON}
        browser = Browser(url)
        browser.send("/sign-in", email="adam@shop.example", password=PASSWORD)
        pages = {"Cookie": "; ".join(f"{c.name}={c.value}" for c in browser.cookies)}
        lists = PREFIX + STAFF
        self.kinds = {
            "API list of 50": [
                Ask(f"{lists}?limit=50&offset={n}", headers=staff) for n in range(40)
            ],
            "API ticket": [Ask(f"{lists}/{n}", headers=staff) for n in range(1, 60)],
            "desk's list": [Ask("/desk/views/open", headers=pages)],
            "search": [Ask(f"{lists}?keyword=lamp+{n}", headers=staff) for n in range(40)],
            "create": [Ask(f"{PREFIX}{CUSTOMER}", "POST", mine, _words(0).decode())],
        }


def _words(number: int) -> bytes:
    return b'{"subject": "Lamp %d", "message": "It hums, and then it is dark."}' % number


def rate(urls: Urls, asks: list[Ask], seconds: float) -> float:
    """Answers a second of all *urls* together."""
    each = CONNECTIONS // len(urls)
    with ProcessPoolExecutor(len(urls)) as pool:
        runs = [pool.submit(_drive, url, asks, each, seconds) for url in urls]
        answers = [run.result() for run in runs]
    wrong = [line for one in answers for line in one.wrong]
    assert not wrong, wrong[:3]
    return sum(one.rate for one in answers)


def _drive(url: str, asks: list[Ask], connections: int, seconds: float) -> Answers:
    return drive(url, asks, connections=connections, seconds=seconds)


@contextmanager
def desks(folder: Path) -> Iterator[dict[str, tuple[Urls, Asked]]]:
    """Whom to ask, and what."""
    with several(folder / "pg", 4) as place, ExitStack() as stack:
        keys = furnish(place.machines[0].folder)
        urls = [stack.enter_context(one.serving()).url for one in place.machines]
        asked = Asked(urls[0], keys)
        alone = folder / "alone"
        own = furnish(alone)
        url = stack.enter_context(started(alone)).url
        yield {
            ONE: (urls[:1], asked),
            TWO: (urls[:2], asked),
            FOUR: (urls, asked),
            ALONE: ([url], Asked(url, own)),
        }


def main() -> None:
    asked = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.processes", description=__doc__
    )
    asked.add_argument("--seconds", type=float, default=4.0, help="of each run")
    asked.add_argument("--rounds", type=int, default=5)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as aside, desks(Path(aside)) as every:
        print(f"| | {ONE}, a second | {TWO} | {FOUR} | {ALONE} |\n| --- | --- | --- | --- | --- |")
        for kind in every[ONE][1].kinds:
            rates: dict[str, list[float]] = {name: [] for name in every}
            for urls, what in every.values():  # warm
                rate(urls, what.kinds[kind], 0.5)
            for _ in range(given.rounds):
                for name, (urls, what) in every.items():
                    rates[name].append(rate(urls, what.kinds[kind], given.seconds))
            print(_line(kind, rates), flush=True)


def _line(kind: str, rates: dict[str, list[float]]) -> str:
    cells = [f"{median(rates[ONE]):.0f}"]
    for name in (TWO, FOUR, ALONE):
        ratios = [there / one for there, one in zip(rates[name], rates[ONE], strict=True)]
        cells.append(f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")
    return f"| {kind} | " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
