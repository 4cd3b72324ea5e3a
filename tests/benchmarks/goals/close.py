"""How close answers come to those of a bare Flask route: the same bytes, server and moment."""

import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.started import environment

from . import questions
from .client import PATIENCE, Ask, drive
from .desks import Served
from .flat import Pace
from .measured import Figure

BARE = Path(__file__).parents[1] / "bare.py"
CONNECTIONS = 8
SHARES = {  # of the bare route's requests a second
    "API list of 50": 0.5,
    "API list of 50, staff": 0.5,
    "API ticket of 20 messages": 0.5,
    "API categories": 0.7,
    "portal list": 0.25,
    "desk list": 0.25,
}


def close(desk: Served, work: Path, threads: str, pace: Pace) -> list[Figure]:
    """Each page of ``questions.pages`` beside its bare twin."""
    asks = questions.pages(desk)
    answers = work / "answers"
    answers.mkdir()
    for number, ask in enumerate(asks.values()):
        kind, body = _answer(desk.url, ask)
        (answers / str(number)).write_bytes(kind.encode() + b"\n" + body)
    figures = []
    with bare(BARE, [str(answers)], threads) as twin:
        for number, (name, ask) in enumerate(asks.items()):
            rounds = []
            for _ in range(pace.rounds):
                ours = _rate(desk.url, ask, pace)
                rounds.append((ours, _rate(twin, Ask(f"/{number}", headers=ask.headers), pace)))
            shares = [ours / least for ours, least in rounds]
            remark = f"{max(rounds)[0]:,.0f}/s, bare {max(least for _, least in rounds):,.0f}/s"
            limit = SHARES.get(name)
            figures.append(Figure("Close to a bare route", name, shares, "", limit, True, remark))
    return figures


@contextmanager
def bare(program: Path, words: Sequence[str], threads: str) -> Iterator[str]:
    """The bare server *program* with *words* as its arguments; its address."""
    process = subprocess.Popen(
        [sys.executable, str(program), *words],
        stdout=subprocess.PIPE,
        text=True,
        env=environment(HELPDESK_THREADS=threads),
    )
    try:
        assert process.stdout
        yield process.stdout.readline().removeprefix("Bare at ").strip()
    finally:
        process.terminate()
        process.wait(20)


def _rate(url: str, ask: Ask, pace: Pace) -> float:
    answers = drive(url, [ask], connections=CONNECTIONS, seconds=pace.seconds)
    if answers.wrong:
        raise RuntimeError(answers.wrong[0])
    return answers.rate


def _answer(url: str, ask: Ask) -> tuple[str, bytes]:
    """The content type and the body of an answer."""
    request = urllib.request.Request(url + ask.path, headers=dict(ask.headers))
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        if answer.geturl() != url + ask.path:
            raise RuntimeError(f"{ask.path} led to {answer.geturl()}")
        return answer.headers["Content-Type"], answer.read()
