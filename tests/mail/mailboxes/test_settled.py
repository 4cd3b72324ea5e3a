"""The mailbox that HELPDESK_IMAP_URL says, and what its address means."""

import pytest
import sqlalchemy as sa
from flask import current_app

from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.errors import HelpdeskError, WrongState
from helpdesk.events import Event
from helpdesk.mail.mailboxes import actions, queries
from helpdesk.mail.mailboxes.drafts import MailboxDraft
from helpdesk.mail.mailboxes.servers import Server, folder_of_url, of_url
from helpdesk.mail.mailboxes.settled import from_settings
from helpdesk.mail.models import Security
from helpdesk.settings import SettingsError, load_settings
from tests.started import started, typed

URL = "imaps://me%40shop.example:p%40ss%2Fword@imap.shop.example/Eingang/S%C3%BCd"
FROM = "Lamps & Co <Support@shop.example>"


@pytest.mark.parametrize(
    ("url", "server"),
    {
        "imaps://u:p@h.example": Server("h.example", 993, Security.TLS, "u", "p"),
        "imap://u:p@h.example": Server("h.example", 143, Security.STARTTLS, "u", "p"),
        "imap://u:p@10.0.0.1": Server("10.0.0.1", 143, Security.STARTTLS, "u", "p"),
        "imap://u:p@localhost:1143": Server("localhost", 1143, Security.NONE, "u", "p"),
        "smtp://mail?security=none": Server("mail", 25, Security.NONE),
        "smtp://127.0.0.1?security=starttls": Server("127.0.0.1", 587, Security.STARTTLS),
        "smtp://[::1]": Server("::1", 25, Security.NONE),
        "smtp://u@h.example:2525": Server("h.example", 2525, Security.STARTTLS, "u"),
        "smtps://me:hunt@er22@h.example": Server("h.example", 465, Security.TLS, "me", "hunt@er22"),
    }.items(),
)
def test_what_an_address_means(url, server):
    assert of_url(url) == server


def test_the_folder_of_an_address():
    assert folder_of_url("imaps://h") == folder_of_url("imaps://h/") == "INBOX"
    assert folder_of_url(URL) == "Eingang/Süd"


def test_only_known_words_of_security(tmp_path):
    for word in ("tls", "", "none&security=none", "x"):
        with pytest.raises(SettingsError, match="HELPDESK_SMTP_URL"):
            load_settings(tmp_path, {"HELPDESK_SMTP_URL": f"smtp://h.example?security={word}"})


@pytest.fixture
def told(make_desk):
    """A desk with these settings, in which the mailbox of the settings is kept."""

    def tell(**environ):
        desk = make_desk(**environ)
        settings = desk.app.config["HELPDESK"]

        def again(**changed):
            desk.app.config["HELPDESK"] = load_settings(settings.data, environ | changed)
            return from_settings(lets_go=True)

        return again

    return tell


def test_the_settings_make_one_mailbox(told):
    again = told(HELPDESK_IMAP_URL=URL, HELPDESK_MAIL_FROM=FROM)
    made = again()
    assert (made.name, made.address, made.sender_name) == (
        "support",
        "support@shop.example",
        "Lamps & Co",
    )
    assert (made.imap_folder, made.imap_password, made.from_settings) == ("Eingang/Süd", "", True)
    assert queries.imap_of(made).password == "p@ss/word"
    count = sa.select(sa.func.count()).select_from(Event)
    before = db.session.scalar(count)
    assert again() == made
    assert db.session.scalar(count) == before
    moved = again(
        HELPDESK_IMAP_URL="imaps://me:new@other.example", HELPDESK_MAIL_FROM="b@c.example"
    )
    assert (moved.id, moved.imap_host, moved.address) == (made.id, "other.example", "b@c.example")
    assert queries.mailboxes() == [moved]


def test_without_a_sender_the_user_is_the_address(told):
    assert told(HELPDESK_IMAP_URL=URL)().address == "me@shop.example"
    with pytest.raises(SettingsError, match="HELPDESK_MAIL_FROM"):
        told(HELPDESK_IMAP_URL="imaps://me:pw@imap.shop.example")()
    with pytest.raises(SettingsError, match="control"):
        told(HELPDESK_IMAP_URL="imaps://me%0D%0Ab:pw@imap.example", HELPDESK_MAIL_FROM=FROM)()


def test_without_the_setting_it_is_paused_and_free(told):
    again = told(HELPDESK_IMAP_URL=URL, HELPDESK_MAIL_FROM=FROM)
    made = again()
    assert again(HELPDESK_IMAP_URL="") is None
    assert (made.is_active, made.from_settings) == (False, False)
    assert again(HELPDESK_IMAP_URL="") is None
    assert again() == made and not made.is_active  # who paused it also lets it go on


def test_a_command_that_does_not_see_the_setting_pauses_nothing(told):
    made = told(HELPDESK_IMAP_URL=URL, HELPDESK_MAIL_FROM=FROM)()
    config = current_app.config
    config["HELPDESK"] = load_settings(config["HELPDESK"].data, {})
    assert from_settings() is None
    assert (made.is_active, made.from_settings) == (True, True)
    with pytest.raises(HelpdeskError, match="HELPDESK_IMAP_URL"):
        queries.imap_of(made)


def test_a_mailbox_of_that_address_becomes_the_settings_one(told):
    again = told(HELPDESK_IMAP_URL=URL, HELPDESK_MAIL_FROM=FROM)
    mine = actions.add(DESK, MailboxDraft(name="mine", address="support@shop.example"))
    other = actions.add(DESK, MailboxDraft(name="other", address="other@shop.example"))
    assert again() == mine and mine.name == "mine"
    assert again(HELPDESK_MAIL_FROM="other@shop.example") == other
    assert (mine.from_settings, mine.is_active) == (False, False)


def test_a_free_name_is_found(told):
    again = told(HELPDESK_IMAP_URL=URL, HELPDESK_MAIL_FROM="Ünder <sü+p@shop.example>")
    actions.add(DESK, MailboxDraft(name="s-p", address="x@shop.example"))
    assert again().name == "s-p-2"


def test_people_change_only_what_the_settings_do_not_say(told):
    made = told(HELPDESK_IMAP_URL=URL, HELPDESK_MAIL_FROM=FROM)()
    draft = MailboxDraft(
        name="desk",
        address="evil@shop.example",
        sender_name="Me",
        imap_host="evil.example",
        imap_folder="",
        signature="Bye",
    )
    actions.change(DESK, made, draft)
    assert (made.name, made.signature, made.sender_name) == ("desk", "Bye", "Lamps & Co")
    assert (made.address, made.imap_host) == ("support@shop.example", "imap.shop.example")
    actions.pause(DESK, made)
    with pytest.raises(WrongState, match="settings"):
        actions.remove(DESK, made)


def test_what_fetches_and_sends_keeps_it(tmp_path):
    settings = {"HELPDESK_IMAP_URL": URL, "HELPDESK_MAIL_FROM": FROM}
    script = (
        "from helpdesk.mail.mailboxes import queries\n"
        "print([(one.address, one.from_settings) for one in queries.mailboxes()])"
    )
    typed(tmp_path, "worker", "--once", **settings)
    assert typed(tmp_path, "shell", stdin=script) == "[('support@shop.example', True)]"
    typed(tmp_path, "worker", "--once")
    assert typed(tmp_path, "shell", stdin=script) == "[('support@shop.example', True)]"
    with started(tmp_path, HELPDESK_MAIL_FROM="") as desk:
        assert desk.url
    assert typed(tmp_path, "shell", stdin=script) == "[('support@shop.example', False)]"
