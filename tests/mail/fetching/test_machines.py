"""Two that work for one desk on PostgreSQL: one of them keeps a connection to a mailbox."""

import queue
import time
from contextlib import ExitStack
from signal import SIGKILL

import pytest

from helpdesk import create_app
from helpdesk.accounts.models import DESK
from helpdesk.database import db, hear_others, linked
from helpdesk.mail.fetching.fetcher import MAILBOXES
from helpdesk.mail.mailboxes import actions
from helpdesk.mail.mailboxes.drafts import MailboxDraft
from helpdesk.settings import load_settings
from tests import postgresql
from tests.mail.dovecot import PASSWORD
from tests.started import PATIENCE, typed, working

from .conftest import letter
from .odd_server import OddServer

pytestmark = pytest.mark.slow


@pytest.fixture
def stack():
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def ask(postgresql_server):
    """Asks the database of the desk, which is empty at first."""
    postgresql.make("machines")
    yield lambda query: postgresql.rows("machines", query)
    postgresql.drop("machines")


@pytest.fixture
def machines(ask, tmp_path):
    """The data folders of two."""
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        folder.mkdir()
        postgresql.let_use(folder, "machines")
    return folders


def until(true, what):
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def settings_of(user, port):
    user = f"{user}:{PASSWORD}".replace(" ", "%20")
    return {
        "HELPDESK_IMAP_URL": f"imap://{user}@localhost:{port}/INBOX",
        "HELPDESK_MAIL_FROM": "Shop <support@shop.example>",
        "HELPDESK_SECRET_KEY": "k" * 40,
    }


def test_another_goes_on_once_the_one_that_watched_is_killed(machines, ask, stack):
    server = stack.enter_context(OddServer(UID_SEARCH=b"* SEARCH\r\n"))
    settings = settings_of("support", server.port)
    logged_in = lambda: sum(command.startswith(b"LOGIN") for command in server.asked)  # noqa: E731
    workers = []
    for folder in machines:
        workers.append(stack.enter_context(working(folder, **settings)))
        workers[-1].wait_for("Help desk worker ready")
        until(logged_in, "nobody watches")
    held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 1212501078"
    assert ask(held) == [(1,)]
    # What keeps a lock keeps no snapshot, or nothing could be cleaned up behind it.
    old = "SELECT count(*) FROM pg_stat_activity WHERE xact_start < now() - interval '5 s'"
    until(lambda: ask(old) == [(0,)], "a transaction stays open")
    assert logged_in() == 1
    workers[0].stop(SIGKILL)
    until(lambda: logged_in() == 2, "nobody took over")
    assert ask(held) == [(1,)]


def test_what_comes_is_fetched_once_and_a_command_goes_between(machines, ask, stack, inbox):
    settings = settings_of(inbox.user, inbox.server.port)
    for folder in machines:
        worker = stack.enter_context(working(folder, **settings))
        worker.wait_for("Help desk worker ready")
    for number in range(6):
        inbox.put(letter(number))
        typed(machines[number % 2], "mail", "fetch", **settings)
    assert ask("SELECT count(*), count(DISTINCT uid) FROM received_mails") == [(6, 6)]
    assert ask("SELECT count(*) FROM events WHERE kind = 'mailbox.failing'") == [(0,)]


def test_who_fetches_hears_what_another_changes(machines):
    typed(machines[0], "category", "list")  # makes the tables
    apps = [create_app(load_settings(folder, {}), answers=False) for folder in machines]
    heard = queue.Queue()
    hear_others(apps[0], MAILBOXES, heard.put)
    with linked(apps[0]), linked(apps[1]), apps[1].app_context():
        draft = MailboxDraft(name="support", address="support@shop.example")
        mailbox = actions.add(DESK, draft)
        actions.pause(DESK, mailbox)
        assert [heard.get(timeout=PATIENCE) for _one in range(2)] == [
            "mailbox.added",
            "mailbox.paused",
        ]
    for app in apps:
        with app.app_context():
            db.engine.dispose()
