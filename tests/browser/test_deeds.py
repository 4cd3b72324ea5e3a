"""Merging and taking apart in a real browser, and one undo for each thing done to several."""

import pytest
from playwright.sync_api import expect

from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.tickets import actions, queries
from helpdesk.tickets.models import Place
from tests.browser.conftest import awake

pytestmark = pytest.mark.browser

both_ways = pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])


def exported(desk, agent, *tickets):
    """All that the staff API says of *tickets* but their versions, as text."""
    rows = []
    for ticket in tickets:
        data = desk.api(agent).get(f"/support-ticket/{ticket.id}").json["data"]
        data.pop("version")
        data.pop("isUnread")  # says something of the agent, nothing of the ticket
        rows.append(data)
    return str(rows)


@both_ways
def test_merge_and_take_apart_again(desk, alice, agent, open_page, javascript):
    first = desk.ticket(alice, "Broken lamp", "It broke.", files=[desk.file()])
    second = desk.ticket(alice, "Lamp again", "I wrote before.", files=[desk.file()])
    desk.note(agent, second, "A regular.")
    before = exported(desk, agent, first, second)
    page = open_page(f"/desk/tickets/{second.id}?view=open", agent, javascript)
    if javascript:
        awake(page)
    menu = page.locator(".ticket-menu")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    if javascript:
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
    else:
        menu.get_by_role("link", name="Merge…").click()
    page.get_by_role("link", name="Broken lamp").click()
    page.get_by_text("This ticket goes").wait_for()
    page.get_by_role("button", name="Merge").click()
    page.get_by_text(f"{second.ref} was merged into this ticket.").wait_for()
    expect(page.locator(".message")).to_have_count(3)
    page.goto(f"/desk/tickets/{second.id}")
    page.get_by_role("button", name="Take apart again").click()
    page.get_by_text("It is as it was before.").wait_for()
    assert exported(desk, agent, first, second) == before
    assert page.complaints == []


def test_split_from_a_message_and_undo_in_the_history(desk, alice, agent, open_page):
    ticket = desk.ticket(alice, "Broken lamp")
    desk.reply(alice, ticket, "And my chair wobbles.")
    page = open_page(f"/desk/tickets/{ticket.id}", agent)
    page.locator(".message-menu summary").click()
    page.get_by_role("link", name="Split from here…").click()
    page.get_by_label("Subject of the new ticket").fill("Chair")
    page.get_by_role("button", name="Split").click()
    page.get_by_role("heading", name="Chair").wait_for()
    page.get_by_role("button", name="Undo: Ana Gent split it off").click()
    page.get_by_text("It is as it was before.").wait_for()
    db.session.rollback()
    assert len(queries.conversation(DESK, queries.get(DESK, ticket.id))) == 2
    assert page.complaints == []


def choose(page, name, value):
    page.locator(".bulk-bar summary", has_text=name).click()
    field = page.locator(".bulk-bar details[open] :is(select, input:not([type=hidden]))")
    if field.evaluate("one => one.tagName") == "SELECT":
        field.select_option(label=value)
        page.locator(".bulk-bar details[open] button").click()
    else:
        field.fill("late")
        page.locator(".bulk-bar details[open]").get_by_role("button", name=value).click()


DEEDS = {
    "status": lambda page: choose(page, "Status", "Resolved"),
    "assignee": lambda page: choose(page, "Assignee", "Ana Gent"),
    "priority": lambda page: choose(page, "Priority", "Urgent"),
    "category": lambda page: choose(page, "Category", "Lamps"),
    "tags": lambda page: choose(page, "Tags", "Add"),
    "spam": lambda page: page.locator(".bulk-bar").get_by_role("button", name="Spam").click(),
    "delete": lambda page: page.locator(".bulk-bar").get_by_role("button", name="Delete").click(),
    "merge": lambda page: page.locator(".bulk-bar").get_by_role("button", name="Merge").click(),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_one_undo_for_each_thing_done_to_several(desk, alice, agent, open_page, deed):
    desk.category("Lamps")
    tickets = [desk.ticket(alice, f"Lamp {n}") for n in range(3)]

    def facts():
        db.session.rollback()
        db.session.expire_all()
        return [
            (
                *(t.status, t.assignee_id, t.priority, t.category_id, t.tag_names, t.place),
                len(queries.conversation(DESK, t)),
            )
            for t in map(desk.fresh, tickets)
        ]

    before = facts()
    page = open_page("/desk/bulk?view=open", agent)
    page.locator('input[name="ids"]').nth(2).wait_for()
    for box in page.locator('input[name="ids"]').all():
        box.check()
    DEEDS[deed](page)
    page.get_by_role("button", name="Undo").first.wait_for()
    assert facts() != before
    page.get_by_role("button", name="Undo").first.click()
    page.get_by_text("It is as it was before.").wait_for()
    assert facts() == before
    assert page.complaints == []


def test_put_back_from_the_bin_and_its_undo(desk, alice, agent, open_page):
    ticket = desk.ticket(alice, "Lamp")
    actions.place(agent, ticket, Place.BIN)
    page = open_page("/desk/bulk?view=bin", agent)
    page.get_by_label("Everything in this list: 1 ticket").check()
    page.get_by_role("button", name="Put back").click()
    page.get_by_text("1 ticket put back.").wait_for()
    page.get_by_role("button", name="Undo").first.click()
    page.get_by_text("It is as it was before.").wait_for()
    assert desk.fresh(ticket).place is Place.BIN
