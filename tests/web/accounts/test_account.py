"""One's own account, in a browser."""

import re

import pytest

from helpdesk.accounts import queries
from helpdesk.accounts.models import EmailState
from helpdesk.database import db, transaction
from tests.desk import PASSWORD

NEW = "a lamp on the table"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


def browser_of(desk, user, agent):
    browser = desk.browser()
    browser.environ_base["HTTP_USER_AGENT"] = agent
    browser.post("/sign-in", data={"email": user.email, "password": PASSWORD})
    return browser


def is_signed_in(browser):
    return browser.get("/account").status_code == 200


def refreshed(user):
    db.session.rollback()
    db.session.expire_all()
    return queries.by_email(user.email)


@pytest.mark.parametrize("role", ["customer", "vendor", "agent", "admin"])
def test_everybody_has_an_account_page(desk, role):
    user = desk.user(role)
    page = desk.browser(user).get("/account").text
    assert user.email in page and "Signed-in devices" in page and "API tokens" in page


def test_nobody_has_one_before_signing_in(desk):
    assert desk.browser().get("/account").location == "/sign-in?next=/account"


def test_a_profile_is_changed(desk, alice):
    browser = desk.browser(alice)
    data = {"name": "Alice Moor-Lind", "email": "Alice@New.example", "language": "en"}
    assert browser.post("/account", data=data).status_code == 302
    page = browser.get("/account").text
    assert "has to confirm your new address" in page and "alice@new.example waits" in page


def test_a_bad_profile_comes_back_with_its_errors(desk, alice, bob):
    data = {"name": "", "email": bob.email, "language": "tlh"}
    answer = desk.browser(alice).post("/account", data=data)
    assert answer.status_code == 422
    assert answer.text.count('class="error"') == 3
    assert refreshed(alice).name == "Alice Moor"


def test_a_new_password_ends_all_other_sessions_and_this_one_goes_on_as_a_new_one(desk, alice):
    elsewhere, browser = desk.browser(alice), desk.browser(alice)
    before = browser.get_cookie("helpdesk").value
    answer = browser.post("/account/password", data={"current": PASSWORD, "password": NEW})
    assert answer.status_code == 302
    assert is_signed_in(browser)
    assert not is_signed_in(elsewhere)
    copy = desk.browser()
    copy.set_cookie("helpdesk", before)
    assert not is_signed_in(copy)


def test_a_new_password_needs_the_old_one(desk, alice):
    browser = desk.browser(alice)
    answer = browser.post("/account/password", data={"current": "a guess", "password": NEW})
    assert answer.status_code == 422 and "This is not your password" in answer.text
    answer = browser.post("/account/password", data={"current": PASSWORD, "password": "short"})
    assert answer.status_code == 422 and "at least 8 characters" in answer.text
    assert is_signed_in(browser)


def test_devices_are_listed_by_name_and_signed_out_one_by_one(desk, alice):
    browser, phone = browser_of(desk, alice, FIREFOX), browser_of(desk, alice, PHONE)
    page = browser.get("/account").text
    assert "Firefox on Windows" in page and "Safari on iPhone" in page
    (path,) = re.findall(r'action="(/account/devices/\d+/sign-out)"', page)
    assert browser.post(path).status_code == 302
    assert not is_signed_in(phone)
    assert is_signed_in(browser)


def test_all_other_devices_are_signed_out_at_once(desk, alice, bob):
    browser, others = desk.browser(alice), [desk.browser(alice) for _ in range(2)]
    bobs = desk.browser(bob)
    assert browser.post("/account/devices/sign-out-others").status_code == 302
    assert [is_signed_in(one) for one in (browser, *others, bobs)] == [True, False, False, True]


def test_a_device_of_somebody_else_is_not_there(desk, alice, bob):
    bobs, other = desk.browser(bob), desk.browser(bob)
    (path,) = re.findall(r"/account/devices/\d+/sign-out", other.get("/account").text)
    browser = desk.browser(alice)
    assert browser.post(path).status_code == 404
    assert browser.post(f"/account/devices/{2**70}/sign-out").status_code == 404
    assert is_signed_in(bobs) and is_signed_in(other)


def test_a_token_is_shown_once_works_and_is_revoked(desk, alice):
    browser = desk.browser(alice)
    answer = browser.post("/account/tokens", data={"name": "Stock report", "days": "30"})
    token = re.search(r"hd_[\w-]{20,}", answer.text)[0]
    page = browser.get("/account").text
    assert token not in page and "Stock report" in page
    (path,) = re.findall(r"/account/tokens/\d+/revoke", page)
    assert desk.browser(desk.user()).post(path).status_code == 404
    assert browser.post(path).status_code == 302
    assert "Stock report" not in browser.get("/account").text
    assert browser.post(path).status_code == 404
    assert browser.post(f"/account/tokens/{2**70}/revoke").status_code == 404


@pytest.mark.parametrize(
    "data",
    [
        {"name": "", "days": ""},
        {"name": "x" * 101},
        {"name": "export", "days": "0"},
        {"name": "export", "days": "99999"},
        {"name": "export", "days": "soon"},
    ],
)
def test_a_token_with_a_bad_name_or_time_is_not_made(desk, alice, data):
    browser = desk.browser(alice)
    answer = browser.post("/account/tokens", data=data)
    assert answer.status_code == 422 and 'class="error"' in answer.text
    assert "hd_" not in answer.text


def test_what_belongs_to_one_form_does_not_show_in_another(desk, alice):
    answer = desk.browser(alice).post("/account/tokens", data={"name": "x" * 101})
    assert answer.text.count("data-errors") == 1
    assert 'value="Alice Moor"' in answer.text


def test_where_no_mail_is_sent_nobody_is_asked_to_confirm_by_one(desk, alice):
    with transaction():
        alice.email_state = EmailState.CLAIMED
    browser = desk.browser(alice)
    assert "not confirmed yet" not in browser.get("/account").text
    assert "ask the shop to confirm" in browser.get("/account/confirm-email").text
    with transaction():
        alice.email_state = EmailState.DOUBTED
    page = browser.get("/tickets", follow_redirects=True).text
    assert "came from this address, but not from this account" in page
    assert "Sign out" in page
