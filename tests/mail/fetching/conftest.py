"""What tests of fetching share."""

import pytest

from helpdesk import clock
from helpdesk.database import db, transaction
from helpdesk.mail.models import Mailbox, Security
from tests.mail.dovecot import PASSWORD


@pytest.fixture
def trusted(dovecot, monkeypatch):
    """This machine trusts the Dovecot's certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.ca))


@pytest.fixture
def mailbox_of(desk):
    """Makes the mailbox of an account: ``mailbox_of(inbox, "support", imap_folder="Shop")``."""
    return make_mailbox


def make_mailbox(account, name="support", **more):
    server = account.server
    security = more.setdefault("imap_security", Security.NONE)
    row = {
        "imap_host": "localhost",
        "imap_port": server.tls_port if security is Security.TLS else server.port,
        "imap_user": account.user,
        "imap_password": PASSWORD,
        **more,
    }
    with transaction():
        made = Mailbox(
            name=name, address=f"{name}@shop.example", created_at=clock.now(), refused={}, **row
        )
        db.session.add(made)
    return made


def letter(number, sender="ana@mail.example"):
    """A mail like no other."""
    return (
        f"From: Ana <{sender}>\r\nTo: support@shop.example\r\nSubject: Lamp {number}\r\n"
        f"Message-ID: <{number}@mail.example>\r\nDate: Wed, 25 Nov 2026 10:00:00 +0000\r\n"
        f"\r\nIt is broken, the lamp of order {number}.\r\n"
    ).encode()
