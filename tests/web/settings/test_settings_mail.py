"""The pages on which an admin sets mailboxes up."""

import re
from datetime import timedelta

import pytest

from helpdesk import clock, jobs
from helpdesk.accounts.models import DESK
from helpdesk.database import db, transaction
from helpdesk.mail.mailboxes import actions, checks, queries
from helpdesk.mail.mailboxes.drafts import MailboxDraft
from helpdesk.mail.models import MailboxCheck, ReplyTag, Security

SECRET = "open sesame"
BOX = {
    "address": "support@shop.example",
    "name": "support",
    "sender_name": "Lamps & Co",
    "imap_host": "imap.shop.example",
    "imap_port": "993",
    "imap_security": "tls",
    "imap_user": "support@shop.example",
    "imap_password": SECRET,
    "imap_folder": "INBOX",
    "smtp_host": "smtp.shop.example",
    "smtp_port": "587",
    "smtp_security": "starttls",
    "smtp_same": "y",
    "reply_tag": "plus",
}


def boxes():
    db.session.rollback()
    db.session.expire_all()
    return queries.mailboxes()


@pytest.fixture
def browser(desk, admin):
    return desk.browser(admin)


@pytest.fixture
def box(desk):
    return actions.add(
        DESK,
        MailboxDraft(
            name="support",
            address="support@shop.example",
            imap_host="imap.shop.example",
            imap_user="me",
            imap_password=SECRET,
        ),
    )


def test_a_mailbox_is_added_and_changed_and_its_password_never_shown(browser):
    assert "No mailbox yet" in browser.get("/desk/settings/mail").text
    assert browser.post("/desk/settings/mail", data=BOX).status_code == 302
    [made] = boxes()
    assert (made.imap_password, made.smtp_password, made.smtp_user) == (
        SECRET,
        SECRET,
        "support@shop.example",
    )
    assert (made.smtp_security, made.reply_tag) == (Security.STARTTLS, ReplyTag.PLUS)
    assert not made.files_old_mail
    address = f"/desk/settings/mail/{made.id}"
    page = browser.get(address).text
    assert SECRET not in page and "Leave empty to keep" in page
    change = BOX | {"imap_password": "", "imap_folder": "Support"}
    assert browser.post(address, data=change).status_code == 302
    [made] = boxes()
    assert (made.imap_folder, made.imap_password, made.smtp_password) == ("Support", SECRET, SECRET)
    assert SECRET not in browser.get("/desk/settings/mail").text


def test_all_that_is_wrong_comes_back_and_what_was_typed_stays(browser):
    bad = BOX | {"name": "a b", "imap_port": "x", "smtp_host": "a b", "imap_folder": ""}
    answer = browser.post("/desk/settings/mail", data=bad)
    assert answer.status_code == 422
    for words in ("letters from a to z", "A port is", "name of a server alone", "is required"):
        assert words in answer.text
    assert 'value="Lamps &amp; Co"' in answer.text and SECRET not in answer.text
    assert boxes() == []


@pytest.mark.parametrize(
    "broken",
    [
        {"imap_security": "magic"},
        {"reply_tag": ""},
        {"category_id": "x"},
        {"category_id": "999"},
        {"imap_port": "9" * 5000},
        {"smtp_port": "-1"},
        {"name": "nul\0"},
        {"imap_host": "x" * 100_000},
        {"imap_password": "a\r\nb"},
        {"smtp_same": "", "smtp_user": "me", "smtp_password": ""},
    ],
)
def test_a_broken_form_is_sent_back(browser, broken):
    data = BOX | broken
    if broken.get("smtp_same") == "":
        del data["smtp_same"]
    assert browser.post("/desk/settings/mail", data=data).status_code == 422
    assert boxes() == []


def test_a_provider_fills_in_its_servers(browser):
    page = browser.get("/desk/settings/mail/new?preset=webde&address=Shop@web.de").text
    for value in ("imap.web.de", "smtp.web.de", "465", "Shop@web.de"):
        assert f'value="{value}"' in page
    assert re.search(r'id="imap_user"[^>]*value="Shop"', page)
    assert "IMAP is off at first" in page
    by_address = browser.get("/desk/settings/mail/new?address=shop@gmail.com").text
    assert 'value="imap.gmail.com"' in by_address and "app password" in by_address
    for odd in ("?preset=none&address=%00", "?address=" + "x" * 5000, "?preset=%ED%A0%80"):
        assert browser.get(f"/desk/settings/mail/new{odd}").status_code == 200


def test_pausing_and_removing(browser, box):
    address = f"/desk/settings/mail/{box.id}"
    assert (
        "Pause this mailbox first" in browser.post(f"{address}/remove", follow_redirects=True).text
    )
    assert "is paused" in browser.post(f"{address}/active", follow_redirects=True).text
    browser.post(f"{address}/active", data={"on": "yes"})
    assert boxes()[0].is_active
    browser.post(f"{address}/active")
    browser.post(f"{address}/test")
    assert "is removed" in browser.post(f"{address}/remove", follow_redirects=True).text
    assert boxes() == []


def test_how_each_is_stands_in_the_list(desk, browser, box):
    assert "not fetched yet" in browser.get("/desk/settings/mail").text
    with transaction():
        box.fetched_at = clock.now()
    assert "just now" in browser.get("/desk/settings/mail").text
    with transaction():
        box.failing_since = clock.now() - timedelta(minutes=5)
        box.last_error = "<b>The password</b> was refused."
    page = browser.get("/desk/settings/mail").text
    assert "&lt;b&gt;The password&lt;/b&gt; was refused." in page
    with transaction():
        box.smtp_failing_since, box.smtp_error = clock.now(), "535 no"
    for path in ("/desk/settings/mail", f"/desk/settings/mail/{box.id}"):
        assert "Nothing can be sent since" in browser.get(path).text
    assert "sends nothing" in page
    assert "failed last:" not in page
    with transaction():
        box.failing_since, box.last_error = None, ""
        box.failed_from, box.recovered_at = clock.now() - timedelta(minutes=5), clock.now()
    assert "failed last:" in browser.get("/desk/settings/mail").text


def test_admins_are_told_on_the_desk_while_a_mailbox_fails(desk, admin, agent, browser, box):
    desk.ticket(desk.user())
    words = "Mail for support@shop.example can&#39;t be fetched since"
    assert "mail-fails" not in browser.get("/desk/views/open").text
    with transaction():
        box.failing_since, box.last_error = clock.now(), "The password was refused."
    page = browser.get("/desk/views/open").text
    assert words in page and "The password was refused." in page
    assert "mail-fails" not in desk.browser(agent).get("/desk/views/open").text
    assert "mail-fails" not in browser.get("/desk/settings/mail").text
    with transaction():
        box.failing_since, box.smtp_failing_since, box.smtp_error = None, clock.now(), "535 no"
    assert "No mail can be sent from support@shop.example" in browser.get("/desk/views/open").text
    actions.pause(DESK, box)
    assert "mail-fails" not in browser.get("/desk/views/open").text


def test_the_mailbox_of_the_settings_is_read_only_where_they_speak(make_desk):
    desk = make_desk(
        HELPDESK_IMAP_URL="imaps://me:pass%20word@imap.shop.example",
        HELPDESK_MAIL_FROM="Lamps <support@shop.example>",
        HELPDESK_SMTP_URL="smtp://me:pass%20word@smtp.shop.example",
    )
    from helpdesk.mail.mailboxes.settled import from_settings

    made = from_settings()
    browser = desk.browser(desk.user("admin"))
    listed = browser.get("/desk/settings/mail").text
    assert "from the settings file" in listed and "smtp.shop.example" in listed
    address = f"/desk/settings/mail/{made.id}"
    page = browser.get(address).text
    assert 'name="imap_host"' not in page and "imap.shop.example:993" in page
    assert "pass word" not in page and "pass%20word" not in page + listed
    answer = browser.post(
        address,
        data={
            "name": "desk",
            "signature": "Bye",
            "reply_tag": "none",
            "imap_security": "tls",
            "smtp_security": "tls",
            "smtp_port": "465",
            "imap_host": "evil",
        },
    )
    assert answer.status_code == 302
    [made] = boxes()
    assert (made.name, made.signature, made.imap_host) == ("desk", "Bye", "imap.shop.example")


def test_a_test_is_begun_once_and_looked_at(desk, browser, box):
    address = f"/desk/settings/mail/{box.id}/test"
    assert "Not tested yet" in browser.get(address).text
    assert browser.post(address).status_code == 302
    run = db.session.get(MailboxCheck, box.id).run
    browser.post(address)  # it goes on
    db.session.expire_all()
    assert db.session.get(MailboxCheck, box.id).run == run
    page = browser.get(address).text
    assert "data-checking" in page and '<meta http-equiv="refresh"' in page
    with transaction():
        box.imap_host = "none.invalid"
    jobs.run_due(desk.app, lanes={"mail-check"})
    page = browser.get(address).text
    assert "There is no server called none.invalid." in page
    assert "data-checking" not in page and "Something does not work yet" in page
    assert "Nothing is set up here" in page and SECRET not in page


def test_what_a_server_says_is_shown_as_text(desk, browser, box):
    checks.begin(DESK, box)
    step = {"about": "imap", "name": "login", "result": "bad", "code": "login_refused"}
    step |= {"values": {"host": "<i>h</i>", "user": "%(x)s"}, "answer": "<script>alert(1)</script>"}
    unknown = {"about": "smtp", "name": "send", "result": "bad", "code": "of a newer program"}
    unknown |= {"values": {}, "answer": ""}
    with transaction():
        check = db.session.get(MailboxCheck, box.id)
        check.steps, check.ended_at = [step, unknown], clock.now()
    page = browser.get(f"/desk/settings/mail/{box.id}/test").text
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page
    assert "&lt;i&gt;h&lt;/i&gt; does not let %(x)s in." in page


def test_saving_and_testing_in_one(desk, browser):
    answer = browser.post("/desk/settings/mail", data=BOX | {"then": "test"})
    [made] = boxes()
    assert answer.location.endswith(f"/desk/settings/mail/{made.id}/test")
    assert checks.is_running(checks.last_of(made))


def test_what_to_publish_stands_on_a_page(desk, browser, box):
    assert "v=spf1 mx ~all" in browser.get("/desk/settings/mail/hints").text
    browser.post(f"/desk/settings/mail/{box.id}", data=BOX | {"smtp_host": "smtp.fastmail.com"})
    page = browser.get("/desk/settings/mail/hints").text
    assert "include:spf.messagingengine.com ~all" in page
    assert "fm1.shop.example.dkim.fmhosted.com" in page
    assert "rua=mailto:postmaster@shop.example" in page


def test_the_list_costs_the_same_for_many(desk, browser, box):
    def add(name):
        actions.add(DESK, MailboxDraft(name=name, address=f"{name}@shop.example"))

    browser.get("/desk/settings/mail")
    add("first")  # what is remembered until somebody writes is asked again by both
    with desk.counted() as few:
        browser.get("/desk/settings/mail")
    for number in range(10):
        add(f"b{number}")
    with desk.counted() as many:
        browser.get("/desk/settings/mail")
    assert len(many) == len(few)
