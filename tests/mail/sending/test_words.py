"""The shop's own words for mails: what may stand in them, and what is sent of them."""

import pytest

from helpdesk import clock
from helpdesk.database import db, transaction
from helpdesk.errors import Invalid, NotAllowed, NotFound
from helpdesk.events import Event
from helpdesk.mail.models import MailKind, MailTemplate
from helpdesk.mail.sending import previewing
from helpdesk.mail.templates import Template, queries, template_of, worded
from helpdesk.mail.templates.actions import change_words, forget_words

from .conftest import rows

BODY = "Dear customer,\n\nit is **{{ticket.ref}}** at {{shop.name}}."


def change(actor, kind=MailKind.RECEIVED, *, is_on=True, subject="Thank you", body=BODY):
    return change_words(actor, kind, is_on=is_on, subject=subject, body=body)


def troubles(*args, **changes):
    with pytest.raises(Invalid) as caught:
        change(*args, **changes)
    return caught.value.fields


def test_the_shops_words_are_sent(desk, alice, admin, send, smtp_server):
    change(admin)
    ticket = desk.ticket(alice)
    send()

    [mail] = smtp_server.mails
    assert mail.header("Subject") == f"Thank you [{ticket.ref}]"
    assert f"it is {ticket.ref} at" in mail.text()
    assert f"<strong>{ticket.ref}</strong>" in mail.html()


def test_a_change_is_an_event_and_the_same_words_again_are_none(desk, admin):
    change(admin)
    change(admin)

    events = db.session.query(Event).filter_by(kind="mail.words").all()
    assert [event.after["subject"] for event in events] == ["Thank you"]
    assert events[0].before == {"kind": "received", "is_on": True, "subject": "", "body": ""}


def test_words_that_are_the_programs_own_stay_in_each_ones_language(desk, admin):
    own = queries.wording(admin, MailKind.RESOLVED).template
    change_words(admin, MailKind.RESOLVED, is_on=False, subject=own.subject, body=own.body)

    row = db.session.get(MailTemplate, "resolved")
    assert (row.is_on, row.subject, row.body) == (False, "", "")
    assert queries.wording(admin, MailKind.RESOLVED).is_own


def test_the_original_words_come_back_and_what_is_off_stays_off(desk, admin):
    before = template_of(MailKind.RECEIVED)
    change(admin, is_on=False)
    forget_words(admin, MailKind.RECEIVED)

    found = queries.wording(admin, MailKind.RECEIVED)
    assert (found.template, found.is_own, found.is_on) == (before, True, False)


def test_all_that_is_wrong_is_told_at_once(desk, admin):
    found = troubles(
        admin, subject="{{ticket.subject}}\0", body="{{agent.__class__}} {{ nothing }}"
    )

    assert set(found) == {"subject", "body"}
    assert "{{agent.__class__}}, {{nothing}}" in found["body"][0]
    assert db.session.get(MailTemplate, "received") is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", ""),
        ("subject", "x" * 201),
        ("subject", "{{requester.name}}"),  # an automatic mail repeats nothing of its receiver's
        ("subject", "\ud800"),
        ("body", " \n "),
        ("body", "x" * 10_001),
        ("body", "{{message}}"),
        ("body", "{{shop.name.upper()}}"),
        ("body", "{{" + "x" * 90 + "}}"),
        ("body", "{{shop.name}}" * 101),
        ("body", "![a](attachment:0123456789abcdef0123456789abcdef)"),
    ],
)
def test_what_can_not_be_kept_is_refused(desk, admin, field, value):
    assert set(troubles(admin, **{field: value})) == {field}


@pytest.mark.parametrize(
    ("subject", "body", "wrong"),
    [
        ("S", "No words of anybody's", "body"),
        ("S", "{{message}}\n\n{{message}}", "body"),
        ("S", "**{{message}}**", "body"),
        ("{{message}}", "{{message}}", "subject"),
    ],
)
def test_an_answer_has_its_words_once_and_on_a_line_of_their_own(desk, admin, subject, body, wrong):
    assert set(troubles(admin, MailKind.ANSWERED, subject=subject, body=body)) == {wrong}


def test_a_subject_is_one_line(desk, admin):
    change(admin, subject="Thank\r\nBcc: evil@shop.example\u2028you")

    assert template_of(MailKind.RECEIVED).subject == "Thank Bcc: evil@shop.example you"


def test_nobody_but_an_admin_words_mails(desk, alice, agent):
    for actor in (alice, agent):
        with pytest.raises(NotAllowed):
            change(actor)
        with pytest.raises(NotAllowed):
            forget_words(actor, MailKind.RECEIVED)
        with pytest.raises(NotAllowed):
            queries.wordings(actor)
        with pytest.raises(NotAllowed):
            previewing.preview(actor, MailKind.RECEIVED, Template("S", "B"))


@pytest.mark.parametrize("kind", [MailKind.NOTICE, MailKind.ACCOUNT, MailKind.TEST])
def test_other_kinds_have_words_of_nobodys(desk, admin, kind):
    with pytest.raises(NotFound):
        change(admin, kind)


def test_what_is_filled_in_is_never_markup(desk, agent, admin, send, smtp_server):
    evil = desk.user("customer", "**Bo** <b>x</b> {{shop.name}}", "bo@elsewhere.example")
    body = "Dear {{requester.name}},\n\n{{message}}\n\n<script>alert(1)</script>"
    change(admin, MailKind.ANSWERED, subject="{{ticket.subject}} for {{requester.name}}", body=body)
    ticket = desk.ticket(evil, "A <i>lamp</i>")
    desk.reply(agent, ticket, "Words")
    send()

    mail = smtp_server.mails[-1]
    assert "Dear **Bo** <b>x</b> {{shop.name}}," in mail.text()
    assert "<script" not in mail.html() and "<b>x" not in mail.html()
    assert "**Bo** &lt;b&gt;x&lt;/b&gt; {{shop.name}}" in mail.html()


def test_a_variable_that_there_is_none_of_any_more_is_left_out(desk, alice, send, smtp_server):
    with transaction():
        row = MailTemplate(kind="received", is_on=True, modified_at=clock.now())
        row.subject, row.body = "To {{Old One}} you", "It is {{ticket.ref}}{{gone}}."
        db.session.add(row)
    ticket = desk.ticket(alice)
    send()

    [mail] = smtp_server.mails
    assert mail.header("Subject") == f"To you [{ticket.ref}]"
    assert f"It is {ticket.ref}.\n" in mail.text()


def test_blanks_are_named(desk):
    template = Template("{{ticket.subject}} {{x.y}}", "{{agent.name}} {{shop.name}} {{message}}")
    found = worded(template, {"shop.name": "Lamps", "agent.name": " "})

    assert found.blanks == ("ticket.subject", "x.y", "agent.name", "message")
    assert (found.subject, found.text) == ("", "Lamps")


def test_the_preview_is_the_mail_that_is_sent(desk, alice, agent, admin, send, smtp_server):
    change(admin, MailKind.ANSWERED, subject="{{ticket.subject}}", body="Dear you,\n\n{{message}}")
    ticket = desk.ticket(alice, "Lamp")
    desk.reply(agent, ticket, "It is **here**")
    shown = previewing.preview(admin, MailKind.ANSWERED, template_of(MailKind.ANSWERED))
    send()

    sent = rows(kind=MailKind.ANSWERED)[0]
    assert (shown.ref, shown.recipient, shown.blanks) == (ticket.ref, alice.email, ())
    assert (shown.subject, shown.text, shown.html) == (sent.subject, sent.text, sent.html)
    assert (
        shown.sender == f"{agent.name} (Lamps) <support@shop.example>" or agent.name in shown.sender
    )


@pytest.mark.parametrize("kind", [MailKind.RECEIVED, MailKind.ANSWERED, MailKind.RESOLVED])
def test_a_made_up_ticket_is_never_kept(desk, alice, admin, kind):
    ticket = desk.ticket(alice)
    before = len(rows())
    made_up = previewing.preview(admin, kind, template_of(kind), made_up=True)
    real = previewing.preview(admin, kind, template_of(kind))

    assert (made_up.ref, made_up.blanks, "TKT1042" in made_up.subject) == ("", (), True)
    assert (real.ref, real.recipient) == (ticket.ref, alice.email)
    assert len(rows()) == before
    assert not db.session.new and not db.session.dirty
