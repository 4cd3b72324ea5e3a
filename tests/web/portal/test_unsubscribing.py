"""A link in a mail that ends mails of its kind, without signing in."""

import pytest

from helpdesk.database import db
from helpdesk.mail.models import OutgoingMail
from helpdesk.mail.sending import unsubscribing
from helpdesk.tickets import actions as tickets
from helpdesk.tickets.models import Follower


@pytest.fixture
def answered(make_desk):
    """A desk that sends, with a ticket that Bob follows, and the mail of an answer to him."""
    desk = make_desk(
        HELPDESK_SMTP_URL="smtp://localhost:1", HELPDESK_MAIL_FROM="support@shop.example"
    )
    alice, bob, agent = desk.user(name="Alice Moor"), desk.user(name="Bob Lind"), desk.user("agent")
    ticket = desk.ticket(alice)
    tickets.follow(agent, ticket, bob)
    desk.reply(agent, ticket)
    mail = db.session.query(OutgoingMail).filter_by(recipient=bob.email).one()
    return desk, ticket, mail


def test_a_follower_stops_without_signing_in(answered):
    desk, _ticket, mail = answered
    path = unsubscribing.path_of(mail)
    desk.app.config["WTF_CSRF_ENABLED"] = True

    page = desk.browser().get(path)
    assert page.status_code == 200
    assert db.session.query(Follower).count() == 1
    done = desk.browser().post(path, data={"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    db.session.rollback()
    assert db.session.query(Follower).count() == 0
    assert desk.browser().post(path).status_code == 200
    assert desk.browser().post(path[:-1] + "x").status_code == 404
