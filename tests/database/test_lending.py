"""Connections that are lent to read with."""

import select
import threading

import pytest
import sqlalchemy as sa

from helpdesk.accounts.models import User
from helpdesk.database import NotAtAGlance, db, glance, rows, scalar, transaction
from helpdesk.database.engine import lender_of
from helpdesk.tickets.models import Category


@pytest.fixture
def lender(desk):
    db.session.remove()
    return desk.app.extensions["helpdesk.lender"]


def test_the_last_one_given_back_is_the_next_one_lent(lender):
    one, other = lender.lend(), lender.lend()
    lender.take_back(other)
    lender.take_back(one)
    assert lender.lend() is one
    assert lender.lend() is other


def test_only_some_are_kept(desk):
    lender = lender_of(db.engine, 1)
    one, other = lender.lend(), lender.lend()
    lender.take_back(one)
    lender.take_back(other)
    assert lender.lend() is one
    assert lender.lend() is not other


def test_what_was_begun_is_ended(lender):
    lent = lender.lend()
    lent.begin()
    lent.driver.execute("SELECT count(*) FROM users").fetchone()
    assert lent.has_begun
    lender.take_back(lent)
    assert not lent.has_begun
    assert lender.lend() is lent


def test_a_broken_one_is_not_lent_again(lender):
    lent = lender.lend()
    lent.driver.close()
    lender.take_back(lent)
    assert lender.lend() is not lent


@pytest.mark.postgresql
def test_one_that_the_server_has_ended_is_not_lent_again(lender):
    ended, other = lender.lend(), lender.lend()
    lender.take_back(ended)
    other.driver.execute("SELECT pg_terminate_backend(%s)", [ended.driver.info.backend_pid])
    assert select.select([ended.driver.pgconn.socket], [], [], 30)[0], "it says so"
    again = lender.lend()
    assert again is not ended
    assert again.driver.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.postgresql
def test_nobody_writes_with_one_that_reads(lender):
    lent = lender.lend()
    lent.begin()
    with pytest.raises(lent.driver.Error, match="read-only"):
        lent.driver.execute("UPDATE categories SET name = 'Sofas'")
    lender.take_back(lent)
    assert lender.lend() is lent


def test_disposing_of_the_engine_closes_them(lender):
    free, out = lender.lend(), lender.lend()
    lender.take_back(free)
    db.engine.dispose()
    lender.take_back(out)
    for one in (free, out):
        with pytest.raises(one.driver.Error):
            one.driver.execute("SELECT 1")
    assert lender.lend() not in (free, out)


def test_many_threads_have_one_each(desk, alice, lender):
    found, all_there, reader = [], threading.Barrier(40), alice.id

    def read():
        with desk.app.app_context():
            found.append(db.session.get(User, reader).name)
            all_there.wait(30)

    threads = [threading.Thread(target=read) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [alice.name] * 40


def test_a_glance_sees_one_moment_or_none(desk, in_another_thread):
    lender = desk.app.extensions["helpdesk.lender"]
    desk.category("Lamps")
    db.session.remove()
    query = sa.select(sa.func.count()).select_from(Category)
    with glance(lender):
        assert scalar(query) == 1
        assert len(rows(sa.select(Category.name))) == 1
    with pytest.raises(NotAtAGlance), glance(lender):
        assert scalar(query) == 1
        in_another_thread(lambda: desk.category("Chairs"))
        scalar(query)
    with glance(lender):
        assert scalar(query) == 2


@pytest.mark.sqlite  # PostgreSQL's snapshots are one with what they show
def test_a_change_amid_a_statement_is_after_it(desk):
    """The version that a statement tells is that of the moment which it read."""
    desk.category("Lamps")
    db.session.remove()
    lender = desk.app.extensions["helpdesk.lender"]
    lent, other = lender.lend(), lender.lend()

    def change(value):
        other.driver.execute("UPDATE categories SET name = 'Chairs'")
        return value

    lent.driver.create_function("change", 1, change)
    lender.take_back(lent)
    with glance(lender):
        found = scalar(sa.select(sa.func.change(1)).where(sa.exists(sa.select(Category.id))))
        assert found == 1
        with pytest.raises(NotAtAGlance):
            scalar(sa.select(Category.name))
    with glance(lender):
        assert scalar(sa.select(Category.name)) == "Chairs"
    lender.take_back(other)


def test_a_glance_neither_writes_nor_has_a_session(desk, alice):
    lender = desk.app.extensions["helpdesk.lender"]
    db.session.remove()
    with pytest.raises(NotAtAGlance), glance(lender), transaction():
        pass
    with pytest.raises(NotAtAGlance), glance(lender):
        db.session.get(User, alice.id)
    assert db.session.get(User, alice.id).name == alice.name
