"""What becomes of a mail: a ticket, an answer, a note, or it waits for a person."""

import pytest
import sqlalchemy as sa

from helpdesk import jobs
from helpdesk.accounts import actions as accounts
from helpdesk.accounts import queries as people
from helpdesk.accounts.models import DESK
from helpdesk.database import db, transaction
from helpdesk.errors import NotAllowed, WrongState
from helpdesk.events import Event
from helpdesk.files import bucket, store
from helpdesk.mail import filing, ledger, raw
from helpdesk.mail.mailboxes import actions as mailboxes
from helpdesk.mail.mailboxes.drafts import MailboxDraft
from helpdesk.mail.models import (
    MailKind,
    MailOfMessage,
    MailThread,
    Outcome,
    OutgoingMail,
    ReceivedMail,
    Sending,
    Source,
)
from helpdesk.tickets import actions, queries
from helpdesk.tickets.models import Message, Place, Status, Ticket
from tests.desk import PNG
from tests.mail.letters import answer_to, fresh, letter, post, token_of
from tests.mail.rows import damage


@pytest.fixture
def mailbox(desk):
    return mailboxes.add(DESK, MailboxDraft(name="support", address="support@lamps.example"))


def messages(ticket_id):
    return list(
        db.session.scalars(
            sa.select(Message).where(Message.ticket_id == ticket_id).order_by(Message.id)
        )
    )


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def beside(row):
    return db.session.get_one(MailOfMessage, row.filed_as_id)


def test_a_mail_of_somebody_new_becomes_a_ticket_with_its_files(desk):
    row = post(desk, letter(files=(("lamp.png", "image/png", PNG),)))
    assert row.outcome is Outcome.TICKET
    ticket = queries.get(DESK, row.ticket_id)
    assert (ticket.subject, ticket.description) == ("Broken lamp", "It is broken.")
    assert (ticket.requester.name, ticket.requester.email) == (
        "Alice Moor",
        "alice.moor@shop.example",
    )
    (message,) = messages(ticket.id)
    assert message.author_id == ticket.requester_id
    (file,) = message.attachments
    assert (file.file_name, file.size) == ("lamp.png", len(PNG))
    with store().open(file.stored_name) as content:
        assert content.read() == PNG


def test_an_answer_with_the_token_goes_to_its_ticket(desk, alice):
    ticket = desk.ticket(alice)
    with transaction():
        from helpdesk.mail import tokens

        tokens.thread_of(ticket.id)
    row = post(desk, letter("It is the red one.", **answer_to(ticket.id)))
    assert (row.outcome, row.ticket_id) == (Outcome.REPLY, ticket.id)
    assert messages(ticket.id)[-1].body == "It is the red one."
    assert desk.fresh(ticket).status is Status.OPEN


@pytest.mark.parametrize("where", ["references", "plus", "subject"])
def test_the_token_counts_wherever_it_stands(desk, where):
    first = post(desk, letter())
    token = token_of(first.ticket_id)
    how = {
        "references": {"References": f"<a@b> <{token}.0123456789abcdef@lamps.example> <c@d>"},
        "plus": {"to": f"Support <support+{token}@lamps.example>"},
        "subject": {"subject": f"Re: Broken lamp [TKT{first.ticket_id}-{token}]"},
    }[where]
    row = post(desk, letter("More.", **how))
    assert (row.outcome, row.ticket_id) == (Outcome.REPLY, first.ticket_id)


def test_a_token_without_taking_part_is_a_ticket_of_its_own(desk):
    first = post(desk, letter())
    row = post(desk, letter("Let me in.", from_="eve@evil.example", **answer_to(first.ticket_id)))
    assert row.outcome is Outcome.TICKET
    assert row.ticket_id != first.ticket_id
    assert beside(row).related_ticket_id == first.ticket_id
    assert len(messages(first.ticket_id)) == 1


def test_taking_part_without_the_token_is_a_ticket_of_its_own(desk):
    first = post(desk, letter())
    row = post(desk, letter("More.", subject=f"Re: [TKT{first.ticket_id}] Broken lamp"))
    assert row.outcome is Outcome.TICKET
    assert row.ticket_id != first.ticket_id
    assert beside(row).related_ticket_id == first.ticket_id


def test_a_wrong_token_is_none(desk):
    first = post(desk, letter())
    wrong = "a" * 26
    row = post(desk, letter("More.", In_Reply_To=f"<{wrong}.0123456789abcdef@lamps.example>"))
    assert row.ticket_id != first.ticket_id
    assert beside(row).related_ticket_id is None


def test_a_cc_grants_nothing_until_somebody_lets_them_follow(desk, agent, mailbox):
    first = post(desk, letter(Cc="Bob Lind <bob@shop.example>"))
    assert beside(first).copied == [{"name": "Bob Lind", "email": "bob@shop.example"}]
    told = letter("I saw it too.", from_="bob@shop.example", **answer_to(first.ticket_id))
    row = post(desk, told)
    assert row.ticket_id != first.ticket_id
    ticket = queries.get(DESK, first.ticket_id)
    actions.follow(agent, ticket, people.by_email("bob@shop.example"))
    row = post(desk, letter("Again.", from_="bob@shop.example", **answer_to(ticket.id)))
    assert (row.outcome, row.ticket_id) == (Outcome.REPLY, ticket.id)
    bob = people.by_email("bob@shop.example")
    assert db.session.scalar(queries.visible_to(bob).where(Ticket.id == ticket.id)) is None


def test_an_answer_to_a_merged_ticket_goes_where_its_words_are(desk, alice, agent):
    first, second = (post(desk, letter(from_=alice.email)) for _ in range(2))
    into = queries.get(DESK, second.ticket_id)
    actions.merge(agent, [queries.get(DESK, first.ticket_id)], into)
    row = post(desk, letter("More.", from_=alice.email, **answer_to(first.ticket_id)))
    assert (row.outcome, row.ticket_id) == (Outcome.REPLY, into.id)


@pytest.mark.parametrize("place", [Place.SPAM, Place.BIN, None])
def test_a_ticket_that_takes_no_more_words_has_another_opened(desk, alice, agent, place):
    first = post(desk, letter(from_=alice.email))
    ticket = queries.get(DESK, first.ticket_id)
    if place is None:
        actions.change_status(agent, ticket, Status.CLOSED)
    else:
        actions.place(agent, ticket, place)
    row = post(desk, letter("Hello?", from_=alice.email, **answer_to(ticket.id)))
    if place is Place.SPAM:  # nobody is told that they were taken for spam
        assert (row.outcome, row.ticket_id) == (Outcome.REPLY, ticket.id)
        return
    assert row.outcome is Outcome.TICKET
    assert beside(row).related_ticket_id == ticket.id


@pytest.mark.parametrize(
    ("results", "outcome"),
    [
        (None, Outcome.NOTE),
        ("mx.lamps.example; dmarc=pass header.from=lamps.example", Outcome.REPLY),
        ("mx.lamps.example; dkim=pass header.d=lamps.example", Outcome.REPLY),
        ("mx.lamps.example; (a; b=(c)) dkim=pass (ok) header.d=lamps.example", Outcome.REPLY),
        ("mx.lamps.example; dmarc=fail header.from=lamps.example", Outcome.NOTE),
        ("mx.lamps.example; dmarc=pass header.from=evil.example", Outcome.NOTE),
        ("mx.lamps.example; dkim=pass header.d=evil.example", Outcome.NOTE),
        ("mx.evil.example; dmarc=pass header.from=lamps.example", Outcome.NOTE),
        ("mx.lamps.example; spf=pass smtp.mailfrom=lamps.example", Outcome.NOTE),
        ("mx.lamps.example (dmarc=pass header.from=lamps.example); none", Outcome.NOTE),
    ],
)
def test_an_agent_answers_by_mail_only_where_the_server_vouches(
    desk, alice, mailbox, results, outcome
):
    ana = desk.user("agent", "Ana Gent", "ana@lamps.example")
    with transaction():
        mailbox.authserv_id = "mx.lamps.example"
    first = post(desk, letter(from_=alice.email), mailbox, uidvalidity=1, uid=1)
    more = answer_to(first.ticket_id) | ({"Authentication_Results": results} if results else {})
    row = post(
        desk, letter("It is on its way.", from_=ana.email, **more), mailbox, uidvalidity=1, uid=2
    )
    assert (row.outcome, row.ticket_id) == (outcome, first.ticket_id)
    message = messages(first.ticket_id)[-1]
    assert message.internal is (outcome is Outcome.NOTE)
    assert message.author_id == (None if outcome is Outcome.NOTE else ana.id)


def test_only_the_topmost_result_of_the_server_counts(desk, alice, mailbox):
    ana = desk.user("agent", "Ana Gent", "ana@lamps.example")
    with transaction():
        mailbox.authserv_id = "mx.lamps.example"
    first = post(desk, letter(from_=alice.email), mailbox, uidvalidity=1, uid=1)
    forged = "Authentication-Results: mx.lamps.example; dmarc=pass header.from=lamps.example\r\n"
    real = "Authentication-Results: mx.lamps.example; dmarc=fail header.from=lamps.example\r\n"
    content = letter("Forged.", from_=ana.email, **answer_to(first.ticket_id))
    row = post(desk, (real + forged).encode() + content, mailbox, uidvalidity=1, uid=2)
    assert row.outcome is Outcome.NOTE


def test_the_same_mail_in_two_mailboxes_and_a_new_numbering_is_one_ticket(desk, mailbox):
    sales = mailboxes.add(DESK, MailboxDraft(name="sales", address="sales@lamps.example"))
    content = letter()
    first = post(desk, content, mailbox, uidvalidity=1, uid=7)
    twice = post(desk, b"Received: by another way\r\n" + content, sales, uidvalidity=1, uid=3)
    again = post(desk, content, mailbox, uidvalidity=2, uid=1)
    piped = post(desk, content)
    assert first.outcome is Outcome.TICKET
    for row in (twice, again, piped):
        assert (row.outcome, row.duplicate_of_id) == (Outcome.DUPLICATE, first.id)
    assert (count(Ticket), count(Message), count(ReceivedMail)) == (1, 1, 4)


def test_a_shared_message_id_does_not_swallow_another_mail(desk):
    rows = [post(desk, letter(text, Message_ID="<1@form.example>")) for text in ("One.", "Two.")]
    assert [row.outcome for row in rows] == [Outcome.TICKET, Outcome.TICKET]


def test_a_mail_without_a_message_id_is_a_copy_only_to_the_byte(desk):
    content = letter(Message_ID=None)
    rows = [post(desk, one) for one in (content, content, b"X-Way: other\r\n" + content)]
    assert [row.outcome for row in rows] == [Outcome.TICKET, Outcome.DUPLICATE, Outcome.TICKET]


def test_mails_without_numbers_are_each_kept_also_for_a_mailbox(desk, mailbox):
    for text in ("One.", "Two."):
        ledger.arrive(letter(text), Source.PIPE, mailbox)
    jobs.run_due(desk.app)
    assert (count(ReceivedMail), count(Ticket)) == (2, 2)


def test_a_mail_of_a_known_number_is_not_kept_twice(desk, mailbox):
    rows = [post(desk, letter(), mailbox, uidvalidity=1, uid=7) for _ in range(2)]
    assert rows[0].id == rows[1].id
    assert count(Ticket) == 1


def test_what_cant_be_read_waits_for_a_person_and_the_next_goes_through(desk, agent):
    nested = b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    bad = post(desk, nested * 3000 + b"--x\r\n\r\n")
    good = post(desk, letter())
    assert good.outcome is Outcome.TICKET
    assert bad.outcome in (Outcome.HELD, Outcome.TICKET)  # held, or kept as a file: never lost
    if bad.outcome is Outcome.HELD:
        assert bad.reason


def test_a_mail_from_nobody_is_held_and_can_be_tried_again(desk, agent, monkeypatch):
    row = post(desk, letter(from_=None))
    assert row.outcome is Outcome.HELD
    assert "who sent it" in row.reason
    with pytest.raises(NotAllowed):
        filing.retry(desk.user("customer"), row)
    filing.retry(agent, row)
    jobs.run_due(desk.app)
    assert fresh(row).outcome is Outcome.HELD  # it is still from nobody


@pytest.mark.parametrize("content", [letter("Hello.", from_=None), b"", b"no headers\n\nat all"])
def test_a_mail_from_nobody_or_of_nothing_can_be_made_a_ticket_of_ones_own(desk, agent, content):
    row = post(desk, content)
    assert row.outcome is Outcome.HELD
    filing.retry(agent, row, as_new=True)
    jobs.run_due(desk.app)
    row = fresh(row)
    assert row.outcome is Outcome.TICKET
    ticket = queries.get(DESK, row.ticket_id)
    assert ticket.requester_id == agent.id
    assert beside(row).sender == ""
    (message,) = messages(ticket.id)
    if b"Hello" not in content:
        with store().open(message.attachments[0].stored_name) as file:
            assert file.read() == content
    actions.move(agent, ticket, desk.user("customer"))


def test_a_mail_that_cant_be_filed_is_held_after_some_tries(desk, agent, travel, monkeypatch):
    def fall(*_args, **_more):
        raise RuntimeError("a bug")

    monkeypatch.setattr("helpdesk.mail.filing.writing.write", fall)
    row = post(desk, letter(files=(("lamp.png", "image/png", PNG),)))
    for hours in range(1, 40):
        travel(hours=hours)
        jobs.run_due(desk.app)
    row = fresh(row)
    assert row.outcome is Outcome.HELD
    assert "a bug" in row.reason
    assert count(Ticket) == 0
    assert list(store().names()) == []
    monkeypatch.undo()
    filing.retry(agent, row)
    jobs.run_due(desk.app)
    assert fresh(row).outcome is Outcome.TICKET


def test_a_filed_mail_is_not_filed_again(desk, agent):
    row = post(desk, letter())
    with pytest.raises(WrongState):
        filing.retry(agent, row)


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "auto_reply"},
        {"X_Autoreply": "yes"},
    ],
)
def test_an_automatic_answer_is_left_alone_but_can_be_filed(desk, agent, headers):
    row = post(desk, letter("I am away.", **headers))
    assert row.outcome is Outcome.IGNORED
    assert count(Ticket) == 0
    filing.retry(agent, row)
    jobs.run_due(desk.app)
    assert fresh(row).outcome is Outcome.TICKET


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-generated"},
        {"Precedence": "bulk"},
        {"List_Id": "<lamps.example>"},
        {"Return_Path": "<>"},
    ],
)
def test_what_a_program_wrote_is_a_ticket_that_is_not_answered(make_desk, headers):
    desk = make_desk(
        HELPDESK_SMTP_URL="smtp://127.0.0.1:1", HELPDESK_MAIL_FROM="support@lamps.example"
    )
    row = ledger.arrive(letter(**headers), Source.PIPE)
    jobs.run_due(desk.app, lanes={"mail-in"})
    assert fresh(row).outcome is Outcome.TICKET
    states = db.session.scalars(
        sa.select(OutgoingMail.state).where(OutgoingMail.kind == MailKind.RECEIVED)
    ).all()
    assert set(states) <= {Sending.CANCELLED}


def test_a_mail_of_ours_that_comes_back_is_no_ticket(desk, alice):
    ticket = desk.ticket(alice)
    with transaction():
        mail = ours(ticket)
    row = post(desk, letter(from_="support@lamps.example", Message_ID=f"<{mail.mail_id}>"))
    assert row.outcome is Outcome.IGNORED


def ours(ticket):
    mail = OutgoingMail(
        kind=MailKind.ANSWERED,
        ticket_id=ticket.id,
        recipient="alice.moor@shop.example",
        mail_id=f"{'b' * 26}.0123456789abcdef@lamps.example",
        details={},
    )
    mail.created_at = ticket.created_at
    db.session.add(mail)
    db.session.flush()
    return mail


BOUNCE = """\
From: MAILER-DAEMON@mx.shop.example
To: support@lamps.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce@mx.shop.example>
MIME-Version: 1.0
Return-Path: <>
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain

I could not deliver it.

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.shop.example

Final-Recipient: rfc822; alice.moor@shop.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 no such user

--x
Content-Type: text/rfc822-headers

From: support@lamps.example
Message-ID: <{mail_id}>
Subject: Re: Broken lamp

--x--
"""


def test_a_bounce_is_told_at_the_mail_that_bounced(desk, alice):
    ticket = desk.ticket(alice)
    with transaction():
        mail = ours(ticket)
    late = BOUNCE.format(action="delayed", status="4.4.1", mail_id=mail.mail_id)
    row = post(desk, late.replace("\n", "\r\n").encode())
    assert (row.outcome, row.bounced_id, row.ticket_id) == (Outcome.BOUNCE, mail.id, ticket.id)
    assert fresh(mail).bounced_at is None
    gone = BOUNCE.format(action="failed", status="5.1.1", mail_id=mail.mail_id)
    post(desk, gone.replace("\n", "\r\n").replace("bounce@", "bounce2@").encode())
    mail = fresh(mail)
    assert mail.bounced_at is not None
    assert "550 5.1.1 no such user" in mail.bounce
    kinds = db.session.scalars(sa.select(Event.kind).where(Event.ticket_id == ticket.id)).all()
    assert kinds.count("ticket.mail_bounced") == 1
    assert count(Ticket) == 1


def test_a_bounce_that_names_no_mail_waits_for_a_person(desk):
    row = post(desk, letter("Failure notice:\n\n<b@c.example>: 550 gone", Return_Path="<>"))
    assert row.outcome is Outcome.HELD
    assert "not which one" in row.reason


def test_a_bounce_of_a_mail_that_is_not_ours_is_no_ticket(desk):
    text = BOUNCE.format(action="failed", status="5.1.1", mail_id="x@elsewhere.example")
    row = post(desk, text.replace("\n", "\r\n").encode())
    assert row.outcome is Outcome.IGNORED
    assert count(Ticket) == 0


def test_a_disabled_account_is_not_let_in_by_mail(desk, alice, admin):
    accounts.disable_user(admin, alice)
    row = post(desk, letter(from_=alice.email))
    assert row.outcome is Outcome.HELD
    assert "disabled" in row.reason


def test_a_form_of_the_shops_own_website_writes_for_whom_it_names(desk, mailbox):
    row = post(desk, letter(from_="support@lamps.example", Reply_To="Carla <carla@shop.example>"))
    assert queries.get(DESK, row.ticket_id).requester.email == "carla@shop.example"
    row = post(desk, letter(from_="support@lamps.example"))
    assert row.outcome is Outcome.HELD


def test_required_fields_and_long_words_keep_no_mail_away(desk, field):
    field("Order number", required="everybody", shown=True)
    row = post(desk, letter("x" * 150_000, subject="y" * 900))
    ticket = queries.get(DESK, row.ticket_id)
    assert len(ticket.subject) == 250
    (message,) = messages(ticket.id)
    assert len(message.body) == 100_000
    assert message.body.endswith("the original mail has all of it.)")


@pytest.mark.parametrize("subject", ["", "   ", None])
def test_an_empty_mail_is_a_ticket(desk, subject):
    row = post(desk, letter("", subject=subject))
    ticket = queries.get(DESK, row.ticket_id)
    assert ticket.subject == "(no subject)"
    assert messages(ticket.id)[0].body == "(This mail has no words.)"


def test_a_mail_has_as_many_files_as_it_has(desk):
    files = tuple((f"{n}.txt", "text/plain", b"x" * n) for n in range(1, 31))
    row = post(desk, letter(files=files))
    assert len(messages(row.ticket_id)[0].attachments) == 30


def test_the_mailboxes_category_is_the_tickets(desk, admin, mailbox):
    lamps = desk.category("Lamps")
    with transaction():
        mailbox.category_id = lamps.id
    row = post(desk, letter(), mailbox, uidvalidity=1, uid=1)
    assert queries.get(DESK, row.ticket_id).category_id == lamps.id
    assert db.session.get_one(MailThread, row.ticket_id).mailbox_id == mailbox.id


def test_the_ledger_keeps_its_rows_whatever_a_hand_tries(desk):
    row = post(desk, letter())
    for change in (
        sa.delete(ReceivedMail),
        sa.update(ReceivedMail).values(sha256="0" * 64),
        sa.update(ReceivedMail).values(uid=5),
    ):
        with pytest.raises(sa.exc.IntegrityError, match="ledger"), transaction():
            db.session.execute(change)
    assert fresh(row).outcome is Outcome.TICKET


def test_the_raw_mail_is_kept_to_the_byte_before_it_is_looked_into(desk):
    content = letter()
    row = ledger.arrive(content, Source.PIPE)
    assert row.outcome is Outcome.WAITING
    assert raw.read(row.sha256) == content
    if bucket() is None:
        path = desk.app.config["HELPDESK"].mail / row.sha256[:2] / f"{row.sha256}.eml"
        assert path.stat().st_mode & 0o777 == 0o600
    damage(row.sha256)
    jobs.run_due(desk.app)
    row = fresh(row)
    assert (row.outcome, "damaged" in row.reason) == (Outcome.HELD, True)
