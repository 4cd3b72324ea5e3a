"""The filter editor with scripts: the list follows, a view is kept, and lists page on."""

import re

import pytest
from playwright.sync_api import expect

from helpdesk.tickets import actions
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.models import Priority

pytestmark = pytest.mark.browser


@pytest.fixture
def shelf(desk, alice, bob, agent):
    """A tagged ticket, an urgent one, and a plain one."""
    tagged = desk.ticket(alice, "Tagged lamp")
    urgent = desk.ticket(bob, "Urgent lamp")
    desk.ticket(bob, "Plain lamp")
    actions.update(agent, tagged, Changes(tags=["vip"]))
    actions.update(agent, urgent, Changes(priority=Priority.URGENT))


def test_the_list_follows_what_is_chosen_and_is_kept_as_a_view(open_page, shelf, agent):
    page = open_page("/desk/views/open", agent)
    page.get_by_role("link", name="All filters").click()
    rows = page.locator("#list .row")
    expect(page.locator(".filter-row")).to_have_count(1)
    expect(rows).to_have_count(3)
    page.get_by_label("Add a filter").select_option("tag")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".filter-row")).to_have_count(2)
    expect(page.locator("#filter-1")).to_be_focused()
    page.locator("#filter-1 input.input").fill("vip")
    expect(rows).to_have_count(1)
    expect(page.get_by_role("button", name="Show 1 ticket")).to_be_visible()
    expect(page.locator("#filter-1 input.input")).to_be_focused()
    page.locator("#filter-1 .filter-op").select_option("is_not")
    expect(rows).to_have_count(2)
    page.get_by_label("Add a filter").select_option("created")
    page.get_by_role("button", name="Add", exact=True).click()
    page.locator("#filter-2 .filter-op").select_option("within")
    expect(page.locator("#filter-2 [name='2-unit']")).to_be_visible()
    expect(page.locator("#filter-2 .filter-op")).to_be_focused()
    page.locator("#filter-2 .filter-number").fill("x")
    expect(page.locator("#filter-2 .filter-trouble")).to_be_visible()
    page.locator("#filter-2 .filter-number").fill("2")
    expect(page.locator("#filter-2 .filter-trouble")).to_be_hidden()
    page.get_by_role("button", name="Remove Tags").click()
    expect(page.locator(".filter-row")).to_have_count(2)
    page.get_by_label("Name").fill("Fresh")
    page.get_by_role("button", name="Save as view").click()
    expect(page.locator("#list h1, #list h2").first).to_have_text("Fresh")
    expect(page.locator(".views a", has_text="Fresh").locator(".count")).to_have_text("3")
    page.reload()
    expect(rows).to_have_count(3)
    rows.first.locator("a").click()
    expect(page.locator(".views [aria-current]")).to_contain_text("Fresh")
    expect(page).to_have_url(re.compile("view=saved-"))


def test_enter_in_a_field_removes_nothing(open_page, shelf, agent):
    page = open_page("/desk/filter?tag=vip&priority=low", agent)
    page.locator("#filter-0 input.input").press("Enter")
    expect(page.locator(".filter-row")).to_have_count(2)


def test_a_deleted_view_is_back_with_z(open_page, shelf, agent):
    page = open_page("/desk/filter?tag=vip", agent)
    page.get_by_label("Name").fill("VIPs")
    page.get_by_role("button", name="Save as view").click()
    expect(page.locator(".views a", has_text="VIPs")).to_be_visible()
    page.get_by_role("link", name="Arrange saved views").click()
    page.get_by_role("button", name="Delete VIPs").click()
    expect(page.locator(".views a", has_text="VIPs")).to_have_count(0)
    page.locator("body").press("z")
    expect(page.locator(".views a", has_text="VIPs")).to_be_visible()
