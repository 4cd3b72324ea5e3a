"""How fast a desk is, as shares of a bare Flask route that answers the same bytes.

``python -m tests.benchmarks.run`` starts ``helpdesk serve`` with a thousand tickets, and a bare
route behind the same server with the same settings; then it measures them in turns, so that a
machine that is busy with other things slows both. 1.00 would be as fast as doing nothing.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.load import Shot, rate, text_of
from tests.started import Browser, environment, started, typed

EMAIL, PASSWORD = "ana@mail.example", "a lamp in the window"
AGENT = "ben@shop.example"
API = "/backend/api/api/customer-support-ticket"
BARE = Path(__file__).with_name("bare.py")

FILL = """
words = "The lamp arrived on Monday and flickers when it is dimmed below a quarter. " * 4
with transaction():
    ana = accounts.queries.by_email({email!r})
    for number in range({tickets}):
        draft = actions.Draft("Lamp number %d flickers" % number, words)
        ticket = actions.open_ticket(ana, draft)
        for answer in range(number % 4):
            actions.reply(DESK if answer % 2 == 0 else ana, ticket, words[:150])
"""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--tickets", type=int, default=1000)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--seconds", type=float, default=1.0, help="of one measurement")
    asked.add_argument("--threads", default="8", help="of each server")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), options)


def measure(work: Path, options: argparse.Namespace) -> None:
    token = fill(work / "desk", options.tickets)
    with started(work / "desk", HELPDESK_THREADS=options.threads) as desk:
        shots = shots_of(desk.url, token)
        answers = work / "answers"
        answers.mkdir()
        for name, shot in shots.items():
            text_of(answers / name, *answer_to(shot))
        with bare(answers, options.threads) as bare_url:
            print(f"{'':<14}{'desk/s':>9}{'bare/s':>9}   share (median, lowest to highest)")
            for name, shot in shots.items():
                twin = Shot(f"{bare_url}/{name}", shot.method, shot.headers, shot.body)
                compare(name, shot, twin, options)


def fill(folder: Path, tickets: int) -> str:
    """Make a desk with an agent and a customer who has that many tickets; the customer's token."""
    for email, name, role in ((EMAIL, "Ana Ruiz", "customer"), (AGENT, "Ben Roth", "agent")):
        who = ("--name", name, "--role", role)
        typed(folder, "user", "add", email, *who, "--password-stdin", stdin=PASSWORD)
    typed(folder, "shell", stdin=FILL.format(email=EMAIL, tickets=tickets))
    return typed(folder, "token", "add", EMAIL, "--name", "benchmark")


def shots_of(url: str, token: str) -> dict[str, Shot]:
    """What is measured, by name."""
    bearer = {"Authorization": f"Bearer {token}"}
    customer, agent = cookies(url, EMAIL), cookies(url, AGENT)
    part = agent | {"HX-Request": "true", "HX-Target": "pane"}
    ticket = {"subject": "One more lamp", "message": "It flickers, too. " * 10}
    is_json = {"Content-Type": "application/json"}
    return {
        "api-list-50": Shot(f"{url}{API}?limit=50", headers=bearer),
        "api-detail": Shot(f"{url}{API}/4", headers=bearer),
        "api-create": Shot(url + API, "POST", bearer | is_json, json.dumps(ticket)),
        "portal-list": Shot(f"{url}/tickets", headers=customer),
        "desk-list": Shot(f"{url}/desk/views/all", headers=agent),
        "desk-ticket": Shot(f"{url}/desk/tickets/4?view=all", headers=part),  # beside a list
        "desk-page": Shot(f"{url}/desk/tickets/4?view=all", headers=agent),  # both
    }


def cookies(url: str, email: str) -> dict[str, str]:
    """What a browser sends in which *email* is signed in."""
    browser = Browser(url)
    browser.send("/sign-in", email=email, password=PASSWORD)
    return {"Cookie": "; ".join(f"{one.name}={one.value}" for one in browser.cookies)}


def answer_to(shot: Shot) -> tuple[str, bytes]:
    """The content type and the body of the answer."""
    body = shot.body.encode() or None
    request = urllib.request.Request(shot.url, body, dict(shot.headers), method=shot.method)
    with urllib.request.urlopen(request, timeout=20) as answer:
        if answer.geturl() != shot.url:
            raise RuntimeError(f"{shot.url} led to {answer.geturl()}")
        return answer.headers["Content-Type"], answer.read()


@contextmanager
def bare(answers: Path, threads: str):
    """The bare twin; its address."""
    process = subprocess.Popen(
        [sys.executable, str(BARE), str(answers)],
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


def compare(name: str, ours: Shot, twin: Shot, options: argparse.Namespace) -> None:
    """Measure both in turns and print a line."""
    rounds = []
    for _ in range(options.rounds):
        rounds.append((rate(ours, options.seconds), rate(twin, options.seconds)))
    shares = sorted(desk / other for desk, other in rounds)
    desk, other = (statistics.median(numbers) for numbers in zip(*rounds, strict=True))
    print(
        f"{name:<14}{desk:>9.0f}{other:>9.0f}   "
        f"{statistics.median(shares):.2f} ({shares[0]:.2f} to {shares[-1]:.2f})",
        flush=True,
    )


if __name__ == "__main__":
    main()
