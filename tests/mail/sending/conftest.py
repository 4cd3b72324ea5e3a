"""A desk that sends by a server of its own, and the server."""

import pytest

from helpdesk.database import db
from helpdesk.jobs import run_due
from helpdesk.mail.models import OutgoingMail
from tests.mail.smtp import running


@pytest.fixture
def smtp_server():
    with running() as server:
        yield server


@pytest.fixture
def make_mailing(make_desk):
    """Makes a desk that sends by *server*; more settings as in the environment."""

    def make(server, **environ):
        settings = {
            "HELPDESK_SMTP_URL": server.url,
            "HELPDESK_MAIL_FROM": "Lamps <support@shop.example>",
        }
        desk = make_desk(**settings | environ)
        desk.app.extensions["helpdesk.mail.connections"].close()
        return desk

    return make


@pytest.fixture
def desk(make_mailing, smtp_server):
    return make_mailing(smtp_server)


@pytest.fixture
def send(desk):
    """Send what is due; the rows of the outbox after it, oldest first."""

    def run():
        run_due(desk.app, {"mail-out"})
        return rows()

    yield run
    desk.app.extensions["helpdesk.mail.connections"].close()


def rows(**filters):
    """The outbox as the database has it now."""
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.query(OutgoingMail).filter_by(**filters).order_by(OutgoingMail.id))
