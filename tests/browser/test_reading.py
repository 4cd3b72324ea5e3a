"""Unread in a browser: dots go once a ticket was looked at, and come with new words."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import awake

pytestmark = [pytest.mark.browser, pytest.mark.live]


def row(page, ticket):
    return page.locator(f"#row-{ticket.id}")


def unread(page, ticket):
    return page.locator(f"#row-{ticket.id}.is-unread")


def test_a_dot_goes_when_its_ticket_is_on_the_screen(desk, alice, agent, open_page):
    one, two = desk.ticket(alice, "First lamp"), desk.ticket(alice, "Second lamp")
    page = open_page("/desk/views/open", agent)
    expect(page.locator(".is-unread")).to_have_count(2)
    expect(row(page, one).locator(".row-who")).to_contain_text("Unread: Alice Moor")
    row(page, one).locator("a").click()
    expect(unread(page, one)).to_have_count(0)
    expect(unread(page, two)).to_have_count(1)
    page.reload()
    expect(row(page, one)).to_be_visible()
    expect(unread(page, one)).to_have_count(0)
    assert page.complaints == []


def test_u_puts_it_aside_and_leaves_the_list_alone(desk, alice, agent, open_page):
    ticket = desk.ticket(alice, "First lamp")
    page = open_page(f"/desk/tickets/{ticket.id}?view=open", agent)
    expect(unread(page, ticket)).to_have_count(0)
    awake(page).keyboard.press("u")
    expect(unread(page, ticket)).to_have_count(1)
    page.get_by_text("No ticket is open").wait_for()
    expect(page.get_by_text(f"{ticket.ref} is unread again.")).to_be_visible()
    expect(row(page, ticket).locator("a")).to_be_focused()
    page.reload()
    expect(unread(page, ticket)).to_have_count(1)
    awake(page)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(unread(page, ticket)).to_have_count(0)
    assert page.complaints == []


def test_new_words_bring_the_dot_to_the_row_that_is_there(desk, alice, agent, open_page):
    ticket, other = desk.ticket(alice, "First lamp"), desk.ticket(alice, "Second lamp")
    page = open_page("/desk/views/open", agent)
    row(page, ticket).locator("a").click()
    expect(unread(page, ticket)).to_have_count(0)
    row(page, other).locator("a").click()
    expect(unread(page, other)).to_have_count(0)
    desk.note(desk.user("agent"), ticket, "Who has time?")
    expect(unread(page, ticket)).to_have_count(1)
    expect(unread(page, other)).to_have_count(0)
    with page.expect_response(f"**/desk/tickets/{other.id}/read"):  # it is on the screen
        desk.reply(alice, other, "And here?")
        expect(page.locator(".conversation")).to_contain_text("And here?")
        expect(page.locator(".message.is-fresh.is-read")).to_have_count(1)
    page.reload()
    expect(row(page, other)).to_be_visible()
    expect(unread(page, other)).to_have_count(0)
    assert page.complaints == []


def test_the_menu_without_a_script(desk, alice, agent, open_page):
    ticket = desk.ticket(alice, "First lamp")
    page = open_page(f"/desk/tickets/{ticket.id}?view=open", agent, javascript=False)
    page.locator(".ticket-menu summary").click()
    page.get_by_role("button", name="Mark as read").click()
    expect(unread(page, ticket)).to_have_count(0)
    page.locator(".ticket-menu summary").click()
    page.get_by_role("button", name="Mark as unread").click()
    expect(unread(page, ticket)).to_have_count(1)
