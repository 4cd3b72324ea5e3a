"""Old mails become tickets, in silence."""

import os

import pytest
import sqlalchemy as sa

from helpdesk import jobs
from helpdesk.accounts import actions as accounts
from helpdesk.accounts.models import DESK, EmailState, User
from helpdesk.database import db
from helpdesk.events import Event
from helpdesk.mail import raw
from helpdesk.mail.mailboxes import actions as mailboxes
from helpdesk.mail.mailboxes.drafts import MailboxDraft
from helpdesk.mail.models import MailOfMessage, MailThread, Outcome, OutgoingMail, ReceivedMail
from helpdesk.notices.models import Notice
from helpdesk.operations.importing import Report, mails
from helpdesk.operations.importing.mails import becoming
from helpdesk.tickets.actions import place
from helpdesk.tickets.models import AuthorKind, Message, Place, Status, Ticket
from tests.mail.letters import letter, post

US = "support@lamps.example"


@pytest.fixture
def bring(desk, tmp_path):
    """Imports mails from a folder; the report."""
    folder = tmp_path / "mails"
    folder.mkdir()

    def bring(*contents, **options):
        for content in contents:
            (folder / f"{len(list(folder.iterdir()))}.eml").write_bytes(content)
        report = Report()
        found = mails.find("eml", [folder], report)
        mails.import_mails("eml", found, report, **{"from_us": [US], **options})
        db.session.rollback()
        return report

    return bring


def mail(number, text="It is broken.", day=1, answers="", **more):
    more |= {"In_Reply_To": f"<{answers}@old.example>"} if answers else {}
    return letter(
        text, Message_ID=f"<{number}@old.example>", Date=f"{day} Jan 2020 10:00:00 +0000", **more
    )


def everything(model):
    return db.session.scalars(sa.select(model).order_by(model.id)).all()


def test_a_conversation_is_one_ticket_with_its_own_times(desk, bring):
    agent = desk.user("agent", email="mira@lamps.example")
    report = bring(
        mail("c", "Thanks!", 3, answers="b"),  # answers come before what they answer
        mail(
            "b",
            "We send another.",
            2,
            answers="a",
            from_=f"Lamps <{US}>",
            to="alice.moor@shop.example",
        ),
        mail("a", files=(("lamp.txt", "text/plain", b"crack"),)),
        mail(
            "d",
            "On its way.",
            4,
            answers="c",
            from_="mira@lamps.example",
            to="alice.moor@shop.example",
        ),
        from_us=[US, "mira@lamps.example"],
    )
    [ticket] = everything(Ticket)
    assert [
        (m.body, m.author_kind, m.author_id, m.created_at.day) for m in everything(Message)
    ] == [
        ("It is broken.", AuthorKind.CUSTOMER, ticket.requester_id, 1),
        ("We send another.", AuthorKind.ADMIN, None, 2),
        ("Thanks!", AuthorKind.CUSTOMER, ticket.requester_id, 3),
        ("On its way.", AuthorKind.ADMIN, agent.id, 4),
    ]
    assert (ticket.status, ticket.created_at.day, ticket.first_answer_at.day) == (
        Status.PENDING,
        1,
        2,
    )
    assert (ticket.message_count, ticket.file_count, ticket.last_words) == (4, 1, "On its way.")
    assert dict(report.taken) == {
        "mails": 4,
        "tickets": 1,
        "messages": 4,
        "customers": 1,
        "files": 1,
    }
    times = {e.kind: e.created_at.year for e in everything(Event) if e.ticket_id == ticket.id}
    assert times["ticket.opened"] == times["ticket.replied"] == 2020


def test_nobody_is_told(desk, bring):
    desk.ticket(desk.user())
    told = [len(everything(OutgoingMail)), len(everything(Notice))]
    bring(mail("a"), mail("b", "And again", 2, answers="a"))
    jobs.run_due(desk.app)
    assert [len(everything(OutgoingMail)), len(everything(Notice))] == told
    assert told[0] == 1  # it would have sent some


def test_who_signed_up_with_somebodys_address_does_not_see_what_was_theirs(desk, bring):
    visitor = accounts.Visitor("192.0.2.1")
    accounts.sign_up(visitor, "Eve", "alice.moor@shop.example", "a lamp in the window")
    told = len(everything(OutgoingMail))
    bring(mail("a"))
    [user] = everything(User)
    assert user.email_state is EmailState.DOUBTED
    assert len(everything(OutgoingMail)) == told


def test_a_second_time_nothing_is_doubled(bring):
    both = mail("a"), mail("b", "More", 2, answers="a")
    bring(*both)
    report = bring()
    assert (dict(report.taken), dict(report.known)) == ({}, {"mails": 2})
    report = bring(both[0].replace(b"\r\n", b"\n"))  # the same mail by another way
    assert dict(report.known) == {"mails": 3}
    assert len(everything(Message)) == 2


def test_a_mailbox_that_is_fetched_later_brings_nothing_new(desk, bring):
    content = mail("a")
    bring(content)
    assert post(desk, content).outcome is Outcome.DUPLICATE
    assert len(everything(Ticket)) == 1


def test_a_stranger_who_knows_a_message_id_gets_a_ticket_of_their_own(bring):
    bring(mail("a"), mail("b", "Send it to me", 2, answers="a", from_="eve@evil.example"))
    first, second = everything(Ticket)
    assert first.message_count == second.message_count == 1
    assert second.requester.email == "eve@evil.example"
    [beside] = [
        one for one in db.session.scalars(sa.select(MailOfMessage)) if one.related_ticket_id
    ]
    assert beside.related_ticket_id == first.id


def test_who_was_sent_a_mail_of_it_takes_part(bring):
    bring(
        mail("a", Cc="Bob <bob@shop.example>"),
        mail("b", "I saw it, too.", 2, answers="a", from_="bob@shop.example"),
    )
    [ticket] = everything(Ticket)
    assert ticket.message_count == 2
    assert everything(Message)[1].author.email == "bob@shop.example"
    copied = [one.copied for one in db.session.scalars(sa.select(MailOfMessage))]
    assert copied == [[{"name": "Bob", "email": "bob@shop.example"}], []]  # and none of ours


def test_a_mail_that_claims_to_be_from_staff_is_a_note(desk, bring):
    desk.user("agent", email="mira@lamps.example")
    bring(mail("a"), mail("b", "Refund it.", 2, answers="a", from_="mira@lamps.example"))
    note = everything(Message)[1]
    assert (note.internal, note.author_id) == (True, None)
    assert everything(ReceivedMail)[1].outcome is Outcome.NOTE
    assert {user.role for user in everything(User)} == {"agent", "customer"}


def test_what_we_wrote_first_waits_for_whom_we_wrote_to(bring):
    bring(mail("a", "Your lamp is here.", from_=US, to="Bob <bob@shop.example>"))
    [ticket] = everything(Ticket)
    assert (ticket.requester.email, ticket.status) == ("bob@shop.example", Status.PENDING)


def test_what_is_nobodys_request_is_told_and_in_the_ledger(bring):
    report = bring(
        mail("a", Auto_Submitted="auto-replied"),
        mail("b", from_=US, to=US),
        mail("c", from_=None),
        b"no mail at all",
    )
    assert dict(report.taken) == {}
    assert len(report.left_out) == 4
    assert [row.outcome for row in everything(ReceivedMail)].count(Outcome.IGNORED) == 3
    assert everything(Ticket) == []


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"X_Mozilla_Status": "0009"}, "deleted"),
        ({"X_Status": "D"}, "deleted"),
        ({"X_Status": "T"}, "draft"),
        ({"X_Gmail_Labels": "Inbox,Spam"}, "spam"),
        ({"X_Gmail_Labels": "=?UTF-8?Q?Entw=C3=BCrfe?="}, "draft"),
    ],
)
def test_what_was_thrown_away_is_none_but_its_other_copy_is(bring, headers, why):
    report = bring(mail("a", **headers))
    assert why in report.left_out[0].why
    assert everything(ReceivedMail) == []
    alive = {"X_Mozilla_Status": "0001", "X_Status": "RO", "X_Gmail_Labels": "Inbox,Sent"}
    assert bring(mail("a", **alive)).taken["tickets"] == 1


@pytest.mark.parametrize(("flags", "taken"), [("S", 1), ("RS", 1), ("ST", 0), ("DS", 0)])
def test_flags_of_a_maildir_count(bring, tmp_path, flags, taken):
    (tmp_path / "mails" / "cur").mkdir()
    (tmp_path / "mails" / "cur" / f"1700000000.M1.host:2,{flags}").write_bytes(mail("a"))
    assert bring().taken["tickets"] == taken


@pytest.mark.parametrize(("status", "waits"), [("open", True), ("closed", False)])
def test_the_status_that_is_wanted(bring, status, waits):
    bring(mail("a"), status=Status(status))
    [ticket] = everything(Ticket)
    assert ticket.status == status
    assert (ticket.waiting_since is not None, ticket.resolved_at is not None) == (waits, not waits)


def test_what_was_done_here_since_is_left_alone(desk, bring):
    bring(mail("a"))
    [ticket] = everything(Ticket)
    desk.reply(desk.user("agent"), ticket, status=Status.RESOLVED)
    solved_at = desk.fresh(ticket).resolved_at
    bring(mail("b", "Old words", 2, answers="a"))
    ticket = desk.fresh(ticket)
    assert (ticket.status, ticket.message_count) == (Status.RESOLVED, 3)
    assert ticket.resolved_at == solved_at


def test_words_for_a_ticket_in_the_bin_are_a_ticket_of_their_own(desk, bring):
    bring(mail("a"))
    [ticket] = everything(Ticket)
    place(desk.user("agent"), ticket, Place.BIN)
    bring(mail("b", "More", 2, answers="a"))
    assert len(everything(Ticket)) == 2


def test_dates_that_cant_be_are_mended(bring):
    bring(
        letter(Date="Fri, 31 Dec 9999 23:59:59 -1200", Message_ID="<x@y.example>"),
        letter(Date="Wed, 1 Jan 2098 00:00:00 +0000", Message_ID="<z@y.example>"),
    )
    assert all(ticket.created_at.year < 2098 for ticket in everything(Ticket))


def test_links_pipes_and_what_is_no_mail_are_left(desk, bring, tmp_path):
    folder = tmp_path / "mails"
    os.mkfifo(folder / "pipe.eml")
    (folder / "link.eml").symlink_to("/etc/passwd")
    (folder / "round").symlink_to(folder)
    (folder / "outlook.msg").write_bytes(b"\xd0\xcf")
    (folder / "cur").mkdir()
    (folder / "cur" / "1700000000.M1.host:2,S").write_bytes(mail("a"))
    report = bring()
    assert report.taken["tickets"] == 1
    assert {one.where.rpartition("/")[2] for one in report.left_out} == {
        "pipe.eml",
        "link.eml",
        "outlook.msg",
    }


def test_one_mail_that_fails_does_not_stop_the_others(desk, bring, monkeypatch):
    real = becoming.subject_of
    monkeypatch.setattr(
        becoming, "subject_of", lambda mail: 1 / 0 if "bad" in mail.subject else real(mail)
    )
    report = bring(mail("a"), mail("b", subject="bad"), mail("c"))
    assert report.taken["tickets"] == 2
    assert [why for _where, why in report.left_out] == [
        "It could not be taken (ZeroDivisionError)."
    ]
    [held] = [row for row in everything(ReceivedMail) if row.outcome is Outcome.HELD]
    assert (held.outcome, raw.read(held.sha256)[:4]) == (Outcome.HELD, b"From")


def test_answers_leave_from_the_mailbox_that_was_written_to(bring):
    mailbox_id = mailboxes.add(DESK, MailboxDraft(name="support", address=US)).id
    bring(mail("a"), from_us=[])
    [thread] = db.session.scalars(sa.select(MailThread)).all()
    assert thread.mailbox_id == mailbox_id
