"""The customers' side in a real browser, with JavaScript and without."""

import base64
import re

import pytest
from playwright.sync_api import expect

from helpdesk.accounts import links, queries, sessions
from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.tickets.queries import Filters, Page, listing
from tests.browser.conftest import awake, until
from tests.desk import PASSWORD, PNG

pytestmark = pytest.mark.browser

PICTURE = {"name": "lamp.png", "mimeType": "image/png", "buffer": PNG}
BILL = {"name": "bill.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 bill"}
DROP = """(form, {name, type, data}) => {
  const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], name, {type}));
  for (const kind of ["dragover", "drop"]) {
    form.dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer}));
  }
}"""


def tickets():
    db.session.rollback()
    db.session.expire_all()
    return listing(DESK, Filters(), Page()).rows


def drop(page, file):
    data = base64.b64encode(file["buffer"]).decode()
    page.locator("form[data-draft]").evaluate(
        DROP, {"name": file["name"], "type": file["mimeType"], "data": data}
    )


def write(page, subject="Broken lamp", message="It arrived in two pieces."):
    page.get_by_label("Subject").fill(subject)
    page.get_by_label("How can we help?").fill(message)


def kept(page):
    """What the browser keeps of what was typed, a moment after it was."""
    return page.evaluate("Object.values(localStorage).join()")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_customer_signs_up_opens_a_request_with_two_files_and_sees_it(
    desk, open_page, javascript
):
    page = open_page("/", javascript=javascript)
    page.get_by_role("link", name="New request").first.click()
    page.get_by_role("link", name="Make an account").click()
    page.get_by_label("Your name").fill("Ana Ruiz")
    page.get_by_label("E-mail address").fill("ana@shop.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()
    page.wait_for_url("**/tickets/new")

    write(page)
    page.get_by_label("Files").set_input_files([PICTURE, BILL])
    page.get_by_role("button", name="Send request").click()
    page.wait_for_url(re.compile(r"/tickets/\d+$"))

    (ticket,) = tickets()
    expect(page.get_by_role("status")).to_contain_text(f"TKT{ticket.id}")
    expect(page.locator(".conversation")).to_contain_text(
        "It arrived in two pieces.", use_inner_text=True
    )
    if javascript:
        page.locator(".conversation img").evaluate("(picture) => picture.decode()")
    expect(page.get_by_role("link", name="bill.pdf")).to_be_visible()
    assert page.complaints == []


def test_files_are_dropped_listed_and_taken_out_again(desk, alice, open_page):
    page = awake(open_page("/tickets/new", user=alice))
    write(page)
    drop(page, PICTURE)
    drop(page, BILL)
    page.get_by_label("Files").set_input_files([PICTURE | {"name": "third.png"}])
    expect(page.locator(".picked .name")).to_have_text(
        ["lamp.png", "bill.pdf", "third.png"], use_inner_text=True
    )
    page.get_by_role("button", name="Remove third.png").click()
    page.get_by_role("button", name="Send request").click()
    page.wait_for_url(re.compile(r"/tickets/\d+$"))
    expect(page.locator(".files .name")).to_have_text(["lamp.png", "bill.pdf"])
    assert page.complaints == []


def test_text_and_choices_survive_a_reload_and_are_gone_once_sent(desk, alice, open_page):
    lamps = desk.category("Lamps")
    page = open_page("/tickets/new", user=alice)
    write(page)
    page.get_by_label("What is it about?").select_option("Lamps")
    until(page, lambda: "two pieces" in kept(page) and f'"{lamps.id}"' in kept(page))
    page.reload()
    expect(page.get_by_label("Subject")).to_have_value("Broken lamp")
    expect(page.get_by_label("How can we help?")).to_have_value("It arrived in two pieces.")
    expect(page.get_by_label("What is it about?").locator("option:checked")).to_have_text(
        "Lamps", use_inner_text=True
    )
    page.get_by_role("button", name="Send request").click()
    page.wait_for_url(re.compile(r"/tickets/\d+$"))
    page.goto("/tickets/new")
    expect(page.get_by_label("Subject")).to_have_value("")


def test_text_survives_a_session_that_ended_while_writing(desk, alice, open_page):
    page = open_page("/tickets/new", user=alice)
    write(page)
    sessions.end_all(alice)
    page.get_by_role("button", name="Send request").click()
    page.wait_for_url("**/sign-in?next=/tickets/new")
    page.get_by_label("E-mail address").fill(alice.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/tickets/new")
    expect(page.get_by_label("How can we help?")).to_have_value("It arrived in two pieces.")
    page.get_by_role("button", name="Send request").click()
    page.wait_for_url(re.compile(r"/tickets/\d+$"))
    assert len(tickets()) == 1


def test_a_draft_of_one_customer_is_not_shown_to_another(desk, alice, bob, open_page):
    page = open_page("/tickets/new", user=alice)
    write(page)
    until(page, lambda: "two pieces" in kept(page))
    sessions.end_all(alice)
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(bob.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/tickets")
    page.goto("/tickets/new")
    expect(page.get_by_label("Subject")).to_have_value("")


def test_sub_categories_appear_by_category(desk, alice, open_page):
    lamps, orders = desk.category("Lamps"), desk.category("Orders")
    desk.category("Other")
    desk.category("Shades", lamps)
    desk.category("Delivery", orders)
    page = open_page("/tickets/new", user=alice)
    category, part = page.get_by_label("What is it about?"), page.get_by_label("More precisely")
    expect(part).to_be_hidden()
    category.select_option("Lamps")
    expect(part.locator("option")).to_have_text(["Not sure", "Shades"])
    part.select_option("Shades")
    category.select_option("Orders")
    expect(part.locator("option")).to_have_text(["Not sure", "Delivery"])
    expect(part).to_have_value("")
    category.select_option("Other")
    expect(part).to_be_hidden()


def test_without_javascript_all_sub_categories_are_offered_by_full_name(desk, alice, open_page):
    lamps = desk.category("Lamps")
    desk.category("Shades", lamps)
    page = open_page("/tickets/new", user=alice, javascript=False)
    write(page)
    page.get_by_label("More precisely").select_option("Lamps: Shades")
    page.get_by_role("button", name="Send request").click()
    page.wait_for_url(re.compile(r"/tickets/\d+$"))
    expect(page.locator(".facts")).to_contain_text("Lamps / Shades")


def test_two_clicks_open_one_request(desk, alice, open_page):
    page = open_page("/tickets/new", user=alice)
    write(page)
    page.get_by_role("button", name="Send request").dblclick()
    page.wait_for_url(re.compile(r"/tickets/\d+$"))
    assert len(tickets()) == 1


def test_errors_are_summed_up_and_read_first(desk, alice, open_page):
    page = open_page("/tickets/new", user=alice)
    page.locator("form[data-draft]").evaluate("(form) => (form.noValidate = true)")
    page.get_by_role("button", name="Send request").click()
    summary = page.get_by_role("alert").filter(has_text="Please look at this again")
    page.locator("[data-errors]:focus").wait_for()
    summary.get_by_role("link", name="Subject").click()
    assert page.url.endswith("#subject")


def test_a_reply_that_comes_back_keeps_its_files(desk, alice, agent, open_page):
    ticket = desk.ticket(alice)
    page = open_page(f"/tickets/{ticket.id}", user=alice)
    page.get_by_label("Your reply").fill("x" * 100_001)
    page.get_by_label("Your reply").evaluate("(area) => area.removeAttribute('maxlength')")
    page.get_by_label("Your reply").fill("x" * 100_001)
    drop(page, PICTURE)
    page.get_by_role("button", name="Send reply").click()
    page.get_by_role("alert").filter(has_text="too long").first.wait_for()
    expect(page.get_by_role("checkbox", name="lamp.png")).to_be_checked()
    expect(page.locator(".picked .name")).to_have_count(0)  # and it is not sent once more
    page.get_by_label("Your reply").fill("Here it is.")
    page.get_by_role("button", name="Send reply").click()
    page.get_by_role("status").filter(has_text="Your reply is sent.").wait_for()
    expect(page.locator(".conversation .files .name")).to_have_text(
        ["lamp.png"], use_inner_text=True
    )


@pytest.mark.parametrize("javascript", [True, False])
def test_a_request_is_answered_solved_closed_and_opened_again(
    desk, alice, agent, open_page, javascript
):
    ticket = desk.ticket(alice)
    desk.reply(agent, ticket, "A new one leaves today.")
    page = open_page("/", user=alice, javascript=javascript)
    page.get_by_role("link", name="Broken lamp").click()
    page.get_by_label("Your reply").fill("Wonderful, thank you!")
    page.get_by_role("button", name="Send reply").click()
    page.get_by_text("Your reply is sent.").wait_for()
    expect(page.locator(".conversation > :last-child")).to_contain_text(
        "Wonderful", use_inner_text=True
    )
    page.get_by_role("button", name="This is solved").click()
    page.get_by_text("marked as solved").wait_for()
    page.get_by_role("button", name="Close this request").click()
    if javascript:
        page.get_by_role("dialog").get_by_role("button", name="Close").click()
    page.get_by_text("To go on with it, open it again").wait_for()
    expect(page.get_by_label("Your reply")).to_have_count(0)
    page.get_by_role("button", name="Open again").click()
    page.get_by_text("Your request is open again").wait_for()
    assert page.complaints == []


def test_the_account_page_changes_name_password_devices_and_tokens(desk, alice, open_page):
    phone = open_page("/sign-in", user_agent="Mozilla/5.0 (iPhone) Version/18.0 Safari/604.1")
    phone.get_by_label("E-mail address").fill(alice.email)
    phone.get_by_label("Password").fill(PASSWORD)
    phone.get_by_role("button", name="Sign in").click()
    phone.get_by_role("link", name="New request").first.wait_for()
    page = open_page("/account", user=alice)
    page.get_by_label("Your name").fill("Alice Moor-Lind")
    page.get_by_role("button", name="Save profile").click()
    page.get_by_text("Your profile is saved.").wait_for()
    page.get_by_role("button", name="Sign out Safari on iPhone").click()
    page.get_by_text("This device is signed out.").wait_for()
    phone.goto("/account")
    assert "/sign-in" in phone.url

    page.get_by_label("What it is for").fill("Stock report")
    page.get_by_role("button", name="Make a token").click()
    assert page.locator("#new-token").inner_text().startswith("hd_")
    page.get_by_role("button", name="Revoke Stock report").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    page.get_by_text("The token is revoked").wait_for()

    page.get_by_label("Your password now").fill(PASSWORD)
    page.get_by_label("New password").fill("a lamp on the table")
    page.get_by_role("button", name="Change password").click()
    page.get_by_text("Your password is changed.").wait_for()
    assert page.complaints == []


@pytest.mark.parametrize("javascript", [True, False])
def test_a_new_desk_is_set_up_and_ends_on_the_desk(desk, open_page, javascript):
    page = open_page(f"/setup/{links.setup_token()}", javascript=javascript)
    page.get_by_label("Name of your shop").fill("Moor & Lind Lamps")
    page.get_by_label("Your e-mail address").fill("ada@lamps.example")
    page.get_by_label("A password").fill(PASSWORD)
    page.get_by_label("Use category 3").uncheck()
    page.get_by_label("Category 7", exact=True).fill("Repairs")
    page.get_by_role("button", name="Open the desk").click()
    page.wait_for_url(re.compile(r"/desk"))
    assert queries.has_admin()
    assert "Moor & Lind Lamps" in page.content().replace("&amp;", "&")


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_no_page_is_wider_than_its_window(desk, alice, open_page, width):
    word = "Donaudampfschifffahrtsgesellschaft" * 5
    ticket = desk.ticket(alice, word, word, files=[desk.file(word + ".png")])
    size = {"width": width, "height": 800}
    page = open_page("/", user=alice, viewport=size)
    for path in ("/", "/tickets", "/tickets/new", f"/tickets/{ticket.id}", "/account", "/nope"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    visitor = open_page("/", viewport=size)
    for path in ("/", "/sign-in", "/sign-up", "/forgot-password", "/forgot-password/done"):
        visitor.goto(path)
        assert visitor.evaluate("document.documentElement.scrollWidth") <= width, path


def test_the_keyboard_alone_signs_in_and_searches(desk, alice, open_page):
    desk.ticket(alice, "Broken lamp")
    page = open_page("/sign-in")
    page.keyboard.type(alice.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/tickets")
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.get_by_role("searchbox").focus()
    page.keyboard.type("lamp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tickets?q=lamp")
    expect(page.get_by_role("link", name="Broken lamp")).to_be_visible()
