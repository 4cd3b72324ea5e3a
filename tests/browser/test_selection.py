"""Several tickets of the list at once, by keys and by mouse; each deed has its undo."""

import pytest
from playwright.sync_api import expect

from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.tickets import actions, queries
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.models import Place, Priority, Status
from helpdesk.web.desk import rows
from tests.browser.conftest import awake
from tests.browser.test_accessibility import complaints_in_both

pytestmark = pytest.mark.browser


@pytest.fixture
def tickets(desk, alice, agent):  # what is older than an agent's account is nothing unread
    return [desk.ticket(alice, f"Lamp {number}") for number in range(4)]


@pytest.fixture
def page(tickets, agent, open_page):
    page = awake(open_page("/desk/views/open", agent))
    yield page
    assert page.complaints == []


def fresh(ticket):
    db.session.rollback()
    db.session.expire_all()
    return queries.get(DESK, ticket.id)


def states(tickets):
    return [
        (t.status, t.assignee_id, t.priority, t.category_id, t.tag_names, t.place)
        for t in map(fresh, tickets)
    ]


def bar(page):
    return page.get_by_role("region", name="Selected tickets")


def selected(page, number):
    bar(page).get_by_text(f"{number} selected", exact=True).wait_for()


def undo(page):
    page.locator("#flashes").get_by_role("button", name="Undo", exact=True).click()
    page.get_by_text("It is as it was before.").wait_for()


def test_a_day_by_keys(page, tickets):
    page.keyboard.press("j")
    page.keyboard.press("x")
    selected(page, 1)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("X")
    selected(page, 3)
    page.keyboard.press("k")
    page.keyboard.press("x")
    selected(page, 2)
    page.keyboard.press("e")
    page.get_by_text("2 tickets set to “Resolved”.").wait_for()
    bar(page).wait_for(state="detached")
    assert [fresh(t).status for t in tickets] == ["resolved", "open", "resolved", "open"]
    page.locator(".row-link:focus").wait_for()
    page.keyboard.press("z")
    page.get_by_text("It is as it was before.").wait_for()
    assert {fresh(t).status for t in tickets} == {Status.OPEN}


def test_escape_and_a_key_for_the_bar(page, tickets, agent):
    page.keyboard.press("j")
    page.keyboard.press("x")
    selected(page, 1)
    page.keyboard.press("a")
    assignee = bar(page).get_by_label("Assignee")
    assert assignee.evaluate("field => field === document.activeElement")
    assignee.select_option(label="Ana Gent")
    page.keyboard.press("Enter")
    page.get_by_text("1 ticket changed.").wait_for()
    assert fresh(tickets[0]).assignee_id == agent.id
    page.locator(".row-link:focus").wait_for()
    page.keyboard.press("x")
    selected(page, 1)
    page.keyboard.press("Escape")
    bar(page).wait_for(state="detached")
    expect(page.locator(".row-box:checked")).to_have_count(0)


def tick(page, *numbers):
    for number in numbers:
        page.locator(".row").nth(number).locator(".row-box").check(force=True)
    selected(page, len(numbers))


MENUS = {
    "status": ("Status", "Closed", "Set"),
    "assignee": ("Assignee", "Ana Gent", "Set"),
    "priority": ("Priority", "Urgent", "Set"),
    "category": ("Category", "Lamps", "Set"),
    "add_tags": ("Tags", "vip, late", "Add"),
    "remove_tags": ("Tags", "old", "Remove"),
}


@pytest.mark.parametrize("deed", MENUS)
def test_each_choice_of_the_bar_and_its_undo(desk, alice, agent, open_page, deed):
    desk.category("Lamps")
    tickets = [desk.ticket(alice, f"Lamp {number}", tags=["old"]) for number in range(3)]
    before = states(tickets)
    page = awake(open_page("/desk/views/all?sort=newest", agent))
    tick(page, 0, 1)
    menu, value, button = MENUS[deed]
    bar(page).locator("summary", has_text=menu).click()
    box = bar(page).locator("details[open]")
    if menu == "Tags":
        box.get_by_role("textbox").fill(value)
    else:
        box.get_by_role("combobox").select_option(label=value)
    box.get_by_role("button", name=button).click()
    page.get_by_text("2 tickets").first.wait_for()
    bar(page).wait_for(state="detached")
    changed = [one != other for one, other in zip(before, states(tickets), strict=True)]
    assert changed == [False, True, True]
    undo(page)
    assert states(tickets) == before
    assert page.complaints == []


@pytest.mark.parametrize("deed", ["Merge", "Spam", "Delete"])
def test_putting_away_and_back(page, tickets, deed):
    tick(page, 0, 1)
    bar(page).get_by_role("button", name=deed).click()
    bar(page).wait_for(state="detached")
    places = {"Merge": [Place.INBOX, Place.MERGED], "Spam": [Place.SPAM] * 2}
    assert [fresh(t).place for t in tickets[:2]] == places.get(deed, [Place.BIN] * 2)
    undo(page)
    assert {fresh(t).place for t in tickets} == {Place.INBOX}


def test_back_from_the_bin(desk, alice, agent, open_page):
    ticket = desk.ticket(alice)
    actions.place(agent, ticket, Place.BIN)
    page = awake(open_page("/desk/views/bin", agent))
    tick(page, 0)
    bar(page).get_by_role("button", name="Put back").click()
    page.get_by_text("1 ticket put back.").wait_for()
    assert fresh(ticket).place is Place.INBOX
    undo(page)
    assert fresh(ticket).place is Place.BIN


def test_what_is_selected_outlives_more_rows_and_an_open_ticket(
    desk, alice, agent, admin, open_page, monkeypatch
):
    monkeypatch.setattr(rows, "ROWS", 20)
    tickets = [desk.ticket(alice, f"Lamp {number:02}") for number in range(45)]
    page = awake(open_page("/desk/views/open", agent))
    page.locator(".row").nth(19).wait_for()
    tick(page, 0, 1)
    page.locator(".row").last.scroll_into_view_if_needed()
    page.locator(".row").nth(30).wait_for()
    page.locator(".row-link", has_text="Lamp 05").click()
    page.get_by_role("heading", name="Lamp 05").wait_for()
    selected(page, 2)
    actions.update(admin, tickets[0], Changes(priority=Priority.HIGH))
    selected(page, 2)
    bar(page).get_by_role("button", name="All 45").click()
    selected(page, 45)
    page.keyboard.press("e")
    page.get_by_text("45 tickets set to “Resolved”.").wait_for()
    assert {fresh(t).status for t in tickets} == {Status.RESOLVED}
    expect(page.get_by_role("heading", name="Lamp 05")).to_be_visible()
    undo(page)
    assert {fresh(t).status for t in tickets} == {Status.OPEN}


def test_another_list_begins_without_a_selection(page, tickets):
    tick(page, 0)
    page.get_by_role("link", name="Unassigned").click()
    page.get_by_role("heading", name="Unassigned").wait_for()
    bar(page).wait_for(state="detached")
    expect(page.locator(".row-box:checked")).to_have_count(0)


def test_marked_as_read_and_unread(page, tickets, agent):
    page.get_by_role("link", name="Change several at once").click()
    selected(page, 0)
    bar(page).get_by_role("button", name="All shown").click()
    selected(page, 4)
    bar(page).get_by_role("button", name="Mark as read").click()
    page.get_by_text("4 tickets marked as read.").wait_for()
    page.locator(".row.is-unread").first.wait_for(state="detached")
    assert not queries.unread_among(agent, [t.id for t in tickets])


def test_a_refusal_is_said_and_the_selection_stays(page):
    tick(page, 0)
    bar(page).get_by_role("button", name="Merge").click()
    page.get_by_text("Choose at least two tickets to merge.").wait_for()
    selected(page, 1)


def test_the_bar_keeps_nobody_out(page):
    tick(page, 0)
    selected(page, 1)
    bar(page).locator("summary").first.click()
    assert complaints_in_both(page) == []
