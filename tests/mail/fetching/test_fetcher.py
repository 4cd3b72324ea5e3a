"""The threads that keep mailboxes fetched, with a real Dovecot."""

import threading
import time
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from helpdesk.accounts.models import DESK
from helpdesk.database import db, transaction
from helpdesk.events import Event
from helpdesk.mail import filing
from helpdesk.mail.fetching import line
from helpdesk.mail.fetching.fetcher import Fetcher
from helpdesk.mail.fetching.rounds import fetch_round
from helpdesk.mail.mailboxes import actions
from helpdesk.mail.models import Mailbox, ReceivedMail, Security

from .conftest import letter
from .proxy import Proxy

PATIENCE = 60  # seconds, for a machine that is busy


def until(true, what):
    """Wait until *true()*, as it is in the database now."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        db.session.rollback()
        db.session.expire_all()
        if found := true():
            return found
        time.sleep(0.02)
    raise AssertionError(f"It never came to this: {what}")


def received():
    return db.session.scalar(sa.select(sa.func.count(ReceivedMail.id)))


def arrived(number):
    until(lambda: received() == number, f"{number} in the ledger")


def threads(mailbox):
    return [one for one in threading.enumerate() if one.name == f"mailbox-{mailbox.id}"]


@contextmanager
def fetching(desk):
    fetcher = Fetcher(desk.app)
    fetcher.start()
    try:
        yield fetcher
    finally:
        fetcher.stop()
    assert not [line for line in fetcher._ended if line.is_alive]


def never_failed():
    query = sa.select(sa.func.count(Event.id)).where(Event.kind == "mailbox.failing")
    return not db.session.scalar(query)


def test_a_server_that_can_call_wakes_it(desk, inbox, mailbox_of):
    inbox.put(letter(1))
    mailbox_of(inbox)
    with fetching(desk):
        arrived(1)
        for number in range(2, 6):  # the next round is due in minutes
            inbox.put(letter(number))
            arrived(number)
    assert never_failed()


def test_the_same_over_tls(desk, trusted, inbox, mailbox_of):
    mailbox_of(inbox, imap_security=Security.TLS)
    with fetching(desk):
        for number in range(1, 4):
            inbox.put(letter(number))
            arrived(number)
    assert never_failed()


def test_one_that_can_t_is_asked(desk, dovecot_without_idle, mailbox_of, monkeypatch):
    monkeypatch.setattr(line, "POLL", 0.2)
    account = dovecot_without_idle.account()
    account.put(letter(1))
    mailbox_of(account)
    with fetching(desk):
        arrived(1)
        account.put(letter(2))
        arrived(2)
    assert never_failed()


def test_it_stops_at_once_where_it_would_wait_for_long(desk, dovecot_without_idle, mailbox_of):
    account = dovecot_without_idle.account()
    account.put(letter(1))
    mailbox = mailbox_of(account)
    with fetching(desk):
        arrived(1)
        assert threads(mailbox)


def test_mailboxes_that_come_change_pause_and_go_on(desk, inbox, mailbox_of):
    inbox.put(letter(1))
    with fetching(desk):
        mailbox = mailbox_of(inbox)  # nobody tells: it is a row of another process
        with transaction():
            pass
        assert not threads(mailbox)
        actions.pause(DESK, mailbox)
        actions.resume(DESK, mailbox)
        arrived(1)
        actions.pause(DESK, mailbox)
        until(lambda: not threads(mailbox), "it is paused")
        inbox.put(letter(2))
        actions.resume(DESK, mailbox)
        arrived(2)
        with transaction():
            db.session.get_one(Mailbox, mailbox.id).imap_folder = "Later"
        actions.pause(DESK, mailbox)
        actions.resume(DESK, mailbox)
        until(lambda: "Later" in db.session.get_one(Mailbox, mailbox.id).last_error, "it fails")
        assert len(threads(mailbox)) == 1


def test_it_goes_on_after_the_server_was_away(desk, dovecot, inbox, mailbox_of, monkeypatch):
    monkeypatch.setattr(line, "FIRST_PAUSE", 0.1)
    monkeypatch.setattr(line, "LONGEST_PAUSE", 0.5)
    inbox.put(letter(1))
    mailbox = mailbox_of(inbox)
    with fetching(desk):
        arrived(1)
        dovecot.stop()
        try:
            until(lambda: db.session.get_one(Mailbox, mailbox.id).failing_since, "it says so")
        finally:
            dovecot.start()
            until(lambda: not db.session.get_one(Mailbox, mailbox.id).failing_since, "it goes on")
        inbox.put(letter(2))
        arrived(2)


def test_two_fetchers_and_rounds_at_once_take_each_message_once(desk, inbox, mailbox_of):
    mailbox = mailbox_of(inbox)
    with fetching(desk), fetching(desk):
        inbox.put_many(*(letter(number) for number in range(60)))
        for _round in range(3):
            fetch_round(db.session.get_one(Mailbox, mailbox.id))
        arrived(60)
    assert received() == 60
    assert not db.session.get_one(Mailbox, mailbox.id).failing_since


@pytest.mark.parametrize("limit", [700, 2000, 6000, 9000])
def test_a_connection_that_is_cut_half_way_loses_nothing(desk, inbox, mailbox_of, limit):
    inbox.put(*(letter(number) for number in range(10)))
    with Proxy(inbox.server.port) as proxy:
        mailbox = mailbox_of(inbox, imap_port=proxy.port)
        proxy.cut_after = limit  # bytes of each connection
        for _round in range(40):
            try:
                fetch_round(db.session.get_one(Mailbox, mailbox.id))
            except Exception as error:
                assert "lost" in str(error)
            if received() == 10:
                break
        else:
            proxy.cut_after = None
            fetch_round(db.session.get_one(Mailbox, mailbox.id))
    kept = db.session.execute(sa.select(ReceivedMail.uid, ReceivedMail.sha256)).all()
    assert sorted(uid for uid, _hash in kept) == list(range(1, 11))
    assert len({hash_ for _uid, hash_ in kept} - {""}) == len(kept), "all are whole"


def test_a_server_that_falls_silent_is_left_in_the_end(desk, inbox, mailbox_of, monkeypatch):
    monkeypatch.setattr("helpdesk.mail.fetching.connection.TIMEOUT", 0.5)
    inbox.put(letter(1))
    with Proxy(inbox.server.port) as proxy:
        proxy.silent_after = 200
        mailbox = mailbox_of(inbox, imap_port=proxy.port)
        with pytest.raises(Exception, match="does not answer in time"):
            fetch_round(mailbox)


def test_a_message_that_failed_is_asked_for_at_once(desk, inbox, mailbox_of):
    inbox.put(letter(1))
    [broken] = inbox.files()
    broken.chmod(0)
    mailbox = mailbox_of(inbox)
    for _round in range(3):
        fetch_round(db.session.get_one(Mailbox, mailbox.id))
    with fetching(desk):
        inbox.put(letter(2))
        arrived(2)
        broken.chmod(0o600)
        row = db.session.scalars(sa.select(ReceivedMail).filter_by(uid=1)).one()
        filing.retry(DESK, row)
        until(lambda: db.session.get_one(ReceivedMail, row.id).sha256, "it came")
