"""The log of the database: copied into the file beside those who write, and bounded."""

import threading
from contextlib import contextmanager

import pytest

from helpdesk.database import checkpoints, insert, sqlite_driver, transaction
from helpdesk.database.checkpoints import Checkpoints
from helpdesk.tickets.models import Tag

pytestmark = pytest.mark.sqlite


@pytest.fixture
def looked_after(desk):
    """The thread's looks, one at a time, by whoever calls them."""
    after = Checkpoints(desk.app)
    after._writers.leave_log_to(lambda: None)
    yield after
    after._writers.leave_log_to(None)


def write(number):
    with transaction():
        insert(Tag, name=f"{number} " + "x" * 160_000)


@contextmanager
def reading(desk):
    """Somebody who reads all the while, as a long report does."""
    connection = sqlite_driver().connect(
        str(desk.folder / "helpdesk.db"), isolation_level=None, check_same_thread=False
    )
    connection.execute("BEGIN")
    connection.execute("SELECT count(*) FROM tags").fetchone()
    try:
        yield connection
    finally:
        connection.close()


def log_of(desk):
    """Bytes of the log's file."""
    return (desk.folder / "helpdesk.db-wal").stat().st_size


def test_a_long_log_begins_anew_although_somebody_always_reads(desk, looked_after):
    """Nobody can write for the moment until who reads in the log is done."""
    looked_after._tries_at = 100
    with reading(desk) as reader:
        for number in range(10):  # none of it can be copied as long as they read
            write(number)
        leaving = threading.Timer(0.03, reader.rollback)
        leaving.start()
        looked_after.look()
        leaving.join()
    write(10)
    _is_busy, pages = looked_after._checkpoint("PASSIVE", 0)
    assert 0 < pages < 100


def test_a_commit_leaves_the_log_alone_and_a_look_copies_it(desk, looked_after):
    for number in range(20):
        write(number)
    file = desk.folder / "helpdesk.db"
    before = file.stat().st_size
    assert before < 20 * 160_000
    looked_after.look()
    assert file.stat().st_size > 20 * 160_000


def test_who_reads_for_long_is_not_waited_for_and_sees_what_was_there(desk, looked_after):
    with reading(desk) as report:
        for number in range(160):
            write(number)
            looked_after.look()
        assert report.execute("SELECT count(*) FROM tags").fetchone() == (0,)
        assert log_of(desk) > checkpoints.LONG * 4096
    for number in range(160, 250):
        write(number)
        looked_after.look()
    assert log_of(desk) <= 16 * 1024 * 1024, "it began anew and gave back what it had taken"


def test_it_looks_when_something_was_committed_and_sleeps_else(desk, monkeypatch):
    monkeypatch.setattr(checkpoints, "PAUSE", 0)
    looks = threading.Semaphore(0)
    look = Checkpoints.look
    monkeypatch.setattr(Checkpoints, "look", lambda one: (look(one), looks.release()))
    after = Checkpoints(desk.app)
    after.start()
    try:
        assert not looks.acquire(timeout=0.2)
        write(1)
        assert looks.acquire(timeout=20)
    finally:
        after.stop()
    assert not after._thread.is_alive()


def test_a_failure_is_logged_and_the_next_look_comes_all_the_same(desk, monkeypatch, caplog):
    monkeypatch.setattr(checkpoints, "PAUSE", 0)
    looks = threading.Semaphore(0)
    look = Checkpoints.look

    def fail_once(one):
        looks.release()
        monkeypatch.setattr(Checkpoints, "look", lambda one: (look(one), looks.release()))
        raise OSError("no more connections")

    monkeypatch.setattr(Checkpoints, "look", fail_once)
    after = Checkpoints(desk.app)
    after.start()
    try:
        for number in range(2):
            write(number)
            assert looks.acquire(timeout=20)
    finally:
        after.stop()
    assert "could not be looked after" in caplog.text
