"""What is limited over all processes that serve one desk on PostgreSQL."""

import http.client
import sys
import time
from contextlib import ExitStack, closing
from urllib.parse import urlsplit

import pytest

from helpdesk import create_app
from helpdesk.ceilings import ANYBODY
from helpdesk.database import db, linked
from helpdesk.mail.sending.connections import MINUTE, MOST_A_MINUTE
from helpdesk.mail.sending.delivering import PACE
from helpdesk.settings import load_settings
from tests.started import PATIENCE, started

pytestmark = pytest.mark.slow

MOST = 120  # instead of ten times as many, which would take that much longer
PROGRAM = f"""
from helpdesk import ceilings
from helpdesk.cli import main
ceilings.ANYBODY.most = {MOST}
main()
"""


@pytest.fixture
def stack():
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def desks(folder, stack):
    """Where two serve one desk, behind a proxy that says who asks."""
    program = [sys.executable, "-c", PROGRAM]
    here = {"program": program, "HELPDESK_TRUSTED_PROXIES": "127.0.0.1"}
    both = [stack.enter_context(started(folder, "--no-worker", **here)) for _number in range(2)]
    return [desk.url for desk in both]


class Asking(closing):
    """Somebody who comes from *address* and keeps a connection to the desk at *url*."""

    def __init__(self, url, address):
        self.connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)
        self.headers = {"X-Forwarded-For": address}
        super().__init__(self.connection)

    def __enter__(self):
        return self

    def ask(self, path):
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        answer.read()
        return answer.status

    def until_refused(self, pause=0.0):
        """How often it was answered."""
        number = 0
        while (status := self.ask("/sign-in")) == 200:
            number += 1
            time.sleep(pause)
        assert status == 429
        return number


def in_one_minute(call):
    """What *call* returns; with another address where the minute that counts requests went by."""
    for number in range(1, 255):
        minute = int(time.time()) // ANYBODY.seconds
        found = call(f"8.8.8.{number}")
        if int(time.time()) // ANYBODY.seconds == minute:
            return found
    raise AssertionError("It never was done within a minute")


def test_a_stranger_is_counted_over_all_that_serve(desks, stack):
    def ask_both(address):
        one, other = (stack.enter_context(Asking(url, address)) for url in desks)
        neighbour = stack.enter_context(Asking(desks[1], "8.8.4.4"))
        first, then = one.until_refused(), other.until_refused(pause=0.1)
        return first, then, other.ask("/"), neighbour.ask("/")

    first, then, page, neighbours = in_one_minute(ask_both)
    assert first == MOST
    assert then < MOST, "each counts by itself"
    assert (page, neighbours) == (429, 200)


def test_mail_to_a_domain_is_counted_over_all_that_send(folder):
    apps = [create_app(load_settings(folder, {}), answers=False) for _number in range(2)]
    one, other = (app.extensions[PACE] for app in apps)
    with linked(apps[0]), linked(apps[1]):
        assert {one.wait("mail.example", id) for id in range(MOST_A_MINUTE)} == {0}
        until = time.monotonic() + PATIENCE
        while len(other._moments["mail.example"]) < MOST_A_MINUTE:
            assert time.monotonic() < until
            time.sleep(0.05)
        assert 0 < other.wait("mail.example", MOST_A_MINUTE) <= MINUTE
    for app in apps:
        with app.app_context():
            db.engine.dispose()
