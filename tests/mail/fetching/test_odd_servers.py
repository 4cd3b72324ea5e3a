"""Servers that say what they should not: a sentence in the row, or the message, never a fault."""

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.database import db, transaction
from helpdesk.mail import raw
from helpdesk.mail.fetching.imap_errors import MailboxFails
from helpdesk.mail.fetching.rounds import fetch_round
from helpdesk.mail.models import Mailbox, ReceivedMail, Security

from .odd_server import OddServer

MAIL = b"Subject: odd\r\n\r\nBody\r\n"


def literal(uid, content, after=b""):
    return b"* 1 FETCH (UID %d BODY[] {%d}\r\n%b%b)\r\n" % (uid, len(content), content, after)


def fetches(body, size=b"* 1 FETCH (UID 1 RFC822.SIZE 20)\r\n"):
    """What a server says to both FETCHes."""
    return lambda command: body if b"BODY.PEEK[]" in command else size


def mailbox_at(server, **more):
    where = {"imap_host": "127.0.0.1", "imap_port": server.port, "imap_security": Security.NONE}
    login = {"imap_user": "ana", "imap_password": "a lamp in the window", "refused": {}}
    with transaction():
        made = Mailbox(
            name="odd", address="odd@shop.example", created_at=clock.now(), **where | login | more
        )
        db.session.add(made)
    return made


def kept():
    return [raw.read(hash_) for hash_ in db.session.scalars(sa.select(ReceivedMail.sha256))]


@pytest.mark.parametrize(
    "body",
    [
        literal(1, MAIL),
        b"* 1 FETCH (BODY[] {%d}\r\n%b UID 1)\r\n" % (len(MAIL), MAIL),
        b"* 9 FETCH (FLAGS (\\Seen))\r\n" + literal(1, MAIL) + b"* 3 EXISTS\r\n",
        literal(2, b"another one") + literal(1, MAIL),
        literal(1, MAIL, after=b" FLAGS (\\Recent)"),
        b'* 1 FETCH (UID 1 BODY[] "' + MAIL.replace(b"odd", rb"\"odd\"") + b'")\r\n',
    ],
)
def test_ways_to_give_a_message(desk, body):
    if b'\\"odd' in body:
        body = body.replace(b"\r\n\r\n", b"  ").replace(b"Body\r\n", b"Body")  # one line
    with OddServer(UID_FETCH=fetches(body)) as server:
        assert fetch_round(mailbox_at(server)).new == 1
    [content] = kept()
    assert content == MAIL or content.startswith(b'Subject: "odd"')


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"TAG NO [SERVERBUG] Internal error\r\n",
        b"TAG BAD what?\r\n",
        b"* 1 FETCH (UID 1 BODY[] NIL)\r\n",
        literal(1, b""),
        literal(2, b"another one"),
        b"* 1 FETCH (UID 1)\r\n",
        b"* 1 FETCH (UID 1 BODY[] {999999999999}\r\nab",
        b"* 1 FETCH (UID 1 BODY[] {20}\r\nabTAG OK done\r\n",
        b"* nonsense\r\n",
        None,
    ],
)
def test_ways_not_to_give_it(desk, body, monkeypatch):
    monkeypatch.setattr("helpdesk.mail.fetching.connection.TIMEOUT", 1)
    with OddServer(UID_FETCH=fetches(body)) as server:
        mailbox = mailbox_at(server)
        for _round in range(3):
            assert fetch_round(mailbox).failed == 1
        assert fetch_round(mailbox).failed == 0
    [row] = db.session.scalars(sa.select(ReceivedMail))
    assert (row.uid, row.outcome) == (1, "failed")


def test_a_message_that_ends_each_connection_blocks_no_other(desk):
    def say(command):
        if b"BODY.PEEK" not in command:
            return b"".join(b"* 1 FETCH (UID %d RFC822.SIZE 9)\r\n" % uid for uid in (1, 2, 3))
        uid = int(command.split()[2])
        return None if uid == 2 else literal(uid, MAIL + b"%d" % uid)

    with OddServer(UID_FETCH=say, UID_SEARCH=b"* SEARCH 1 2 3\r\n") as server:
        mailbox = mailbox_at(server)
        assert (fetch_round(mailbox).new, fetch_round(mailbox).failed) == (2, 1)
        assert fetch_round(mailbox).failed == 1
        assert fetch_round(mailbox).failed == 0
    outcomes = db.session.execute(sa.select(ReceivedMail.uid, ReceivedMail.outcome)).all()
    assert sorted(outcomes) == [(1, "waiting"), (2, "failed"), (3, "waiting")]


def test_sizes_that_are_not_told_are_asked_one_by_one(desk):
    def say(command):
        if b"BODY.PEEK" in command:
            return literal(int(command.split()[2]), MAIL + command.split()[2])
        return b"TAG NO I am busy\r\n"

    with OddServer(UID_FETCH=say, UID_SEARCH=b"* SEARCH 1 2\r\n") as server:
        assert fetch_round(mailbox_at(server)).failed == 2


@pytest.mark.parametrize(
    ("found", "uids"),
    [
        (b"* SEARCH\r\n", []),
        (b"", []),
        (b"* SEARCH 1\r\n* SEARCH 2 3\r\n", [1, 2, 3]),
        (b"* SEARCH 1 1 01 0 -5 x 4294967296 99999999999999999999 \xff\r\n", [1]),
    ],
)
def test_ways_to_number_messages(desk, found, uids):
    def say(command):
        if b"BODY.PEEK" in command:
            return literal(int(command.split()[2]), MAIL)
        return b"".join(b"* 1 FETCH (UID %d RFC822.SIZE 9)\r\n" % uid for uid in uids)

    with OddServer(UID_FETCH=say, UID_SEARCH=found) as server:
        assert fetch_round(mailbox_at(server)).new == len(uids)
    assert list(db.session.scalars(sa.select(ReceivedMail.uid))) == uids


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"greeting": b"* BYE too busy\r\n"}, "too busy"),
        ({"greeting": b"HTTP/1.1 400 Bad Request\r\n"}, "HTTP/1.1 400"),
        ({"greeting": b""}, "does not answer in time"),
        ({"greeting": b"x" * 21 * 1024 * 1024}, "127.0.0.1"),
        ({"LOGIN": b"TAG NO [AUTHENTICATIONFAILED] a lamp in the window\r\n"}, "********"),
        ({"LOGIN": b"TAG BAD \x1b[31m\r\n"}, "does not let ana in"),
        ({"LOGIN": None}, "was lost"),
        ({"EXAMINE": b"* 1 EXISTS\r\n"}, "does not number its messages"),
        ({"EXAMINE": b"* OK [UIDVALIDITY x] ok\r\n"}, "does not number its messages"),
        ({"EXAMINE": b"* OK [UIDVALIDITY 9999999999999] ok\r\n"}, "does not number"),
        ({"EXAMINE": b"TAG NO [NONEXISTENT] none\r\n"}, "There is no folder INBOX"),
        ({"UID_SEARCH": b"TAG NO later\r\n"}, "later"),
        ({"UID_SEARCH": b"TAG BAD what\r\n"}, "what"),
        ({"UID_SEARCH": None}, "was lost"),
    ],
)
def test_what_goes_wrong_is_a_sentence(desk, said, words, monkeypatch):
    monkeypatch.setattr("helpdesk.mail.fetching.connection.TIMEOUT", 1)
    with OddServer(**said) as server:
        mailbox = mailbox_at(server)
        with pytest.raises(MailboxFails) as failure:
            fetch_round(mailbox)
    assert words in str(failure.value)
    assert "a lamp" not in str(failure.value)
    assert str(failure.value).isprintable()
    assert db.session.get_one(Mailbox, mailbox.id).last_error == str(failure.value)


def test_starttls_that_is_not_offered_is_insisted_on(desk):
    with OddServer() as server:
        mailbox = mailbox_at(server, imap_security=Security.STARTTLS)
        with pytest.raises(MailboxFails, match="offers no STARTTLS"):
            fetch_round(mailbox)
        assert not any(b"lamp" in command for command in server.asked)


def gives_only(*good, found=range(1, 31)):
    """A server that has *found* and gives of them what is *good*."""

    def say(command):
        if b"BODY.PEEK" not in command:
            return b"".join(b"* 1 FETCH (UID %d RFC822.SIZE 9)\r\n" % uid for uid in found)
        uid = int(command.split()[2])
        return literal(uid, MAIL + b"%d" % uid) if uid in good else b"TAG NO [SERVERBUG] broken\r\n"

    numbers = b" ".join(b"%d" % uid for uid in found)
    return OddServer(UID_FETCH=say, UID_SEARCH=b"* SEARCH %b\r\n" % numbers)


def test_many_broken_messages_in_a_row_block_no_other(desk):
    with gives_only(1, 14, 30) as server:
        mailbox = mailbox_at(server)
        done = fetch_round(mailbox)
        assert (done.seen, done.new, done.failed) == (30, 3, 27)
        for failed in (27, 27, 0):
            assert fetch_round(mailbox).failed == failed
    outcomes = db.session.scalars(sa.select(ReceivedMail.outcome)).all()
    assert (outcomes.count("waiting"), outcomes.count("failed")) == (3, 27)


def test_a_server_that_gives_nothing_is_at_fault_and_not_its_messages(desk):
    with gives_only() as server:
        mailbox = mailbox_at(server)
        for _round in range(4):
            with pytest.raises(MailboxFails, match="gives none of its messages"):
                fetch_round(mailbox)
        assert not db.session.scalars(sa.select(ReceivedMail)).all()
        assert db.session.get_one(Mailbox, mailbox.id, populate_existing=True).refused == {}


def test_a_server_that_can_t_for_now_is_asked_again_later(desk):
    for code in (b"UNAVAILABLE", b"LIMIT", b"THROTTLED"):
        with OddServer(UID_FETCH=fetches(b"TAG NO [%b] later\r\n" % code)) as server:
            with transaction():
                db.session.execute(sa.delete(Mailbox))
            mailbox = mailbox_at(server)
            for _round in range(4):
                with pytest.raises(MailboxFails, match="later"):
                    fetch_round(mailbox)
    assert not db.session.scalars(sa.select(ReceivedMail)).all()
