"""Transactions: one writer at a time, in order, all or nothing."""

import threading
import time

import pytest
import sqlalchemy as sa

from helpdesk import create_app
from helpdesk.accounts.models import User
from helpdesk.database import WriteQueue, db, sqlite_driver, transaction
from helpdesk.settings import load_settings
from helpdesk.tickets import actions, queries


def test_the_write_queue_hands_on_in_order():
    queue, served, threads = WriteQueue(), [], []

    def write(number):
        with queue:
            served.append(number)

    with queue:
        for number in range(20):
            thread = threading.Thread(target=write, args=(number,))
            thread.start()
            threads.append(thread)
            while len(queue._waiting) <= number:
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert served == list(range(20))


def test_an_exception_takes_back_the_whole_outer_transaction(desk, alice):
    with pytest.raises(ZeroDivisionError), transaction():
        desk.ticket(alice)
        raise ZeroDivisionError
    assert queries.count(alice, queries.Filters()) == 0
    desk.ticket(alice)
    assert queries.count(alice, queries.Filters()) == 1


def test_many_threads_write_at_once_and_nothing_is_lost(desk, alice):
    failures = []

    def write():
        with desk.app.app_context():
            try:
                user = db.session.get(User, alice.id)
                for _ in range(5):
                    actions.open_ticket(user, actions.Draft("Lamp", "Broken"))
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert failures == []
    assert queries.count(alice, queries.Filters()) == 40


def test_two_replies_at_once_both_count(desk, alice, agent):
    ticket_id = desk.ticket(alice).id

    def write():
        with desk.app.app_context():
            user = db.session.get(User, alice.id)
            ticket = queries.get(user, ticket_id)
            both_read.wait()
            actions.reply(user, ticket, "More words")

    both_read = threading.Barrier(2)
    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    ticket = queries.get(agent, ticket_id)
    db.session.refresh(ticket)
    assert ticket.message_count == 3


@pytest.mark.sqlite  # PostgreSQL's own settings say it
def test_the_database_is_as_durable_as_promised(desk):
    app = create_app(load_settings(desk.folder, {}))  # one of the tests' own waits for no disk

    def pragma(name):
        return db.session.execute(sa.text(f"PRAGMA {name}")).scalar()

    with app.app_context():
        assert pragma("journal_mode") == "wal"
        assert pragma("synchronous") == 2  # FULL
        assert pragma("foreign_keys") == 1
        assert pragma("mmap_size") in (0, None)
        db.session.remove()
        db.engine.dispose()
    assert sqlite_driver().sqlite_version_info >= (3, 51, 3)
