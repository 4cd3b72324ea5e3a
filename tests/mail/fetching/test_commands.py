"""``helpdesk mail fetch`` and ``ledger``, with a real Dovecot, and what the doctor says of it."""

import json
import os
from datetime import timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from helpdesk import clock
from helpdesk.accounts.models import DESK
from helpdesk.cli import program
from helpdesk.database import db, transaction
from helpdesk.mail.mailboxes import actions
from helpdesk.mail.models import Mailbox, ReceivedMail
from helpdesk.operations import doctor
from helpdesk.tickets import queries

from .conftest import letter


@pytest.fixture
def type_(desk):
    """Types a command for this desk: its status, what is on stdout, and on stderr."""

    def run(*words):
        db.session.rollback()
        result = CliRunner().invoke(program, ["--data", str(desk.folder), *words])
        assert "Traceback" not in result.output
        db.session.expire_all()
        return result.exit_code, result.stdout, result.stderr

    return run


def tickets():
    return queries.count(DESK, queries.Filters())


def test_a_round_now_makes_tickets(inbox, mailbox_of, type_):
    inbox.put(letter(1), letter(2), letter(3))
    mailbox_of(inbox)
    assert type_("mail", "fetch") == (0, "support: 3 new, 0 failed\n", "")
    assert tickets() == 3
    assert type_("mail", "fetch", "support") == (0, "support: 0 new, 0 failed\n", "")
    assert tickets() == 3


def test_a_mailbox_that_fails_keeps_none_from_its_turn(dovecot, inbox, mailbox_of, type_):
    mailbox_of(dovecot.account(), "broken", imap_folder="Nowhere")
    inbox.put(letter(1))
    mailbox_of(inbox)
    status, out, err = type_("mail", "fetch")
    assert (status, out) == (1, "support: 1 new, 0 failed\n")
    assert err.startswith("broken: There is no folder Nowhere")


@pytest.mark.parametrize(
    ("name", "words"), [("sales", "There is no mailbox sales."), ("quiet", "quiet is paused")]
)
def test_a_mailbox_that_is_not_there_or_paused(inbox, mailbox_of, type_, name, words):
    actions.pause(DESK, mailbox_of(inbox, "quiet"))
    status, out, err = type_("mail", "fetch", name)
    assert (status, out) == (1, "")
    assert words in err


def test_the_same_message_in_two_mailboxes_is_one_ticket(dovecot, mailbox_of, type_):
    for name in ("support", "sales"):
        account = dovecot.account()
        account.put(letter(1))
        mailbox_of(account, name)
    status, out, _err = type_("mail", "fetch")
    assert (status, out) == (0, "support: 1 new, 0 failed\nsales: 1 new, 0 failed\n")
    assert tickets() == 1


def test_numbers_made_anew_double_no_ticket(inbox, mailbox_of, type_):
    inbox.put(letter(1), letter(2))
    mailbox_of(inbox)
    type_("mail", "fetch")
    inbox.create_anew()
    status, out, err = type_("mail", "ledger")
    assert status == 1
    assert out.splitlines()[-1] == "mailbox support: server 2 ≠ ledger 0"
    assert "numbers its messages anew" in err
    assert type_("mail", "fetch") == (0, "support: 2 new, 0 failed\n", "")
    assert tickets() == 2
    assert type_("mail", "ledger")[1].splitlines()[-1] == "mailbox support: server 2 = ledger 2"


def test_the_ledger_ends_with_its_proof(inbox, mailbox_of, type_):
    inbox.put(letter(1), letter(2))
    mailbox_of(inbox)
    type_("mail", "fetch")
    status, out, err = type_("mail", "ledger")
    assert (status, err) == (0, "")
    *rows, proof = out.splitlines()
    assert proof == "mailbox support: server 2 = ledger 2"
    first = rows[0].split("\t")
    assert first[:4] == ["1", "support", "1", "1@mail.example"]
    assert first[6:] == ["ticket", "-", "TKT1"]


def test_what_the_ledger_lacks_is_told(inbox, mailbox_of, type_):
    inbox.put(letter(1))
    mailbox_of(inbox)
    type_("mail", "fetch")
    inbox.put(letter(2), letter(3))
    status, out, err = type_("mail", "ledger")
    assert status == 1
    assert out.splitlines()[-1] == "mailbox support: server 3 ≠ ledger 1"
    assert err == "mailbox support: not in the ledger yet: UID 2, 3.\n"


def test_what_somebody_deletes_stays_in_the_ledger(inbox, mailbox_of, type_):
    inbox.put(letter(1), letter(2))
    mailbox_of(inbox)
    type_("mail", "fetch")
    inbox.remove(1)
    status, out, err = type_("mail", "ledger")
    assert status == 0
    assert out.splitlines()[-1] == "mailbox support: server 1 = ledger 1"
    assert len(out.splitlines()) == 3
    assert "1 more in the ledger" in err


def test_a_server_that_does_not_answer(inbox, mailbox_of, type_):
    inbox.put(letter(1))
    mailbox = mailbox_of(inbox)
    type_("mail", "fetch")
    with transaction():
        db.session.get_one(Mailbox, mailbox.id).imap_port = 1
    status, out, err = type_("mail", "ledger")
    assert status == 1
    assert out.splitlines()[-1] == "mailbox support: server unreachable, ledger 1"
    assert "takes no connections on port 1" in err


def test_the_same_facts_as_json(inbox, mailbox_of, type_):
    inbox.put(letter(1))
    mailbox_of(inbox)
    type_("mail", "fetch")
    inbox.put(letter(2))
    status, out, _err = type_("mail", "ledger", "--json")
    assert status == 1
    facts = json.loads(out)
    [mail] = facts["mails"]
    assert (mail["mailbox"], mail["uid"], mail["outcome"]) == ("support", 1, "ticket")
    [proof] = facts["mailboxes"]
    assert proof == {
        "mailbox": "support",
        "server": 2,
        "ledger": 1,
        "equal": False,
        "missing": [2],
        "gone": 0,
        "error": None,
    }


def test_a_desk_without_mail(type_):
    assert type_("mail", "fetch") == (0, "", "")
    assert type_("mail", "ledger") == (0, "", "")
    assert json.loads(type_("mail", "ledger", "--json")[1]) == {"mails": [], "mailboxes": []}


def doctor_says(desk):
    db.session.rollback()
    found = {one.name: one for one in doctor.examine(desk.folder, os.environ)}
    return found["mailbox support"].level, found["mailbox support"].sentence


def test_the_doctor_says_how_fetching_goes(desk, inbox, mailbox_of, type_):
    inbox.put(letter(1))
    mailbox = mailbox_of(inbox)
    level, sentence = doctor_says(desk)
    assert (level, "ever fetched" in sentence) == ("warning", True)
    type_("mail", "fetch")
    level, sentence = doctor_says(desk)
    assert (level, sentence.startswith("Fetched last at ")) == ("ok", True)
    with transaction():
        db.session.get_one(Mailbox, mailbox.id).fetched_at = clock.now() - timedelta(hours=2)
    level, sentence = doctor_says(desk)
    assert (level, "Is there a worker?" in sentence) == ("warning", True)
    with transaction():
        db.session.get_one(Mailbox, mailbox.id).imap_port = 1
    type_("mail", "fetch")
    level, sentence = doctor_says(desk)
    assert level == "warning"
    assert "takes no connections on port 1" in sentence


def test_a_message_that_failed_can_be_asked_for_again(desk, inbox, mailbox_of, type_, admin):
    inbox.put(letter(1), letter(2))
    [broken] = [path for path in inbox.files() if b"Lamp 1" in path.read_bytes()]
    broken.chmod(0)
    mailbox_of(inbox)
    for _round in range(3):
        assert type_("mail", "fetch")[0] == 1
    assert type_("mail", "fetch") == (0, "support: 0 new, 0 failed\n", "")
    assert type_("mail", "ledger")[1].splitlines()[-1] == "mailbox support: server 2 = ledger 2"
    row = db.session.scalars(sa.select(ReceivedMail).filter_by(uid=1)).one()
    page = desk.browser(admin).get(f"/desk/mail/{row.id}").text
    assert "Try again" in page
    assert "File as a new ticket" not in page
    assert type_("mail", "retry", str(row.id))[1].split("\t")[1] == "failed"
    broken.chmod(0o600)
    assert type_("mail", "retry", str(row.id))[1].split("\t")[1] == "ticket"
    assert tickets() == 2
    assert type_("mail", "retry", str(row.id))[0] == 1


def test_one_whose_number_is_not_there_any_more(inbox, mailbox_of, type_):
    inbox.put(letter(1))
    [broken] = inbox.files()
    broken.chmod(0)
    mailbox_of(inbox)
    for _round in range(3):
        type_("mail", "fetch")
    broken.chmod(0o600)
    inbox.create_anew()
    assert type_("mail", "fetch")[1] == "support: 1 new, 0 failed\n"
    status, _out, err = type_("mail", "retry", "1")
    assert (status, "does not know this mail" in err) == (1, True)
