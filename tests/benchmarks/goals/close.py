"""How close answers come to those of a bare Flask route: the same bytes, server and moment."""

import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import warm
from tests.started import environment

from . import questions
from .client import PATIENCE, Ask, drive
from .desks import Served, cpu_of
from .flat import Pace
from .measured import Figure

BARE = "tests.benchmarks.bare"
ROOT = Path(__file__).parents[3]
CONNECTIONS = 8
SHARE = 2 / 3  # of the seconds of other measurements: a rate of thousands a second is soon known
SHARES = {  # of the bare route's requests a second
    "API list of 50": 0.5,
    "API list of 50, staff": 0.5,
    "API ticket of 20 messages": 0.5,
    "API categories": 0.7,
    "portal list": 0.25,
    "desk list": 0.25,
}


def close(desk: Served, work: Path, threads: str, pace: Pace) -> list[Figure]:
    """Each page of ``questions.pages`` beside its bare twin.

    What has a goal is also asked anew each time: no answer that is remembered is sent again then.
    """
    asks = questions.pages(desk)
    answers = work / "answers"
    answers.mkdir()
    for number, ask in enumerate(asks.values()):
        kind, body = _answer(desk.url, ask)
        (answers / str(number)).write_bytes(kind.encode() + b"\n" + body)
    figures = []
    with bare(BARE, [str(answers)], threads) as twin:
        for number, (name, ask) in enumerate(asks.items()):
            same = [Ask(f"/{number}", headers=ask.headers)]
            ways = {name: [ask]}
            if name in SHARES:
                ways[f"{name}, asked anew"] = questions.anew(ask)
            rounds = [
                ([_pace(desk, ours, pace) for ours in ways.values()], _pace(twin, same, pace))
                for _ in range(pace.rounds)
            ]
            for place, way in enumerate(ways):
                pairs = [(ours[place], least) for ours, least in rounds]
                figures.append(_figure(way, pairs, SHARES.get(name)))
    return figures


def _figure(name: str, rounds: Sequence[tuple["Rate", "Rate"]], limit: float | None) -> Figure:
    shares = [ours.rate / least.rate for ours, least in rounds]
    ours, least = (max(side) for side in zip(*rounds, strict=True))
    remark = f"{ours}, bare {least}"
    return Figure("Close to a bare route", name, shares, "", limit, True, remark)


@dataclass(frozen=True)
class Bare:
    """A server of bare routes."""

    url: str
    pid: int

    def cpu(self) -> float:
        return cpu_of(self.pid)


@contextmanager
def bare(module: str, words: Sequence[str], threads: str) -> Iterator[Bare]:
    """The bare server *module* with *words* as its arguments."""
    process = warm.Popen(
        [sys.executable, "-m", module, *words],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment(HELPDESK_THREADS=threads),
    )
    try:
        assert process.stdout
        yield Bare(process.stdout.readline().removeprefix("Bare at ").strip(), process.pid)
    finally:
        process.terminate()
        process.wait(20)


@dataclass(frozen=True, order=True)
class Rate:
    """Requests a second, and milliseconds of the server's CPU for one."""

    rate: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.rate:,.0f}/s (CPU {self.cpu:.2f} ms)"


def _pace(server: Served | Bare, asks: Sequence[Ask], pace: Pace) -> Rate:
    before = server.cpu()
    answers = drive(server.url, asks, connections=CONNECTIONS, seconds=pace.seconds * SHARE)
    if answers.wrong:
        raise RuntimeError(answers.wrong[0])
    return Rate(answers.rate, (server.cpu() - before) / len(answers.latencies))


def _answer(url: str, ask: Ask) -> tuple[str, bytes]:
    """The content type and the body of an answer."""
    request = urllib.request.Request(url + ask.path, headers=dict(ask.headers))
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        if answer.geturl() != url + ask.path:
            raise RuntimeError(f"{ask.path} led to {answer.geturl()}")
        return answer.headers["Content-Type"], answer.read()
