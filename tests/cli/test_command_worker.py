"""``helpdesk worker``, as a process of its own."""

import signal
import time

import pytest

from tests.databases import ask
from tests.started import PATIENCE, started, typed, working


def is_swept(folder):
    return not ask(folder, "SELECT * FROM rate_limits")


def leave_something_to_sweep(folder):
    ask(folder, "INSERT INTO rate_limits VALUES ('k', 1, 1, 2)")


def wait_until(is_so):
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_it_works_until_it_is_stopped(data, by):
    leave_something_to_sweep(data)
    with working(data) as worker:
        worker.wait_for("Help desk worker ready")
        wait_until(lambda: is_swept(data))
        assert worker.stop(by) == 0
        assert (worker.facts, worker.remarks) == (["Help desk worker ready"], [])


def test_it_works_beside_a_server_that_does_not(data):
    leave_something_to_sweep(data)
    with started(data, "--no-worker") as desk:
        assert desk.url
        with working(data) as worker, working(data) as another:
            worker.wait_for("Help desk worker ready")
            another.wait_for("Help desk worker ready")
            wait_until(lambda: is_swept(data))
            assert (worker.stop(), another.stop()) == (0, 0)
        assert desk.stop() == 0
    again = ask(data, "SELECT kind, state, attempts FROM jobs ORDER BY kind")
    kinds = (
        "backup.daily",
        "health.daily",
        "housekeeping",
        "mail.digest",
        "privacy.sweep",
        "search.later",
    )
    assert again == [(kind, "waiting", 0) for kind in kinds]


def test_once_does_what_is_due_and_ends(data):
    leave_something_to_sweep(data)
    assert typed(data, "worker", "--once") == "6 jobs done"
    assert is_swept(data)
    assert typed(data, "worker", "--once") == "0 jobs done"


def test_it_ends_when_a_newer_program_has_taken_the_database(data):
    with working(data) as worker:
        worker.wait_for("Help desk worker ready")
        ask(data, "UPDATE alembic_version SET version_num = '9999'")
        assert worker.process.wait(PATIENCE) == 1
    wait_until(lambda: worker.remarks)
    assert "is newer than this program" in worker.remarks[-1]
