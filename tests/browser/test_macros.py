"""Saved replies and macros in a real browser: by "/", mouse and key; looked at, applied, undone."""

import re

import pytest
from playwright.sync_api import expect

from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.shop.actions import set_hold
from helpdesk.tickets.models import Priority, Status
from tests.browser.conftest import until
from tests.browser.test_accessibility import complaints as barriers
from tests.macros.conftest import macro, saved

__all__ = ["macro", "saved"]

pytestmark = pytest.mark.browser


def fresh(ticket):
    db.session.rollback()
    db.session.expire_all()
    return ticket


@pytest.fixture
def ticket(desk, alice):
    return desk.ticket(alice)


@pytest.fixture
def page(agent, ticket, open_page, saved):
    """The ticket of Alice, opened by an agent who has three saved replies."""
    saved(agent, "Hello {{requester.first_name}},\n\nthank you.", "Hello", "Greetings")
    saved(agent, "Of {{requester.company}}, yes.", "Company", shared=True)
    saved(agent, "Bye", "Goodbye", "Greetings")
    page = open_page(f"/desk/tickets/{ticket.id}?view=open", agent)
    page.field = page.get_by_label("Message", exact=True)
    page.proposals = page.locator(".proposals [role=option]")
    page.dialog = page.locator("dialog[open]")
    page.items = page.dialog.locator(".palette-item")
    return page


def test_a_slash_proposes_and_fills_in(page):
    page.field.click()
    page.keyboard.type("Dear\n/")
    page.proposals.nth(2).wait_for()
    page.keyboard.type("hel")
    page.proposals.filter(has_text="Hello").wait_for()
    page.proposals.nth(1).wait_for(state="detached")
    page.keyboard.press("Enter")
    expect(page.field).to_have_value("Dear\nHello Alice,\n\nthank you.")
    page.keyboard.press("Control+z")
    expect(page.field).to_have_value("Dear\n/hel")
    assert page.complaints == []


def test_what_has_no_value_is_selected_and_told_until_it_is_filled_in(page):
    page.field.click()
    page.keyboard.type("/comp")
    page.proposals.filter(has_text="Company").click()
    told = page.get_by_text("Nothing is known for {{requester.company}}")
    told.wait_for()
    page.keyboard.type("Acme")
    expect(page.field).to_have_value("Of Acme, yes.")
    told.wait_for(state="detached")


def test_sending_what_is_missing_is_refused_once(page, ticket):
    page.field.fill("Of {{requester.company}}, yes.")
    send = page.locator(
        ".composer .when-reply button[type=submit]:visible, .composer button.primary:visible"
    ).first
    send.click()
    page.locator("#composer-message-error").wait_for()
    expect(page.field).to_have_value("Of {{requester.company}}, yes.")
    assert fresh(ticket).message_count == 1
    send.click()
    page.locator("#composer-message-error").wait_for(state="detached")
    assert page.complaints == []


def test_a_slash_elsewhere_is_only_a_slash(page):
    page.field.click()
    page.keyboard.type("and/or 1 /2 //x http://a/b")
    page.keyboard.press("Enter")
    expect(page.field).to_have_value("and/or 1 /2 //x http://a/b\n")


def test_by_mouse_a_dialog_puts_one_where_the_cursor_is(page):
    page.field.fill("Dear")
    page.get_by_role("button", name="Saved replies").click()
    page.items.nth(2).wait_for()
    expect(page.dialog.get_by_text("Greetings", exact=True)).to_have_count(1)
    assert barriers(page) == []
    page.items.filter(has_text="Goodbye").click()
    page.dialog.wait_for(state="detached")
    expect(page.field).to_have_value("Dear Bye")
    page.get_by_role("button", name="Saved replies").click()
    page.items.first.wait_for()
    page.keyboard.type("thank")
    page.items.nth(1).wait_for(state="detached")
    page.keyboard.press("Enter")
    page.dialog.wait_for(state="detached")
    expect(page.field).to_have_value("Dear Bye\n\nHello Alice,\n\nthank you.")
    page.get_by_role("button", name="Saved replies").click()
    page.items.first.wait_for()
    page.keyboard.press("Escape")
    page.dialog.wait_for(state="detached")
    assert page.complaints == []


def test_the_text_becomes_a_saved_reply_and_is_still_there(page, agent, ticket):
    page.field.fill("Words to keep")
    page.get_by_role("button", name="Saved replies").click()
    page.get_by_role("button", name="Save the text as a saved reply").click()
    page.get_by_role("heading", name="New saved reply").wait_for()
    expect(page.get_by_label("Text", exact=True)).to_have_value("Words to keep")
    page.get_by_label("Name").fill("Kept")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(f"**/desk/tickets/{ticket.id}?view=open")
    page.get_by_text("“Kept” is saved.").wait_for()
    expect(page.field).to_have_value("Words to keep")


def test_a_macro_by_mouse_looked_at_applied_and_called_back(page, agent, ticket, macro):
    set_hold(DESK, 60)
    macro(agent, "Hello {{requester.first_name}}!", "Solved", status=Status.RESOLVED, add=["done"])
    page.get_by_role("link", name="Macros").click()
    page.items.filter(has_text="Solved").click()
    page.get_by_role("heading", name="Solved").wait_for()
    plan = page.locator(".plan")
    assert re.sub(r"\s+", " ", plan.inner_text()) == "Status Open Resolved Tags none done"
    field = page.get_by_label("Text", exact=True)
    expect(field).to_have_value("Hello Alice!")
    field.fill("Hello, dear Alice!")
    page.get_by_role("button", name="Send and apply").click()
    page.wait_for_url(lambda url: "/macros/" not in url)
    assert fresh(ticket).status == "open"  # it waits with the reply
    page.locator(".is-held").get_by_role("button", name="Undo", exact=True).click()
    page.locator(".is-held").wait_for(state="detached")
    until(page, lambda: page.field.input_value() == "Hello, dear Alice!")
    assert (fresh(ticket).message_count, fresh(ticket).status) == (1, "open")
    assert page.complaints == []


def test_a_macro_by_key_and_from_the_palette(page, agent, ticket, macro):
    macro(agent, "", "Urgent", priority=Priority.URGENT)
    page.keyboard.press("m")
    page.items.first.wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Urgent").wait_for()
    page.get_by_role("button", name="Apply", exact=True).click()
    page.get_by_text("“Urgent” is applied.").wait_for()
    assert fresh(ticket).priority == "urgent"
    page.get_by_role("button", name="Undo", exact=True).first.click()
    page.get_by_text("It is as it was before.").wait_for()
    assert fresh(ticket).priority == "normal"
    page.keyboard.press("Control+k")
    page.items.first.wait_for()
    assert barriers(page) == []
    page.keyboard.type("macro urg")
    page.items.filter(has_text="Macro: Urgent").wait_for()
    page.items.nth(1).wait_for(state="detached")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Urgent").wait_for()
    assert page.url.endswith("?view=open")
    assert page.complaints == []


def test_without_script(desk, agent, ticket, saved, macro, open_page):
    saved(agent, "Hello {{requester.first_name}}!", "Hello")
    macro(agent, "", "Urgent", priority=Priority.URGENT)
    page = open_page(f"/desk/tickets/{ticket.id}?view=open", agent, javascript=False)
    field = page.get_by_label("Message", exact=True)
    field.fill("Dear,")
    page.get_by_role("button", name="Saved replies").click()
    page.get_by_role("button", name="Hello").click()
    expect(field).to_have_value("Dear,\n\nHello Alice!")
    page.get_by_role("link", name="Macros").click()
    page.get_by_role("link", name="Urgent").click()
    page.get_by_role("button", name="Apply", exact=True).click()
    page.get_by_role("button", name="Undo", exact=True).first.click()
    page.get_by_text("It is as it was before.").wait_for()
    assert fresh(ticket).priority == "normal"


def test_a_variable_is_written_by_a_click(agent, open_page):
    page = open_page("/desk/settings/replies/new", agent)
    field = page.get_by_label("Text", exact=True)
    field.fill("Dear ")
    page.get_by_text("What is filled in by itself").click()
    page.get_by_role("button", name="{{requester.first_name}}").click()
    expect(field).to_have_value("Dear {{requester.first_name}}")
    assert page.complaints == []


def test_a_customers_name_makes_no_markup_anywhere(desk, agent, saved, macro, open_page):
    requester = desk.user("customer", "<img src=x onerror=alert(1)>**x**", "odd@shop.example")
    ticket = desk.ticket(requester, "{{agent.email}} <b>")
    saved(agent, "{{requester.name}}: {{ticket.subject}}", "Odd")
    macro(agent, "{{requester.name}}: {{ticket.subject}}", "Odd macro")
    page = open_page(f"/desk/tickets/{ticket.id}", agent)
    page.get_by_label("Message", exact=True).click()
    page.keyboard.type("/odd")
    page.locator(".proposals [role=option]").click()
    page.get_by_role("button", name="Preview").click()
    shown = page.locator("[data-shown]")
    shown.get_by_text("<img src=x onerror=alert(1)>**x**: {{agent.email}} <b>").wait_for()
    expect(shown.locator("img, strong, b")).to_have_count(0)
    page.goto(f"/desk/tickets/{ticket.id}/macros")
    page.get_by_role("link", name="Odd macro").click()
    page.get_by_role("button", name="Preview").click()
    shown.get_by_text("{{agent.email}} <b>").wait_for()
    expect(page.locator(".deed img, .deed b")).to_have_count(0)
    assert page.complaints == []


def test_a_slow_answer_does_not_end_the_question_that_followed_it(page):
    waiting = []

    def answer(route):
        waiting.append(route) if "q=&" in route.request.url else route.continue_()

    page.route("**/complete/replies**", answer)
    page.field.click()
    with page.expect_request("**/complete/replies?q=&**"):
        page.keyboard.type("/")
    page.keyboard.type("hel")
    page.proposals.filter(has_text="Hello").wait_for()
    page.unroute_all(behavior="ignoreErrors")
