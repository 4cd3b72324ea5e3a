"""The cookie of a browser: what it says is remembered, but never longer than it is worth."""

import time

import pytest

from helpdesk.api import cookies

LIST = "/desk/views/all"


@pytest.fixture
def browser(desk, agent):
    browser = desk.browser(agent)
    assert browser.get(LIST).status_code == 200
    return browser


def test_it_is_set_only_when_something_in_it_changed(browser):
    answer = browser.get(LIST)
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" in answer.headers["Vary"].split(", ")


def test_one_that_was_changed_is_worth_nothing(browser):
    value = browser.get_cookie("helpdesk").value
    other = "A" if value[-2] != "A" else "B"  # not of the last sign: its last bits mean nothing
    for changed in (value[:-2] + other + value[-1], value[1:], value + "A", "."):
        browser.set_cookie("helpdesk", changed)
        assert browser.get(LIST).status_code == 302
    browser.set_cookie("helpdesk", value)
    assert browser.get(LIST).status_code == 200


def test_one_that_is_too_old_is_worth_nothing_though_it_is_known(desk, browser, monkeypatch):
    days = desk.app.permanent_session_lifetime.days
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + (days - 1) * 86400)
    assert browser.get(LIST).status_code == 200
    monkeypatch.setattr(time, "time", lambda: now + (days + 1) * 86400)
    assert browser.get(LIST).status_code == 302


def test_a_copy_of_one_is_worth_nothing_after_signing_out(desk, browser):
    copied = browser.get_cookie("helpdesk").value
    assert browser.post("/sign-out").status_code == 302
    other = desk.browser()
    other.set_cookie("helpdesk", copied)
    assert other.get(LIST).status_code == 302


def test_what_one_request_tells_once_another_does_not_change(browser):
    with browser.session_transaction() as cookie:
        cookie["_flashes"] = [("good", "It is done.")]
    sent = browser.get_cookie("helpdesk").value
    for _ in range(2):  # the same cookie twice: two pages that were asked for at once
        browser.set_cookie("helpdesk", sent)
        assert browser.get(LIST).text.count("It is done.") == 1


def test_few_are_known(desk, browser, monkeypatch):
    known = desk.app.session_interface._known
    monkeypatch.setattr(cookies, "MOST_KNOWN", 1)
    for number in range(3):
        with browser.session_transaction() as cookie:
            cookie["more"] = number
        assert browser.get(LIST).status_code == 200
        assert len(known) == 1
