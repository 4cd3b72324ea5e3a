"""Users, as an admin keeps them; and the links that wait to be handed on."""

import html
import re

import pytest

from helpdesk.accounts import actions, queries
from helpdesk.accounts.actions import Visitor
from helpdesk.accounts.models import Role
from helpdesk.database import db
from helpdesk.web.settings import users
from tests.desk import PASSWORD

PATH = "/desk/settings/users"


@pytest.fixture
def browser(desk, admin):
    return desk.browser(admin)


def fresh(user):
    db.session.rollback()
    db.session.expire_all()
    return queries.by_email(user.email)


def names(page):
    return re.findall(rf'href="{PATH}/\d+"><bdi>([^<]+)</bdi>', page.text)


def link_on(page):
    return html.unescape(re.search(r'<code id="link-\d+">([^<]+)</code>', page.text)[1])


def test_the_list_is_searched_by_word_and_role(browser, alice, bob, vendor, agent):
    assert names(browser.get(PATH)) == [
        "Ada Min",
        "Alice Moor",
        "Ana Gent",
        "Bob Lind",
        "Vera Vendor",
    ]
    assert names(browser.get(f"{PATH}?role=customer")) == ["Alice Moor", "Bob Lind"]
    assert names(browser.get(f"{PATH}?q=LIND")) == ["Bob Lind"]
    assert names(browser.get(f"{PATH}?q=vera.vendor@&role=vendor")) == ["Vera Vendor"]
    assert "Nobody found" in browser.get(f"{PATH}?q=%25").text


def test_the_list_has_pages_that_keep_the_search(desk, browser, monkeypatch):
    monkeypatch.setattr(users, "ROWS", 2)
    for number in range(5):
        desk.user("customer", f"Customer {number}")
    met, path = [], f"{PATH}?role=customer"
    while path:
        page = browser.get(path)
        met.append(names(page))
        found = re.search(r'rel="next" href="([^"]+)"', page.text)
        path = html.unescape(found[1]) if found else None
    assert met == [["Customer 0", "Customer 1"], ["Customer 2", "Customer 3"], ["Customer 4"]]
    assert names(browser.get(f"{PATH}?role=customer&page=99")) == ["Customer 4"]


def test_a_new_agent_gets_a_link_and_comes_in(desk, browser):
    data = {"name": "Eva Moreau", "email": "Eva@shop.example", "role": "agent"}
    page = browser.post(PATH, data=data, follow_redirects=True)
    link = link_on(page)
    assert link.startswith(desk.app.config["HELPDESK"].base_url + "/set-password/")
    eva = desk.browser()
    path = link.removeprefix(desk.app.config["HELPDESK"].base_url)
    assert eva.post(path, data={"password": "a new lamp for Eva"}).status_code == 302
    assert eva.get("/desk/views/mine").status_code == 200
    assert "<code id=" not in browser.get(page.request.path).text  # it worked once


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"name": "", "email": "eva@shop.example", "role": "agent"}, "name"),
        ({"name": "Eva", "email": "nonsense", "role": "agent"}, "email"),
        ({"name": "Eva", "email": "ada.min@shop.example", "role": "agent"}, "email"),
        ({"name": "Eva", "email": "eva@shop.example", "role": "queen"}, "role"),
    ],
)
def test_a_bad_account_is_told_at_its_field(browser, data, field):
    answer = browser.post(PATH, data=data)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert queries.by_email("eva@shop.example") is None


def test_name_address_and_role_are_changed(browser, alice):
    data = {"name": "Alice Moore", "email": "alice@shop.example", "role": "vendor"}
    assert browser.post(f"{PATH}/{alice.id}", data=data).status_code == 302
    db.session.rollback()
    db.session.expire_all()
    found = queries.by_email("alice@shop.example")
    assert (found.id, found.name, found.role) == (alice.id, "Alice Moore", Role.VENDOR)


def test_nothing_is_changed_when_a_part_is_wrong(browser, admin):
    data = {"name": "Ada Maximum", "email": admin.email, "role": "agent"}
    answer = browser.post(f"{PATH}/{admin.id}", data=data)
    assert answer.status_code == 409
    assert "This is the last admin" in answer.text
    assert (fresh(admin).name, fresh(admin).role) == ("Ada Min", Role.ADMIN)


def test_a_disabled_user_is_out_at_once_until_enabled(desk, browser, alice):
    hers = desk.browser(alice)
    assert hers.get("/tickets").status_code == 200
    page = browser.post(f"{PATH}/{alice.id}/disable", follow_redirects=True)
    assert "Alice Moor can&#39;t sign in any more." in page.text
    assert hers.get("/tickets").status_code == 302
    assert ", disabled" in browser.get(f"{PATH}?q=alice").text
    browser.post(f"{PATH}/{alice.id}/enable")
    assert fresh(alice).is_active


def test_the_last_admin_stays(desk, browser, admin):
    answer = browser.post(f"{PATH}/{admin.id}/disable")
    assert answer.status_code == 409
    assert "This is the last admin" in answer.text
    assert fresh(admin).is_active
    desk.user("admin")
    assert browser.post(f"{PATH}/{admin.id}/disable").status_code == 302
    assert browser.get(PATH).status_code == 302  # they are signed out


def test_a_new_link_ends_the_one_before(desk, browser, alice):
    first = link_on(browser.post(f"{PATH}/{alice.id}/link", follow_redirects=True))
    second = link_on(browser.post(f"{PATH}/{alice.id}/link", follow_redirects=True))
    base = desk.app.config["HELPDESK"].base_url
    visitor = desk.browser()
    assert visitor.get(first.removeprefix(base)).status_code == 404
    assert visitor.get(second.removeprefix(base)).status_code == 200


def test_a_forgotten_password_waits_among_the_links(desk, browser, alice, travel):
    assert "No open links" in browser.get("/desk/settings/links").text
    actions.request_reset(Visitor("192.0.2.1"), alice.email)
    page = browser.get("/desk/settings/links")
    assert "Alice Moor" in page.text
    assert "asked for" in page.text
    path = link_on(page).removeprefix(desk.app.config["HELPDESK"].base_url)
    assert desk.browser().get(path).status_code == 200
    travel(hours=2)
    assert browser.get("/desk/settings/links").location.startswith("/account/prove?")
    browser.post("/account/prove", data={"proof": PASSWORD})
    assert "No open links" in browser.get("/desk/settings/links").text


def test_only_admins_come_here(desk, agent, alice):
    for user in (agent, alice):
        browser = desk.browser(user)
        for path in (PATH, f"{PATH}/new", f"{PATH}/{alice.id}", "/desk/settings/links"):
            assert browser.get(path).status_code == 403
        for deed in ("disable", "enable", "link"):
            assert browser.post(f"{PATH}/{alice.id}/{deed}").status_code == 403
        data = {"name": "Me", "email": "me@shop.example", "role": "admin"}
        assert browser.post(PATH, data=data).status_code == 403


def test_a_user_who_is_not_there(browser):
    assert browser.get(f"{PATH}/{'9' * 30}").status_code == 404


def test_a_stolen_session_of_an_admin_makes_no_way_around_their_own_password(
    browser, admin, travel
):
    travel(minutes=20)
    path = f"/desk/settings/users/{admin.id}"
    other = {"name": admin.name, "email": "thief@shop.example", "role": "admin"}
    for sent_to, data in ((path, other), (f"{path}/link", {}), (f"{path}/reset-factors", {})):
        answer = browser.post(sent_to, data=data)
        assert answer.status_code == 403 and "Is it still you?" in answer.text, sent_to
    page = browser.get(path).text
    assert "/set-password/" not in page and "thief@shop.example" not in page
    browser.post("/account/prove", data={"proof": PASSWORD})
    assert browser.post(f"{path}/link").location == path
    assert "/set-password/" in browser.get(path).text
