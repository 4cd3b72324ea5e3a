"""What was on its way when somebody was erased brings them not back; nobody else's is lost."""

import pytest
import sqlalchemy as sa

from helpdesk.accounts.models import User
from helpdesk.database import db
from helpdesk.errors import WrongState
from helpdesk.mail import filing, ledger, raw
from helpdesk.mail.filing import deciding
from helpdesk.mail.models import MailKind, Outcome, OutgoingMail, Sending, Source
from helpdesk.privacy import coming, erasing
from tests.mail.letters import fresh, letter
from tests.mail.rows import outgoing
from tests.privacy.test_erasing import EMAIL, NAME, erase, left_in, run_jobs

WORDS = "The wombatlamp of Zephyrine Quillfeather"


@pytest.fixture
def zephyrine(desk):
    return desk.user("customer", NAME, EMAIL)


def accounts():
    return db.session.scalar(sa.select(sa.func.count()).select_from(User))


def waiting(content):
    return ledger.arrive(content, Source.PIPE)


def test_a_mail_that_waits_makes_no_new_account(desk, admin, zephyrine):
    row = waiting(letter(WORDS, from_=f"Z <{EMAIL.title()}>"))
    other = waiting(letter("Hello", from_="bob@mail.example", cc=EMAIL))
    erasure = erasing.erase(admin, zephyrine, EMAIL)
    assert fresh(row).outcome is Outcome.IGNORED, "at once: the worker may be at it"
    assert fresh(row).forgotten_at and not fresh(row).sender
    people = accounts()
    run_jobs(desk)
    assert accounts() <= people + 2 and fresh(other).outcome is Outcome.TICKET
    assert raw.size(fresh(row).sha256) is None
    assert not [word for _name, word in left_in(desk) if word == "wombatlamp"]
    assert not fresh(erasure).counts.get("traces")


def test_one_that_comes_while_others_are_looked_at_goes_too(desk, admin, zephyrine, monkeypatch):
    came, real = [], coming.look

    def slow(addresses, seen=None):
        found = real(addresses, seen)
        if not came:
            came.append(waiting(letter(WORDS, from_=EMAIL)))
        return found

    monkeypatch.setattr(coming, "look", slow)
    erase(desk, admin, zephyrine)
    assert fresh(came[0]).forgotten_at is not None


def test_one_that_is_being_filed_meanwhile_is_not(desk, admin, zephyrine, monkeypatch):
    row = waiting(letter(WORDS, from_=EMAIL))
    real, people = deciding.kept_files, accounts()

    def erased_meanwhile(mail):
        erasing.erase(admin, zephyrine, EMAIL)
        return real(mail)

    monkeypatch.setattr(deciding, "kept_files", erased_meanwhile)
    filing.file_mail({"received_id": row.id})
    assert accounts() == people
    run_jobs(desk)
    assert fresh(row).ticket_id is None and raw.size(row.sha256) is None


def test_nobody_files_it_by_hand_either(desk, admin, zephyrine):
    row = waiting(letter(WORDS, from_=EMAIL))
    erase(desk, admin, zephyrine)
    with pytest.raises(WrongState):
        filing.retry(admin, fresh(row))


def test_what_waits_to_be_sent_to_them_stays_here(desk, admin, zephyrine):
    mail = outgoing(recipient=EMAIL, kind=MailKind.ACCOUNT, state=Sending.WAITING)
    other = outgoing(recipient=f"x{EMAIL}", kind=MailKind.ACCOUNT, state=Sending.WAITING)
    waiting(letter(WORDS, from_=EMAIL))
    erasure = erasing.erase(admin, zephyrine, EMAIL)
    assert fresh(mail).state is Sending.CANCELLED, "at once"
    late = outgoing(recipient=EMAIL, kind=MailKind.ACCOUNT, state=Sending.WAITING)
    run_jobs(desk)
    assert fresh(late).state is Sending.CANCELLED
    assert fresh(other).recipient == f"x{EMAIL}"
    assert EMAIL not in db.session.scalars(sa.select(OutgoingMail.recipient)).all()
    counts = fresh(erasure).counts
    assert (counts["unfiled"], counts["unsent"], counts["mails"]) == (1, 1, 1)
    page = desk.browser(admin).get(f"/desk/customers/{zephyrine.id}/erasure").text
    assert "Mails that were not sent" in page
