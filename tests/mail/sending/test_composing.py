"""What a mail of ours says, in its headers and in its words."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk import clock
from helpdesk.accounts import actions as accounts
from helpdesk.accounts.actions import Visitor
from helpdesk.accounts.models import DESK
from helpdesk.database import db, transaction
from helpdesk.errors import HelpdeskError
from helpdesk.mail.mailboxes import actions as boxes
from helpdesk.mail.mailboxes.drafts import MailboxDraft
from helpdesk.mail.models import MailTemplate, MailThread, OutgoingMail, ReplyTag
from helpdesk.mail.reading import read
from helpdesk.mail.sending import files as mail_files
from helpdesk.mail.sending import links, mime
from helpdesk.mail.sending.mime import Parts, Person
from helpdesk.tickets import actions as tickets
from helpdesk.tickets.models import Format, Status
from tests.desk import PNG
from tests.mail.letters import letter, post

from .conftest import rows


@pytest.fixture
def mailbox(desk, smtp_server):
    def make(**draft):
        return boxes.add(
            DESK, MailboxDraft(name="support", address="support@lamps.example", **draft)
        )

    return make


def newest(smtp_server):
    return smtp_server.mails[-1]


def test_an_answer_is_words_with_a_frame(desk, alice, agent, send, smtp_server, mailbox):
    mailbox(sender_name="Lamp shop", signature="**Lamps** & light")
    ticket = desk.ticket(alice, "Broken lamp")
    tickets.reply(agent, ticket, "We *know*.\n\n- one\n- two", format=Format.MARKDOWN)
    send()

    mail = newest(smtp_server)
    assert mail.header("From") == '"Ana Gent (Lamp shop)" <support@lamps.example>'
    assert mail.header("To") == "Alice Moor <alice.moor@shop.example>"
    assert mail.header("Subject") == f"Re: Broken lamp [{ticket.ref}]"
    assert mail.header("Auto-Submitted") is None
    assert mail.header("List-Unsubscribe") is None
    assert mail.sender == "support@lamps.example"
    text = mail.text()
    assert text.startswith("## — Please write above this line — ##\n\nWe know.\n\n- one\n- two\n")
    assert "-- \nLamps & light" in text
    assert re.search(
        rf"request {ticket.ref} at .*: http://127.0.0.1:8000/r/\d+-[0-9a-f]{{32}}", text
    )
    html = mail.html()
    assert "<em>know</em>" in html
    assert "<strong>Lamps</strong> &amp; light" in html
    assert "<script" not in html


def test_the_link_in_an_answer_opens_the_request_until_it_is_ended(
    desk, alice, agent, send, smtp_server
):
    ticket = desk.ticket(alice, "Broken lamp")
    for words in ("A new one leaves today.", "And another one."):
        tickets.reply(agent, desk.fresh(ticket), words)
        send()
        [path] = re.findall(r"http://127\.0\.0\.1:8000(/r/\S+)", newest(smtp_server).text())
        browser = desk.browser()
        page = browser.get(path, follow_redirects=True)
        assert page.status_code == 200 and words in page.text
        links.revoke(agent, desk.fresh(ticket))
        assert browser.get(path).status_code == 404


def test_automatic_mails_say_so_and_repeat_nothing_of_the_sender(desk, agent, send, smtp_server):
    spam = "Buy pills at http://pills.example"
    alice = desk.user(name=spam, email="alice@shop.example")
    ticket = desk.ticket(alice, spam, spam)
    tickets.change_status(agent, ticket, Status.RESOLVED)
    send()

    assert len(smtp_server.mails) == 2
    for mail in smtp_server.mails:
        assert mail.header("Auto-Submitted") == "auto-replied"
        assert mail.header("X-Auto-Response-Suppress") == "All"
        everything = f"{mail.content.decode()} {mail.text()} {mail.html()} {mail.message['to']}"
        assert "pills" not in everything.lower().replace(alice.email, "")
        assert ticket.ref in mail.header("Subject")


def test_the_token_stands_where_the_mailbox_wants_it(
    desk, alice, agent, send, smtp_server, mailbox
):
    box = mailbox(reply_tag=ReplyTag.PLUS)
    ticket = desk.ticket(alice)
    send()
    token = db.session.get(MailThread, ticket.id).token
    mail = newest(smtp_server)
    assert mail.header("Reply-To") == f"support+{token}@lamps.example"
    assert mail.header("Message-ID").startswith(f"<{token}.")

    with transaction():
        db.session.merge(box).reply_tag = ReplyTag.SUBJECT
    desk.reply(agent, ticket)
    send()
    mail = newest(smtp_server)
    assert mail.header("Reply-To") is None
    assert mail.message["Subject"] == f"Re: Broken lamp [{ticket.ref}-{token}]"


def test_the_circle_stays_one_thread(desk, send, smtp_server, agent, mailbox):
    box = mailbox()
    question = letter(subject="Broken lamp", Message_ID="<first@customer.example>")
    first = post(desk, question, box, uidvalidity=1, uid=1)
    ticket = tickets_of(first)
    desk.reply(agent, ticket, "Which one?")
    send()
    received, answered = smtp_server.mails
    assert received.header("In-Reply-To") == "<first@customer.example>"
    assert answered.header("References") == (
        f"<first@customer.example> {received.header('Message-ID')}"
    )
    again = post(
        desk,
        letter(
            "The blue one.",
            subject="Re: Broken lamp",
            Message_ID="<second@customer.example>",
            In_Reply_To=answered.header("Message-ID"),
            References=f"{answered.header('References')} {answered.header('Message-ID')}",
        ),
        box,
        uidvalidity=1,
        uid=2,
    )
    assert again.ticket_id == ticket.id
    desk.reply(agent, desk.fresh(ticket), "Thank you")
    send()
    last = newest(smtp_server)
    assert last.header("In-Reply-To") == "<second@customer.example>"
    assert last.header("References").split()[0] == "<first@customer.example>"
    assert last.recipients == ["alice.moor@shop.example"]


def test_references_are_at_most_twenty_with_the_first(desk, alice, agent, send, smtp_server):
    ticket = desk.ticket(alice)
    for number in range(25):
        desk.reply(agent, ticket, f"Words {number}")
    send()
    references = newest(smtp_server).header("References").split()

    assert len(references) == 20
    assert references[0] == smtp_server.mails[0].header("Message-ID")
    assert references[-1] == smtp_server.mails[-2].header("Message-ID")


def test_files_go_along_and_pictures_stand_among_the_words(desk, alice, agent, send, smtp_server):
    ticket = desk.ticket(alice)
    picture = tickets.upload(agent, desk.file("lamp.png"))
    note = desk.file("Rechnung „März“.txt", b"From the start\n.\nend")
    words = (
        f"Look:\n\n![the lamp](attachment:{picture.key})\n\n[the same](attachment:{picture.key})"
    )
    claims = [tickets.Claim(picture.id), note]
    tickets.reply(agent, ticket, words, claims, format=Format.MARKDOWN)
    send()

    mail = newest(smtp_server)
    parts = {part.get_filename(): part for part in mail.message.walk() if part.get_filename()}
    assert parts["lamp.png"].get_content() == PNG
    assert parts["Rechnung „März“.txt"].get_payload(decode=True) == b"From the start\n.\nend"
    cid = parts["lamp.png"]["Content-ID"].strip("<>")
    assert f'src="cid:{cid}"' in mail.html()
    assert picture.key not in mail.html()
    assert "picture-of-this-mail" not in mail.html()
    again = read(mail.content)
    assert {file.name for file in again.files} == {"lamp.png", "Rechnung „März“.txt"}


def test_what_is_too_large_is_named(desk, alice, agent, send, smtp_server, monkeypatch):
    monkeypatch.setattr(mail_files, "MOST_BYTES", 1000)
    ticket = desk.ticket(alice)
    files = [desk.file("big.bin", b"\0" * 900), desk.file("huge.bin", b"\0" * 2000), desk.file("s")]
    desk.reply(agent, ticket, "See the files", files)
    send()

    mail = newest(smtp_server)
    names = [part.get_filename() for part in mail.message.walk() if part.get_filename()]
    assert names == ["big.bin", "s"]
    assert "huge.bin" in mail.text()
    assert "huge.bin" in mail.html()


def test_a_followers_words_come_with_their_name(desk, alice, bob, agent, send, smtp_server):
    ticket = desk.ticket(alice)
    tickets.follow(agent, ticket, bob)
    desk.reply(bob, ticket, "I have <b>one</b>, too")
    desk.reply(agent, ticket, "So have I")
    send()

    [to_alice] = [mail for mail in smtp_server.to(alice.email) if "too" in mail.text()]
    assert "Bob Lind wrote:\n\nI have <b>one</b>, too" in to_alice.text()
    assert "&lt;b&gt;one&lt;/b&gt;" in to_alice.html()
    [to_bob] = smtp_server.to(bob.email)
    assert "/r/" not in to_bob.text()
    assert "you follow" in to_bob.text()
    assert re.fullmatch(
        r"<http://127.0.0.1:8000/u/\d+-[0-9a-f]{32}>", to_bob.header("List-Unsubscribe")
    )
    assert to_bob.header("List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"


def test_a_link_for_a_password_is_in_the_mail_and_nowhere_else(desk, alice, send, smtp_server):
    accounts.request_reset(Visitor("192.0.2.1"), alice.email)
    [row] = send()

    mail = newest(smtp_server)
    [path] = re.findall(r"http://127.0.0.1:8000(/set-password/\S+?)[>\s]", mail.text())
    assert path in mail.html()
    assert desk.browser().get(path).status_code == 200
    assert (row.text, row.html) == ("", "")
    assert mail.header("Auto-Submitted") == "auto-generated"


def test_a_link_that_was_used_meanwhile_is_not_mailed(desk, alice, send, smtp_server):
    link = accounts.request_reset(Visitor("192.0.2.1"), alice.email)
    from helpdesk.accounts import links

    accounts.set_password_by_link(Visitor("192.0.2.1"), links.token_of(link), "a new lamp here")
    [row] = send()

    assert row.state.value == "cancelled"
    assert smtp_server.mails == []


def test_what_is_kept_of_a_mail_opens_nothing(desk, alice, agent, send, smtp_server):
    desk.reply(agent, desk.ticket(alice))
    send()

    for row in rows():
        assert not re.search(r"/r/\d", row.text + row.html)
        assert "/r/…" in row.text


def test_no_words_get_the_token_of_a_link(desk, alice, bob, agent, send, smtp_server, mailbox):
    mailbox(signature="https://evil.example/r/…")
    ticket = desk.ticket(alice, "See http://127.0.0.1:8000/r/…")
    tickets.follow(agent, ticket, bob)
    desk.reply(bob, ticket, "https://evil.example/?x=http://127.0.0.1:8000/r/… or /u/…")
    words = "[this](https://evil.example/r/…) https://evil.example/r/…"
    tickets.reply(agent, ticket, words, [desk.file("r/….png")], format=Format.MARKDOWN)
    send()

    for mail in smtp_server.to(alice.email):
        everything = mail.text() + mail.html()
        tokens = re.findall(r"(\S*/[ru]/)\d+-[0-9a-f]{32}", everything)
        ours = ("http://127.0.0.1:8000/r/", 'href="http://127.0.0.1:8000/r/')
        assert tokens == list(ours), everything


def test_the_shops_own_words_and_variables(desk, alice, agent, send, smtp_server):
    with transaction():
        db.session.add(
            MailTemplate(
                kind="answered",
                subject="{{ticket.subject}} – {{nothing}}",
                body="Dear {{requester.first_name}},\n\n{{message}}\n\n"
                "{{nothing}}*Yours*, {{agent.name}}",
                modified_at=clock.now(),
            )
        )
    name = "*Al* {{shop.name}} <b>"
    accounts.change_profile(DESK, alice, name=name, email=alice.email, language="en")
    desk.reply(agent, desk.ticket(alice, "Lamp"), "Words {{agent.name}}")
    send()

    mail = newest(smtp_server)
    assert "Dear *Al*,\n\nWords {{agent.name}}\n\nYours, Ana Gent" in mail.text()
    assert "<em>Yours</em>" in mail.html()
    assert mail.header("Subject").count("{{") == 0


def test_each_is_written_to_in_their_language(desk, alice, send, smtp_server):
    accounts.change_profile(DESK, alice, name="Alice", email=alice.email, language="de")
    desk.ticket(alice)
    send()

    assert 'lang="de"' in newest(smtp_server).html()


EVIL = [
    "Lamp\r\nBcc: evil@evil.example",
    "Lamp\nSubject: other",
    "=?utf-8?q?Lamp=0D=0ABcc:_evil@evil.example?=",
    "Lamp\x0bBcc: x\x85Bcc: y\u2028Bcc: z",
    '"<evil@evil.example>, "',
    "x" * 5000,
    "ü" * 5000,
    "\u202elamp\u2066",
    "Lämp \U0001f4a1" * 40,
]


def whole(**changes):
    parts = {
        "sender": Person("Shop", "support@shop.example"),
        "recipient": Person("Alice", "alice@shop.example"),
        "subject": "Lamp",
        "date": "Wed, 25 Nov 2026 10:00:00 +0000",
        "mail_id": "abc.def@shop.example",
        "text": "Words",
        "html": "<p>Words</p>",
    }
    return mime.written(Parts(**parts | changes), utf8=False)


def headers_of(content):
    head = content.partition(b"\r\n\r\n")[0].decode("ascii")
    assert "\n" not in head.replace("\r\n", "")
    assert all(len(line) <= 998 for line in head.split("\r\n"))
    return [line.partition(":")[0] for line in head.split("\r\n") if line[0] not in " \t"]


NAMES = ["Content-Type", "MIME-Version", "From", "To", "Subject", "Date", "Message-ID"]


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize("where", ["subject", "sender", "recipient", "file"])
def test_nothing_breaks_out_of_a_header(evil, where):
    changes = {
        "subject": {"subject": evil},
        "sender": {"sender": Person(evil, "support@shop.example")},
        "recipient": {"recipient": Person(evil, "alice@shop.example")},
        "file": {"files": [mime.File(evil, "text/plain", b"x", "")]},
    }[where]
    content = whole(**changes)

    assert headers_of(content) == NAMES
    mail = read(content)
    assert [one.email for one in mail.to] == ["alice@shop.example"]
    assert mail.sender.email == "support@shop.example"
    assert mail.cc == ()


@pytest.mark.parametrize(
    "address",
    [
        "alice@shop.example\r\nBcc: evil@evil.example",
        "alice@shop.example\nRCPT TO:<evil@evil.example>",
        "alice@shop.example> SIZE=1",
        "alice <alice@shop.example>",
        "alice",
        "@shop.example",
        "alice@",
        f"alice@{'ü' * 80}.example",
        "alice@shop.example, evil@evil.example",
    ],
)
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(HelpdeskError):
        whole(recipient=Person("", address))


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(
    subject=st.text(st.characters(exclude_categories=["Cs"]), max_size=300),
    name=st.text(st.characters(exclude_categories=["Cs"]), max_size=120),
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=500),
)
def test_any_words_come_out_as_they_went_in(subject, name, text):
    content = whole(subject=subject, recipient=Person(name, "alice@shop.example"), text=text)

    assert headers_of(content) == NAMES
    assert content.count(b"\n") == content.count(b"\r\n")
    mail = mime_read(content)
    assert mail["Subject"] == mime.one_line(subject)[:300].rstrip()


def mime_read(content):
    """The mail with its headers decoded by the older functions, which know of no charsets' ways."""
    import email
    from email.header import decode_header, make_header

    message = email.message_from_bytes(content)
    return {
        name: str(make_header(decode_header(re.sub(r"\r?\n ", " ", value).strip())))
        if "=?" in value
        else re.sub(r"\r?\n ", " ", value)
        for name, value in message.items()
    }


def tickets_of(received):
    from helpdesk.tickets.models import Ticket

    return db.session.get(Ticket, received.ticket_id)


def test_rows_name_the_mailbox_that_they_left_by(desk, alice, send, mailbox):
    box = mailbox()
    desk.ticket(alice)
    send()

    [row] = db.session.query(OutgoingMail)
    assert row.mailbox_id == box.id
