"""Mails about accounts: whose an address is, and what happened that its owner may not have done."""

import re

import pytest

from helpdesk.accounts import actions as accounts
from helpdesk.accounts import confirming, entering, limits, links, queries, sessions
from helpdesk.accounts.entering import Visitor
from helpdesk.accounts.factors import managing, rules
from helpdesk.accounts.factors.rules import Whom
from helpdesk.accounts.models import DESK, EmailState
from helpdesk.database import db
from helpdesk.errors import Invalid, NotAllowed, NotFound, TooMany
from helpdesk.tickets import actions as opening
from helpdesk.tickets import queries as tickets
from tests.accounts.test_second_step import with_app
from tests.desk import PASSWORD
from tests.mail.letters import letter, post

HOME = Visitor("192.0.2.7", "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0")
EVE = "eve@elsewhere.example"


@pytest.fixture
def mails(desk, send, smtp_server):
    """What was sent since the last look: recipient, subject and text of each."""
    seen = []

    def look():
        send()
        new = smtp_server.mails[len(seen) :]
        seen.extend(new)
        return new

    return look


def link_in(mail):
    return re.search(r"http://127.0.0.1:8000(/\S+?)[>\s]", mail.text()).group(1)


def signed_up(desk, email="alice.new@shop.example"):
    """Who has just signed up, and their browser."""
    browser = desk.browser()
    data = {"name": "Alice New", "email": email, "password": PASSWORD}
    assert browser.post("/sign-up", data=data).status_code == 302
    return fresh(email), browser


def fresh(email):
    db.session.rollback()
    db.session.expire_all()
    return queries.by_email(email)


def test_who_signs_up_confirms_by_a_link_that_only_they_can_open(desk, mails, alice):
    user, browser = signed_up(desk)
    [mail] = mails()
    assert mail.recipients == [user.email]
    path = link_in(mail)
    assert browser.get(path).status_code == 200
    assert fresh(user.email).email_state is EmailState.CLAIMED, "a look changes nothing"
    assert desk.browser().get(path).location.startswith("/sign-in?next=/confirm-email/")
    for stranger in (desk.browser(alice).get(path), desk.browser(alice).post(path)):
        assert stranger.status_code == 404
    assert browser.post(path).location == "/tickets"
    assert fresh(user.email).email_state is EmailState.CONFIRMED
    assert browser.post(path).status_code == 404


def test_who_signed_up_with_anothers_address_never_sees_their_mail(desk, mails):
    """Eve signs up as Alice, who later writes a mail, and then makes the account her own."""
    eve, browser = signed_up(desk, "alice.moor@shop.example")
    browser.post("/account/tokens", data={"name": "kept"})
    assert desk.api(eve).get("/customer-support-ticket").status_code == 200
    browser.post("/tickets", data={"subject": "By Eve", "message": "Mine.", "once": "1"})
    assert browser.get("/tickets").status_code == 200

    row = post(desk, letter("My secret address is 1 Elm Street."))
    assert tickets.get(DESK, row.ticket_id).requester_id == eve.id
    for path in ("/tickets", f"/tickets/{row.ticket_id}", "/account", "/account/security"):
        answer = browser.get(path)
        assert answer.location == "/account/confirm-email", path
        assert "Elm Street" not in answer.text
    assert browser.post("/account/tokens", data={"name": "x"}).location == "/account/confirm-email"
    assert "Elm" not in browser.get("/account/confirm-email").text
    assert desk.api(eve).get("/customer-support-ticket").status_code == 401
    again = desk.browser()
    again.post("/sign-in", data={"email": eve.email, "password": PASSWORD})
    assert again.get("/tickets").location == "/account/confirm-email"

    alice = desk.browser()
    alice.post("/forgot-password", data={"email": "alice.moor@shop.example"})
    link = next(link_in(mail) for mail in mails() if "/set-password/" in mail.text())
    alice.post(link, data={"password": "quite another lamp"})
    assert "Elm Street" in alice.get(f"/tickets/{row.ticket_id}").text
    assert browser.get("/tickets").location.startswith("/sign-in")
    assert desk.api(eve).get("/customer-support-ticket").status_code == 401


def test_factors_of_who_only_claimed_an_address_end_with_it(desk, mails):
    eve, _browser = signed_up(desk)
    with_app(eve)
    post(desk, letter(from_=f"Alice <{eve.email}>"))
    desk.browser().post("/forgot-password", data={"email": eve.email})
    link = next(link_in(mail) for mail in mails() if "/set-password/" in mail.text())
    alice = desk.browser()
    assert alice.post(link, data={"password": "quite another lamp"}).location == "/tickets"
    assert not managing.summary(fresh(eve.email).id).is_on


def test_who_confirmed_before_notices_nothing_when_they_write(desk, mails):
    user, browser = signed_up(desk)
    browser.post(link_in(mails()[0]))
    row = post(desk, letter(from_=f"Alice <{user.email}>"))
    assert browser.get(f"/tickets/{row.ticket_id}").status_code == 200


def test_what_staff_open_for_an_address_waits_for_it_too(desk, mails, agent):
    user, browser = signed_up(desk)
    assert len(mails()) == 1
    draft = opening.Draft(subject="Private matters", message="By phone.")
    opening.open_ticket(agent, draft, requester=user)
    assert browser.get("/tickets").location == "/account/confirm-email"
    [link] = [link_in(mail) for mail in mails() if "/confirm-email/" in mail.text()]
    browser.post(link)
    assert "Private matters" in browser.get("/tickets").text


def test_another_link_is_sent_but_not_without_end(desk, mails):
    user, browser = signed_up(desk)
    first = link_in(mails()[0])
    browser.post("/account/confirm-email")
    second = link_in(mails()[0])
    assert browser.get(first).status_code == 404
    for _number in range(limits.CONFIRM.most + 2):
        browser.post("/account/confirm-email")
    with pytest.raises(TooMany):
        confirming.ask(fresh(user.email))
    assert browser.get(second).status_code == 404  # newer ones came


def test_a_new_address_counts_once_it_is_confirmed_and_the_old_one_is_told(desk, alice, mails):
    browser = desk.browser(alice)
    data = {"name": alice.name, "email": "New@moor.example", "language": "en"}
    page = browser.post("/account", data=data, follow_redirects=True).text
    assert "sent a link to new@moor.example" in page
    [mail] = mails()
    assert mail.recipients == ["new@moor.example"]
    assert fresh("new@moor.example") is None
    browser.post(link_in(mail))
    assert fresh("new@moor.example").id == alice.id
    [told] = mails()
    assert told.recipients == ["alice.moor@shop.example"]
    assert "is another one now: n…@moor.example" in told.text()


def test_an_address_that_somebody_else_took_meanwhile_is_not_given_twice(desk, alice, mails):
    confirming.ask_for_change(alice, "new@moor.example")
    path = link_in(mails()[0])
    desk.user("customer", "Quicker", "new@moor.example")
    browser = desk.browser(alice)
    assert browser.post(path).location == "/account"
    assert fresh("alice.moor@shop.example").id == alice.id


def test_a_change_can_be_left(desk, alice, mails):
    confirming.ask_for_change(alice, "new@moor.example")
    browser = desk.browser(alice)
    assert "new@moor.example waits" in browser.get("/account").text
    browser.post("/account/forget-email-change")
    assert "new@moor.example" not in browser.get("/account").text


def test_changing_it_asks_who_one_is_when_that_was_shown_long_ago(desk, alice, travel, mails):
    browser = desk.browser(alice)
    travel(minutes=30)
    data = {"name": alice.name, "email": EVE, "language": "en"}
    page = browser.post("/account", data=data).text
    assert f'name="email" value="{EVE}"' in page and 'name="proof"' in page
    assert mails() == []


def test_an_admin_confirms_by_hand(desk, alice, admin, agent, mails):
    user, _browser = signed_up(desk)
    with pytest.raises(NotAllowed):
        confirming.by_hand(agent, user)
    confirming.by_hand(admin, user)
    assert fresh(user.email).email_state is EmailState.CONFIRMED
    confirming.ask_for_change(alice, "new@moor.example")
    confirming.by_hand(admin, alice)
    assert fresh("new@moor.example").id == alice.id


def test_an_address_that_has_written_is_not_signed_up_with(desk):
    post(desk, letter())
    with pytest.raises(Invalid, match="Forgot your password"):
        accounts.sign_up(HOME, "Eve", "alice.moor@shop.example", PASSWORD)


@pytest.mark.parametrize("token", ["1-forged", "x", "9" * 5000, "1-\ud800"])
def test_what_is_no_link_confirms_nothing(desk, alice, token):
    with pytest.raises(NotFound):
        confirming.open_link(alice, token)


def test_a_link_for_a_password_confirms_no_address(desk, alice):
    link = accounts.request_reset(HOME, alice.email)
    with pytest.raises(NotFound):
        confirming.open_link(alice, links.token_of(link))


def test_a_new_browser_is_told_of_and_not_an_address_that_changes(desk, alice, mails):
    entering.open_session(HOME, alice, by="password")
    assert mails() == [], "the first one is no news"
    known = alice.device_token
    for number in range(3):
        entering.open_session(
            Visitor(f"198.51.100.{number}", "Firefox/140", known), alice, by="password"
        )
    assert mails() == []
    entering.open_session(Visitor("203.0.113.9", HOME.user_agent), alice, by="password")
    [mail] = mails()
    assert mail.recipients == [alice.email]
    assert "Firefox on Windows, from 203.0.113.9" in mail.text()
    assert "/account" in mail.text()


def test_what_a_browser_says_of_itself_gets_no_markup_into_a_mail(desk, alice, mails):
    entering.open_session(HOME, alice, by="password")
    entering.open_session(Visitor("<b>x</b>", "<img src=x>\r\nBcc: x"), alice, by="password")
    [mail] = mails()
    assert "<img" not in mail.html() and "<b>x" not in mail.html()
    assert mail.header("Bcc") is None


def test_it_is_told_in_the_language_of_the_account(desk, alice, admin, mails):
    accounts.change_profile(DESK, alice, name=alice.name, email=alice.email, language="de")
    with_app(alice)
    mails()
    managing.reset(admin, alice)
    [mail] = mails()
    assert mail.recipients == [alice.email]
    assert "Ein Admin hat den zweiten Schritt Ihres Kontos" in mail.text()
    assert re.search(r"\(\d\d\.\d\d\.\d{4}, \d\d:\d\d UTC\)", mail.text())


def test_changes_of_the_second_step_are_told(desk, alice, admin, mails):
    with_app(alice)
    managing.remove_app(alice)
    managing.reset(admin, alice)
    subjects = [mail.header("Subject") for mail in mails()]
    assert len(subjects) == 3
    assert all("was changed" in subject for subject in subjects)


def test_rules_and_doubt_together(desk, admin, mails):
    """Confirm first, then the second step, then everything is open."""
    rules.require_of(admin, Whom.EVERYBODY)
    user, browser = signed_up(desk)
    assert browser.get("/tickets").location == "/account/security?next=/tickets"
    post(desk, letter(from_=f"Alice <{user.email}>"))
    assert browser.get("/account/security").location == "/account/confirm-email"
    link = [link_in(mail) for mail in mails() if "/confirm-email/" in mail.text()][-1]
    browser.post(link)
    assert browser.get("/tickets").location == "/account/security?next=/tickets"
    assert sessions.sessions_of(user)
