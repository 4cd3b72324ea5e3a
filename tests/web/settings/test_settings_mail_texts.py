"""The settings' pages of what our mails say."""

import html
import re

import pytest

from helpdesk.database import db
from helpdesk.mail.models import MailKind
from helpdesk.mail.templates import is_on, template_of

LIST = "/desk/settings/mail/words"
ONE = f"{LIST}/received"
WORDS = {"is_on": "y", "subject": "Thank you", "body": "It is {{ticket.ref}}.", "example": ""}


@pytest.fixture
def browser(desk, admin):
    return desk.browser(admin)


def now_on():
    db.session.rollback()
    db.session.expire_all()
    return is_on(MailKind.RECEIVED)


def framed(answer):
    """The formatted mail of the preview."""
    return html.unescape(re.search(r'srcdoc="([^"]*)"', answer.text)[1])


def test_words_are_kept_shown_and_given_up(desk, browser):
    assert browser.get(LIST).text.count("the original words") == 3
    assert "Back to the original words" not in browser.get(ONE).text
    answer = browser.post(ONE, data=WORDS, follow_redirects=True)
    assert "Saved." in answer.text and answer.text.count("your words, changed") == 1
    page = browser.get(ONE)
    assert 'value="Thank you"' in page.text and "Back to the original words" in page.text
    assert "It is TKT1042." in framed(page)
    browser.post(f"{ONE}/original", follow_redirects=True)
    assert template_of(MailKind.RECEIVED).subject == "We have received your request"


def test_a_kind_is_switched_off_and_on(desk, browser):
    own = template_of(MailKind.RECEIVED)
    browser.post(ONE, data={"subject": own.subject, "body": own.body})
    assert not now_on()
    assert "not sent" in browser.get(LIST).text
    browser.post(ONE, data=WORDS)
    assert now_on()


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(desk, browser):
    data = WORDS | {"subject": "", "body": "Dear {{requester.nam}}"}
    answer = browser.post(ONE, data=data)
    assert answer.status_code == 422
    assert "There is no variable {{requester.nam}}." in answer.text
    assert 'id="body-error"' in answer.text and 'id="subject-error"' in answer.text
    assert "Dear {{requester.nam}}" in answer.text
    assert template_of(MailKind.RECEIVED).subject == "We have received your request"


def test_the_preview_keeps_nothing_and_names_what_is_missing(desk, browser, alice):
    ticket = desk.ticket(alice)
    asked = WORDS | {"do": "preview", "body": "{{gone}} at {{ticket.ref}}"}
    answer = browser.post(ONE, data=asked)
    assert answer.status_code == 200
    assert "There is no variable {{gone}}." in answer.text
    assert f"at {ticket.ref}" in framed(answer) and alice.email in answer.text
    made_up = browser.post(f"{ONE}/preview", data=asked | {"example": "made-up"})
    assert "at TKT1042" in framed(made_up) and "<form" not in made_up.text
    assert template_of(MailKind.RECEIVED).subject == "We have received your request"


def test_the_formatted_mail_is_sealed_in_its_frame(browser):
    words = WORDS | {"subject": "</title><script>x</script>", "body": '<img src=x> "quoted"'}
    answer = browser.post(f"{ONE}/preview", data=words)
    assert '<iframe class="mail-frame" sandbox title' in answer.text
    assert "<script" not in answer.text and "<script" not in framed(answer)
    assert re.search(
        r"style-src 'self' 'sha256-[^']+'", browser.get(ONE).headers["Content-Security-Policy"]
    )


@pytest.mark.parametrize(
    "field",
    [
        {"subject": "\0"},
        {"body": "x" * 200_000},
        {"body": "> " * 5_000},
        {"body": "{{" * 5_000},
        {},
    ],
)
@pytest.mark.parametrize("do", ["", "preview"])
@pytest.mark.parametrize("kind", ["received", "answered"])
def test_any_text_may_be_sent(browser, field, do, kind):
    answer = browser.post(f"{LIST}/{kind}", data=(WORDS if field else {}) | field | {"do": do})
    assert answer.status_code in (200, 302, 422)


@pytest.mark.parametrize("kind", ["notice", "account", "nothing", "RECEIVED", "%00"])
def test_other_mails_have_no_page(browser, kind):
    assert browser.get(f"{LIST}/{kind}").status_code == 404
    assert browser.post(f"{LIST}/{kind}", data=WORDS).status_code == 404
    assert browser.post(f"{LIST}/{kind}/original").status_code == 404
