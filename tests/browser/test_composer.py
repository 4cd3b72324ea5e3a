"""Writing on the desk: replies that wait before they leave, and drafts on every device."""

import re

import pytest
from playwright.sync_api import expect

from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.operations.releasing import Releaser
from helpdesk.shop.actions import set_hold
from helpdesk.tickets import actions, queries
from helpdesk.tickets.models import Status
from tests.browser.conftest import awake, until
from tests.desk import PNG

pytestmark = pytest.mark.browser

both_ways = pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
LETTER = {"name": "letter.txt", "mimeType": "text/plain", "buffer": b"Dear"}
PICTURE = """() => {
    const bytes = Uint8Array.from(atob("%s"), (char) => char.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], "lamp.png", { type: "image/png" }));
    const field = document.querySelector(".composer textarea");
    field.focus();
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
}"""


@pytest.fixture
def open_page(open_page):
    """Windows whose scripts are all there."""

    def open_(path, user, javascript=True, **options):
        page = open_page(path, user, javascript, **options)
        return awake(page) if javascript else page

    return open_


@pytest.fixture
def releasing(desk):
    """Lets what is held leave when its time has come, as a started desk does."""
    releaser = Releaser(desk.app)
    releaser.start()
    yield
    releaser.stop()


def composer(page):
    return page.locator(".composer textarea")


def held(page):
    return page.locator(".conversation .is-held")


def messages(ticket):
    db.session.rollback()
    return queries.conversation(DESK, ticket)


def draft(user, ticket):
    db.session.rollback()
    return queries.draft_of(user, ticket.id)


def saved(page):
    page.locator("[data-draft-says]").get_by_text("Draft saved", exact=True).wait_for()


def kept_here(page):
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:'))")


@both_ways
def test_undo_brings_words_files_status_and_assignee_back(
    desk, alice, agent, admin, open_page, javascript
):
    set_hold(DESK, 60)
    ticket = desk.ticket(alice)
    page = open_page(f"/desk/tickets/{ticket.id}?view=open", agent, javascript)
    composer(page).fill("Too **soon**")
    page.locator('.composer input[type="file"]').set_input_files(LETTER)
    page.get_by_label("Assign", exact=True).select_option(str(admin.id))
    page.get_by_text("More ways to send").locator("..").click()
    page.get_by_role("button", name="Send and set Resolved").click()
    held(page).get_by_text("soon").wait_for()
    assert re.search(r"leaves in \d+ seconds", held(page).inner_text())
    expect(composer(page)).to_have_value("")
    assert len(messages(ticket)) == 1
    if javascript:
        page.locator("#flashes").get_by_text("Your reply leaves in a moment.").wait_for()
        page.keyboard.press("z")
    else:
        held(page).get_by_role("button", name="Undo", exact=True).click()
    page.locator(".composer [name=kept]").wait_for()
    expect(composer(page)).to_have_value("Too **soon**")
    if javascript:
        assert page.evaluate("document.activeElement.name") == "message"
    expect(page.get_by_label("Assign", exact=True)).to_have_value(str(admin.id))
    expect(page.get_by_role("button", name="Send and set Resolved").first).to_be_visible()
    expect(held(page)).to_have_count(0)
    assert page.complaints == []
    assert len(messages(ticket)) == 1


def test_what_left_takes_its_place_in_every_window(desk, alice, agent, admin, open_page, releasing):
    set_hold(DESK, 5)
    ticket = desk.ticket(alice)
    path = f"/desk/tickets/{ticket.id}?view=all"
    page, other = open_page(path, agent), open_page(path, admin)
    composer(page).fill("A new one leaves today.")
    page.keyboard.press("Control+Enter")
    held(page).wait_for()
    for window in (page, other):
        window.locator(".message:not(.is-held)").get_by_text("A new one leaves").wait_for()
        held(window).wait_for(state="detached")
        window.locator(".facts").get_by_text("Pending").wait_for()
    page.locator("#flashes [data-call-back]").wait_for(state="detached")
    assert [message.body for message in messages(ticket)][1:] == ["A new one leaves today."]
    assert draft(agent, ticket) is None
    assert page.complaints + other.complaints == []


def test_who_leaves_the_page_loses_nothing(desk, alice, agent, open_page, releasing):
    set_hold(DESK, 5)
    ticket = desk.ticket(alice)
    page = open_page(f"/desk/tickets/{ticket.id}?view=all", agent)
    composer(page).fill("A new one leaves today.")
    page.get_by_role("button", name="Send and set Pending").first.click()
    held(page).wait_for()
    page.goto("about:blank")
    until(page, lambda: len(messages(ticket)) == 2)
    page.goto(f"/desk/tickets/{ticket.id}")
    expect(composer(page)).to_have_value("")
    expect(held(page)).to_have_count(0)


def test_a_draft_is_there_in_another_browser(desk, alice, agent, open_page):
    ticket = desk.ticket(alice)
    path = f"/desk/tickets/{ticket.id}?view=all"
    page = open_page(path, agent)
    page.locator(".composer .kind", has_text="Note").click()
    composer(page).press_sequentially("She called")
    page.get_by_label("Assign", exact=True).select_option("me")
    saved(page)
    page.locator("#list .row-draft").wait_for()
    # What was typed in the last second is kept by leaving.
    composer(page).press_sequentially(" again")
    page.get_by_role("link", name="Pending").click()
    page.get_by_text("No ticket is open").wait_for()
    other = open_page(path, agent)
    expect(composer(other)).to_have_value("She called again")
    expect(other.locator('[name="kind"]:checked')).to_have_value("note")
    expect(other.get_by_label("Assign", exact=True)).to_have_value("me")
    expect(other.locator("#list .row-draft")).to_have_count(1)
    until(page, lambda: kept_here(page) == [])
    composer(other).fill("")
    other.locator("#list .row-draft").wait_for(state="detached")
    assert draft(agent, ticket) is None
    assert page.complaints + other.complaints == []


def test_a_pasted_picture_waits_with_the_draft(desk, alice, agent, open_page):
    import base64

    ticket = desk.ticket(alice)
    page = open_page(f"/desk/tickets/{ticket.id}", agent)
    page.evaluate(PICTURE % base64.b64encode(PNG).decode())
    page.locator(".composer [name=kept]").wait_for()
    saved(page)
    page.reload()
    expect(page.locator(".composer [name=kept]")).to_be_checked()
    assert "lamp.png" in composer(page).input_value()


def test_two_windows_lose_no_words(desk, alice, agent, open_page):
    ticket = desk.ticket(alice)
    path = f"/desk/tickets/{ticket.id}"
    first, second = open_page(path, agent), open_page(path, agent)
    composer(first).fill("Words of the first")
    saved(first)
    composer(second).fill("Words of the second")
    box = second.locator("[data-other]")
    box.get_by_text("Words of the first").wait_for()
    box.get_by_role("button", name="Add it below").click()
    box.wait_for(state="hidden")
    expect(composer(second)).to_have_value("Words of the second\n\nWords of the first")
    second.wait_for_timeout(1500)
    second.reload()
    expect(composer(second)).to_have_value("Words of the second\n\nWords of the first")
    expect(box).to_be_hidden()
    assert first.complaints + second.complaints == []


@both_ways
def test_a_discarded_draft_comes_back(desk, alice, agent, open_page, javascript):
    ticket = desk.ticket(alice)
    actions.save_draft(agent, ticket, "Dear Alice")
    page = open_page(f"/desk/tickets/{ticket.id}?view=all", agent, javascript)
    page.locator('.composer input[type="file"]').set_input_files(LETTER)
    page.get_by_role("button", name="Discard the draft").click()
    page.get_by_text("The draft is discarded.").wait_for()
    expect(composer(page)).to_have_value("")
    assert len(messages(ticket)) == 1
    page.locator(".flashes [data-restore]").get_by_role("button", name="Undo").click()
    if javascript:
        page.locator("[data-restore]").wait_for(state="hidden")
    page.locator(".composer [data-discard]").wait_for()
    expect(composer(page)).to_have_value("Dear Alice")
    assert page.complaints == []


def test_without_the_server_this_browser_keeps_it(desk, alice, agent, open_page):
    ticket = desk.ticket(alice)
    page = open_page(f"/desk/tickets/{ticket.id}", agent)
    page.route(re.compile("/draft"), lambda route: route.abort())
    composer(page).fill("Written in a tunnel")
    page.get_by_text("Not saved yet: this browser keeps it.").wait_for()
    assert draft(agent, ticket) is None
    page.unroute(re.compile("/draft"))
    page.goto("about:blank")
    page.goto(f"/desk/tickets/{ticket.id}")
    saved(awake(page))
    expect(composer(page)).to_have_value("Written in a tunnel")
    assert draft(agent, ticket).body == "Written in a tunnel"
    until(page, lambda: kept_here(page) == [])


def test_what_was_sent_is_no_draft_again(desk, alice, agent, open_page):
    ticket = desk.ticket(alice)
    page = open_page(f"/desk/tickets/{ticket.id}", agent)
    for words in ("One", "Two"):
        composer(page).press_sequentially(words, delay=1)
        page.keyboard.press("Control+Enter")
        page.locator(".conversation").get_by_text(words, exact=True).wait_for()
    page.wait_for_timeout(1500)
    assert draft(agent, ticket) is None
    assert [message.body for message in messages(ticket)][1:] == ["One", "Two"]
    assert kept_here(page) == []


def test_one_button_sends_and_takes_the_ticket_by_keys(desk, alice, agent, open_page):
    ticket = desk.ticket(alice)
    page = open_page(f"/desk/tickets/{ticket.id}", agent)
    composer(page).fill("Mine")
    page.locator(".split.when-reply summary").focus()
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Send and assign to me"
    page.keyboard.press("Enter")
    page.locator(".conversation").get_by_text("Mine", exact=True).wait_for()
    ticket = desk.fresh(ticket)
    assert (ticket.assignee_id, ticket.status) == (agent.id, Status.PENDING)


def test_what_could_not_leave_comes_back_in_place(desk, alice, agent, admin, open_page, releasing):
    set_hold(DESK, 5)
    ticket = desk.ticket(alice)
    page = open_page(f"/desk/tickets/{ticket.id}", agent)
    composer(page).fill("Nearly")
    page.keyboard.press("Control+Enter")
    held(page).wait_for()
    actions.change_status(admin, ticket, Status.CLOSED)
    page.get_by_text("Your reply did not leave: the ticket was closed meanwhile.").wait_for()
    expect(composer(page)).to_have_value("Nearly")
    assert len(messages(ticket)) == 1


def test_what_is_done_to_the_ticket_amid_a_word_keeps_the_words(desk, alice, agent, open_page):
    ticket = desk.ticket(alice)
    page = open_page(f"/desk/tickets/{ticket.id}?view=all", agent)
    for number, name in enumerate(("Assign to me", "Resolve")):
        composer(page).press_sequentially(f" Words {number}", delay=30)
        page.get_by_role("button", name=name).first.click()
        page.locator("#flashes .alert").nth(number).wait_for()
        words = " ".join(f"Words {n}" for n in range(number + 1))
        until(page, lambda words=words: composer(page).input_value().strip() == words)
        expect(page.locator("[data-other]")).to_be_hidden()
        composer(page).press("End")
    assert page.complaints == []


def test_a_long_text_is_not_lost_by_leaving(desk, alice, agent, open_page):
    ticket = desk.ticket(alice)
    page = open_page(f"/desk/tickets/{ticket.id}", agent)
    words = "Lamp é " * 14_000
    composer(page).fill(words)
    page.goto("about:blank")
    page.goto(f"/desk/tickets/{ticket.id}")
    awake(page).locator(".composer [data-discard]").wait_for()
    expect(composer(page)).to_have_value(words)


def test_what_is_sent_before_the_scripts_are_there_is_sent(desk, alice, agent, open_page):
    set_hold(DESK, 60)
    ticket = desk.ticket(alice)
    page = open_page("/desk/views/open", agent)
    page.goto(f"/desk/tickets/{ticket.id}")
    composer(page).fill("At once.")
    page.keyboard.press("Control+Enter")
    held(page).get_by_text("At once.").wait_for()
    assert page.complaints == []
