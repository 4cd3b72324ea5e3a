"""What is kept in memory: read once, and never older than the database."""

import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sa

from helpdesk.database import db, kept, rows, transaction
from helpdesk.database.stamps import STAMPED, stamps
from helpdesk.tickets.models import Category


@pytest.fixture
def names():
    """Reads the names of the categories, and notes when."""
    read = []

    @kept("categories")
    def names():
        read.append(1)
        return tuple(row.name for row in rows(sa.select(Category.name).order_by(Category.id)))

    names.read = read
    return names


def rename(name):
    with transaction():
        db.session.execute(sa.update(Category).values(name=name))


def test_it_is_read_once_until_it_changes(desk, names):
    desk.category("Lamps")
    for _ in range(3):
        assert names() == ("Lamps",)
        db.session.rollback()
    assert len(names.read) == 1
    desk.category("Chairs")
    assert names() == ("Lamps", "Chairs")
    rename("Sofas")
    assert names() == ("Sofas", "Sofas")
    with transaction():
        db.session.execute(sa.delete(Category))
    assert names() == ()
    assert len(names.read) == 4


def test_what_another_process_changes_is_seen(desk, names):
    desk.category("Lamps")
    assert names() == ("Lamps",)
    with closing(sqlite3.connect(desk.folder / "helpdesk.db")) as other:
        other.execute("UPDATE categories SET name = 'Chairs'")
        other.commit()
    assert names() == ("Lamps",)  # of the moment of this transaction
    db.session.rollback()
    assert names() == ("Chairs",)


def test_what_was_rolled_back_is_not_kept(desk, names):
    desk.category("Lamps")
    with pytest.raises(ZeroDivisionError), transaction():
        db.session.execute(sa.update(Category).values(name="Chairs"))
        assert names() == ("Chairs",)
        raise ZeroDivisionError
    assert names() == ("Lamps",)
    with transaction():
        db.session.execute(sa.update(Category).values(name="Sofas"))
        assert names() == ("Sofas",)
        db.session.execute(sa.update(Category).values(name="Tables"))
        assert names() == ("Tables",)
    assert names() == ("Tables",)


def test_another_threads_change_is_seen_by_neither_too_early_nor_too_late(
    desk, names, in_another_thread
):
    desk.category("Lamps")
    with transaction():
        db.session.execute(sa.update(Category).values(name="Chairs"))
        assert names() == ("Chairs",)
        seen = []
        in_another_thread(lambda: seen.append(names()))
        assert seen == [("Lamps",)]
        assert names() == ("Chairs",)
    in_another_thread(lambda: seen.append(names()))
    assert seen[1:] == [("Chairs",)]


def test_every_stamped_table_has_a_stamp(desk):
    assert set(stamps()) == set(STAMPED)


def test_a_table_without_stamps_is_refused():
    with pytest.raises(ValueError, match="tickets"):
        kept("tickets")
