"""The whole way round: a customer's mail, our answers, theirs, with a real IMAP and SMTP server;
and two desks that write to each other."""

import re

import pytest
import sqlalchemy as sa

from helpdesk.database import db
from helpdesk.jobs import run_due
from helpdesk.mail import ledger
from helpdesk.mail.fetching.rounds import fetch_round
from helpdesk.mail.mailboxes import queries as mailboxes
from helpdesk.mail.mailboxes.settled import from_settings
from helpdesk.mail.models import Outcome, OutgoingMail, ReceivedMail, Sending, Source
from helpdesk.tickets import actions
from helpdesk.tickets.models import Message, Status, Ticket
from tests.desk import PNG
from tests.mail.dovecot import PASSWORD
from tests.mail.letters import letter
from tests.mail.smtp import running


@pytest.fixture
def smtp_server():
    with running() as server:
        yield server


@pytest.fixture
def desk(make_desk, smtp_server, inbox):
    desk = make_desk(
        HELPDESK_MAIL_FROM="Lamps <support@lamps.example>",
        HELPDESK_SMTP_URL=smtp_server.url,
        HELPDESK_IMAP_URL=f"imap://{inbox.user}:{PASSWORD.replace(' ', '%20')}"
        f"@127.0.0.1:{inbox.server.port}/INBOX",
    )
    from_settings()
    yield desk
    desk.app.extensions["helpdesk.mail.connections"].close()


def fetch(desk):
    """A round of fetching, and all that follows from it."""
    fetched = fetch_round(mailboxes.default())
    run_due(desk.app)
    db.session.rollback()
    db.session.expire_all()
    return fetched


def bodies(ticket_id):
    query = sa.select(Message.body).where(Message.ticket_id == ticket_id).order_by(Message.id)
    return db.session.scalars(query).all()


def answered(mail, text):
    """What a mail program makes of an answer to *mail*: our words quoted, under the answer."""
    quoted = "\n".join(f"> {line}" for line in mail.text().splitlines())
    subject = mail.message["Subject"]
    return letter(
        f"{text}\n\nOn Wed, 25 Nov 2026 at 10:00, Lamps <support@lamps.example> wrote:\n\n{quoted}",
        subject=subject if subject.startswith("Re:") else f"Re: {subject}",
        In_Reply_To=mail.header("Message-ID"),
        References=f"{mail.header('References') or ''} {mail.header('Message-ID')}".strip(),
    )


def test_a_customers_mail_and_all_that_follows_are_one_ticket(desk, inbox, smtp_server, agent):
    inbox.put(letter("It hums.", files=(("lamp.png", "image/png", PNG),)))
    assert fetch(desk).new == 1
    (ticket,) = db.session.scalars(sa.select(Ticket))
    (received,) = smtp_server.to("alice.moor@shop.example")
    assert received.header("Auto-Submitted") == "auto-replied"
    assert "It hums." not in received.text()
    assert "Broken lamp" not in received.content.decode()

    actions.reply(agent, ticket, "Which colour is it?")
    run_due(desk.app)
    answer = smtp_server.to("alice.moor@shop.example")[-1]
    assert "Which colour is it?" in answer.text()
    assert answer.header("Auto-Submitted") is None

    inbox.put(answered(answer, "The red one."))
    fetch(desk)
    assert bodies(ticket.id) == ["It hums.", "Which colour is it?", "The red one."]
    assert desk.fresh(ticket).status is Status.OPEN
    inbox.put(answered(received, "And it smells."))
    fetch(desk)
    assert bodies(ticket.id)[-1] == "And it smells."
    assert len(smtp_server.mails) == 2  # nothing automatic twice
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Ticket)) == 1


def test_it_answers_from_the_mailbox_that_was_written_to(desk, inbox, smtp_server, agent):
    inbox.put(letter())
    fetch(desk)
    (ticket,) = db.session.scalars(sa.select(Ticket))
    actions.reply(agent, ticket, "Thank you.")
    run_due(desk.app)
    assert {mail.sender for mail in smtp_server.mails} <= {"support@lamps.example", ""}
    assert mailboxes.default().id == db.session.scalar(
        sa.text("SELECT mailbox_id FROM mail_threads")
    )


def test_what_was_there_before_the_desk_is_not_answered(desk, inbox, smtp_server):
    inbox.put(letter(Date="Wed, 25 Nov 2020 10:00:00 +0000"))
    fetch(desk)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Ticket)) == 1
    assert smtp_server.mails == []


class Wired:
    """Two desks; what one sends, the other gets."""

    def __init__(self, make_desk, servers):
        self.servers = servers
        self.names = ("a", "b")
        self.desks = [
            make_desk(
                HELPDESK_MAIL_FROM=f"Shop {name} <support@{name}.example>",
                HELPDESK_SMTP_URL=server.url,
            )
            for name, server in zip(self.names, servers, strict=True)
        ]
        self.carried = 0

    def round(self, change):
        """Carry what waits, changed by *change*, both ways; how many mails that were."""
        carried = 0
        for here, there in ((0, 1), (1, 0)):
            with self.desks[here].app.app_context():
                run_due(self.desks[here].app)
            mails, self.servers[here].mails[:] = list(self.servers[here].mails), []
            with self.desks[there].app.app_context():
                for mail in mails:
                    ledger.arrive(change(mail.content), Source.PIPE)
                run_due(self.desks[there].app)
            carried += len(mails)
        return carried

    def count(self, which, table, *where):
        with self.desks[which].app.app_context():
            return db.session.scalar(sa.select(sa.func.count()).select_from(table).where(*where))


@pytest.fixture
def wired(make_desk):
    with running() as one, running() as other:
        two = Wired(make_desk, (one, other))
        yield two
        for desk in two.desks:
            desk.app.extensions["helpdesk.mail.connections"].close()


def without(*names):
    """A gateway that throws headers away."""
    pattern = re.compile(rb"(?im)^(?:%s):[^\n]*\n(?:[ \t][^\n]*\n)*" % b"|".join(names))
    return lambda content: pattern.sub(b"", content)


AUTOMATIC = (rb"Auto-Submitted", rb"X-Auto-Response-Suppress", rb"Precedence")


@pytest.mark.parametrize(
    ("change", "most"),
    [
        (without(rb"X-Nothing"), 1),
        (without(*AUTOMATIC), 2),
        # Not even what belongs together can be told: a new ticket each time, until it is enough.
        (without(*AUTOMATIC, rb"References", rb"In-Reply-To"), 12),
    ],
    ids=["as it is", "a gateway", "a bad gateway"],
)
def test_two_desks_that_write_to_each_other_come_to_an_end(wired, change, most):
    first = letter(from_="support@b.example", to="support@a.example", subject="Hello")
    with wired.desks[0].app.app_context():
        ledger.arrive(first, Source.PIPE)
    carried = []
    for _ in range(40):
        carried.append(wired.round(change))
        if carried[-1] == 0:
            break
    assert carried[-1] == 0, carried
    assert 1 <= sum(carried) <= most
    for which in (0, 1):
        sent = wired.count(which, OutgoingMail, OutgoingMail.state == Sending.SENT)
        assert sent <= wired.count(which, Ticket)
        assert sent <= 6
        assert wired.count(which, ReceivedMail, ReceivedMail.outcome == Outcome.WAITING) == 0
    if most == 1:
        assert (wired.count(0, Ticket), wired.count(1, Ticket)) == (1, 0)
