"""What is kept in memory: read once, and never older than the database."""

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts.models import Role, User
from helpdesk.database import db, holding_stamps, kept, rows, transaction
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


def test_what_another_process_changes_is_seen(desk, names, elsewhere):
    desk.category("Lamps")
    assert names() == ("Lamps",)
    elsewhere("UPDATE categories SET name = 'Chairs'")
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


def test_whoever_changes_who_is_of_the_staff_changes_its_stamp(desk, agent):
    def changed(deed):
        before = stamps()["staff"]
        deed()
        db.session.rollback()
        return stamps()["staff"] != before

    def change(**values):
        with transaction():
            db.session.execute(sa.update(User).values(**values))

    assert changed(lambda: desk.user("agent"))
    assert not changed(lambda: desk.user("customer"))
    assert not changed(lambda: change(name="Other"))
    assert changed(lambda: change(role=Role.AGENT))
    assert changed(lambda: change(disabled_at=clock.now()))


def test_stamps_are_read_once_where_none_changes(desk):
    with transaction():
        with holding_stamps(), holding_stamps():
            assert stamps() is stamps()
        with transaction():
            db.session.execute(sa.text("UPDATE stamps SET value = 7 WHERE name = 'shop'"))
        assert stamps()["shop"] == 7
        assert stamps() is not stamps()


def test_a_desk_whose_stamp_is_gone_reads_each_time(changed_schema, desk, names):
    desk.category("Lamps")
    with transaction():
        db.session.execute(sa.text("DELETE FROM stamps WHERE name = 'categories'"))
    assert (names(), names()) == (("Lamps",), ("Lamps",))
    assert len(names.read) == 2
