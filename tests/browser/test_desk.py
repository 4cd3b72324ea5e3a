"""An agent's work in a real browser, with and without JavaScript."""

import pytest
from playwright.sync_api import expect

from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.tickets import queries
from helpdesk.tickets.models import Priority, Status
from tests.browser.conftest import awake, until
from tests.desk import PNG

pytestmark = pytest.mark.browser

both_ways = pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
NEW_PICTURE = {"name": "new lamp.png", "mimeType": "image/png", "buffer": PNG}


def messages(ticket):
    db.session.rollback()
    return queries.conversation(DESK, ticket)


@both_ways
def test_an_agent_answers_with_a_file_and_sets_pending(desk, alice, agent, open_page, javascript):
    ticket = desk.ticket(alice, "Broken lamp")
    page = open_page("/desk", agent, javascript)
    page.get_by_role("link", name="Broken lamp").click()
    page.get_by_label("Message").fill("Sorry! A new one leaves today.")
    page.locator('.composer input[type="file"]').set_input_files(NEW_PICTURE)
    page.get_by_label("Assign", exact=True).select_option("me")
    page.get_by_role("button", name="Send and set").click()
    page.get_by_text("Your reply is sent.").wait_for()
    page.locator(".conversation").get_by_text("Sorry! A new one leaves today.").wait_for()
    picture = page.locator(".is-picture img")
    until(page, lambda: picture.evaluate("image => image.complete && image.naturalWidth > 0"))
    expect(page.get_by_label("Message")).to_have_value("")
    assert page.complaints == []
    ticket = desk.fresh(ticket)
    assert (ticket.status, ticket.assignee_id) == (Status.PENDING, agent.id)
    assert [file.file_name for file in messages(ticket)[-1].attachments] == ["new lamp.png"]


@both_ways
def test_two_agents_at_one_field(desk, alice, agent, admin, open_page, javascript):
    ticket = desk.ticket(alice)
    path = f"/desk/tickets/{ticket.id}"
    first, second = (open_page(path, user, javascript) for user in (agent, admin))
    for page, priority in ((first, "low"), (second, "urgent")):
        page.get_by_role("form", name="Properties").get_by_label("Priority").select_option(priority)
        page.get_by_role("button", name="Save", exact=True).click()
    second.get_by_text("Somebody else has changed this meanwhile: priority (low)").wait_for()
    form = second.get_by_role("form", name="Properties")
    expect(form.get_by_label("Priority")).to_have_value("urgent")
    expect(form.get_by_text("Now: Low")).to_be_visible()
    second.get_by_role("button", name="Save", exact=True).click()
    second.get_by_text("Saved.").wait_for()
    assert desk.fresh(ticket).priority is Priority.URGENT
    assert first.complaints + second.complaints == []


@both_ways
def test_a_reply_meets_the_customer_s_next_one(desk, alice, agent, open_page, javascript):
    ticket = desk.ticket(alice)
    page = open_page(f"/desk/tickets/{ticket.id}", agent, javascript)
    desk.reply(alice, ticket, "Never mind, I found it.")
    page.get_by_label("Message").fill("We are looking for it.")
    page.locator('.composer input[type="file"]').set_input_files(NEW_PICTURE)
    page.get_by_role("button", name="Send and set").click()
    page.get_by_text("Your text was not sent yet").wait_for()
    expect(page.get_by_text("Never mind, I found it.").first).to_be_visible()
    expect(page.get_by_label("Message")).to_have_value("We are looking for it.")
    page.get_by_label("Message").fill("Good to hear!")
    page.get_by_role("button", name="Send and set").click()
    page.get_by_text("Your reply is sent.").wait_for()
    sent = messages(ticket)[-1]
    assert (sent.body, len(sent.attachments)) == ("Good to hear!", 1)
    assert page.complaints == []


@both_ways
def test_a_note_looks_like_one_and_stays_inside(desk, alice, agent, open_page, javascript):
    ticket = desk.ticket(alice)
    page = open_page(f"/desk/tickets/{ticket.id}", agent, javascript)
    page.get_by_label("Note").check()
    page.get_by_label("Message").fill("She is a regular.")
    expect(page.get_by_role("button", name="Send and set")).to_be_hidden()
    page.get_by_role("button", name="Keep note").click()
    page.get_by_text("Your note is kept.").wait_for()
    expect(page.locator(".is-note").get_by_text("She is a regular.")).to_be_visible()
    assert desk.fresh(ticket).status is Status.OPEN
    customer = open_page(f"/tickets/{ticket.id}", alice, javascript)
    expect(customer.get_by_text("regular")).to_have_count(0)


def test_a_note_that_was_left_comes_back_as_a_note(desk, alice, agent, open_page):
    ticket = desk.ticket(alice)
    page = awake(open_page(f"/desk/tickets/{ticket.id}", agent))
    page.get_by_label("Note").check()
    page.get_by_label("Message").fill("Only for us")
    page.goto("/desk/views/open")
    page.goto(f"/desk/tickets/{ticket.id}")
    expect(page.get_by_label("Message")).to_have_value("Only for us")
    expect(page.get_by_label("Note")).to_be_checked()


def test_one_pane_on_a_phone_and_nothing_wider_than_it(desk, alice, agent, open_page):
    word = "Donaudampfschifffahrtsgesellschaftskapitän" * 5
    ticket = desk.ticket(alice, word, word, files=[desk.file(f"{word[:150]}.png")])
    phone = {"viewport": {"width": 390, "height": 844}}
    page = open_page("/desk/views/open", agent, **phone)
    page.get_by_role("button", name="Views").click()
    page.get_by_role("link", name="Unassigned").click()
    page.get_by_role("heading", name="Unassigned").wait_for()
    page.locator(".row-link").first.click()
    page.wait_for_url(f"**/desk/tickets/{ticket.id}?view=unassigned")
    page.locator(".list-pane").wait_for(state="hidden")
    for path in (
        page.url,
        "/desk/views/all",
        "/desk/bulk?view=all",
        "/desk/tickets/new",
        "/desk/settings/categories",
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    page.goto(f"/desk/tickets/{ticket.id}?view=unassigned")
    page.get_by_role("link", name="Unassigned").first.click()
    page.locator(".list-pane").wait_for()


@both_ways
def test_a_new_desk_is_tried_out(desk, admin, open_page, javascript):
    page = open_page("/desk", admin, javascript)
    page.get_by_role("button", name="Send yourself a test request").click()
    page.get_by_role("heading", name="My first request").wait_for()
    page.get_by_label("Message").fill("Hello, me.")
    page.get_by_role("button", name="Send and set").click()
    page.locator(".conversation").get_by_text("Hello, me.").wait_for()
    assert page.complaints == []


@both_ways
def test_an_admin_adds_a_colleague_who_comes_in(desk, admin, open_page, javascript):
    page = open_page("/desk/settings/users", admin, javascript)
    page.get_by_role("link", name="Add somebody").click()
    page.get_by_label("Name").fill("Eva Moreau")
    page.get_by_label("E-mail address").fill("eva@shop.example")
    page.get_by_label("Role").select_option("agent")
    page.get_by_role("button", name="Add").click()
    link = page.locator(".secret code").inner_text()
    eva = open_page(link.removeprefix(desk.url), javascript=javascript)
    eva.get_by_label("New password").fill("a new lamp for Eva")
    eva.locator("main").get_by_role("button").first.click()
    eva.wait_for_url("**/desk/**")
    expect(eva.get_by_text("Eva Moreau").first).to_be_visible()
    assert page.complaints + eva.complaints == []
