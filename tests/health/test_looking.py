"""The doctor by itself: each night, or when an admin asks, in a process of its own."""

import subprocess

import pytest

from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.errors import NotAllowed
from helpdesk.health import actions, queries
from helpdesk.jobs import GiveUp, run_due
from helpdesk.operations import looking
from tests import postgresql


def report():
    db.session.rollback()
    db.session.expire_all()
    return queries.report(DESK)


@pytest.fixture
def looks(monkeypatch):
    """How often it has looked."""
    seen = []
    monkeypatch.setattr(looking, "_findings", lambda _settings, is_deep: seen.append(is_deep) or [])
    return seen


def test_it_looks_when_an_admin_asks(desk, admin):
    actions.check_now(admin, is_deep=True)
    assert queries.is_being_made()
    run_due(desk.app, lanes=["health"])

    found = report()
    assert not queries.is_being_made()
    assert found.is_deep and found.failure == ""
    levels = {one["name"][0]: one["level"] for one in found.findings}
    database = "PostgreSQL" if postgresql.is_asked_for() else "database"
    assert levels["contents of attachments"] == "ok"
    assert levels[database] == ("error" if postgresql.is_asked_for() else "ok")  # never on the disk
    assert found.errors == sum(level == "error" for level in levels.values())
    assert found.total == len(found.findings) or found.done <= found.total


def test_asked_twice_it_looks_once(desk, admin, looks):
    actions.check_now(admin)
    actions.check_now(admin, is_deep=True)
    run_due(desk.app, lanes=["health"])
    assert looks == [False]


@pytest.mark.parametrize("who", ["alice", "agent"])
def test_others_may_not_ask(request, desk, who):
    somebody = request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        actions.check_now(somebody)
    with pytest.raises(NotAllowed):
        queries.report(somebody)


def test_a_new_desk_waits_for_its_night_and_then_looks_once(desk, looks, travel):
    looking.look({})
    assert looks == []
    travel(days=1)
    looking.look({})
    looking.look({})
    assert looks == [False]
    travel(days=5)  # it was off
    looking.look({})
    looking.look({})
    assert looks == [False, False]


def test_a_look_that_fails_is_told_until_one_does_not(desk, monkeypatch):
    monkeypatch.setattr(looking, "_LOOK", ("/nobody/has/this",))
    with pytest.raises(GiveUp):
        looking.check({})
    assert "could not look" in report().failure
    assert queries.error_count() == 1

    monkeypatch.setattr(looking, "_findings", lambda *_: [])
    looking.check({})
    assert report().failure == ""
    assert queries.error_count() == 0


def test_one_that_is_killed_is_told(desk, monkeypatch):
    monkeypatch.setattr(looking, "_LOOK", ("true",))
    with pytest.raises(GiveUp):
        looking.check({})
    assert "ended before it was done" in report().failure


def test_it_knows_what_the_command_line_of_the_server_said(desk, monkeypatch):
    told = looking._environ(desk.app.config["HELPDESK"])
    assert told["HELPDESK_HOST"] == desk.app.config["HELPDESK"].host
    done = subprocess.run(
        [*looking._LOOK, str(desk.folder / "none"), "quick"],
        capture_output=True,
        env=told,
        check=True,
    )
    assert b"There is no desk in" in done.stdout.splitlines()[-1]
