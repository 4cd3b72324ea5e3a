"""What is deleted for good takes its mail along; the ledger still counts it."""

import pytest
import sqlalchemy as sa

from helpdesk import jobs
from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.errors import NotFound
from helpdesk.events import Event
from helpdesk.mail import filing, raw
from helpdesk.mail.models import MailOfMessage, Outcome, OutgoingMail, ReceivedMail
from helpdesk.tickets import actions, queries
from helpdesk.tickets.models import Place
from tests.mail.letters import answer_to, fresh, letter, post
from tests.mail.rows import outgoing
from tests.mail.test_filing import BOUNCE


def purge(desk, admin, ticket_id):
    actions.place(admin, queries.get(DESK, ticket_id), Place.BIN)
    actions.purge(admin, queries.get(DESK, ticket_id))
    jobs.run_due(desk.app)


def test_a_purged_ticket_leaves_nothing_of_its_mails_but_their_rows(desk, admin, agent):
    content = letter("It is secret.", subject="Secret lamp")
    row = post(desk, content)
    copy = post(desk, b"X-Way: other\r\n" + content)
    more = post(desk, letter("More.", **answer_to(row.ticket_id)))
    other = post(desk, letter("Not mine.", from_="bob@shop.example"))
    actions.follow(agent, queries.get(DESK, row.ticket_id), desk.user("customer"))
    purge(desk, admin, row.ticket_id)
    for gone in (row, copy, more):
        gone = fresh(gone)
        assert (gone.sender, gone.subject, gone.filed_as_id) == ("", "", None)
        with pytest.raises(NotFound):
            raw.read(gone.sha256)
    assert fresh(other).sender == "bob@shop.example"
    assert raw.read(other.sha256)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ReceivedMail)) == 4
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MailOfMessage)) == 1
    again = post(desk, content)
    assert again.outcome is Outcome.DUPLICATE  # it is not let in again, and not kept either
    jobs.run_due(desk.app)
    assert (fresh(again).sender, again.subject) == ("", "")
    with pytest.raises(NotFound):
        raw.read(again.sha256)


def test_a_mail_that_another_ticket_came_by_stays(desk, admin, agent):
    content = letter()
    first, copy = post(desk, content), post(desk, content)
    filing.retry(agent, copy, as_new=True)
    jobs.run_due(desk.app)
    assert fresh(copy).outcome is Outcome.TICKET
    purge(desk, admin, first.ticket_id)
    assert raw.read(copy.sha256) == content
    assert fresh(copy).sender


def test_a_purged_ticket_takes_along_what_came_back(desk, admin, agent, alice):
    ticket = desk.ticket(alice)
    mail = outgoing(desk.reply(agent, ticket, "The secret answer"), text="The secret answer")
    row = post(desk, BOUNCE.format(action="failed", status="5.1.1", mail_id=mail.mail_id).encode())
    assert (row.outcome, fresh(mail).bounce != "") == (Outcome.BOUNCE, True)
    purge(desk, admin, ticket.id)
    with pytest.raises(NotFound):
        raw.read(fresh(row).sha256)
    assert (fresh(row).reason, fresh(mail).bounce) == ("", "")
    told = sa.select(Event.after).where(Event.kind == "ticket.mail_bounced")
    assert db.session.scalars(told).all() == [None]


def test_a_purged_ticket_leaves_no_words_in_mails_of_where_they_were_before(
    desk, admin, agent, alice
):
    ticket = desk.ticket(alice)
    message = desk.reply(agent, ticket, "The secret answer")
    mail = outgoing(message, text="The secret answer", subject="Secret", html="<p>Secret")
    apart = actions.split(agent, message, "Apart")
    purge(desk, admin, apart.id)
    mail = db.session.get_one(OutgoingMail, mail.id)
    assert (fresh(mail).text, fresh(mail).subject, fresh(mail).html) == ("", "", "")
