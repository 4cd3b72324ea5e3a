"""Setting up a new desk, in a browser."""

from helpdesk.accounts import links, queries
from helpdesk.accounts.models import DESK, Role
from helpdesk.database import db
from helpdesk.shop.models import DEFAULT_NAME
from helpdesk.shop.queries import shop
from helpdesk.tickets.queries import category_choices

FORM = {
    "shop": "Moor & Lind Lamps",
    "accent": "#7a1f5c",
    "name": "Ada Min",
    "email": "ada@lamps.example",
    "password": "a lamp on the table",
    "categories-0-use": "y",
    "categories-0-name": "Orders",
    "categories-0-parts": "Delivery, Change an order, ",
    "categories-1-name": "Not ticked",
    "categories-1-parts": "Nothing",
    "categories-2-use": "y",
    "categories-2-name": " ",
    "categories-2-parts": "",
}


def path():
    return f"/setup/{links.setup_token()}"


def fresh():
    db.session.rollback()
    db.session.expire_all()


def test_the_page_proposes_categories(desk):
    page = desk.browser().get(path()).text
    assert 'value="Orders"' in page and 'name="categories-0-use"' in page


def test_it_makes_the_shop_its_admin_and_categories_and_ends_on_the_desk(desk):
    browser = desk.browser()
    answer = browser.post(path(), data=FORM)
    assert answer.status_code == 302 and answer.location.startswith("/desk")
    assert browser.get("/account").status_code == 200
    fresh()
    assert (shop().name, shop().accent) == ("Moor & Lind Lamps", "#7a1f5c")
    assert queries.by_email("ada@lamps.example").role is Role.ADMIN
    assert [(top.name, [c.name for c in children]) for top, children in category_choices()] == [
        ("Orders", ["Change an order", "Delivery"])
    ]


def test_an_admin_needs_no_name(desk):
    assert desk.browser().post(path(), data=FORM | {"name": ""}).status_code == 302
    assert queries.by_email("ada@lamps.example").name == "ada"


def test_afterwards_the_page_is_gone(desk):
    address = path()
    browser = desk.browser()
    browser.post(address, data=FORM)
    for one in (browser, desk.browser()):
        assert one.get(address).status_code == 404
        assert one.post(address, data=FORM | {"email": "eve@evil.example"}).status_code == 404
    fresh()
    assert queries.by_email("eve@evil.example") is None


def test_it_is_gone_too_when_the_command_line_made_the_admin(desk):
    address = path()
    desk.user("admin")
    assert desk.browser().get(address).status_code == 404
    assert desk.browser().post(address, data=FORM).status_code == 404


def test_a_wrong_code_opens_nothing(desk):
    path()
    for wrong in ("/setup/1-0", "/setup/x", "/setup/"):
        assert desk.browser().get(wrong).status_code == 404
        assert desk.browser().post(wrong, data=FORM).status_code == 404
    assert not queries.has_admin()


def test_what_is_wrong_is_told_at_once_and_nothing_is_kept(desk):
    address, browser = path(), desk.browser()
    bad = {
        "shop": "",
        "email": "ada",
        "password": "short",
        "categories-1-use": "y",
        "categories-1-name": "orders",
    }
    answer = browser.post(address, data=FORM | bad)
    assert answer.status_code == 422
    assert answer.text.count('class="error"') == 3
    assert "Category “orders”: There is a category with this name already." in answer.text
    fresh()
    assert not queries.has_admin()
    assert shop().name == DEFAULT_NAME and category_choices() == []
    assert browser.post(address, data=FORM).status_code == 302


def test_of_two_at_once_one_wins(desk, monkeypatch):
    """The second has passed every check before the first is done."""
    address, other = path(), desk.browser()
    original, answers = links.find, []

    def find_after_the_other(*args):
        found = original(*args)
        monkeypatch.setattr(links, "find", original)
        answers.append(other.post(address, data=FORM | {"email": "first@lamps.example"}))
        return found

    monkeypatch.setattr(links, "find", find_after_the_other)
    assert desk.browser().post(address, data=FORM).status_code == 404
    assert answers[0].status_code == 302
    fresh()
    assert queries.count_users(DESK, roles=[Role.ADMIN]) == 1
