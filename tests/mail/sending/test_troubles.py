"""Mails to admins of what has stopped."""

from helpdesk.accounts.models import Role, User
from helpdesk.database import db, transaction
from helpdesk.events import record
from helpdesk.mail.models import Sending


def pause(**after):
    with transaction():
        record(None, "webhook.paused", after={"id": 7, "name": "Chat", **after})


def test_admins_are_told_once_when_the_desk_pauses_a_webhook(send, admin, agent, smtp_server):
    pause(why="It answered 410: nothing is to be sent there any more.")

    [row] = send()
    [mail] = smtp_server.mails
    assert (row.recipient, row.state) == (admin.email, Sending.SENT)
    assert "Chat" in mail.message["subject"]
    text = mail.text()
    assert "410" in text and "/desk/settings/webhooks/7/deliveries" in text


def test_nobody_is_mailed_of_a_webhook_that_an_admin_pauses(send, admin):
    with transaction():
        record(admin.id, "webhook.paused", after={"id": 7, "name": "Chat"})
    assert send() == []


def test_who_is_no_admin_any_more_is_not_told(send, admin, smtp_server):
    pause(why="Nothing could be delivered for a day.")
    with transaction():
        db.session.get(User, admin.id).role = Role.AGENT
    assert [row.state for row in send()] == [Sending.CANCELLED]
    assert smtp_server.mails == []
