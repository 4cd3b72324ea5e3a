"""Categories in two levels, kept in order by staff."""

import re

import pytest

from helpdesk.database import db
from helpdesk.errors import NotFound
from helpdesk.tickets import queries

PATH = "/desk/settings/categories"


@pytest.fixture
def browser(desk, agent):
    return desk.browser(agent)


def fresh(category):
    db.session.rollback()
    db.session.expire_all()
    return queries.category(category.id)


def names(page):
    return re.findall(rf'href="{PATH}/\d+">([^<]+)<', page.text)


def test_an_agent_adds_both_levels(desk, browser):
    assert browser.post(PATH, data={"name": "Lamps", "parent": ""}).status_code == 302
    [lamps] = queries.categories()
    browser.post(PATH, data={"name": "Broken", "parent": str(lamps.id)})
    browser.post(PATH, data={"name": "Invoices", "parent": ""})
    assert names(browser.get(PATH)) == ["Invoices", "Lamps", "Broken"]


@pytest.mark.parametrize("name", ["", " lamps ", "x" * 101])
def test_a_bad_name_is_told(desk, browser, name):
    desk.category("Lamps")
    answer = browser.post(PATH, data={"name": name})
    assert answer.status_code == 422
    assert 'id="name-error"' in answer.text
    assert len(queries.categories()) == 1


def test_it_is_renamed_and_moved(desk, browser):
    lamps, bulbs = desk.category("Lamps"), desk.category("Bulbs")
    page = browser.get(f"{PATH}/{bulbs.id}").text
    assert f'<option value="{lamps.id}">' in page
    assert f'<option value="{bulbs.id}">' not in page  # under itself
    data = {"name": "LED bulbs", "parent": str(lamps.id), "is_active": "y"}
    assert browser.post(f"{PATH}/{bulbs.id}", data=data).status_code == 302
    bulbs = fresh(bulbs)
    assert (bulbs.name, bulbs.parent_id, bulbs.is_active) == ("LED bulbs", lamps.id, True)


def test_one_with_children_stays_at_the_top(desk, browser):
    lamps, orders = desk.category("Lamps"), desk.category("Orders")
    desk.category("Broken", lamps)
    answer = browser.post(f"{PATH}/{lamps.id}", data={"name": "Lamps", "parent": str(orders.id)})
    assert answer.status_code == 422
    assert 'id="parent-error"' in answer.text


def test_it_is_switched_off_and_on(desk, browser):
    lamps = desk.category("Lamps")
    browser.post(f"{PATH}/{lamps.id}/active")
    assert not fresh(lamps).is_active
    assert "(inactive)" in browser.get(PATH).text
    assert "Lamps" not in browser.get("/desk/tickets/new").text
    browser.post(f"{PATH}/{lamps.id}/active", data={"on": "yes"})
    assert fresh(lamps).is_active


def test_an_unused_one_is_deleted(desk, browser):
    lamps = desk.category("Lamps")
    page = browser.post(f"{PATH}/{lamps.id}/delete", follow_redirects=True)
    assert "“Lamps” is deleted." in page.text
    assert names(page) == []
    with pytest.raises(NotFound):
        fresh(lamps)


def test_one_in_use_is_deactivated_and_that_is_said(desk, browser, alice):
    lamps = desk.category("Lamps")
    ticket = desk.ticket(alice, category_id=lamps.id)
    page = browser.post(f"{PATH}/{lamps.id}/delete", follow_redirects=True)
    assert "it was deactivated, not deleted" in page.text
    assert not fresh(lamps).is_active
    assert desk.fresh(ticket).category_id == lamps.id


def test_customers_do_not_come_here(desk, alice):
    assert desk.browser(alice).get(PATH).status_code == 403
    assert desk.browser(alice).post(PATH, data={"name": "Mine"}).status_code == 403
