"""Measures our desk beside django-helpdesk, with the same tickets.

    python -m tests.benchmarks.peers --tickets 10000 [--keep DIR]

Installs the peer into a virtual environment of its own, makes a desk, copies its tickets into the
peer's database, serves both by waitress with as many threads, asks both the same things in turns,
prints a table with ratios, and writes ``peers.json``.
"""

import argparse
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks import idle
from tests.benchmarks.filling.known import AGENT
from tests.benchmarks.goals.desks import made, served
from tests.benchmarks.process import start_seconds

from .comparing import Comparison, Row, Side
from .installing import Peer, installed
from .questions import questions

STARTS = 3


def main() -> None:
    """Measure what the command line asks for."""
    options = _options()
    with tempfile.TemporaryDirectory(dir=options.work) as folder:
        work = Path(folder)
        python = installed((options.keep or work) / "django-helpdesk")
        desk = made(options.tickets, options.keep, work)
        peer = Peer(work / "peer", python, options.threads)
        key = peer.load(desk / "helpdesk.db")
        comparison = Comparison(options.tickets, options.seconds, options.rounds)
        comparison.rows += _starts(desk, peer)
        _measure(comparison, desk, peer, key, options)
    comparison.write(options.json)
    print(comparison.table())


def _options() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--tickets", type=int, default=10_000)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--seconds", type=float, default=4.0, help="of one measurement")
    asked.add_argument("--threads", default="8", help="of each server")
    asked.add_argument("--keep", type=Path, help="where desks and the peer are kept")
    asked.add_argument("--work", type=Path, help="where there is room for all")
    asked.add_argument("--json", type=Path, default=Path("peers.json"))
    return asked.parse_args()


def _starts(desk: Path, peer: Peer) -> list[Row]:
    """From the call of the program until its first page is there: theirs is the one to sign in."""
    times, used = [], []
    for _ in range(STARTS):
        ours = start_seconds(desk, 1)
        with peer.started() as running:
            with urllib.request.urlopen(f"{running.url}/login/", timeout=60) as answer:
                answer.read()
            times.append((ours.page, time.perf_counter() - running.begun))
            used.append((ours.cpu, idle.cpu(running.process.pid)))
    return [Row("start", times, "s"), Row("— CPU", used, "s")]


def _measure(
    comparison: Comparison, desk: Path, peer: Peer, key: dict[str, str], options: argparse.Namespace
) -> None:
    """Ask both everything, and look at their memory before and after."""
    with ExitStack() as stack:
        settings = {"HELPDESK_THREADS": options.threads}
        ours = stack.enter_context(served(options.tickets, desk, settings))
        theirs = stack.enter_context(peer.started())
        queue = ours.look_up("SELECT min(id) FROM categories WHERE parent_id IS NULL")[0]
        sides = Side(ours.url, ours.server.process.pid), Side(theirs.url, theirs.process.pid)
        agent, bearer = ours.cookies(AGENT), ours.bearer(AGENT)
        comparison.rows.append(_memory("memory at rest", sides))
        for question in questions(options.tickets, agent, bearer, key, queue):
            comparison.ask(sides, question)
            print(f"Measured: {question.name}", flush=True)
        comparison.rows.append(_memory("memory after all that", sides))


def _memory(name: str, sides: tuple[Side, Side]) -> Row:
    return Row(name, [(idle.memory(sides[0].pid), idle.memory(sides[1].pid))], "MB")


if __name__ == "__main__":
    main()
