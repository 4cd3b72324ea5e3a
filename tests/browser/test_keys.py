"""An agent's day by keyboard only."""

import pytest
from playwright.sync_api import expect

from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.tickets import queries
from helpdesk.tickets.models import Status
from tests.browser.conftest import awake, until

pytestmark = pytest.mark.browser


@pytest.fixture
def page(desk, alice, agent, open_page):
    for subject in ("First lamp", "Second lamp", "Third lamp"):
        desk.ticket(alice, subject)
    page = awake(open_page("/desk/views/open", agent))
    yield page
    assert page.complaints == []


def found_only(page, label):
    """Wait until the palette has *label* and nothing else."""
    page.locator(f'.palette-list:has(.palette-item:only-child:has-text("{label}"))').wait_for()
    page.locator(".palette-item").nth(1).wait_for(state="detached")


def focused(page):
    return page.evaluate("document.activeElement.innerText || document.activeElement.name")


def test_a_ticket_is_found_taken_answered_and_resolved(desk, page, agent):
    def second():
        db.session.rollback()
        return queries.get(DESK, 2)

    page.keyboard.press("j")
    page.keyboard.press("j")
    assert "Second lamp" in focused(page)
    page.keyboard.press("k")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Second lamp").wait_for()
    page.locator("h1:focus").wait_for()

    page.keyboard.press("a")
    page.locator('.properties [name="assignee"]').select_option(label="Ana Gent")
    page.get_by_text("Saved.").wait_for()
    assert second().assignee_id == agent.id

    page.keyboard.press("Escape")
    page.get_by_role("heading", name="Second lamp").focus()
    page.keyboard.press("n")
    expect(page.get_by_label("Note", exact=True)).to_be_checked()
    assert focused(page) == "message"
    page.keyboard.type("rejst z")  # words, not commands
    expect(page.get_by_label("Message", exact=True)).to_have_value("rejst z")
    page.get_by_role("heading", name="Second lamp").focus()

    page.keyboard.press("e")
    page.get_by_text("It is resolved.").wait_for()
    assert second().status is Status.RESOLVED
    page.keyboard.press("z")
    page.get_by_text("It is as it was before.").wait_for()
    assert second().status is Status.OPEN


def test_the_palette_goes_anywhere_and_does_what_makes_sense(desk, page):
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Go anywhere, do anything")
    palette.get_by_role("option", name="Third lamp").wait_for()
    expect(palette.get_by_role("option", name="Resolve it")).to_have_count(0)  # no ticket is open
    page.keyboard.type("second")
    found_only(page, "Second lamp")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Second lamp").wait_for()

    page.keyboard.press("Control+k")
    page.keyboard.type("resolve it")
    found_only(page, "Resolve it")
    page.keyboard.press("Enter")
    page.get_by_text("It is resolved.").wait_for()
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(palette).to_be_hidden()


def test_what_is_typed_before_the_palette_is_there_is_for_its_box(desk, page):
    held = []
    page.route("**/palette*.js*", lambda route: held.append(route))
    page.get_by_text("Third lamp").first.click()
    page.get_by_role("heading", name="Third lamp").wait_for()
    page.keyboard.press("Control+k")
    page.keyboard.type("sec")  # by themselves: status, resolve, category
    until(page, lambda: held)
    held[0].continue_()
    page.get_by_role("option", name="Second lamp").wait_for()
    expect(page.get_by_role("combobox", name="A ticket")).to_have_value("sec")
    page.keyboard.press("Escape")
    expect(page.get_by_text("It is resolved.")).to_have_count(0)


def test_escape_closes_the_palette_before_it_is_there(desk, page):
    held = []
    page.route("**/palette*.js*", lambda route: held.append(route))
    page.keyboard.press("Control+k")
    until(page, lambda: held)
    page.keyboard.type("s")
    page.keyboard.press("Escape")
    page.keyboard.press("j")  # a command again
    expect(page.locator(".row-link:focus")).to_have_count(1)
    held[0].continue_()
    page.keyboard.press("Control+k")
    page.get_by_role("option", name="Second lamp").wait_for()
    expect(page.get_by_role("combobox", name="A ticket")).to_have_value("")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Go anywhere, do anything")).to_be_hidden()


def test_pairs_go_to_views_and_slash_to_the_search(page):
    page.keyboard.press("g")
    page.keyboard.press("u")
    page.wait_for_url("**/desk/views/unassigned")
    page.keyboard.press("/")
    assert focused(page) == "q"


def test_the_sheet_tells_of_the_keys_and_switches_them_off(page):
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    sheet.get_by_text("Reply").wait_for()
    sheet.get_by_label("Single keys do something").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator(".row-link:focus")).to_have_count(0)
    page.keyboard.press("Control+k")  # has a modifier, so it stays
    page.get_by_role("dialog", name="Go anywhere, do anything").wait_for()


def test_without_a_script_both_are_pages(desk, alice, agent, open_page):
    desk.ticket(alice, "First lamp")
    page = open_page("/desk/palette", agent, javascript=False)
    page.locator("main").get_by_role("searchbox").fill("first")
    page.locator("main").get_by_role("button", name="Search").click()
    page.locator("main").get_by_role("link", name="First lamp").click()
    page.wait_for_url("**/desk/tickets/1")
    page.goto("/desk/keys")
    assert (
        page.get_by_text("Single keys do something").count() == 0
        or not page.get_by_text("Single keys do something").is_visible()
    )
