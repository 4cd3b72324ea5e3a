"""``helpdesk mail``: deliver, retry, hook."""

import pytest

from helpdesk import create_app
from helpdesk.database import db
from helpdesk.mail import ledger
from helpdesk.mail.models import Source
from helpdesk.mail.reading import MOST_BYTES
from helpdesk.settings import load_settings
from tests import warm
from tests.mail.letters import letter
from tests.started import environment, helpdesk


@pytest.fixture
def run(data):
    def run_(*words, stdin=b"", **settings):
        return warm.run(
            [*helpdesk(), "--data", str(data), "mail", *words],
            input=stdin,
            capture_output=True,
            env=environment(**settings),
            timeout=60,
            check=False,
        )

    return run_


def test_a_mail_from_the_pipe_becomes_a_ticket_and_a_second_one_its_copy(run):
    content = letter()
    first = run("deliver", stdin=content)
    assert (first.returncode, first.stdout) == (0, b"1\tticket\tTKT1\t-\n")
    second = run("deliver", stdin=content)
    assert second.stdout.startswith(b"2\tduplicate\tTKT1\t")
    again = run("retry", "2", "--as-new")
    assert again.stdout == b"2\tticket\tTKT2\t-\n"


@pytest.mark.parametrize(
    ("words", "stdin", "sentence", "status"),
    [
        (("deliver", "--mailbox", "nowhere"), b"x", b"There is no mailbox nowhere.", 75),
        (("deliver",), MOST_BYTES + 1, b"It has more than", 65),
    ],
)
def test_what_was_not_kept_the_mail_server_tries_again_or_sends_back(
    run, words, stdin, sentence, status
):
    done = run(*words, stdin=stdin if isinstance(stdin, bytes) else b"x" * stdin)
    assert (done.returncode, done.stdout) == (status, b"")
    assert sentence in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_broken_setting_loses_no_mail(run):
    assert run("deliver", stdin=letter(), HELPDESK_PORT="x").returncode == 75


def test_a_mail_that_cant_be_read_is_held(run):
    done = run("deliver", stdin=b"")
    assert done.returncode == 0
    assert done.stdout.startswith(b"1\theld\t-\t")


def test_only_what_was_held_or_left_alone_is_filed_again(run):
    run("deliver", stdin=letter())
    for number, sentence in (("1", b"filed already"), ("7", b"no mail 7")):
        done = run("retry", number)
        assert done.returncode == 1
        assert sentence in done.stderr


def test_a_provider_is_told_where_and_how(run):
    address, secret = run("hook").stdout.decode().splitlines()
    assert address.endswith("/support-ticket/mail/inbound")
    assert len(secret.partition("\t")[2]) == 64


def test_a_mail_from_the_pipe_does_not_wait_for_a_backlog(run, data):
    app = create_app(load_settings(data, {}))
    with app.app_context():
        for _mail in range(25):
            ledger.arrive(letter(), Source.PIPE)
        db.session.remove()
        db.engine.dispose()
    assert run("deliver", stdin=letter()).stdout.startswith(b"26\twaiting\t")
    assert run("deliver", stdin=letter()).stdout.startswith(b"27\tticket\t")
