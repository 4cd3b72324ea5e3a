"""That the benchmarks run, whatever they measure: no test may fail for being slow."""

import json
import re
import runpy
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from helpdesk.database import db
from tests import warm
from tests.benchmarks.make_desk import make_desk
from tests.benchmarks.peers.django_site import loading
from tests.browser.program import MISSING, chromium
from tests.mail import dovecot
from tests.started import environment


@pytest.fixture
def measured(monkeypatch, capsys):
    """What ``python -m tests.benchmarks.NAME …`` prints. It runs in this process, so that what it
    starts is forked (``tests/warm``) and doesn't take the second that it would measure."""

    def run(name, *words):
        monkeypatch.setattr(sys, "argv", [name, *words])
        monkeypatch.delitem(sys.modules, f"tests.benchmarks.{name}", raising=False)
        try:
            runpy.run_module(f"tests.benchmarks.{name}", run_name="__main__")
        except SystemExit as ended:
            assert not ended.code, capsys.readouterr().out
        return capsys.readouterr().out

    return run


@pytest.mark.slow
def test_all_that_is_promised_is_measured(tmp_path, measured):
    told = tmp_path / "goals.json"
    said = measured("goals", "--short", "--tickets", "300", "--json", str(told))

    found = json.loads(told.read_text())
    parts = {figure["part"] for figure in found["figures"]}
    assert found["broken"] == []
    assert parts >= {"Flat cost", "Search", "OFFSET", "Close to a bare route", "Writing", "Load"}
    assert "goals are reached" in said


@pytest.mark.slow
def test_the_cost_of_open_pages_is_measured(measured):
    said = measured("idle", "--agents", "0", "3", "--seconds", "0.3")

    assert re.findall(r"^ +(\d+) +\d+\.\d\d ", said, re.MULTILINE) == ["0", "3"]
    assert "heard by all 3 after" in said


@pytest.mark.slow
def test_the_cost_of_lists_is_measured(measured):
    said = measured("lists", "--tickets", "300")

    assert len(re.findall(r"(?: +\d+){6}$", said, re.MULTILINE)) == 30
    assert "30 in one query" in said


@pytest.mark.slow
def test_opening_a_ticket_is_measured():
    if chromium() is None:
        pytest.skip(MISSING)
    few = ("--tickets", "60", "--clicks", "2", "--tries", "1")
    said = warm.run(
        [sys.executable, "-m", "tests.benchmarks.opening", *few],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        env=environment(),
        check=True,
    ).stdout

    rows = re.findall(r"^(desk-[a-z]+) +\d+\.\d +\d+\.\d +\d+$", said, re.MULTILINE)
    assert rows == ["desk-list", "desk-ticket", "desk-page"]
    assert "from click to painted, 2 tickets: least" in said


@pytest.mark.slow
def test_filing_mail_is_measured(measured):
    said = measured("mail", "--mails", "3", "--piped", "1", "--ledger", "10", "20")

    assert re.findall(r"^(\d+)\t\d+\t[\d.]+\t[\d.]+\t\d+$", said, re.MULTILINE) == ["10", "20"]


@pytest.mark.slow
def test_fetching_mail_is_measured(measured):
    if not dovecot.is_here():
        pytest.skip("There is no Dovecot here (Debian: apt-get install dovecot-imapd).")
    said = measured("imap", "--mails", "3", "--ledger", "10", "20")

    assert re.findall(r"^(\d+)\t\d+\t[\d.]+\t\d+\t\d+\t\d+$", said, re.MULTILINE) == ["10", "20"]


@pytest.mark.slow
def test_the_cost_of_the_process_is_measured(tmp_path, measured):
    make_desk(tmp_path / "desk", 100)
    few = ("--rounds", "1", "--requests", "120", "--agents", "2", "--seconds", "0.3")
    said = measured("process", "--data", str(tmp_path / "desk"), *few)

    assert len(re.findall(r"^start, files (?:warm|cold): ready \d", said, re.MULTILINE)) == 2
    assert "memory after 120 requests: " in said
    assert "idle, 2 agents: " in said


@pytest.mark.sqlite  # the peer's own database, to which ours is attached
def test_what_the_peer_is_filled_with_fits_our_tables(desk, alice):
    desk.ticket(from_=alice, subject="Broken lamp")

    [ticket] = db.session.execute(sa.text(loading.TICKETS)).all()
    assert {"Broken lamp", alice.email} <= set(ticket)
    for rows, into in (
        (loading.TICKETS, loading.INTO_TICKETS),
        (loading.FOLLOW_UPS, loading.INTO_FOLLOW_UPS),
    ):
        assert len(db.session.execute(sa.text(rows)).keys()) == into.count(",") + 1
    assert db.session.execute(sa.text(loading.STAFF)).all() == []
    db.session.execute(sa.text(loading.QUEUES))


@pytest.mark.slow
def test_the_comparison_with_the_peer_can_be_asked_for(measured):
    said = measured("peers", "--help")

    assert "django-helpdesk" in said
