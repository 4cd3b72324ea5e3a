"""The bell follows what happens, and the browser tells of it."""

import pytest
from playwright.sync_api import expect

from helpdesk.tickets import actions
from helpdesk.tickets.actions import Changes
from tests.browser.conftest import until

pytestmark = [pytest.mark.browser, pytest.mark.live]

# Stands in for the window of the operating system, which a headless browser hasn't.
KEEP = """
window.told = [];
window.Notification = class extends EventTarget {
    static permission = "granted";
    constructor(title, options) { super(); window.told.push([title, options.body]); }
    close() {}
};
"""


def test_the_bell_counts_at_once_and_the_browser_says_why(desk, alice, agent, admin, open_page):
    ticket = desk.ticket(alice, "A lamp that hums")
    page = open_page("/sign-in", agent)
    page.add_init_script(KEEP)
    page.goto("/desk/views/all")
    expect(page.locator("[data-unseen]")).to_be_hidden()
    until(page, lambda: page.evaluate("localStorage.getItem('notices-told') !== null"))

    actions.update(admin, ticket, Changes(assignee_id=agent.id))

    page.locator("[data-unseen]").get_by_text("1").wait_for()
    assert page.evaluate("told") == [[f"Ada Min gave you {ticket.ref}", "A lamp that hums"]]
    page.get_by_role("link", name="Notices").click()
    page.get_by_role("button", name=f"Ada Min gave you {ticket.ref}").click()
    page.wait_for_url(f"**/desk/tickets/{ticket.id}")
    expect(page.locator("[data-unseen]")).to_be_hidden()
    assert page.complaints == []


def test_all_are_seen_by_one_button_without_a_script(desk, alice, agent, admin, open_page):
    ticket = desk.ticket(alice)
    actions.update(admin, ticket, Changes(assignee_id=agent.id))
    page = open_page("/desk/notices", agent, javascript=False)
    page.get_by_role("button", name="Mark all as seen").click()
    page.get_by_text("All notices are marked as seen.").wait_for()
    expect(page.get_by_role("button", name="Mark all as seen")).to_have_count(0)
