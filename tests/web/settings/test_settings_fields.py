"""The pages on which an admin makes fields."""

import re

import pytest

from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.fields import queries
from helpdesk.fields.models import About, FieldKind, RequiredFor
from helpdesk.tickets.actions import Changes, update

FIELD = {
    "label": "Colour",
    "kind": "choice",
    "choices": "red\r\n\r\nblue",
    "required_for": "nobody",
}


def all_of(about=About.TICKET, active=None):
    db.session.rollback()
    db.session.expire_all()
    return queries.fields(DESK, about, active=active)


def keys(about=About.TICKET, active=None):
    return [one.key for one in all_of(about, active)]


@pytest.fixture
def browser(desk, admin):
    return desk.browser(admin)


def test_a_field_is_made_and_changed(desk, browser):
    assert "No fields of tickets yet" in browser.get("/desk/settings/fields").text
    answer = browser.post("/desk/settings/fields", data=FIELD | {"is_shown_to_customers": "y"})
    assert answer.status_code == 302
    [made] = all_of()
    assert (made.kind, made.choices, made.is_shown_to_customers) == (
        FieldKind.CHOICE,
        ["red", "blue"],
        True,
    )
    address = f"/desk/settings/fields/{made.id}"
    page = browser.get(address).text
    assert "red\nblue" in page and 'name="kind"' not in page
    change = {"label": "Shade", "choices": "red", "required_for": "agents", "is_active": "y"}
    assert browser.post(address, data=change).status_code == 302
    [made] = all_of()
    assert (made.label, made.key, made.required_for) == ("Shade", "colour", RequiredFor.AGENTS)
    assert not made.is_shown_to_customers


def test_a_bad_field_comes_back_with_all_that_is_wrong(desk, browser):
    bad = FIELD | {"label": "", "choices": "", "required_for": "everybody"}
    answer = browser.post("/desk/settings/fields", data=bad)
    assert answer.status_code == 422
    for words in ("This field is required.", "At least one choice", "Customers can only fill in"):
        assert words in answer.text
    for broken in ({"kind": "magic"}, {"required_for": "me"}):
        answer = browser.post("/desk/settings/fields", data=FIELD | broken)
        assert answer.status_code == 422
    many = "\n".join(str(number) for number in range(10_000))
    assert browser.post("/desk/settings/fields", data=FIELD | {"choices": many}).status_code == 422
    assert keys() == []


def test_fields_are_put_in_order_without_a_script(desk, browser, field):
    first, second = field("First"), field("Second")
    page = browser.get("/desk/settings/fields").text
    assert page.index("First") < page.index("Second")
    browser.post(f"/desk/settings/fields/{second.id}/move", data={"to": "up"})
    assert keys() == ["second", "first"]
    browser.post(f"/desk/settings/fields/{second.id}/move", data={"to": "down"})
    browser.post(f"/desk/settings/fields/{first.id}/move", data={"to": "up"})
    assert keys() == ["first", "second"]


def test_how_often_a_field_is_filled_in(desk, browser, agent, alice, field):
    made = field("Order")
    update(agent, desk.ticket(alice), Changes(fields={"order": "A1"}))
    page = browser.get("/desk/settings/fields").text
    assert "filled in 1 time" in page and "Delete the field" not in page
    answer = browser.post(f"/desk/settings/fields/{made.id}/delete", follow_redirects=True)
    assert "deactivated, not deleted" in answer.text
    browser.post(f"/desk/settings/fields/{made.id}/active", data={"on": "yes"})
    assert keys(active=True) == ["order"]
    browser.post(f"/desk/settings/fields/{made.id}/active")
    assert keys(active=True) == []


def test_a_field_of_customers(desk, browser):
    page = browser.get("/desk/settings/fields/new?about=customer").text
    assert "New field of customers" in page
    hidden = re.search(r'name="about" value="(\w+)"', page)[1]
    browser.post("/desk/settings/fields", data=FIELD | {"about": hidden})
    assert (keys(), keys(About.CUSTOMER)) == ([], ["colour"])


def test_the_list_costs_the_same_for_many(desk, browser, field):
    field("One")
    browser.get("/desk/settings/fields")
    with desk.counted() as few:
        browser.get("/desk/settings/fields")
    for number in range(10):
        field(f"More {number}")
    browser.get("/desk/settings/fields")
    with desk.counted() as many:
        browser.get("/desk/settings/fields")
    assert len(many) == len(few)
