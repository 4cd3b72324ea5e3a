"""``helpdesk worker``, as a process of its own."""

import signal
import sqlite3
import time
from contextlib import closing

import pytest

from tests.started import PATIENCE, started, typed, working


def ask(folder, query):
    with closing(sqlite3.connect(folder / "helpdesk.db")) as database:
        rows = database.execute(query).fetchall()
        database.commit()
    return rows


def is_swept(folder):
    return not ask(folder, "SELECT * FROM rate_limits")


def leave_something_to_sweep(folder):
    typed(folder, "user", "list")
    ask(folder, "INSERT INTO rate_limits VALUES ('k', 1, 1, 2)")


def wait_until(is_so):
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_it_works_until_it_is_stopped(tmp_path, by):
    leave_something_to_sweep(tmp_path / "desk")
    with working(tmp_path / "desk") as worker:
        worker.wait_for("Help desk worker ready")
        wait_until(lambda: is_swept(tmp_path / "desk"))
        assert worker.stop(by) == 0
        assert (worker.facts, worker.remarks) == (["Help desk worker ready"], [])


def test_it_works_beside_a_server_that_does_not(tmp_path):
    folder = tmp_path / "desk"
    leave_something_to_sweep(folder)
    with started(folder, "--no-worker") as desk:
        assert desk.url
        with working(folder) as worker, working(folder) as another:
            worker.wait_for("Help desk worker ready")
            another.wait_for("Help desk worker ready")
            wait_until(lambda: is_swept(folder))
            assert (worker.stop(), another.stop()) == (0, 0)
        assert desk.stop() == 0
    again = ask(folder, "SELECT kind, state, attempts FROM jobs ORDER BY kind")
    kinds = ("housekeeping", "mail.digest", "search.later")
    assert again == [(kind, "waiting", 0) for kind in kinds]


def test_once_does_what_is_due_and_ends(tmp_path):
    folder = tmp_path / "desk"
    leave_something_to_sweep(folder)
    assert typed(folder, "worker", "--once") == "3 jobs done"
    assert is_swept(folder)
    assert typed(folder, "worker", "--once") == "0 jobs done"


def test_it_ends_when_a_newer_program_has_taken_the_database(tmp_path):
    folder = tmp_path / "desk"
    with working(folder) as worker:
        worker.wait_for("Help desk worker ready")
        ask(folder, "UPDATE alembic_version SET version_num = '9999'")
        assert worker.process.wait(PATIENCE) == 1
    wait_until(lambda: worker.remarks)
    assert "is newer than this program" in worker.remarks[-1]
