"""Transactions of several threads that one commit makes durable."""

import resource
import threading
import time
from contextlib import closing, contextmanager

import pytest
import sqlalchemy as sa

from helpdesk import waiting
from helpdesk.accounts.models import User
from helpdesk.database import (
    after_commit,
    db,
    groups,
    insert,
    queueing,
    sqlite_driver,
    transaction,
)
from helpdesk.database.session import Writer
from helpdesk.tickets import actions
from helpdesk.tickets.models import Tag

pytestmark = pytest.mark.sqlite


class Crowd:
    """Threads that all want to write while somebody else does, in the order of their names."""

    def __init__(self, desk):
        self.desk = desk
        self.failed, self.returned, self.threads = {}, [], []
        self.commits = []
        self.at_commit = lambda: None

    def add(self, name, write=lambda _name: None, *, together=True):
        def work():
            with self.desk.app.app_context():
                try:
                    with transaction(together=together):
                        insert(Tag, name=name)
                        write(name)
                    self.returned.append(name)
                except Exception as error:
                    self.failed[name] = error

        thread = threading.Thread(target=work)
        thread.start()
        self.threads.append(thread)
        waiting = self.desk.app.extensions["helpdesk.writers"]._queue._waiting
        while len(waiting) < len(self.threads):
            time.sleep(0.001)

    @contextmanager
    def waiting(self):
        """Add them in the block; it ends when all are done; nobody has their turn before."""
        commit = Writer.commit

        def noted(writer):
            if writer is not first:
                self.commits.append(list(self.returned))
                self.at_commit()
            commit(writer)

        with pytest.MonkeyPatch.context() as patch:
            with transaction():
                first = db.session()._writer
                patch.setattr(Writer, "commit", noted)
                yield self
            for thread in self.threads:
                thread.join()


@pytest.fixture
def crowd(desk):
    return Crowd(desk)


def kept(desk):
    """The tags that are in the file, for somebody who has nothing to do with us."""
    with closing(sqlite_driver().connect(desk.folder / "helpdesk.db")) as plain:
        return [name for (name,) in plain.execute("SELECT name FROM tags ORDER BY id")]


def test_those_who_wait_share_a_commit_and_nobody_returns_before_it(desk, crowd):
    in_file_before = []
    crowd.at_commit = lambda: in_file_before.append(kept(desk))
    with crowd.waiting():
        for name in "abcdefgh":
            crowd.add(name)
    assert crowd.commits == [[]], "one commit, and nobody had returned then"
    assert in_file_before == [[]]
    assert kept(desk) == list("abcdefgh")
    assert sorted(crowd.returned) == list("abcdefgh")


def test_who_fails_takes_back_their_own_rows_only(desk, crowd):
    def fail(_name):
        db.session.add(Tag(name="of the unit of work"))
        db.session.flush()
        raise ZeroDivisionError

    def twice(_name):
        insert(Tag, name="a")

    def through_the_session(name):
        db.session.add(Tag(name=f"{name} and more"))

    with crowd.waiting():
        crowd.add("first", fail)
        crowd.add("a")
        crowd.add("b", fail)
        crowd.add("c", through_the_session)
        crowd.add("d", twice)
        crowd.add("last", fail)
    assert kept(desk) == ["a", "c", "c and more"]
    assert {name: type(error) for name, error in crowd.failed.items()} == {
        "first": ZeroDivisionError,
        "b": ZeroDivisionError,
        "d": sa.exc.IntegrityError,
        "last": ZeroDivisionError,
    }
    assert sorted(crowd.returned) == ["a", "c"]
    assert len(crowd.commits) == 1


def test_what_is_to_be_done_afterwards_is_done_when_it_is_durable(desk, crowd):
    seen = {}

    def look(name):
        after_commit(lambda: seen.update({name: kept(desk)}))

    def look_and_fail(name):
        look(name)
        raise ZeroDivisionError

    with crowd.waiting():
        for name in "abc":
            crowd.add(name, look)
        crowd.add("d", look_and_fail)
    assert seen == {name: ["a", "b", "c"] for name in "abc"}


def test_a_commit_that_fails_fails_for_all_of_its_group_and_for_nobody_else(desk, crowd):
    def spoil(_name):
        session = db.session()
        session.execute(sa.text("PRAGMA defer_foreign_keys = ON"))
        session.execute(sa.text("INSERT INTO ticket_tags VALUES (4711, 4711)"))

    told = []
    with crowd.waiting():
        crowd.add("a", lambda _name: after_commit(lambda: told.append("a")))
        crowd.add("b", spoil)
        crowd.add("c")
    assert kept(desk) == []
    assert {name: type(error) for name, error in crowd.failed.items()} == dict.fromkeys(
        "abc", sa.exc.IntegrityError
    )
    assert told == crowd.returned == []
    with transaction():
        insert(Tag, name="later")
    assert kept(desk) == ["later"]


def test_a_full_disk_fails_for_all_of_its_group(desk, crowd):
    """The log of the database may not grow while it commits: as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    log = desk.folder / "helpdesk.db-wal"

    def fill():
        resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, before[1]))

    crowd.at_commit = fill
    try:
        with crowd.waiting():
            for name in "abc":
                crowd.add(name)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert kept(desk) == []
    assert {name: type(error) for name, error in crowd.failed.items()} == dict.fromkeys(
        "abc", sa.exc.OperationalError
    )
    with transaction():
        insert(Tag, name="later")
    assert kept(desk) == ["later"]


def test_where_the_database_itself_takes_all_back_all_hear_of_it(desk, crowd):
    with transaction():
        db.session.execute(
            sa.text(
                "CREATE TRIGGER boom BEFORE INSERT ON tags WHEN new.name = 'boom'"
                " BEGIN SELECT RAISE(ROLLBACK, 'boom'); END"
            )
        )
    with crowd.waiting():
        crowd.add("a")
        crowd.add("b")
        crowd.add("boom")
        crowd.add("c")
    assert kept(desk) == ["c"]
    assert sorted(crowd.failed) == ["a", "b", "boom"]
    assert crowd.returned == ["c"]


def test_what_takes_long_begins_when_the_others_are_durable_and_is_alone(desk, crowd):
    seen = {}

    def look(name):
        seen[name] = kept(desk)

    def fail(name):
        look(name)
        raise ZeroDivisionError

    with crowd.waiting():
        crowd.add("a")
        crowd.add("b")
        crowd.add("long", look, together=False)
        crowd.add("c")
        crowd.add("failing", fail, together=False)
        crowd.add("d", look)
    assert seen == {
        "long": ["a", "b"],
        "failing": ["a", "b", "long", "c"],
        "d": ["a", "b", "long", "c"],
    }
    assert len(crowd.commits) == 4


def test_a_group_is_bounded(desk, crowd, monkeypatch):
    monkeypatch.setattr(groups, "MOST_MEMBERS", 3)
    with crowd.waiting():
        for name in "abcdefgh":
            crowd.add(name)
    assert len(crowd.commits) == 3
    assert kept(desk) == list("abcdefgh")


def test_a_member_sees_what_those_before_it_wrote(desk, crowd):
    seen = {}

    def look(name):
        seen[name] = db.session.scalars(sa.select(Tag.name).order_by(Tag.id)).all()

    with crowd.waiting():
        for name in "abc":
            crowd.add(name, look)
    assert seen == {"a": ["a"], "b": ["a", "b"], "c": ["a", "b", "c"]}


def test_tickets_are_opened_together_whole_and_in_order(desk, alice, crowd):
    def open_ticket(name):
        user = db.session.get(User, 1)
        ticket = actions.open_ticket(user, actions.Draft(name, f"Words of {name}", tags=["vip"]))
        actions.reply(user, ticket, "More")
        if name == "c":
            raise ZeroDivisionError

    with crowd.waiting():
        for name in "abcd":
            crowd.add(name, open_ticket)
    assert len(crowd.commits) == 1
    with closing(sqlite_driver().connect(desk.folder / "helpdesk.db")) as plain:
        whole = plain.execute(
            "SELECT subject, message_count, (SELECT count(*) FROM messages WHERE ticket_id = t.id),"
            " (SELECT count(*) FROM events WHERE ticket_id = t.id) FROM tickets t ORDER BY id"
        ).fetchall()
    assert whole == [(name, 2, 2, 2) for name in "abd"]


def test_the_connection_that_writes_is_let_go_with_the_others(desk):
    with transaction():
        insert(Tag, name="before")
    db.session.remove()
    db.engine.dispose()
    assert db.engine.pool.checkedout() == 0
    with transaction():
        insert(Tag, name="after")
    assert kept(desk) == ["before", "after"]


@pytest.fixture
def before_commit(desk, monkeypatch):
    """Let something be called before each commit, in this test only."""

    def also(call):
        calls = [*desk.app.extensions["helpdesk.before_commit"], call]
        monkeypatch.setitem(desk.app.extensions, "helpdesk.before_commit", calls)

    return also


def test_what_comes_before_a_commit_is_done_once_for_all_who_share_it(desk, crowd, before_commit):
    done, called = [], []

    def count():
        done.append(db.session().first_row("SELECT count(*) FROM tags", {})[0])
        after_commit(lambda: called.append(kept(desk)))

    def fail(_name):
        after_commit(lambda: called.append("never"))
        raise ZeroDivisionError

    before_commit(count)
    with crowd.waiting():
        crowd.add("a")
        crowd.add("b")
        crowd.add("c", fail)
        crowd.add("alone", together=False)
        crowd.add("d", fail)
    assert done == [0, 2, 3], "of the one before, of those together, of the one alone"
    assert called == [[], ["a", "b"], ["a", "b", "alone"]]


def test_what_fails_before_a_commit_fails_for_all_who_share_it(desk, crowd, before_commit):
    def fail():
        if db.session().first_row("SELECT count(*) FROM tags WHERE name = 'b'", {})[0]:
            raise ZeroDivisionError

    before_commit(fail)
    with crowd.waiting():
        for name in "abc":
            crowd.add(name)
    assert kept(desk) == []
    assert sorted(crowd.failed) == ["a", "b", "c"]
    assert crowd.returned == []
    with transaction():
        insert(Tag, name="later")
    assert kept(desk) == ["later"]


def test_who_writes_says_when_it_waits_for_its_turn_and_for_the_disk(desk, crowd, monkeypatch):
    told = []

    def goes_on():
        told.append("goes on")

    monkeypatch.setattr(groups, "waits", lambda: told.append("waits"))
    monkeypatch.setattr(queueing, "waits_aside", lambda: told.append("waits") or goes_on)
    with transaction():
        told.append("writes")
    assert told[:2] == ["writes", "waits"]
    with crowd.waiting():
        told.clear()
        crowd.add("a", lambda _name: told.append("writes"))
        assert told == ["waits"]
    assert told.count("goes on") == told.count("writes") == 1
    assert told.index("goes on") < told.index("writes") < len(told) - 1 and told[-1] == "waits"


def test_waiting_is_told_to_whoever_the_thread_works_for():
    told = []

    def work(name):
        waiting.tell_of_waiting(
            *(lambda what=what: told.append((name, what)) for what in ("waits", "aside", "goes on"))
        )
        waiting.waits()
        ways.append(waiting.waits_aside())

    ways = []
    for name in "ab":
        thread = threading.Thread(target=work, args=(name,))
        thread.start()
        thread.join()
    waiting.waits()  # nobody is told of these
    waiting.waits_aside()()
    assert told == [("a", "waits"), ("a", "aside"), ("b", "waits"), ("b", "aside")]
    ways[0]()  # another thread says that this one goes on
    assert told[4:] == [("a", "goes on")]
