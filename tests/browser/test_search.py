"""Searching at the desk: proposals while one types, the sheet about it, words that are marked."""

import re

import pytest

from tests.browser.conftest import awake, until
from tests.browser.test_accessibility import complaints_in_both

pytestmark = pytest.mark.browser

BOX = ".list-filters input[type=search]"
PROPOSALS = ".list-filters [role=option]"


@pytest.fixture
def page(desk, alice, agent, open_page):
    for subject, message in (("Blue lamp", "It hums"), ("A chair", "It creaks")):
        ticket = desk.ticket(alice, subject, f"{'Well. ' * 40}{message}")
        desk.reply(agent, ticket, "Sorry!")
    return awake(open_page("/desk/views/all", agent))


def test_filters_are_proposed_and_chosen_by_keys(page):
    from playwright.sync_api import expect

    box, proposals = page.locator(BOX), page.locator(PROPOSALS)
    box.press_sequentially("lamp sta")
    expect(proposals).to_have_count(1)
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("lamp status:")
    expect(proposals).to_have_count(4)
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("lamp status:open ")
    expect(proposals).to_have_count(0)
    expect(page.locator(".chip", has_text="Status is Open")).to_be_visible()
    expect(page.get_by_text("Nothing found")).to_be_visible()  # it was answered
    page.locator(".chip", has_text="Status is Open").get_by_role("link").click()
    expect(page.locator(".row-subject")).to_have_text(["Blue lamp"])
    assert page.complaints == []


def test_enter_searches_for_what_was_typed_whatever_is_proposed(page):
    from playwright.sync_api import expect

    box = page.locator(BOX)
    box.press_sequentially("hum in")
    expect(page.locator(PROPOSALS).first).to_be_visible()
    box.press("Enter")
    expect(page.get_by_text("Nothing found")).to_be_visible()
    assert "q=hum+in" in page.url
    expect(page.locator(PROPOSALS)).to_have_count(0)
    box.fill("hum")
    expect(page.locator(".row-last mark")).to_have_text(["hums"])
    assert page.complaints == []


def test_what_is_typed_behind_enter_is_not_taken_away_by_the_answer(page):
    from playwright.sync_api import expect

    held = []
    page.route("**/desk/views/all?q=hum**", lambda route: held.append(route))
    box = page.locator(BOX)
    box.fill("hum")
    box.press("Enter")
    until(page, lambda: held)
    box.press_sequentially("s lamp")
    held.pop(0).continue_()
    page.unroute("**/desk/views/all?q=hum**")
    expect(page.locator(".row-last mark")).to_have_text(["hums"])
    expect(page).to_have_url(re.compile("q=hums"))
    expect(box).to_have_value("hums lamp")
    assert page.complaints == []


def test_the_sheet_about_searching_opens_over_the_list(page):
    from playwright.sync_api import expect

    page.get_by_role("link", name="How to search").click()
    sheet = page.get_by_role("dialog", name="How to search")
    expect(sheet).to_be_visible()
    sheet.get_by_role("link", name="status:open").click()
    expect(sheet).not_to_be_visible()
    expect(page.locator(BOX)).to_have_value("status:open")
    page.get_by_role("link", name="How to search").click()
    expect(sheet).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).not_to_be_visible()
    assert page.complaints == []


def test_searching_needs_no_script(desk, alice, agent, open_page):
    from playwright.sync_api import expect

    desk.ticket(alice, "Blue lamp")
    page = open_page("/desk/views/all", agent, javascript=False)
    page.locator(BOX).fill("lamp is:open")
    page.locator(BOX).press("Enter")
    expect(page.locator(".row-subject mark")).to_have_text("lamp")
    page.get_by_role("link", name="How to search").click()
    expect(page.get_by_role("heading", name="How to search")).to_be_visible()


def test_the_words_are_marked_in_the_ticket_that_was_found(desk, alice, agent, open_page):
    from playwright.sync_api import expect

    desk.ticket(
        alice, "Blaue Leuchte", "Die Größe der Leuchten stimmt.\n\nLEUCHTE! 我的灯坏了, wirklich."
    )
    page = awake(
        open_page('/desk/views/all?q=leuchte grosse 灯坏 "der leuchten" -rot is:open', agent)
    )
    page.locator(".row-link").click()
    page.get_by_role("heading", name="Blaue Leuchte").wait_for()

    def marked():
        return page.evaluate("[...CSS.highlights.get('found') ?? []].map(String)")

    wanted = ["Leuchte", "Größe", "der Leuchten", "LEUCHTE", "灯坏"]
    until(page, lambda: marked() == wanted)
    page.goto(page.url.replace("leuchte+", "nichts+"))
    awake(page)
    until(page, lambda: marked() == wanted[1:3] + wanted[4:])
    page.locator(".views a", has_text="All open").click()
    page.locator(".row-link").click()
    page.get_by_role("heading", name="Blaue Leuchte").wait_for()
    until(page, lambda: marked() == [])
    expect(page.locator("article.ticket mark")).to_have_count(0)
    assert page.complaints == []


def test_nothing_about_searching_keeps_anybody_out(page):
    from playwright.sync_api import expect

    page.emulate_media(reduced_motion="reduce")
    page.locator(BOX).press_sequentially("lamp hum is")
    expect(page.locator(PROPOSALS)).not_to_have_count(0)
    page.locator(BOX).press("ArrowDown")
    assert complaints_in_both(page) == []
    for found in ("lamp is:open", "zebra -lamp is:open"):
        page.goto(f"/desk/views/all?q={found}")
        assert complaints_in_both(page) == [], found
