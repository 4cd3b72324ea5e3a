"""One round of fetching, with a real Dovecot."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.database import db, transaction
from helpdesk.events import Event
from helpdesk.mail import raw
from helpdesk.mail.fetching import connection
from helpdesk.mail.fetching import rounds as rounds_module
from helpdesk.mail.fetching.connection import AT_ONCE
from helpdesk.mail.fetching.imap_errors import MailboxFails
from helpdesk.mail.fetching.rounds import fetch_round
from helpdesk.mail.models import Mailbox, Outcome, ReceivedMail, Security
from tests.mail.dovecot import certificate

from .conftest import letter


def rows(**which):
    query = sa.select(ReceivedMail).filter_by(**which).order_by(ReceivedMail.id)
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def fresh(mailbox):
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Mailbox, mailbox.id)


def counts(mailbox):
    done = fetch_round(mailbox)
    return done.seen, done.new, done.failed


@pytest.mark.parametrize("security", list(Security))
def test_it_fetches_each_message_once_and_byte_by_byte(trusted, inbox, mailbox_of, security):
    odd = b"Subject: no end\r\n\r\n8 bit \xff\xfe and NUL-less \x01\r\n"
    inbox.put(letter(1), odd)
    mailbox = mailbox_of(inbox, imap_security=security)
    assert counts(mailbox) == (2, 2, 0)
    assert [raw.read(row.sha256) for row in rows()] == [letter(1), odd]
    assert [row.uid for row in rows()] == [1, 2]
    assert counts(mailbox) == (2, 0, 0)
    inbox.put(letter(2))
    assert counts(mailbox) == (3, 1, 0)


def test_nothing_is_marked_as_seen(inbox, mailbox_of):
    inbox.put(letter(1))
    fetch_round(mailbox_of(inbox))
    assert "Seen" not in inbox.flags()


def test_the_password_may_be_in_a_file(inbox, mailbox_of, tmp_path):
    (tmp_path / "password").write_text("a lamp in the window\n")
    inbox.put(letter(1))
    path = str(tmp_path / "password")
    assert counts(mailbox_of(inbox, imap_password="", imap_password_file=path)) == (1, 1, 0)


def test_another_folder_with_a_name_that_is_not_ascii(inbox, mailbox_of):
    inbox.make_folder("K&APw-chen")  # Küchen (RFC 3501, 5.1.3)
    inbox.put(letter(1), folder="K&APw-chen")
    assert counts(mailbox_of(inbox, imap_folder="Küchen")) == (1, 1, 0)


def fails(mailbox):
    with pytest.raises(MailboxFails) as failure:
        fetch_round(mailbox)
    row = fresh(mailbox)
    assert row.failing_since is not None
    assert row.last_error == str(failure.value)
    assert "a lamp in the window" not in row.last_error
    return row.last_error


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"imap_password": "guessed"}, "does not let"),
        ({"imap_user": "nobody\u00fc"}, "does not let"),
        ({"imap_folder": "Nowhere"}, "no folder Nowhere"),
        ({"imap_host": "imap.nowhere.invalid"}, "does not resolve"),
        ({"imap_port": 1}, "takes no connections on port 1"),
        ({"imap_password": "two\r\nlines"}, "a character that can't be"),
        ({"imap_password_file": "/nowhere/password"}, "no such file"),
    ],
)
def test_what_is_wrong_is_said_in_words(inbox, mailbox_of, wrong, words):
    assert words in fails(mailbox_of(inbox, **wrong))


def test_a_port_that_speaks_no_tls(inbox, mailbox_of):
    port = inbox.server.port
    words = fails(mailbox_of(inbox, imap_security=Security.TLS, imap_port=port))
    assert "No TLS could be agreed on with localhost" in words


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_certificate_of_nobody_whom_we_trust(inbox, mailbox_of, security):
    assert "nobody whom this machine trusts" in fails(mailbox_of(inbox, imap_security=security))


def test_a_certificate_for_another_name(trusted, inbox, mailbox_of):
    words = fails(mailbox_of(inbox, imap_security=Security.TLS, imap_host="127.0.0.1"))
    assert "is for another name" in words


def test_a_certificate_that_another_one_has_signed(inbox, mailbox_of, tmp_path, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate(tmp_path, "localhost")))
    words = fails(mailbox_of(inbox, imap_security=Security.TLS))
    assert "can't be trusted" in words or "nobody whom" in words


def test_the_first_success_tells_how_long_it_failed(inbox, mailbox_of, travel):
    mailbox = mailbox_of(inbox, imap_folder="Later")
    fails(mailbox)
    travel(minutes=5)
    fails(mailbox)
    inbox.make_folder("Later")
    fetch_round(mailbox)
    row = fresh(mailbox)
    assert (row.failing_since, row.last_error) == (None, "")
    assert row.fetched_at == row.recovered_at
    # The desk's clock goes on meanwhile.
    failed_for = row.recovered_at - row.failed_from
    assert timedelta(minutes=5) <= failed_for < timedelta(minutes=6)
    [failing, recovered] = db.session.scalars(
        sa.select(Event).where(Event.kind.startswith("mailbox.")).order_by(Event.id)
    )
    assert failing.kind == "mailbox.failing"
    assert failing.after["mailbox"] == "support"
    assert recovered.kind == "mailbox.recovered"
    assert 300 <= recovered.after["seconds"] < 360
    assert "Later" in recovered.before["error"]


def test_numbers_made_anew_are_looked_at_again(inbox, mailbox_of):
    inbox.put(letter(1), letter(2))
    mailbox = mailbox_of(inbox)
    fetch_round(mailbox)
    before = fresh(mailbox).uidvalidity
    inbox.create_anew()
    assert counts(mailbox) == (2, 2, 0)
    assert fresh(mailbox).uidvalidity != before
    assert len({row.uidvalidity for row in rows()}) == 2
    assert len({row.sha256 for row in rows()}) == 2, "the bytes are on the disk once"
    assert counts(mailbox) == (2, 0, 0)


def test_another_folder_with_the_same_uidvalidity_hides_nothing(inbox, mailbox_of):
    inbox.put(letter(1))
    mailbox = mailbox_of(inbox)
    fetch_round(mailbox)
    other = inbox.server.account()
    other.put(letter(2))
    uidlist = other.maildir / "dovecot-uidlist"
    for path in other.maildir.glob("dovecot*"):
        path.unlink()
    uidlist.write_text(f"3 V{inbox.validity()} N1 G{'0' * 31}1\n")
    inbox.server.give(uidlist)
    assert other.validity() == inbox.validity()
    with transaction():
        fresh(mailbox).imap_user = other.user
    assert counts(fresh(mailbox)) == (1, 1, 0)
    assert [raw.read(row.sha256) for row in rows()] == [letter(1), letter(2)]
    assert counts(fresh(mailbox)) == (1, 0, 0)


def test_old_mail_may_be_left_alone(inbox, mailbox_of):
    inbox.put(letter(1), letter(2))
    mailbox = mailbox_of(inbox, files_old_mail=False)
    assert counts(mailbox) == (2, 0, 0)
    assert [row.outcome for row in rows()] == [Outcome.IGNORED, Outcome.IGNORED]
    inbox.put(letter(3))
    assert counts(mailbox) == (3, 1, 0)


def test_old_mail_stays_old_when_numbers_are_made_anew(inbox, mailbox_of):
    inbox.put(letter(1))
    mailbox = mailbox_of(inbox, files_old_mail=False)
    fetch_round(mailbox)
    with transaction():
        fresh(mailbox).created_at = clock.now() + timedelta(days=1)
    inbox.create_anew()
    assert counts(fresh(mailbox)) == (1, 0, 0)
    with transaction():
        fresh(mailbox).created_at = clock.now() - timedelta(days=1)
    inbox.create_anew()
    assert counts(fresh(mailbox)) == (1, 1, 0), "it may have come since: better twice than never"


def test_a_message_that_is_too_large_is_never_asked_for(inbox, mailbox_of, monkeypatch):
    monkeypatch.setattr(rounds_module, "LARGEST", 1000)
    inbox.put(letter(1), letter(2) + b"x" * 2000, letter(3))
    mailbox = mailbox_of(inbox)
    assert counts(mailbox) == (3, 2, 1)
    [row] = rows(outcome=Outcome.FAILED)
    assert (row.uid, row.sha256) == (2, "")
    assert "too large" in row.reason
    assert counts(mailbox) == (3, 0, 0)


def test_a_message_that_the_server_does_not_give_blocks_no_other(inbox, mailbox_of):
    inbox.put(letter(1), letter(2), letter(3))
    [broken] = [path for path in inbox.files() if b"Lamp 2" in path.read_bytes()]
    broken.chmod(0)
    inbox.server.give(broken)
    mailbox = mailbox_of(inbox)
    assert counts(mailbox) == (3, 2, 1)
    assert counts(mailbox) == (3, 0, 1)
    assert rows(outcome=Outcome.FAILED) == []
    assert counts(mailbox) == (3, 0, 1)
    [row] = rows(outcome=Outcome.FAILED)
    assert row.uid == 2
    assert "Not given by its server in 3 rounds" in row.reason
    assert counts(mailbox) == (3, 0, 0)
    assert fresh(mailbox).refused == {}
    assert fresh(mailbox).failing_since is None


def test_a_message_that_is_given_after_all_is_taken(inbox, mailbox_of):
    inbox.put(letter(1), letter(2))
    [broken] = [path for path in inbox.files() if b"Lamp 1" in path.read_bytes()]
    broken.chmod(0)
    mailbox = mailbox_of(inbox)
    assert counts(mailbox) == (2, 1, 1)
    broken.chmod(0o600)
    assert counts(mailbox) == (2, 1, 0)
    assert fresh(mailbox).refused == {}
    assert len(rows()) == 2


def test_what_somebody_deletes_is_no_failure(inbox, mailbox_of):
    inbox.put(letter(1), letter(2))
    mailbox = mailbox_of(inbox)
    fetch_round(mailbox)
    inbox.remove(1)
    assert counts(mailbox) == (1, 0, 0)
    assert len(rows()) == 2


def test_a_round_that_waited_for_another_starts_from_what_that_one_left(
    desk, inbox, mailbox_of, monkeypatch
):
    inbox.put(letter(1))
    mailbox = mailbox_of(inbox, files_old_mail=False)
    real = rounds_module.alone_with

    @contextmanager
    def after_another(mailbox_id, patient):
        monkeypatch.setattr(rounds_module, "alone_with", real)
        with desk.app.app_context():  # as another process: it has its own view of the rows
            fetch_round(db.session.get_one(Mailbox, mailbox_id))
        inbox.put(letter(2))
        with real(mailbox_id, patient):
            yield

    monkeypatch.setattr(rounds_module, "alone_with", after_another)
    assert counts(mailbox) == (2, 1, 0)
    assert [row.outcome for row in rows()] == [Outcome.IGNORED, Outcome.WAITING]


@pytest.mark.parametrize(
    ("many", "at_once"), [(60, 25), pytest.param(800, AT_ONCE, marks=pytest.mark.thorough)]
)
def test_many_messages_take_few_questions(inbox, mailbox_of, desk, monkeypatch, many, at_once):
    for module in (connection, rounds_module):
        monkeypatch.setattr(module, "AT_ONCE", at_once)
    inbox.put_many(*(letter(number) for number in range(many)))
    mailbox = mailbox_of(inbox)
    with desk.counted() as statements:
        assert counts(mailbox) == (many, many, 0)
    assert len(statements) < 9 * many
    assert len({row.uid for row in rows()}) == many
    with desk.counted() as statements:
        assert counts(mailbox) == (many, 0, 0)
    assert len(statements) < 20
