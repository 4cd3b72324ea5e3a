"""``helpdesk mail send`` and what ``doctor`` says of outgoing mail."""

import pytest
from click.testing import CliRunner

from helpdesk import create_app
from helpdesk.cli import program
from helpdesk.database import db
from helpdesk.operations.doctor import examine
from helpdesk.settings import load_settings
from tests.desk import Desk
from tests.mail.smtp import running


@pytest.fixture
def folder(desk):
    return desk.folder


@pytest.fixture
def environ(smtp_server):
    return {"HELPDESK_SMTP_URL": smtp_server.url, "HELPDESK_MAIL_FROM": "support@shop.example"}


def write_mails(folder, environ, *addresses):
    app = create_app(load_settings(folder, environ))
    with app.app_context():
        desk = Desk(app, folder)
        for address in addresses:
            desk.ticket(desk.user(email=address))
        db.session.remove()
        db.engine.dispose()


def typed(folder, environ):
    result = CliRunner().invoke(program, ["--data", str(folder), "mail", "send"], env=environ)
    return result.exit_code, (result.stdout or result.stderr).strip()


def test_it_sends_what_is_due_and_counts(folder, environ, smtp_server):
    smtp_server.answers["no@mail.example"] = "550 No such user"
    smtp_server.answers["later@mail.example"] = "450 Later"
    addresses = ("one@mail.example", "two@mail.example", "no@mail.example", "later@mail.example")
    write_mails(folder, environ, *addresses)

    assert typed(folder, environ) == (0, "sent 2, waiting 1, failed 1, uncertain 0")
    assert typed(folder, environ) == (0, "sent 0, waiting 1, failed 1, uncertain 0")
    [finding] = [one for one in examine(folder, environ) if one.name == "outgoing mail"]
    assert finding.level == "warning"
    assert finding.sentence.startswith("Waiting: 1; failed: 1; perhaps sent: 0.")


def test_without_a_server_it_says_so(folder):
    status, said = typed(folder, {})
    assert status == 1
    assert "HELPDESK_SMTP_URL" in said
    [finding] = [one for one in examine(folder, {}) if one.name == "outgoing mail"]
    assert finding.level == "ok"


def test_no_server_there_is_no_stack(folder):
    with running() as gone:
        environ = {"HELPDESK_SMTP_URL": gone.url, "HELPDESK_MAIL_FROM": "support@shop.example"}
    write_mails(folder, environ, "one@mail.example")

    assert typed(folder, environ) == (0, "sent 0, waiting 1, failed 0, uncertain 0")
