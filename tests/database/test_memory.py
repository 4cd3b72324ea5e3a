"""What is kept until somebody writes: asked once, and never older than its snapshot."""

import threading

import pytest
import sqlalchemy as sa

from helpdesk.database import (
    db,
    one_of_few,
    scalar,
    transaction,
    until_written,
)
from helpdesk.tickets.models import Category


@pytest.fixture
def names():
    """Reads the names of the categories, and notes when."""
    read = []

    def names(key="names"):
        def ask():
            read.append(key)
            return db.session.scalars(sa.select(Category.name).order_by(Category.id)).all()

        return until_written(key, ask)

    names.read = read
    return names


def later():
    """Let another request begin: on the same connection, for there is only one who reads."""
    db.session.rollback()


def test_it_is_asked_once_until_something_is_written(desk, names):
    desk.category("Lamps")
    later()
    for _ in range(3):
        assert names() == ["Lamps"]
        later()
    assert names.read == ["names"]
    assert names("others") == ["Lamps"]
    later()
    desk.category("Chairs")
    later()
    assert names() == ["Lamps", "Chairs"]
    assert names.read == ["names", "others", "names"]


def test_what_another_process_writes_is_seen(desk, names, elsewhere):
    desk.category("Lamps")
    later()
    assert names() == ["Lamps"]
    later()
    elsewhere("UPDATE categories SET name = 'Sofas'")
    assert names() == ["Sofas"]


def test_who_writes_reads_what_they_wrote(desk, names):
    desk.category("Lamps")
    later()
    assert names() == ["Lamps"]
    with transaction():
        db.session.execute(sa.update(Category).values(name="Sofas"))
        assert names() == ["Sofas"]
        db.session.execute(sa.update(Category).values(name="Tables"))
        assert names() == ["Tables"]


def test_what_was_read_before_a_change_is_not_kept_for_after_it(desk, names):
    """A snapshot that is older than the change may be asked after it."""
    desk.category("Lamps")
    later()
    scalar(sa.select(sa.func.count()).select_from(Category))  # here the snapshot is made

    def write():
        with desk.app.app_context():
            desk.category("Chairs")
            db.session.remove()

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()
    assert names() == ["Lamps"]
    later()
    assert names() == ["Lamps", "Chairs"]


@pytest.mark.sqlite
def test_a_connection_that_wrote_itself_knows_of_it(desk, names):
    desk.category("Lamps")
    later()
    assert names() == ["Lamps"]
    later()
    lender = desk.app.extensions["helpdesk.lender"]
    lent = lender.lend()  # the one that remembers
    lent.driver.execute("UPDATE categories SET name = 'Sofas'")
    lender.take_back(lent)
    assert names() == ["Sofas"]


def test_few_answers_are_kept(desk, names, monkeypatch):
    monkeypatch.setattr("helpdesk.database.memory.MOST_KEPT", 2)
    for key in ("a", "b", "c", "a"):
        names(key)
    assert names.read == ["a", "b", "c", "a"]


def test_of_what_takes_room_few_are_kept_beside_the_others(desk, names):
    names("other")
    read = []
    for key in ("a", "b", "b", "c", "b", "a"):
        assert one_of_few("large", 2, key, lambda key=key: read.append(key)) is None
    assert read == ["a", "b", "c", "a"]
    assert names("other") == []
    assert names.read == ["other"]
    later()
    desk.category("Lamps")
    later()
    one_of_few("large", 2, "a", lambda: read.append("again"))
    assert read[-1] == "again"
