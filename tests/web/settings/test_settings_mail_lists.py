"""The ledger and the outbox as admins read them."""

import html
import re

import pytest

from helpdesk.mail.models import MailKind, Outcome, Sending
from tests.mail.conftest import mailbox
from tests.mail.rows import outgoing, received

__all__ = ["mailbox"]  # a fixture

LEDGER, OUTBOX = "/desk/settings/mail/ledger", "/desk/settings/mail/outbox"


@pytest.fixture
def browser(desk, admin):
    return desk.browser(admin)


def listed(page):
    found = re.findall(r'class="thing-name"[^>]*>(?:<bdi>)?([^<]*)<', page.text)
    return [html.unescape(name) for name in found]


def link(page, rel):
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page.text)
    return html.unescape(found[1]) if found else None


def test_every_mail_is_there_newest_first(browser, mailbox):
    assert "No mail yet" in browser.get(LEDGER).text
    received(subject="First", outcome=Outcome.IGNORED, reason="A list of <others>")
    received(subject="", sender="", mailbox_id=mailbox("support").id)
    page = browser.get(LEDGER)
    assert listed(page) == ["(no subject)", "First"]
    assert "A list of &lt;others&gt;" in page.text
    assert "nobody named" in page.text
    assert "support" in page.text


def test_it_is_narrowed_by_outcome_mailbox_and_words(browser, mailbox):
    support, shop = mailbox("support"), mailbox("shop")
    received(subject="A", outcome=Outcome.HELD, mailbox_id=support.id, message_id="a@x.example")
    received(subject="B", outcome=Outcome.TICKET, mailbox_id=shop.id, sender="Bo <bo@x.example>")
    received(subject="50% off", outcome=Outcome.IGNORED)
    assert listed(browser.get(f"{LEDGER}?outcome=held")) == ["A"]
    assert listed(browser.get(f"{LEDGER}?mailbox={shop.id}")) == ["B"]
    assert listed(browser.get(f"{LEDGER}?q=%3Ca@x.example%3E")) == ["A"]
    assert listed(browser.get(f"{LEDGER}?q=BO@X")) == ["B"]
    assert listed(browser.get(f"{LEDGER}?q=%25")) == ["50% off"]
    assert listed(browser.get(f"{LEDGER}?q=_")) == []
    assert "No mail is like that" in browser.get(f"{LEDGER}?outcome=held&q=off").text


def test_both_have_pages_that_keep_what_is_asked(browser):
    for number in range(120):
        received(b"x", subject=f"m{number}", outcome=Outcome.HELD if number % 2 else Outcome.REPLY)
        outgoing(recipient=f"m{number}@x.example", state=Sending.SENT)
    for path, name in ((f"{LEDGER}?outcome=held&q=m", "m{}"), (f"{OUTBOX}?q=M", "m{}@x.example")):
        seen, url = [], path
        while url:
            page = browser.get(url)
            seen += listed(page)
            url = link(page, "next")
        odd = range(119, 0, -2) if "held" in path else range(119, -1, -1)
        assert seen == [name.format(number) for number in odd]
        back, url = listed(page), link(page, "prev")
        while url:
            page = browser.get(url)
            back, url = listed(page) + back, link(page, "prev")
        assert back == seen


@pytest.mark.parametrize(
    "query",
    [
        "before=-1",
        "before=99999999999999999999",
        "after=x",
        "mailbox=0&outcome=nonsense",
        "q=%00&state=came-back",
        "q=" + "%F0%9F%92%A1" * 300,
        "before=1&after=1",
        "mailbox=9223372036854775808",
    ],
)
def test_any_address_is_answered(browser, query):
    received()
    outgoing()
    for path in (LEDGER, OUTBOX):
        assert browser.get(f"{path}?{query}").status_code == 200, query


def test_the_outbox_says_word_for_word(browser):
    assert "No mail was sent yet" in browser.get(OUTBOX).text
    said = "451 4.7.1 <b>Greylisted</b>, try again"
    outgoing(recipient="a@x.example", state=Sending.WAITING, said=said, attempts=3)
    outgoing(recipient="b@x.example", state=Sending.FAILED, said="550 no", kind=MailKind.NOTICE)
    outgoing(recipient="c@x.example", bounced_at=received().arrived_at, bounce="5.2.2 full")
    page = browser.get(OUTBOX)
    assert listed(page) == ["c@x.example", "b@x.example", "a@x.example"]
    assert html.escape(said).replace("&#x27;", "&#39;") in page.text
    assert "3 attempts" in page.text
    assert "5.2.2 full" in page.text
    assert "Don&#39;t send to a@x.example" in page.text
    assert "Send again to b@x.example" in page.text
    assert listed(browser.get(f"{OUTBOX}?state=failed")) == ["b@x.example"]
    assert listed(browser.get(f"{OUTBOX}?state=came-back")) == ["c@x.example"]


def test_neither_costs_more_for_more(desk, browser, mailbox):
    costs = []
    for many in (3, 40):
        for _number in range(many):
            received(mailbox_id=mailbox(f"box{len(costs)}{_number}").id)
            outgoing()
        for path in (LEDGER, OUTBOX):
            browser.get(path)  # what is kept in memory is read once
            desk.user()  # and the rest again once anybody has written
            with desk.counted() as statements:
                browser.get(path)
            costs.append(len(statements))
    assert costs[:2] == costs[2:]
