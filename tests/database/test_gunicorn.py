"""Two processes of gunicorn serve one desk on PostgreSQL, as some platforms want it."""

import json
import signal
import subprocess
import sys
import time

import pytest

from tests.desk import PASSWORD, PNG
from tests.faults.deeds import CUSTOMER, STAFF
from tests.faults.rounds import furnish
from tests.faults.script import FORM, File, Script, form
from tests.mail.dovecot import free_port
from tests.started import PATIENCE, Browser, environment, running

pytestmark = pytest.mark.slow

APPLICATION = "helpdesk.wsgi:application()"


def command(*options):
    return [sys.executable, "-m", "gunicorn", APPLICATION, "--worker-class", "gthread", *options]


@pytest.fixture
def serving(folder):
    """The address of two processes, and they."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    words = command("--workers", "2", "--threads", "4", "--bind", f"127.0.0.1:{port}")
    settings = {"HELPDESK_DATA": str(folder), "HELPDESK_BASE_URL": url}
    with running(words, **settings) as gunicorn:
        while sum("Booting worker" in line for line in gunicorn.remarks) < 2:
            gunicorn._new.get(timeout=PATIENCE)
        yield url, gunicorn


def look(browser, since=""):
    told = json.loads(browser.get(f"/desk/together?ticket=1&since={since}"))
    assert told["stream"] is False, "such a server can't keep connections open"
    process = told["mark"].partition("-")[0]
    return (process, told["news"]) if since else (process, told["mark"])


def news_of(browser, process, since):
    """The kinds of what *process* tells; none where another was asked, which says "look"."""
    asked, news = look(browser, since)
    assert asked == process or news is None
    return {one["kind"] for one in news or ()}


def until(true, what):
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, what


def test_it_serves_what_a_desk_is_for_and_stops(folder, serving):
    url, gunicorn = serving
    keys = furnish(folder)
    script = Script(url)
    lamp = File("lamp.png", PNG)
    opened = script.data(
        "POST",
        CUSTOMER,
        keys.customer,
        form({"subject": "A lamp", "message": "It hums."}, [lamp]),
        **FORM,
    )
    shown = script.data("GET", f"{STAFF}/{opened['id']}", keys.admin)
    [file] = shown["ticketMessage"][0]["ticketAttachments"]
    assert script.ask("GET", file["filePath"], keys.admin)[2] == PNG

    first, second = Browser(url), Browser(url)
    for browser in (first, second):
        browser.send("/sign-in", email="adam@shop.example", password=PASSWORD)
    page = first.get("/desk/tickets/1")
    assert "It hums." in page
    before = {}  # of each process, the mark of its latest news
    until(lambda: len(before) == 2 or before.update([look(second)]), "one process answers all")
    reply = form({"message": "We look at it."}, [])
    script.data("POST", f"{STAFF}/{opened['id']}", keys.admin, reply, **FORM)
    for process, mark in before.items():
        until(lambda p=process, m=mark: "replied" in news_of(second, p, m), "it has no news")
    assert "We look at it." in second.get("/desk/tickets/1")
    assert gunicorn.stop(signal.SIGTERM) == 0


@pytest.mark.parametrize(
    ("options", "is_postgresql", "said"),
    [((), False, "A desk on SQLite is served by one process"), (("--preload",), True, "--preload")],
)
def test_it_says_why_it_does_not_start(folder, tmp_path, options, is_postgresql, said):
    place = folder if is_postgresql else tmp_path / "alone"
    run = subprocess.run(
        command("--bind", "127.0.0.1:0", *options),
        env=environment(HELPDESK_DATA=str(place)),
        stderr=subprocess.PIPE,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert run.returncode != 0
    assert said in run.stderr
