"""Signing up, in and out, in a browser."""

import re
from urllib.parse import urlencode

import pytest

from helpdesk.accounts import actions, limits
from helpdesk.accounts.models import DESK, Role
from tests.desk import PASSWORD

SIGN_UP = {"name": "Ana Ruiz", "email": "ana@shop.example", "password": "a lamp on the table"}
EVIL = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "/\t/evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    " /tickets",
    "tickets",
    "",
]


def sign_in(browser, user, password=PASSWORD, **options):
    return browser.post("/sign-in", data={"email": user.email, "password": password}, **options)


def cookie_of(browser):
    return browser.get_cookie("helpdesk").value


def browser_with(desk, cookie):
    copy = desk.browser()
    copy.set_cookie("helpdesk", cookie)
    return copy


def is_signed_in(browser):
    return browser.get("/account").status_code == 200


def test_a_customer_signs_up_and_is_signed_in(desk):
    browser = desk.browser()
    answer = browser.post("/sign-up", data=SIGN_UP)
    assert (answer.status_code, answer.location) == (302, "/tickets")
    page = browser.get("/tickets").text
    assert "Welcome, Ana Ruiz" in page and "No requests yet" in page


def test_a_sign_up_with_errors_comes_back_with_all_of_them_and_no_password(desk, alice):
    answer = desk.browser().post(
        "/sign-up", data={"name": "", "email": alice.email, "password": "short"}
    )
    assert answer.status_code == 422
    assert answer.text.count('class="error"') == 3
    assert "data-errors" in answer.text
    assert alice.email in answer.text and "short" not in answer.text


def test_customers_land_on_their_requests_and_staff_on_the_desk(desk, alice, agent):
    assert sign_in(desk.browser(), alice).location == "/tickets"
    assert sign_in(desk.browser(), agent).location.startswith("/desk")


def test_an_unknown_address_a_wrong_password_and_a_disabled_account_get_one_answer(
    desk, alice, bob, admin
):
    actions.disable_user(admin, bob)
    browser = desk.browser()

    def answer(email, password):
        sent = browser.post("/sign-in", data={"email": email, "password": password})
        # The token of the form has the second in it.
        words = re.sub(r'name="csrf_token"[^>]*>', "", sent.text)
        return sent.status_code, words.replace(email, "EMAIL")

    wrong = answer(alice.email, "not this one")
    assert wrong[0] == 422
    assert answer("nobody@shop.example", "not this one") == wrong
    assert answer(bob.email, PASSWORD) == wrong


def test_a_wrong_password_does_not_sign_out_who_is_signed_in(desk, alice):
    browser = desk.browser(alice)
    assert sign_in(browser, alice, "not this one").status_code == 422
    assert is_signed_in(browser)


def test_next_leads_back_to_the_page_that_was_wanted(desk, alice):
    ticket = desk.ticket(alice)
    browser = desk.browser()
    asked = browser.get(f"/tickets/{ticket.id}?from=mail")
    assert asked.status_code == 302
    page = browser.get(asked.location)
    assert f"next=/tickets/{ticket.id}?from%3Dmail" in page.text.replace("%2F", "/").replace(
        "%3F", "?"
    )
    assert sign_in_at(browser, asked.location, alice).location == f"/tickets/{ticket.id}?from=mail"


def sign_in_at(browser, address, user):
    return browser.post(address, data={"email": user.email, "password": PASSWORD})


@pytest.mark.parametrize("target", EVIL)
def test_next_never_leaves_the_desk(desk, alice, target):
    browser = desk.browser()
    answer = browser.post(
        "/sign-in",
        query_string={"next": target},
        data={"email": alice.email, "password": PASSWORD},
    )
    assert answer.location == "/tickets"
    assert browser.get("/sign-in", query_string={"next": target}).location == "/tickets"


def test_who_is_signed_in_is_not_asked_again(desk, alice, agent):
    for path in ("/sign-in", "/sign-up"):
        assert desk.browser(alice).get(path).location == "/tickets"
        assert desk.browser(agent).get(path).location.startswith("/desk")


def test_signing_out_ends_the_session_in_a_copied_cookie_too(desk, alice):
    browser = desk.browser(alice)
    copy = browser_with(desk, cookie_of(browser))
    assert is_signed_in(copy)
    assert browser.post("/sign-out").status_code == 302
    assert not is_signed_in(browser)
    assert not is_signed_in(copy)


def test_signing_out_is_not_done_by_a_link(desk, alice):
    browser = desk.browser(alice)
    assert browser.get("/sign-out").status_code == 405
    assert is_signed_in(browser)


def test_signing_in_anew_ends_the_session_that_the_browser_had(desk, alice, bob):
    browser = desk.browser(alice)
    before = cookie_of(browser)
    sign_in(browser, bob)
    assert "Bob Lind" in browser.get("/account").text
    assert not is_signed_in(browser_with(desk, before))


def test_signing_in_changes_the_session(desk, alice):
    browser = desk.browser(alice)
    before = cookie_of(browser)
    sign_in(browser, alice)
    assert cookie_of(browser) != before
    assert not is_signed_in(browser_with(desk, before))
    assert is_signed_in(browser)


def test_a_disabled_user_is_out_at_once(desk, alice, admin):
    browser = desk.browser(alice)
    actions.disable_user(admin, alice)
    assert not is_signed_in(browser)


def test_a_change_of_role_ends_the_session(desk, alice, admin):
    browser = desk.browser(alice)
    actions.change_role(admin, alice, Role.AGENT)
    assert not is_signed_in(browser)


def test_too_many_attempts_are_told_in_the_form_with_the_time_to_wait(desk, alice):
    browser = desk.browser()
    for _ in range(limits.SIGN_IN.most):
        assert sign_in(browser, alice, "not this one").status_code == 422
    answer = sign_in(browser, alice)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 900
    assert "Too many attempts" in answer.text and 'name="password"' in answer.text


def test_too_many_new_accounts_from_one_address_are_refused(desk, monkeypatch):
    monkeypatch.setattr(limits, "SIGN_UP", limits.Limit("sign-up", 1, limits.SIGN_UP.window))
    browser = desk.browser()
    assert browser.post("/sign-up", data=SIGN_UP).status_code == 302
    other = SIGN_UP | {"email": "other@shop.example"}
    answer = desk.browser().post("/sign-up", data=other)
    assert answer.status_code == 429 and "Retry-After" in answer.headers


def test_a_cookie_is_out_of_reach_for_scripts_and_other_sites(desk, alice):
    answer = sign_in(desk.browser(), alice)
    cookies = answer.headers.getlist("Set-Cookie")
    assert sorted(one.partition("=")[0] for one in cookies) == ["helpdesk", "helpdesk-device"]
    for cookie in cookies:
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie


def test_behind_https_the_cookie_is_of_this_host_and_of_https_only(make_desk):
    desk = make_desk(HELPDESK_BASE_URL="https://help.shop.example")
    alice = desk.user("customer", "Alice Moor")
    answer = sign_in(desk.browser(), alice, base_url="https://help.shop.example")
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert cookie.startswith("__Host-helpdesk")
        assert "Secure" in cookie and "Path=/" in cookie and "Domain" not in cookie


def test_a_form_without_its_token_is_refused(desk, alice):
    desk.app.config["WTF_CSRF_ENABLED"] = True
    browser = desk.browser()
    for path in ("/sign-in", "/sign-up", "/sign-out", "/forgot-password"):
        assert browser.post(path, data=SIGN_UP).status_code == 400
    assert browser.post("/tickets", data={}).status_code == 400


def test_a_form_with_its_token_is_taken(desk, alice):
    desk.app.config["WTF_CSRF_ENABLED"] = True
    browser = desk.browser()
    page = browser.get("/sign-in").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    data = {"email": alice.email, "password": PASSWORD, "csrf_token": token}
    assert browser.post("/sign-in", data=data).status_code == 302


def test_an_account_without_a_password_cannot_be_signed_in_to(desk):
    user = actions.add_user(DESK, name="Ines", email="ines@shop.example", role=Role.CUSTOMER)
    assert sign_in(desk.browser(), user, "").status_code == 422


@pytest.mark.parametrize("target", ["/sign-out", "/sign-out?x=1", "/%73ign-out", "/no-such-page"])
def test_next_is_a_page_that_can_be_read(desk, alice, target):
    browser = desk.browser()
    address = "/sign-in?" + urlencode({"next": target})
    assert target not in browser.get(address).text
    answer = browser.post(address, data={"email": alice.email, "password": PASSWORD})
    assert answer.location == "/tickets"
    assert browser.get(answer.location).status_code == 200
