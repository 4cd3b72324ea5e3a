"""Several processes at one table, and what one leaves that is killed."""

import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from helpdesk.database import db, transaction
from helpdesk.jobs import enqueue
from helpdesk.jobs.models import Job, State
from helpdesk.operations.migrate import bring_up_to_date
from tests import warm
from tests.jobs.process import make_app
from tests.started import PATIENCE, environment


class Table:
    """The jobs of a folder, from the outside."""

    def __init__(self, folder):
        self.folder, self.app = folder, make_app(folder)

    def add(self, *payloads):
        with transaction():
            return [enqueue("stamp", payload).id for payload in payloads]

    def states(self):
        db.session.rollback()
        query = sa.select(Job.state, Job.attempts).where(Job.lane == "stamps").order_by(Job.id)
        return [tuple(row) for row in db.session.execute(query)]

    @property
    def stamps(self):
        path = self.folder / "stamps"
        return [line.split() for line in path.read_text().splitlines()] if path.exists() else []

    def wait_until(self, is_so):
        until = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < until, (self.stamps, self.states())
            time.sleep(0.02)

    @contextmanager
    def worker(self, *options):
        process = warm.Popen(
            [sys.executable, "-m", "tests.jobs.process", str(self.folder), *options],
            stdin=subprocess.PIPE,
            env=environment(),
        )
        try:
            yield process
            process.communicate(timeout=PATIENCE)
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate()


@pytest.fixture
def table(desk, tmp_path):
    found = Table(tmp_path / "other")
    bring_up_to_date(found.app)
    with found.app.app_context():
        yield found
        db.session.remove()
        db.engine.dispose()


def test_two_workers_share_the_work_and_none_does_what_another_does(table):
    table.add(*({"n": n, "seconds": 0.02} for n in range(60)))
    with table.worker(), table.worker():
        table.wait_until(lambda: all(state is State.DONE for state, _ in table.states()))

    for word in ("begins", "ends"):
        assert sorted(int(n) for what, n, _ in table.stamps if what == word) == list(range(60))
    assert len({process for *_, process in table.stamps}) == 2
    assert table.states() == [(State.DONE, 1)] * 60


def killed_amid_its_job(table, *options):
    table.add({"n": 1, "seconds": 600})
    with table.worker(*options) as process:
        table.wait_until(lambda: table.stamps)
        process.send_signal(signal.SIGKILL)
    with transaction():
        job = db.session.scalar(sa.select(Job).where(Job.lane == "stamps"))
        job.payload = {"n": 1}
    assert table.states() == [(State.RUNNING, 1)]


def test_what_a_killed_server_was_running_the_next_takes_over_at_once(table):
    killed_amid_its_job(table, "holds-lock")
    with table.worker("holds-lock"):
        table.wait_until(lambda: len(table.stamps) == 3)
    assert [what for what, *_ in table.stamps] == ["begins", "begins", "ends"]
    assert table.states() == [(State.DONE, 2)]


@pytest.mark.parametrize("next_one", [(), ("holds-lock",)])
def test_what_a_killed_worker_was_running_the_next_process_takes_over_at_once(table, next_one):
    killed_amid_its_job(table)
    with table.worker(*next_one):
        table.wait_until(lambda: len(table.stamps) == 3)
    assert table.states() == [(State.DONE, 2)]
    assert list((table.folder / "workers").iterdir()) == []


def test_what_a_killed_command_was_running_a_server_takes_over_that_has_long_been_there(table):
    table.add({"n": 1, "seconds": 600})
    with table.worker("once") as command:
        table.wait_until(lambda: table.stamps)
        with transaction():
            db.session.scalar(sa.select(Job).where(Job.lane == "stamps")).payload = {"n": 1}
        with table.worker("holds-lock"):
            time.sleep(1)  # it has looked at what others run, and has left it alone
            assert table.states() == [(State.RUNNING, 1)]
            command.send_signal(signal.SIGKILL)
            table.wait_until(lambda: len(table.stamps) == 3)
    assert table.states() == [(State.DONE, 2)]


def test_a_worker_leaves_alone_what_one_of_another_machine_may_still_run(table, monkeypatch):
    killed_amid_its_job(table)
    [dead] = (table.folder / "workers").iterdir()
    with transaction():
        job = db.session.scalar(sa.select(Job).where(Job.lane == "stamps"))
        job.lease = job.lease.replace(dead.name, elsewhere := "worker-0123456789abcdef-01")
    dead.rename(dead.with_name(elsewhere))
    with table.worker(), table.worker("holds-lock"):
        table.add({"n": 2})
        table.wait_until(lambda: len(table.stamps) == 3)
    assert table.states() == [(State.RUNNING, 1), (State.DONE, 1)]


def test_a_worker_leaves_alone_what_may_still_run_and_takes_over_what_is_not_heard_of(table):
    killed_amid_its_job(table, "holds-lock")
    with table.worker():
        table.add({"n": 2})
        table.wait_until(lambda: len(table.stamps) == 3)
    assert table.states() == [(State.RUNNING, 1), (State.DONE, 1)]
    with table.worker("minutes=6"):
        table.wait_until(lambda: len(table.stamps) == 5)
    assert table.states() == [(State.DONE, 2), (State.DONE, 1)]


def test_a_server_leaves_alone_what_a_worker_runs(table):
    table.add({"n": 1, "seconds": 2})
    with table.worker():
        table.wait_until(lambda: table.stamps)
        with table.worker(), table.worker("holds-lock"):
            table.add({"n": 2})
            table.wait_until(lambda: ["ends", "2"] in [line[:2] for line in table.stamps])
        table.wait_until(lambda: len(table.stamps) == 4)
    assert table.states() == [(State.DONE, 1), (State.DONE, 1)]


def test_a_job_that_kills_its_process_fails_in_the_end(table):
    [poison, other] = table.add({"n": 1, "dies": True}, {"n": 2})
    with transaction():
        db.session.get(Job, poison).attempts = 7
    for _death in range(3):
        with table.worker("holds-lock") as process:
            assert process.wait(PATIENCE) == 9
    with table.worker("holds-lock"):
        table.wait_until(lambda: table.states()[1][0] is State.DONE)
    assert other
    assert table.states() == [(State.FAILED, 10), (State.DONE, 1)]
    assert db.session.get(Job, poison).last_error == "The process ended while this was running."
