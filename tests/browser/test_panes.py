"""The desk as one page: parts change, everything else stays, and addresses stay true."""

import pytest
from playwright.sync_api import expect

from helpdesk.tickets import actions
from helpdesk.tickets.models import Status
from tests.browser.conftest import awake, until
from tests.desk import PNG

pytestmark = pytest.mark.browser

PICTURE = {"name": "lamp.png", "mimeType": "image/png", "buffer": PNG}
PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def lamps(desk, alice, travel):
    """Three open tickets, the longest waiting first."""
    made = []
    for subject in ("First lamp", "Second lamp", "Third lamp"):
        made.append(desk.ticket(alice, subject))
        travel(minutes=len(made))
    return made


def stays(page):
    """A mark on the document that only a new one would not have."""
    page.evaluate("window.same = true; document.querySelector('#list').mark = true")
    return lambda: page.evaluate("Boolean(window.same && document.querySelector('#list').mark)")


def heading(page, words):
    page.get_by_role("heading", name=words, level=1).wait_for()


def test_a_click_changes_the_ticket_and_nothing_else(desk, lamps, agent, open_page):
    page = open_page("/desk/views/open", agent)
    is_same = stays(page)
    page.get_by_role("link", name="Second lamp").click()
    heading(page, "Second lamp")
    assert page.evaluate("document.activeElement.textContent") == "Second lamp"
    assert page.title() == f"Second lamp · TKT{lamps[1].id}"
    assert page.url == f"{desk.url}/desk/tickets/{lamps[1].id}?view=open"
    expect(page.locator(".row-link[aria-current]")).to_contain_text(
        "Second lamp", use_inner_text=True
    )
    page.get_by_role("link", name="Next").click()
    heading(page, "Third lamp")
    expect(page.get_by_role("link", name="Next")).to_be_hidden()
    page.get_by_role("link", name="Previous").click()
    heading(page, "Second lamp")
    page.go_back()
    heading(page, "Third lamp")
    page.go_back()
    heading(page, "Second lamp")
    page.go_back()
    page.get_by_text("No ticket is open").wait_for()
    page.go_forward()
    heading(page, "Second lamp")
    assert is_same()
    page.reload()
    heading(page, "Second lamp")
    assert page.complaints == []


def test_a_view_changes_the_list_beside_it(desk, lamps, agent, open_page):
    actions.change_status(agent, lamps[0], Status.PENDING)
    page = open_page(f"/desk/tickets/{lamps[1].id}?view=open", agent)
    page.evaluate("window.same = true")
    page.get_by_role("link", name="Pending").click()
    page.get_by_text("No ticket is open").wait_for()
    expect(page.locator(".row-subject")).to_have_text(["First lamp"])
    assert page.url.endswith("/desk/views/pending")
    expect(page.locator(".views [aria-current]")).to_contain_text("Pending")
    page.go_back()
    heading(page, "Second lamp")
    expect(page.locator(".row-subject")).to_have_count(2)
    assert page.evaluate("window.same")
    assert page.complaints == []


def test_deeds_change_their_row_and_the_counts_and_can_be_undone(desk, lamps, agent, open_page):
    page = open_page(f"/desk/tickets/{lamps[1].id}?view=open", agent)
    is_same = stays(page)
    page.get_by_role("button", name="Resolve").click()
    page.get_by_text("It is resolved.").wait_for()
    row = page.locator(f"#row-{lamps[1].id}")
    expect(row).to_contain_text("Resolved")
    expect(page.locator(".views a", has_text="All open").locator(".count")).to_have_text(
        "2", use_inner_text=True
    )
    page.get_by_role("button", name="Undo", exact=True).click()
    page.get_by_text("It is as it was before.").wait_for()
    expect(row).not_to_contain_text("Resolved")
    expect(page.locator(".views a", has_text="All open").locator(".count")).to_have_text(
        "3", use_inner_text=True
    )
    assert desk.fresh(lamps[1]).status is Status.OPEN
    assert is_same()
    assert page.complaints == []


@pytest.mark.parametrize("files", [[], [PICTURE]], ids=["words", "words and a file"])
def test_after_sending_one_is_at_ones_own_words(desk, lamps, agent, open_page, files):
    for number in range(30):
        desk.note(agent, lamps[0], f"Note {number}")
    page = open_page(f"/desk/tickets/{lamps[0].id}?view=open", agent)
    is_same = stays(page)
    page.get_by_label("Message").fill("A new one leaves today.")
    page.locator('.composer input[type="file"]').set_input_files(files)
    page.get_by_role("button", name="Send and set").click()
    page.get_by_text("Your reply is sent.").wait_for()
    sent = page.locator(".message", has_text="A new one leaves today.")
    assert sent.evaluate("element => element === document.activeElement")
    assert sent.bounding_box()["y"] > 0
    assert page.url == f"{desk.url}/desk/tickets/{lamps[0].id}?view=open"
    expect(page.get_by_label("Message")).to_have_value("")
    assert is_same()
    assert page.complaints == []


def test_the_list_follows_what_is_typed(desk, lamps, agent, open_page):
    page = open_page(f"/desk/tickets/{lamps[0].id}?view=open", agent)
    is_same = stays(page)
    box = page.get_by_label("Search in this list", exact=True)
    box.type("second")
    page.locator(".row-subject", has_text="First lamp").wait_for(state="detached")
    expect(page.locator(".row-subject")).to_have_text(["Second lamp"])
    assert box.evaluate("element => element === document.activeElement")
    expect(page.locator("[data-total]")).to_have_text("1")
    assert "q=second" in page.url
    page.get_by_role("link", name="Second lamp").click()
    heading(page, "Second lamp")
    assert "q=second" in page.url
    assert is_same()
    assert page.complaints == []


def test_a_bad_line_loses_nothing(desk, lamps, agent, open_page):
    page = open_page(f"/desk/tickets/{lamps[0].id}?view=open", agent)
    page.get_by_label("Message").fill("Kept words")
    page.locator("[data-editor][data-ready]").wait_for()
    page.context.set_offline(True)
    page.get_by_role("button", name="Send and set").click()
    page.get_by_text("That did not go through.").wait_for()
    expect(page.get_by_label("Message")).to_have_value("Kept words")
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("Your reply is sent.").wait_for()
    expect(page.locator(".message", has_text="Kept words")).to_have_count(1)


def test_a_session_that_ended_leads_to_the_sign_in_and_back(desk, lamps, agent, open_page):
    page = open_page(f"/desk/tickets/{lamps[0].id}?view=open", agent)
    page.get_by_label("Message").fill("Kept words")
    page.context.clear_cookies()
    page.locator(".row-link", has_text="Second lamp").click()
    page.wait_for_url("**/sign-in**")
    assert page.complaints == []


def test_a_link_opens_a_tab_of_its_own(desk, lamps, agent, open_page):
    page = open_page("/desk/views/open", agent)
    link = page.get_by_role("link", name="Second lamp")
    with page.context.expect_page() as tab:
        link.click(modifiers=["ControlOrMeta"])
    heading(tab.value, "Second lamp")
    expect(tab.value.locator(".row")).to_have_count(3)
    assert page.url.endswith("/desk/views/open")


def test_a_phone_goes_from_list_to_ticket_and_back_to_its_place(desk, alice, agent, open_page):
    for number in range(30):
        desk.ticket(alice, f"Lamp {number}")
    page = awake(open_page("/desk/views/all", agent, **PHONE))
    link = page.get_by_role("link", name="Lamp 5", exact=False).last
    link.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    link.click()
    heading(page, "Lamp 5")
    assert page.evaluate("scrollY") == 0
    expect(page.locator("#list")).to_be_hidden()
    page.go_back()
    page.locator("#list").wait_for(state="visible")
    until(page, lambda: abs(page.evaluate("scrollY") - before) < 5)
    assert page.complaints == []


def test_more_rows_come_before_one_gets_to_them(desk, alice, agent, open_page):
    for number in range(90):
        desk.ticket(alice, f"Lamp {number}")
    page = open_page("/desk/views/all", agent)
    page.locator(".row").first.hover()
    seen = set()
    for _ in range(40):
        page.mouse.wheel(0, 2000)
        seen.add(page.locator(".row").count())
        if page.locator(".row").count() == 90:
            break
        page.wait_for_timeout(100)
    expect(page.locator(".row")).to_have_count(90)
    subjects = page.locator(".row-subject").all_inner_texts()
    assert len(set(subjects)) == 90
    last = page.locator(".row-link").last
    last.click()
    heading(page, subjects[-1])
    page.reload()
    expect(page.locator(".row-link[aria-current]")).to_contain_text(
        subjects[-1], use_inner_text=True
    )
    assert page.complaints == []


def test_beside_a_ticket_is_the_list_that_was_searched(desk, alice, agent, open_page):
    first, second = desk.ticket(alice, "A lamp that hums"), desk.ticket(alice, "A lamp that sings")
    desk.ticket(alice, "A chair")
    page = open_page(f"/desk/tickets/{first.id}?view=all&q=lamp&sort=newest", agent)
    page.locator('.row-link[aria-current="true"]', has_text="A lamp that hums").wait_for()
    expect(page.locator(".row")).to_have_count(2)
    expect(page.locator("h1")).to_have_text(["A lamp that hums"])
    page.get_by_role("link", name="Previous").click()
    page.get_by_role("heading", level=1, name="A lamp that sings").wait_for()
    desk.ticket(alice, "Another lamp")
    page.get_by_role("link", name="1 new").click()
    page.locator(".row", has_text="Another lamp").wait_for()
    assert page.locator('.row-link[aria-current="true"]').inner_text().count("sings") == 1
    expect(page.locator(".facts")).to_contain_text(second.ref)
    assert page.complaints == []


def test_going_back_leads_to_the_row_and_a_reload_to_where_one_was(desk, alice, agent, open_page):
    tickets = [desk.ticket(alice, f"Lamp {number}") for number in range(90)]
    page = open_page("/desk/views/all?sort=newest", agent)
    page.locator(".rows > .more").scroll_into_view_if_needed()
    page.locator(f"#row-{tickets[20].id}").wait_for()
    page.locator(f"#row-{tickets[20].id} a").click()
    page.get_by_role("heading", level=1, name="Lamp 20").wait_for()
    expect(page.locator("h1")).to_have_count(1)
    page.go_back()
    page.locator(f"#row-{tickets[20].id} a:focus").wait_for()
    expect(page.locator("h1")).to_have_text(["All tickets"])
    top = page.locator("#list").evaluate("list => list.scrollTop")
    page.reload()
    until(page, lambda: page.locator("#list").evaluate("list => list.scrollTop") == top)
    expect(page.locator(f"#row-{tickets[20].id}")).to_be_visible()
    assert page.complaints == []


def test_what_was_undone_is_not_offered_again(desk, lamps, agent, open_page):
    page = open_page(f"/desk/tickets/{lamps[0].id}?view=all", agent)
    flashes = page.locator(".flashes > .alert")
    page.get_by_role("button", name="Resolve", exact=True).click()
    flashes.get_by_text("It is resolved.").wait_for()
    page.keyboard.press("z")
    flashes.get_by_text("It is as it was before.").wait_for()
    expect(flashes).to_have_count(1)
    page.keyboard.press("z")
    flashes.get_by_text("Done again.").wait_for()
    expect(flashes).to_have_count(1)
    page.keyboard.press("z")
    flashes.get_by_text("It is as it was before.").wait_for()
    expect(flashes).to_have_count(1)
    assert page.complaints == []
