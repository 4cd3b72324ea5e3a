"""Once the shop wants a second step, whoever is signed in is asked for it at their next page."""

import re

import pytest

from helpdesk import clock
from helpdesk.accounts import actions, entering, sessions, tokens
from helpdesk.accounts.entering import Visitor
from helpdesk.accounts.factors import app, rules, totp
from helpdesk.accounts.factors.rules import Whom
from helpdesk.accounts.models import Role
from helpdesk.database import db
from tests.accounts.test_second_step import with_app
from tests.desk import PASSWORD


def set_up(browser, user, page):
    """Go on from *page*, which wants it, by its forms; where they lead to in the end."""
    begin = re.search(r'action="(/account/security/app\?[^"]*)"', page)[1].replace("&amp;", "&")
    page = browser.get(browser.post(begin).location).text
    confirm = re.search(r'action="(/account/security/app/confirm[^"]*)"', page)[1]
    db.session.rollback()
    db.session.expire_all()
    code = totp.code_of(app.secret_to_confirm(user.id), totp.step_at(clock.now()))
    made = browser.post(confirm.replace("&amp;", "&"), data={"code": code}).text
    return re.search(r'href="([^"]*)">I have kept them', made)[1].replace("&amp;", "&")


def test_a_browser_that_is_signed_in_is_asked_and_led_back(desk, agent, admin, alice):
    with_app(admin)
    browser, customer, boss = desk.browser(agent), desk.browser(alice), desk.browser(admin)
    assert browser.get("/desk/views/open").status_code == 200
    rules.require_of(admin, Whom.STAFF)
    asked = browser.get("/desk/views/open?sort=urgent")
    assert asked.location == "/account/security?next=/desk/views/open?sort%3Durgent"
    assert customer.get("/tickets").status_code == 200
    assert boss.get("/desk/views/open").status_code == 200, "who has one is asked for nothing"
    page = browser.get(asked.location).text
    assert "wants a second step of you" in page
    back = set_up(browser, agent, page)
    assert back == "/desk/views/open?sort=urgent"
    assert browser.get(back).status_code == 200


def test_nothing_that_was_typed_is_lost(desk, agent, admin, alice):
    ticket, browser = desk.ticket(alice), desk.browser(agent)
    rules.require_of(admin, Whom.STAFF)
    form = {"message": "Dear Alice,\nit is on its way.", "kind": "reply", "fields.code": "7"}
    referrer = {"Referer": f"http://localhost/desk/tickets/{ticket.id}"}
    answer = browser.post(f"/desk/tickets/{ticket.id}/messages", data=form, headers=referrer)
    assert answer.status_code == 403
    assert "Dear Alice,\nit is on its way." in answer.text
    assert 'name="fields.code" value="7"' in answer.text, "whatever the shop calls its fields"
    way = re.search(r'href="(/account/security[^"]*)"', answer.text)[1]
    assert set_up(browser, agent, browser.get(way).text) == f"/desk/tickets/{ticket.id}"
    again = re.search(r'class="again" action="([^"]*)"', answer.text)[1]
    assert browser.post(again, data=form).status_code == 302
    assert "it is on its way" in browser.get(f"/desk/tickets/{ticket.id}").text


def test_scripts_of_pages_are_told_so(desk, agent, admin):
    browser = desk.browser(agent)
    rules.require_of(admin, Whom.STAFF)
    answer = browser.get("/desk/together", headers={"Accept": "application/json"})
    assert answer.status_code == 403 and "second step" in answer.json["message"]
    script = {"HX-Request": "true", "HX-Target": "pane"}
    answer = browser.post("/desk/bulk", data={"status": "closed"}, headers=script)
    assert answer.status_code == 403
    assert "data-sentence" in answer.text and "data-way" in answer.text


def test_what_is_open_ends_and_what_is_no_more_wanted_opens(desk, agent, admin):
    token = sessions.open_session(agent, "192.0.2.1", "A test")
    agent.session_token = token
    fingerprint = sessions.fingerprint(agent)
    assert sessions.open_for_staff([fingerprint]) == {fingerprint}
    ended = []
    sessions.on_end(desk.app, lambda: ended.append(True))
    rules.require_of(admin, Whom.STAFF)
    assert sessions.open_for_staff([fingerprint]) == set(), "no news goes there"
    assert ended
    rules.require_of(admin, Whom.ADMINS)
    assert not sessions.find(token).needs_factor


def test_who_becomes_staff_sets_it_up_first(desk, alice, admin):
    with_app(admin)
    rules.require_of(admin, Whom.STAFF)
    browser = desk.browser(alice)
    assert browser.get("/tickets").status_code == 200
    actions.change_role(admin, alice, Role.AGENT)
    assert browser.get("/desk/views/open").location.startswith("/sign-in")
    browser.post("/sign-in", data={"email": alice.email, "password": PASSWORD})
    assert browser.get("/desk/views/open").location.startswith("/account/security")


def test_tokens_go_on_but_not_those_for_a_password_alone(desk, agent, admin, alice):
    made = tokens.add_token(agent, agent, "Nightly export")
    for_password = tokens.add_token(agent, agent, "Log-in", 30, from_login=True)
    of_customer = tokens.add_token(alice, alice, "Log-in", 30, from_login=True)
    rules.require_of(admin, Whom.STAFF)
    assert tokens.look_up(made) and tokens.look_up(of_customer)
    assert tokens.look_up(for_password) is None


@pytest.mark.parametrize("whom", [Whom.NOBODY, Whom.ADMINS])
def test_a_rule_for_others_asks_nobody_else(desk, agent, admin, whom):
    with_app(admin)
    browser = desk.browser(agent)
    rules.require_of(admin, Whom.EVERYBODY)
    rules.require_of(admin, whom)
    assert browser.get("/desk/views/open").status_code == 200
    user = entering.authenticate(Visitor("192.0.2.1"), agent.email, PASSWORD)
    assert not entering.is_without_factor(user)
