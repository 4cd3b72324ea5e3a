"""Whoever comes to a browser after somebody has signed out sees nothing of theirs."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("role", ["customer", "agent"])
def test_back_leads_to_no_page_that_was_read_before(desk, alice, agent, open_page, role):
    ticket = desk.ticket(alice, "A secret lamp")
    user, path = (alice, "/tickets") if role == "customer" else (agent, "/desk/views/all")
    page = open_page(path, user)
    expect(page.get_by_text("A secret lamp").first).to_be_visible()
    page.goto(f"{'/tickets' if role == 'customer' else '/desk/tickets'}/{ticket.id}")
    expect(page.get_by_text("It is broken.").first).to_be_visible()
    page.locator("form[action='/sign-out'] button").first.evaluate("button => button.click()")
    page.get_by_text("You are signed out.").wait_for()
    for _ in range(2):
        page.go_back()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        expect(page.get_by_text("secret lamp")).to_have_count(0)
