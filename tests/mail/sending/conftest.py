"""A desk that sends by a server of its own, and the server."""

import socket

import pytest

from helpdesk.database import db
from helpdesk.jobs import run_due
from helpdesk.mail.models import OutgoingMail
from helpdesk.mail.sending.connections import Connections, Pace
from helpdesk.mail.sending.delivering import CONNECTIONS, PACE
from tests.mail.smtp import running


@pytest.fixture(scope="session")
def smtp_port():
    """Where the server of each test listens: a desk is made for its address, and one for each
    test would neither be quick nor ever be freed. Whoever listens may share it, others get
    another."""
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture
def smtp_server(smtp_port):
    with running(port=smtp_port) as server:
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
        desk.app.extensions[CONNECTIONS].close()
        # It knows of no mail that went before, and of no server that is away.
        desk.app.extensions |= {CONNECTIONS: Connections(), PACE: Pace()}
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
    desk.app.extensions[CONNECTIONS].close()


def rows(**filters):
    """The outbox as the database has it now."""
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.query(OutgoingMail).filter_by(**filters).order_by(OutgoingMail.id))
