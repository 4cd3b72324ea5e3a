"""Deeds that hand out power ask for the password again, and nothing is typed twice for it."""

import re
from html import unescape

import pytest

from helpdesk.accounts import queries, sessions, tokens
from helpdesk.accounts.models import Role
from helpdesk.database import db
from tests.desk import PASSWORD
from tests.test_access import address, pages, people, world

__all__ = ["people", "world"]  # fixtures
LONG = sessions.PROVED.total_seconds() + 1
DEEDS = {
    "web.accounts.add_token",
    "web.accounts.add_passkey",
    "web.accounts.begin_app",
    "web.accounts.remove_app",
    "web.accounts.remove_passkey",
    "web.accounts.new_codes",
    "web.accounts.ask_for_copy",
    "web.accounts.copy",
    "web.desk.copy_customer",
    "web.desk.customer_copy",
    "web.desk.erase_customer",
    "web.settings.audit_csv",
    "web.settings.download_backup",
    "web.settings.new_link",
    "web.settings.links",
    "web.settings.reset_factors",
    "web.settings.enable_user",
    "web.settings.confirm_user_email",
    "web.settings.change_security",
    "web.settings.add_webhook",
    "web.settings.change_webhook",
    "web.settings.renew_webhook_secret",
    "web.settings.add_mailbox",
    "web.settings.change_mailbox",
}


def fields_of(page):
    return {
        name: unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    }


def test_every_such_deed_asks(desk, people, world, travel):
    """Each page of the URL map that is marked asks, and those that we know of are marked."""
    browser = desk.browser(people["admin"])
    travel(seconds=LONG)
    asked = set()
    for rule, method, _access in pages(desk.app):
        if not hasattr(desk.app.view_functions[rule.endpoint], "proved") or method == "HEAD":
            continue
        path = address(desk.app, rule, world["theirs"])
        answer = browser.open(path, method=method, data={"name": "x"} if method == "POST" else None)
        if method == "GET":
            assert answer.location.startswith("/account/prove?next="), path
        else:
            assert answer.status_code == 403 and 'name="proof"' in answer.text, path
        asked.add(rule.endpoint)
    assert asked >= DEEDS


def test_a_token_is_made_with_what_was_typed_before(desk, agent, travel):
    desk.app.config["WTF_CSRF_ENABLED"] = True
    browser = desk.browser(agent)
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/account").text)[1]
    travel(seconds=LONG)
    form = {"name": 'Nightly "export"', "days": "30", "csrf_token": token}
    page = browser.post("/account/tokens", data=form).text
    kept = fields_of(page)
    assert kept["name"] == 'Nightly "export"' and kept["days"] == "30"
    assert re.search(r'<form class="form card"[^>]*action="([^"]*)"', page)[1] == "/account/tokens"
    assert tokens.tokens_of(agent) == []
    wrong = browser.post("/account/tokens", data=kept | {"proof": "no"})
    assert wrong.status_code == 422 and "not your password" in wrong.text
    assert fields_of(wrong.text) == kept
    made = browser.post("/account/tokens", data=kept | {"proof": PASSWORD})
    assert 'id="new-token">hd_' in made.text
    db.session.rollback()
    assert [one.name for one in tokens.tokens_of(agent)] == ['Nightly "export"']
    travel(seconds=2 * LONG)
    assert 'name="proof"' in browser.post("/account/tokens", data=form).text, "it lasts no longer"


def test_guessing_is_counted(desk, agent, travel):
    browser = desk.browser(agent)
    travel(seconds=LONG)
    answers = [
        browser.post("/account/tokens", data={"name": "x", "proof": "no"}) for _try in range(12)
    ]
    assert answers[-1].status_code == 429 and "Retry-After" in answers[-1].headers
    assert 'name="name" value="x"' in answers[-1].text


@pytest.mark.parametrize("proof", ["", "\0", "x" * 100_000, "\ud800"])
def test_odd_proofs_are_none(desk, agent, travel, proof):
    browser = desk.browser(agent)
    travel(seconds=LONG)
    answer = browser.post(
        "/account/tokens", data={"name": "x", "proof": proof.encode("utf-8", "surrogatepass")}
    )
    assert answer.status_code == 422
    assert tokens.tokens_of(agent) == []


def test_a_proof_is_one_session_alone(desk, agent, travel):
    one, other = desk.browser(agent), desk.browser(agent)
    travel(seconds=LONG)
    one.post("/account/prove", data={"proof": PASSWORD})
    assert "new-token" in one.post("/account/tokens", data={"name": "x"}).text
    assert other.post("/account/tokens", data={"name": "x"}).status_code == 403


def test_making_somebody_staff_asks_and_a_new_name_does_not(desk, admin, alice, travel):
    browser = desk.browser(admin)
    travel(seconds=LONG)
    path = f"/desk/settings/users/{alice.id}"
    form = {"name": "Alice M.", "email": alice.email, "role": "customer"}
    assert browser.post(path, data=form).status_code == 302
    for change in ({"role": "admin"}, {"email": "eve@shop.example"}):
        assert browser.post(path, data=form | change).status_code == 403
    new = {"name": "Eve", "email": "eve@shop.example"}
    assert browser.post("/desk/settings/users", data=new | {"role": "admin"}).status_code == 403
    assert browser.post("/desk/settings/users", data=new | {"role": "customer"}).status_code == 302
    answer = browser.post(path, data=form | {"role": "agent", "proof": PASSWORD})
    assert answer.status_code == 302
    db.session.rollback()
    db.session.expire_all()
    assert queries.by_email(alice.email).role is Role.AGENT


def test_scripts_are_told(desk, agent, travel):
    browser = desk.browser(agent)
    travel(seconds=LONG)
    answer = browser.post("/account/tokens", headers={"Accept": "application/json"})
    assert answer.status_code == 403 and "still you" in answer.json["message"]
