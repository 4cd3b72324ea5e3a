"""Measures everything that a desk promises, and says which promises it keeps.

    python -m tests.benchmarks.goals [--tickets 100000] [--keep DIR] [--only flat load] [--short]

Two desks are made, one of ten thousand tickets and one of as many as are asked for, and served;
docs/PERFORMANCE.md says what is measured how. Prints a table in Markdown and writes ``goals.json``.
"""

import argparse
import os
import platform
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path

from helpdesk.database import sqlite_driver

from . import close, creating, flat, load
from .desks import Served, made, served
from .flat import Pace
from .measured import Figure, Report
from .peers import peers
from .process import Work, process

FEW, MANY = 10_000, 100_000
LEAST = 200  # tickets, among which there is one of each kind that is asked for
USUAL, SHORT = Pace(5, 50, 1.5), Pace(1, 1, 0.03, warm_up=1)
LITTLE, MUCH = Work(1, 60, 2, 0.3), Work(3, 100_000, 50, 50.0)
LOAD_SECONDS = 60.0
PARTS = ("flat", "search", "offset", "close", "create", "load", "process", "peers")
Part = Callable[[], Iterable[Figure]]


def main() -> None:
    """Measure what the command line asks for. Raises SystemExit when something broke."""
    options = _options()
    few = min(FEW, max(LEAST, options.tickets // 10))
    facts = {
        "tickets": f"{options.tickets:,}",
        "threads": options.threads,
        "cores": os.cpu_count(),
        "Python": platform.python_version(),
        "SQLite": sqlite_driver().sqlite_version,
    }
    report, begun = Report(facts), time.monotonic()
    with tempfile.TemporaryDirectory(dir=options.work) as folder:
        work = Path(folder)
        settings = {"HELPDESK_THREADS": options.threads}
        small = made(few, options.keep, work / "small")
        big = made(options.tickets, options.keep, work / "big")
        report.took("making the desks", time.monotonic() - begun)
        with served(few, small, settings) as one, served(options.tickets, big, settings) as other:
            for name, part in _parts(one, other, work, options).items():
                _measure(report, name, part, options)
        working = LITTLE if options.short else MUCH
        _measure(report, "process", lambda: process(small, working), options)
        if not options.short:
            _measure(report, "peers", lambda: peers(options.tickets, options.keep, work), options)
    facts["minutes"] = f"{(time.monotonic() - begun) / 60:.0f}"
    facts["of these"] = report.parts
    report.write(options.json)
    print(f"\n{report.table()}\n{report.summary()}")
    if report.broken:
        raise SystemExit(1)


def _options() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--tickets", type=int, help="of the bigger desk")
    asked.add_argument("--keep", type=Path, help="where made desks are kept for the next time")
    asked.add_argument("--work", type=Path, help="where there is room for all; the system's folder")
    asked.add_argument("--only", nargs="+", choices=PARTS, help="only these parts")
    asked.add_argument("--short", action="store_true", help="a minute, to see that it still works")
    asked.add_argument("--threads", default="8", help="of each server")
    asked.add_argument("--json", type=Path, default=Path("goals.json"))
    options = asked.parse_args()
    options.tickets = options.tickets or (FEW if options.short else MANY)
    return options


def _parts(small: Served, big: Served, work: Path, options: argparse.Namespace) -> dict[str, Part]:
    """What is measured, by name; those that write come last."""
    pace = SHORT if options.short else USUAL
    clients, seconds = ((load.JUDGED,), 0.1) if options.short else (load.CLIENTS, LOAD_SECONDS)
    return {
        "flat": lambda: flat.flat(small, big, pace),
        "search": lambda: flat.searching(small, big, pace),
        "offset": lambda: flat.offsets(big, pace),
        "close": lambda: close.close(big, work, options.threads, pace),
        "create": lambda: creating.creating(big, work, options.threads, pace),
        "load": lambda: [*load.beside(big, work, pace), *load.mixed(big, clients, seconds)],
    }


def _measure(report: Report, name: str, part: Part, options: argparse.Namespace) -> None:
    """Add what *part* measures; when it breaks, the others are measured all the same."""
    if options.only and name not in options.only:
        return
    begun = time.monotonic()
    try:
        report.add(part())
    except Exception as error:  # whatever it is, it is told
        traceback.print_exc()
        report.broken.append(f"{name}: {error}")
    report.took(name, time.monotonic() - begun)


if __name__ == "__main__":
    main()
