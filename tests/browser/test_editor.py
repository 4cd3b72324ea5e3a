"""The editor in a real browser: tools, lists, preview, pictures, proposals; attacks on it."""

import base64
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.tickets import actions, queries
from helpdesk.tickets.models import Format
from tests.browser.conftest import awake, until
from tests.desk import PNG
from tests.markdown.attacks import ATTACKS

pytestmark = pytest.mark.browser

# Gives a text area files, as a paste or a drop does.
GIVE = """([event, files, text]) => {
  const field = document.querySelector("[data-editor] textarea");
  const data = new DataTransfer();
  for (const [name, type, content] of files) {
    const bytes = Uint8Array.from(atob(content), (char) => char.charCodeAt(0));
    data.items.add(new File([bytes], name, { type }));
  }
  if (text) data.setData("text/plain", text);
  const options = { bubbles: true, cancelable: true };
  field.dispatchEvent(
    event === "paste"
      ? new ClipboardEvent("paste", { ...options, clipboardData: data })
      : new DragEvent("drop", { ...options, dataTransfer: data }),
  );
}"""
PICTURE = ["new lamp.png", "image/png", base64.b64encode(PNG).decode()]
PAPER = ["paper.txt", "text/plain", base64.b64encode(b"words").decode()]


def messages(ticket):
    db.session.rollback()
    return queries.conversation(DESK, ticket)


@pytest.fixture
def page(desk, alice, agent, open_page):
    """The ticket of Alice, opened by an agent."""
    page = open_page(f"/desk/tickets/{desk.ticket(alice).id}", agent)
    page.field = page.get_by_label("Message", exact=True)
    return awake(page)


def select(page, start, end):
    page.field.focus()
    page.field.evaluate(
        "(field, [start, end]) => field.setSelectionRange(start, end)", [start, end]
    )


@pytest.mark.parametrize(
    ("tool", "keys", "before", "after"),
    [
        ("Bold", "Control+b", "a lamp b", "a **lamp** b"),
        ("Italic", "Control+i", "a lamp b", "a *lamp* b"),
        ("Code", "Control+e", "a lamp b", "a `lamp` b"),
        ("Link", "Control+Shift+KeyK", "a lamp b", "a [lamp](https://) b"),
        ("List", "Control+Shift+Digit8", "a lamp b", "- a lamp b"),
        ("Numbered list", "Control+Shift+Digit7", "a lamp b", "1. a lamp b"),
        ("Quote", "Control+Shift+Digit9", "a lamp b", "> a lamp b"),
    ],
)
def test_each_tool_by_mouse_and_by_key_and_taken_back(page, tool, keys, before, after):
    for use in (
        lambda: page.get_by_role("button", name=tool, exact=True).click(),
        lambda: page.keyboard.press(keys),
    ):
        page.field.fill(before)
        select(page, 2, 6)
        use()
        expect(page.field).to_have_value(after)
        page.keyboard.press("Control+z")
        expect(page.field).to_have_value(before)
    assert page.complaints == []


def test_a_tool_used_again_takes_its_marks_away(page):
    page.field.fill("lamp")
    for tool in ("Bold", "Quote", "List"):
        select(page, 0, 4)
        button = page.get_by_role("button", name=tool, exact=True)
        button.click()
        button.click()
        expect(page.field).to_have_value("lamp")
    page.field.fill("https://shop.example/lamp")
    select(page, 0, 25)
    page.keyboard.press("Control+Shift+KeyK")
    page.keyboard.type("our lamp")
    expect(page.field).to_have_value("[our lamp](https://shop.example/lamp)")


def test_several_lines_become_a_list_that_goes_on_and_ends(page):
    page.field.fill("one\ntwo")
    select(page, 0, 7)
    page.get_by_role("button", name="Numbered list").click()
    expect(page.field).to_have_value("1. one\n2. two")
    page.keyboard.press("Control+End")
    page.keyboard.type("\nthree\n\nafter")
    expect(page.field).to_have_value("1. one\n2. two\n3. three\n\nafter")
    page.field.fill("")
    page.keyboard.type("- a\nb\n\n> q\nr")
    expect(page.field).to_have_value("- a\n- b\n\n> q\n> r")


def test_tab_leaves_the_text_and_the_tools_are_one_stop(page):
    page.field.focus()
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.textContent") == "Preview"
    for _ in range(2):
        page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.dataset.tool") == "bold"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.tool") == "italic"
    page.field.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") != "TEXTAREA"


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_preview_shows_the_words_and_keeps_them(desk, alice, agent, open_page, javascript):
    ticket = desk.ticket(alice)
    page = open_page(f"/desk/tickets/{ticket.id}", agent, javascript)
    words = "**Sorry!** Like TKT1\n\n- <script>alert(1)</script>"
    page.get_by_label("Message", exact=True).fill(words)
    page.get_by_label("Note").check()
    page.get_by_role("button", name="Preview").click()
    preview = page.get_by_role("region", name="Preview")
    expect(preview.locator("strong")).to_have_text("Sorry!")
    assert preview.locator("a").get_attribute("href") == "/desk/tickets/1"
    expect(preview.locator("li")).to_have_text("<script>alert(1)</script>")
    if javascript:
        page.get_by_role("button", name="Write").click()
    expect(page.get_by_label("Message", exact=True)).to_have_value(words)
    expect(page.get_by_label("Note")).to_be_checked()
    assert len(messages(ticket)) == 1
    assert page.complaints == []


def test_a_preview_that_is_asked_for_too_soon_comes_all_the_same(desk, alice, agent, open_page):
    """The button sends the form until its script has come, and doesn't any more after that."""
    ticket = desk.ticket(alice)
    page = open_page(f"/desk/tickets/{ticket.id}", agent)
    coming: list[Any] = []
    page.route("**/js/editor.js*", lambda route: coming.append(route))
    page.get_by_label("Message", exact=True).fill("**Sorry!**")
    page.get_by_role("button", name="Preview").click(no_wait_after=True)
    until(page, lambda: bool(coming))
    for route in coming:
        route.continue_()
    expect(page.get_by_role("region", name="Preview").locator("strong")).to_have_text("Sorry!")
    assert page.complaints == []


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_new_ticket_has_a_preview_too(desk, alice, agent, open_page, javascript):
    page = open_page("/desk/tickets/new", agent, javascript)
    if javascript:
        awake(page)
    page.get_by_label("Customer", exact=True).fill("alice")
    page.get_by_label("Message", exact=True).fill("*She called*")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="Preview").locator("em")).to_have_text(
        "She called", use_inner_text=True
    )
    expect(page.get_by_label("Customer", exact=True)).to_have_value("alice")
    assert page.complaints == []


@pytest.mark.parametrize("event", ["paste", "drop"])
def test_a_picture_is_uploaded_at_once_and_stands_among_the_words(
    desk, alice, agent, open_page, page, event
):
    page.field.fill("Look: ")
    page.keyboard.press("Control+End")
    page.evaluate(GIVE, [event, [PICTURE], ""])
    kept = page.locator('.kept input[name="kept"]')
    kept.wait_for()
    key = kept.get_attribute("value")
    expect(page.field).to_have_value(f"Look: ![new lamp.png](attachment:{key}) ")
    page.get_by_role("button", name="Preview").click()
    picture = page.get_by_role("region", name="Preview").get_by_alt_text("new lamp.png")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
    page.get_by_role("button", name="Send and set").click()
    page.get_by_text("Your reply is sent.").wait_for()
    shown = page.locator(".message .picture img")
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
    [ticket_id] = re.findall(r"tickets/(\d+)", page.url)
    customer = open_page(f"/tickets/{ticket_id}", alice)
    shown = customer.get_by_alt_text("new lamp.png")
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
    assert page.complaints + customer.complaints == []


def test_other_files_go_with_the_form_and_a_picture_that_fails_does_too(page):
    page.evaluate(GIVE, ["drop", [PICTURE, PAPER], ""])
    page.locator('.kept input[name="kept"]').wait_for()
    expect(page.locator(".picked .name")).to_have_text(["paper.txt"])
    page.route("**/desk/uploads", lambda route: route.abort())
    words = page.field.input_value()
    page.evaluate(GIVE, ["paste", [["second.png", *PICTURE[1:]]], ""])
    page.get_by_text("second.png could not be uploaded").wait_for()
    expect(page.locator(".picked .name")).to_have_text(
        ["paper.txt", "second.png"], use_inner_text=True
    )
    expect(page.field).to_have_value(words)


def test_a_reply_waits_for_its_picture(desk, page):
    waiting = []
    page.route("**/desk/uploads", lambda route: waiting.append(route))
    page.field.fill("Look: ")
    page.evaluate(GIVE, ["paste", [PICTURE], ""])
    page.get_by_role("button", name="Send and set").click()
    page.get_by_text("Uploading new lamp.png").wait_for()
    expect(page.field).to_have_value("Look: ")
    waiting[0].continue_()
    page.get_by_text("Your reply is sent.").wait_for()
    expect(page.locator(".message .picture img")).to_have_count(1)


def test_a_colleague_is_proposed_by_name(desk, admin, page):
    desk.user("agent", "Éva [the] Moreau", "eva@shop.example")
    page.field.focus()
    page.keyboard.type("Hello @ev")
    proposal = page.get_by_role("option", name="Éva [the] Moreau")
    proposal.wait_for()
    assert page.field.get_attribute("aria-activedescendant") == proposal.get_attribute("id")
    page.keyboard.press("Enter")
    assert re.fullmatch(r"Hello @\[Éva the Moreau\]\(user:\d+\) ", page.field.input_value())
    page.keyboard.type("and @")
    page.locator(".proposals li", has_text="Ada Min").click()
    assert page.field.input_value().endswith(f"and @[Ada Min](user:{admin.id}) ")
    page.keyboard.type("@ada")
    page.locator(".proposals li").first.wait_for()
    page.keyboard.press("Escape")
    page.keyboard.type(" m")
    page.wait_for_timeout(400)
    expect(page.locator(".proposals li")).to_have_count(0)
    page.keyboard.type("\n")
    assert page.field.input_value().endswith("@ada m\n")
    assert page.complaints == []


def test_a_ticket_is_proposed_by_its_number(desk, alice, page):
    others = [desk.ticket(alice, f"Lamp {n}") for n in range(12)]
    page.field.focus()
    page.keyboard.type("Like TKT1")
    page.locator(".proposals li").first.wait_for()
    assert page.locator(".proposals li").all_inner_texts()[1].startswith("TKT10")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.field).to_have_value("Like TKT10 ")
    assert others[8].ref == "TKT10"
    assert page.complaints == []


COME_TO_EACH = """all => {
    for (const one of all.slice(0, 400)) {
        one.dispatchEvent(new MouseEvent("mouseover", { bubbles: true, cancelable: true }));
        one.dispatchEvent(new FocusEvent("focus", { bubbles: true }));
    }
}"""


def test_no_attack_does_anything_on_either_side(desk, alice, agent, open_page):
    words = "\n\n".join(ATTACKS).replace("\0", "")
    ticket = desk.ticket(alice, message=words)
    actions.reply(agent, ticket, words, format=Format.MARKDOWN)
    actions.add_note(agent, ticket, words, format=Format.MARKDOWN)
    for path, user in ((f"/desk/tickets/{ticket.id}", agent), (f"/tickets/{ticket.id}", alice)):
        page = open_page("/", user)
        asked, dialogs = [], []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("dialog", lambda dialog, dialogs=dialogs: (dialogs.append(1), dialog.dismiss()))
        page.goto(path)
        page.locator(".message-body *").evaluate_all(COME_TO_EACH)
        page.wait_for_load_state("networkidle")
        assert dialogs == []
        assert page.complaints == []
        assert [url for url in asked if not url.startswith(desk.url)] == []
        links = page.locator(".message-body a").evaluate_all("all => all.map((a) => a.protocol)")
        assert set(links) <= {"http:", "https:", "mailto:"}
        expect(
            page.locator(".message-body :is(script, style, iframe, form, svg, img)")
        ).to_have_count(0)
