"""What a person, a script and a watchdog are told while the machine lacks something."""

import errno
import re
import threading
from contextlib import closing, contextmanager
from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa

from helpdesk import clock, watchdog
from helpdesk.cli.serve import _still_works
from helpdesk.database import db, sqlite_driver
from helpdesk.database.postgresql.locks import DESK, Lock
from helpdesk.files import FileStore, IncomingFile, StorageAway, StorageFailed, StorageFull
from helpdesk.jobs import Worker, enqueue, register
from helpdesk.jobs.models import Job
from helpdesk.tickets.models import Ticket
from helpdesk.troubles import CROWDED, DISK, FILES_AWAY, FULL, LOCKED, READ_ONLY, trouble_of

TICKETS = "/customer-support-ticket"


@contextmanager
def locked(desk, monkeypatch, patience_ms=50):
    """Another program has the database, and nobody waits long for it."""
    writers = desk.app.extensions["helpdesk.writers"]
    monkeypatch.setattr(writers, "_patience_ms", patience_ms)
    writers.leave_log_to(None)  # a new connection
    if desk.app.config["HELPDESK"].is_alone:
        with closing(sqlite_driver().connect(desk.folder / "helpdesk.db")) as other:
            other.isolation_level = None
            other.execute("BEGIN IMMEDIATE")
            yield
    else:
        engine = sa.create_engine(db.engine.url, poolclass=sa.NullPool)
        with engine.begin() as other:
            other.exec_driver_sql("SELECT pg_advisory_xact_lock(%s, %s)", (DESK, Lock.WRITING))
            yield


def because(error):
    try:
        raise RuntimeError("It failed.") from error
    except RuntimeError as raised:
        return raised


def of_sqlite(statement, *before):
    with closing(sqlite_driver().connect(":memory:")) as connection:
        for one in before:
            connection.execute(one)
        try:
            connection.execute(statement)
        except sqlite_driver().Error as error:
            return error


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (OSError(errno.ENOSPC, "full"), FULL),
        (OSError(errno.EDQUOT, "quota"), FULL),
        (OSError(errno.EROFS, "read-only"), READ_ONLY),
        (OSError(errno.EMFILE, "files"), CROWDED),
        (OSError(errno.EIO, "broken"), DISK),
        (MemoryError(), CROWDED),
        (StorageFull("No room."), FULL),
        (StorageFailed("No."), DISK),
        (StorageAway("No."), FILES_AWAY),
        (of_sqlite("CREATE TABLE a (b)", "PRAGMA query_only=1"), READ_ONLY),
        (of_sqlite("ATTACH '/nowhere/at/all' AS a"), DISK),
        (of_sqlite("SELECT nothing"), None),
        (OSError(errno.ENOENT, "gone"), None),
        (ValueError("ours"), None),
    ],
)
def test_what_the_machine_lacks_is_told_from_the_error(error, trouble):
    assert trouble_of(error) is trouble
    assert trouble_of(because(error)) is trouble


def test_a_locked_database_is_told_and_over_by_itself(desk, alice, monkeypatch):
    script, health_page = desk.api(alice), desk.app.test_client()
    ticket = desk.ticket(alice, "From before")
    with locked(desk, monkeypatch):
        answer = script.post(TICKETS, json={"subject": "A", "message": "B"})
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "15")
        assert str(LOCKED.sentence) in answer.json["message"]
        assert answer.json["requestId"] == answer.headers["X-Request-ID"]
        assert script.get(f"{TICKETS}/{ticket.id}").status_code == 200  # whoever reads goes on
        told = health_page.get("/healthz")
        assert told.status_code == 503
        assert "locked" in told.text
        assert "Retry-After" in told.headers
    assert health_page.get("/healthz").text == "ok\n"
    assert script.post(TICKETS, json={"subject": "A", "message": "B"}).status_code == 200


def test_who_waits_behind_one_that_was_locked_out_does_not_wait_as_long_again(
    desk, alice, monkeypatch
):
    writers = desk.app.extensions["helpdesk.writers"]
    patience = []
    begin = writers._writer
    monkeypatch.setattr(writers, "_writer", lambda ms: patience.append(ms) or begin(ms))
    script, words = desk.api(alice), {"subject": "A", "message": "B"}
    with locked(desk, monkeypatch, patience_ms=300):
        threads = [
            threading.Thread(target=lambda: script.post(TICKETS, json=words)) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert min(patience[1:]) < 150


def test_a_form_that_was_not_kept_comes_back_with_its_words(desk, alice, monkeypatch):
    browser = desk.browser(alice)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/tickets/new").text)
    words = {"subject": "My lamp", "message": 'It is "broken"\n<b>since</b> today'}
    form = words | ({"csrf_token": token[1]} if token else {})
    with locked(desk, monkeypatch):
        answer = browser.post("/tickets", data=form)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "15")
    assert str(LOCKED.sentence) in answer.text
    assert "It is &#34;broken&#34;\n&lt;b&gt;since&lt;/b&gt; today</textarea>" in answer.text
    assert "Send once more" in answer.text
    assert browser.post("/tickets", data=form).status_code == 302
    db.session.rollback()
    assert db.session.scalars(sa.select(Ticket.subject)).all() == ["My lamp"]


@pytest.mark.parametrize("refuses", ["write", "seek", "receive"])
def test_so_do_words_around_a_file_that_the_disk_refuses(desk, alice, monkeypatch, refuses):
    """Without a script all comes in one form, and the disk is full amid the first file of it."""

    def full(*_given, **_more):
        raise StorageFull("No room.")

    monkeypatch.setattr(FileStore if refuses == "receive" else IncomingFile, refuses, full)
    browser = desk.browser(alice)
    form = {"subject": "My lamp", "files": [(BytesIO(b"x" * 300_000), "a.bin")]}
    form["files"].append((BytesIO(b"y"), "b.bin"))
    answer = browser.post("/tickets", data=form | {"message": "It is broken\nsince today"})
    assert answer.status_code == 507 and "No room." in answer.text
    assert 'value="My lamp"' in answer.text or "My lamp</textarea>" in answer.text
    assert "It is broken\nsince today</textarea>" in answer.text, "it came after the files"
    monkeypatch.undo()
    assert desk.app.test_client().get("/healthz").status_code == 200
    assert [path for path in desk.folder.rglob("*.part") if path.is_file()] == []


def test_a_password_is_never_shown_again(desk, alice, monkeypatch):
    browser = desk.browser()
    with locked(desk, monkeypatch):
        answer = browser.post("/sign-in", data={"email": alice.email, "password": "hers alone"})
    assert answer.status_code == 503
    assert "hers alone" not in answer.text


def test_what_works_in_the_background_and_has_died_is_told(desk):
    worker = Worker(desk.app)
    watchdog.watch(desk.app, lambda: _still_works(worker))
    try:
        told = desk.app.test_client().get("/healthz")
        assert (told.status_code, told.text) == (
            503,
            "The worker has died: start the desk again.\n",
        )
    finally:
        desk.app.extensions[watchdog.EXTENSION].pop()


def test_background_work_that_nobody_does_is_told(desk, travel):
    from helpdesk.database import transaction

    register(desk.app, "test.late", lambda payload: None, title="Late")
    with transaction():
        enqueue("test.late", {})
        db.session.execute(sa.update(Job).values(due_at=clock.now() - timedelta(hours=1)))
    told = desk.app.test_client().get("/healthz")
    assert told.status_code == 200  # it waited for the desk to be started
    travel(minutes=16)
    told = desk.app.test_client().get("/healthz")
    assert told.status_code == 503
    assert "background work" in told.text
