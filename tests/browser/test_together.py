"""Two agents at one ticket, each in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from helpdesk.tickets import actions
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.models import Place, Priority, Status
from tests.browser.conftest import awake, until

pytestmark = [pytest.mark.browser, pytest.mark.live]


@pytest.fixture
def listening(desk):
    """Waits until a page listens: what happens before is told to it, too, but later."""
    hub = desk.app.extensions["helpdesk.live"]

    def wait(page, count=1):
        until(page, lambda: len(hub._streams) >= count)
        return page

    return wait


def together(page):
    return page.locator(".together")


def last_message_id(page):
    return page.locator('.composer [name="last_message_id"]').input_value()


def test_each_sees_that_the_other_is_there_and_writes(
    desk, alice, agent, admin, open_page, listening
):
    ticket = desk.ticket(alice)
    path = f"/desk/tickets/{ticket.id}"
    ana = listening(open_page(path, agent))
    expect(together(ana)).to_be_hidden()
    ada = listening(open_page(path, admin), 2)
    together(ana).get_by_text("Ada Min is looking at this").wait_for()
    together(ada).get_by_text("Ana Gent is looking at this").wait_for()
    expect(together(ana).locator(".avatar")).to_have_text("AM")
    ada.get_by_label("Message").press_sequentially("We")
    together(ana).get_by_text("Ada Min is writing…").wait_for()
    expect(ana.locator("[data-live-says]")).to_have_text("Ada Min is writing…")
    ana.locator(".together-writing").wait_for()
    ada.goto("/desk/views/open")
    together(ana).wait_for(state="hidden")
    expect(ana.locator(".together-writing")).to_have_count(0)
    assert ana.complaints + ada.complaints == []


def test_who_walks_on_to_another_ticket_is_seen_there(
    desk, alice, agent, admin, open_page, listening
):
    first, second = desk.ticket(alice, "First lamp"), desk.ticket(alice, "Second lamp")
    ana = listening(open_page(f"/desk/tickets/{first.id}?view=open", agent))
    ada = listening(open_page("/desk/views/open", admin), 2)
    ada.locator(".row-link", has_text="First lamp").click()
    together(ana).get_by_text("Ada Min is looking at this").wait_for()
    together(ada).get_by_text("Ana Gent is looking at this").wait_for()
    ada.locator(".row-link", has_text="Second lamp").click()
    together(ana).wait_for(state="hidden")
    ana.locator(".row-link", has_text="Second lamp").click()
    together(ada).get_by_text("Ana Gent is looking at this").wait_for()
    desk.reply(alice, second, "And now?")
    for page in (ana, ada):
        page.locator(".is-fresh").get_by_text("And now?").wait_for()
    assert ana.complaints + ada.complaints == []


# News of a deed can be quicker than the answer to it: they come after it here, so that the page may
# know its own deeds.
HOLD = """() => {
    window.held = [];
    const hold = (news) => {
        if (!window.held) return;
        news.stopImmediatePropagation();
        window.held.push(news.detail);
    };
    window.addEventListener("live:news", hold, true);
}"""
LET_GO = """() => {
    const held = window.held;
    window.held = null;
    for (const detail of held) document.dispatchEvent(new CustomEvent("live:news", { detail }));
}"""


def test_what_one_does_oneself_is_no_news(desk, alice, agent, open_page, listening):
    ticket = desk.ticket(alice, "First lamp")
    page = listening(awake(open_page(f"/desk/tickets/{ticket.id}?view=all", agent)))
    asked = []
    page.on("request", lambda request: request.method == "GET" and asked.append(request))
    page.evaluate(HOLD)
    page.get_by_role("button", name="Assign to me").click()
    page.get_by_text("It is yours now.").wait_for()
    page.evaluate(LET_GO)
    page.wait_for_timeout(1500)
    assert [one.url for one in asked if "x-background" in one.headers] == []
    expect(page.locator(".list-news")).to_have_count(0)
    expect(page.locator(".row.is-changed")).to_have_count(0)


def test_a_new_reply_appears_in_place_and_what_is_typed_stays(
    desk, alice, agent, open_page, listening
):
    ticket = desk.ticket(alice)
    page = listening(open_page(f"/desk/tickets/{ticket.id}", agent))
    before = last_message_id(page)
    page.get_by_label("Message").fill("We are looking for it.")
    came = desk.reply(alice, ticket, "Never mind, I found it.")
    page.locator(".conversation .is-fresh").get_by_text("Never mind, I found it.").wait_for()
    expect(page.get_by_label("Message")).to_have_value("We are looking for it.")
    assert page.evaluate("document.activeElement.name") == "message"
    expect(page.locator("[data-live-says]")).to_have_text(
        "New from Alice Moor", use_inner_text=True
    )
    # It is on the screen: after a second it counts as read, and the reply may go.
    page.locator(".is-fresh.is-read").wait_for()
    assert (before, last_message_id(page)) == (str(came.id - 1), str(came.id))
    page.get_by_role("button", name="Send and set").click()
    page.get_by_text("Your reply is sent.").wait_for()
    assert page.complaints == []


def test_a_reply_out_of_sight_doesn_t_count_as_read(desk, alice, agent, open_page, listening):
    ticket = desk.ticket(alice)
    for number in range(12):
        desk.note(agent, ticket, f"Note {number}\n" * 8)
    page = listening(open_page(f"/desk/tickets/{ticket.id}", agent))
    before = last_message_id(page)
    came = desk.reply(alice, ticket, "Never mind, I found it.")
    lead = page.get_by_role("button", name="New from Alice Moor")
    lead.wait_for()
    page.wait_for_timeout(1500)
    assert last_message_id(page) == before
    top = page.locator("main").evaluate("main => main.scrollTop")
    assert top == 0
    lead.click()
    page.locator(".is-fresh.is-read").wait_for()
    assert last_message_id(page) == str(came.id)
    expect(lead).to_have_count(0)


def test_a_reply_that_was_not_seen_is_shown_before_sending(
    desk, alice, agent, open_page, listening
):
    ticket = desk.ticket(alice)
    page = listening(open_page(f"/desk/tickets/{ticket.id}", agent))
    # It is on its way: else it could count as read before the click, where that takes a second.
    page.route(re.compile(f"/desk/tickets/{ticket.id}"), not_in_the_background)
    page.get_by_label("Message").fill("We are looking for it.")
    desk.reply(alice, ticket, "Never mind, I found it.")
    page.get_by_role("button", name="Send and set").click()
    page.get_by_text("Your text was not sent yet").wait_for()


def not_in_the_background(route):
    if "x-background" in route.request.headers:
        route.abort()
    else:
        route.continue_()


def test_fields_follow_and_what_one_is_changing_is_only_remarked(
    desk, alice, agent, admin, open_page, listening
):
    ticket = desk.ticket(alice)
    page = listening(open_page(f"/desk/tickets/{ticket.id}", agent))
    form = page.get_by_role("form", name="Properties")
    form.get_by_label("Priority").select_option("urgent")
    actions.update(admin, ticket, Changes(status=Status.PENDING, priority=Priority.LOW))
    form.get_by_text("Ada Min set this to “Pending”").wait_for()
    form.get_by_text("Ada Min set this to “Low”").wait_for()
    expect(form.get_by_label("Status")).to_have_value("pending")
    expect(form.get_by_label("Priority")).to_have_value("urgent")
    expect(page.locator('.facts [data-status="pending"]')).to_be_visible()
    form.get_by_role("button", name="Save").click()
    page.get_by_text("Somebody else has changed this meanwhile: priority (low)").wait_for()
    assert page.complaints == []


def test_counts_follow_and_the_list_is_read_anew_when_asked_to(
    desk, alice, agent, admin, open_page, listening
):
    first = desk.ticket(alice, "First lamp")
    page = listening(open_page("/desk/views/unassigned", agent))
    where = page.locator(".row").bounding_box()
    desk.ticket(alice, "Second lamp")
    pill = page.locator(".list-news")
    pill.wait_for()
    assert page.locator(".row").bounding_box() == where  # nothing moves under the pointer
    expect(pill).to_have_text("1 new")
    count = page.locator(".views a", has_text="Unassigned").locator(".count")
    expect(count).to_have_text("2")
    expect(page.locator(".row")).to_have_count(1)
    pill.click()
    page.get_by_text("Second lamp").wait_for()
    expect(pill).to_have_count(0)
    actions.update(admin, first, Changes(priority=Priority.HIGH))
    page.locator(".row.is-changed").get_by_text("First lamp").wait_for()
    assert page.complaints == []


def test_a_list_is_read_once_when_it_is_asked_to(desk, alice, agent, open_page, listening):
    desk.ticket(alice, "First lamp")
    page = awake(listening(open_page("/desk/views/unassigned", agent)))
    desk.ticket(alice, "Second lamp")
    page.locator(".list-news").wait_for()
    read = []
    page.on("request", lambda one: "/desk/views/" in one.url and read.append(one.url))
    page.locator(".list-news").click()
    page.get_by_text("Second lamp").wait_for()
    page.locator(".views a", has_text="Mine").click()
    page.get_by_text("Second lamp").wait_for(state="detached")
    assert [url.rsplit("/", 1)[1] for url in read if "unassigned" in url] == ["unassigned?"]
    assert page.complaints == []


def test_the_page_asks_now_and_then_where_it_can_t_listen(
    desk, alice, agent, open_page, monkeypatch
):
    monkeypatch.setattr("helpdesk.live.switchboard.MOST", 0)
    ticket = desk.ticket(alice)
    page = open_page("/desk/views/mine", agent)
    page.clock.install()
    with page.expect_response(re.compile("/desk/together")):
        page.goto(f"/desk/tickets/{ticket.id}")
    monkeypatch.undo()
    page.wait_for_timeout(100)
    desk.reply(alice, ticket, "Never mind, I found it.")
    page.clock.fast_forward(25_000)
    page.locator(".is-fresh").get_by_text("Never mind, I found it.").wait_for()
    assert page.complaints == []


def test_what_a_page_tells_once_is_not_taken_by_its_script(desk, alice, agent):
    ticket = desk.ticket(alice)
    desk.app.config["WTF_CSRF_ENABLED"] = False
    browser = desk.browser(agent)
    path = f"/desk/tickets/{ticket.id}"
    browser.post(f"{path}/status", data={"status": "resolved"})
    assert "It is resolved." not in browser.get(path, headers={"X-Background": "yes"}).text
    assert "It is resolved." in browser.get(path).text


def test_a_ticket_that_is_put_away_says_so_and_what_is_typed_stays(
    desk, alice, agent, admin, open_page, listening
):
    first, second = desk.ticket(alice, "First lamp"), desk.ticket(alice, "Second lamp")
    writes = listening(open_page(f"/desk/tickets/{first.id}", agent))
    reads = open_page(f"/desk/tickets/{first.id}", admin)
    listening(reads, 2)
    writes.get_by_label("Message").fill("We are looking for it.")
    merged = actions.merge(agent, [first], second)
    for page in (writes, reads):
        page.locator(".lying").get_by_role("link", name=second.ref).wait_for()
        expect(page.get_by_role("button", name="Resolve", exact=True)).to_have_count(0)
        expect(page.get_by_role("form", name="Properties")).to_have_count(0)
    expect(reads.locator(".composer")).to_have_count(0)
    expect(writes.get_by_label("Message")).to_have_value("We are looking for it.")
    writes.locator(".writing-why").get_by_text("Your words stay here").wait_for()
    expect(reads.locator("[data-live-says]")).to_contain_text("merged")
    actions.undo(agent, merged[0].batch)
    for page in (writes, reads):
        page.get_by_role("button", name="Resolve", exact=True).wait_for()
    reads.locator(".composer").wait_for()
    expect(writes.locator(".writing-why").get_by_text("Your words stay here")).to_have_count(0)
    expect(writes.get_by_label("Message")).to_have_value("We are looking for it.")
    assert writes.complaints + reads.complaints == []


def test_a_ticket_that_is_renamed_closed_and_purged_follows(
    desk, alice, agent, admin, open_page, listening
):
    ticket = desk.ticket(alice, "A lamp")
    page = listening(open_page(f"/desk/tickets/{ticket.id}", agent))
    actions.update(admin, ticket, Changes(subject="A lamp that hums"))
    page.get_by_role("heading", level=1, name="A lamp that hums").wait_for()
    assert page.title().startswith("A lamp that hums")
    actions.update(admin, desk.fresh(ticket), Changes(status=Status.CLOSED))
    page.get_by_text("A note is possible.").wait_for()
    expect(page.locator("#kind-reply")).to_have_count(0)
    actions.place(admin, desk.fresh(ticket), Place.BIN)
    page.locator(".lying").get_by_text("This ticket is deleted.").wait_for()
    actions.purge(admin, desk.fresh(ticket))
    page.locator(".lying").get_by_text("This ticket was deleted for good.").wait_for()
    expect(page.locator("article").get_by_text("hums")).to_have_count(0)
    expect(page.locator(".composer")).to_have_count(0)
    assert page.complaints == []


def test_the_middle_of_a_long_conversation_comes_when_it_is_linked_to_and_news_follow(
    desk, alice, agent, open_page, listening
):
    ticket = desk.ticket(alice)
    ids = [desk.note(agent, ticket, f"Note {number}.").id for number in range(160)]
    page = listening(open_page(f"/desk/tickets/{ticket.id}", agent))
    messages = page.locator(".conversation > .message")
    expect(messages).to_have_count(61)
    desk.reply(alice, ticket, "And now?")
    page.locator(".is-fresh").get_by_text("And now?").wait_for()
    expect(messages).to_have_count(62)
    page.get_by_role("link", name="100 earlier messages").click()
    page.locator(f"#message-{ids[0]}").wait_for()
    expect(messages).to_have_count(162)
    desk.reply(alice, ticket, "Hello?")
    page.locator(".is-fresh").get_by_text("Hello?").wait_for()
    expect(messages).to_have_count(163)
    page.goto("/desk/views/all")
    page.goto(f"/desk/tickets/{ticket.id}#message-{ids[20]}")
    page.locator(f"#message-{ids[20]}").get_by_text("Note 20.").wait_for()
    assert page.complaints == []
