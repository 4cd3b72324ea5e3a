"""Many pages of one browser: they share one way to the server, and hear as if each had its own."""

import pytest

from helpdesk.tickets import actions
from helpdesk.tickets.actions import Changes
from tests.browser.conftest import until
from tests.browser.test_notices import KEEP

pytestmark = [pytest.mark.browser, pytest.mark.live]

MANY = 7  # browsers allow six connections to a host
HIDE = """
is => {
    Object.defineProperty(document, "hidden", { value: is, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}
"""


@pytest.fixture
def streams(desk):
    """The tickets of each stream that the desk has."""
    hub = desk.app.extensions["helpdesk.live"]
    return lambda: [set(stream.tickets) for stream in hub._streams]


def another(page, path):
    """One more page of the same browser."""
    new = page.context.new_page()
    new.complaints = page.complaints
    new.on("pageerror", lambda error: page.complaints.append(str(error)))
    new.goto(path)
    return new


def people(page):
    return page.locator(".together")


def test_with_seven_pages_every_one_answers_at_once(desk, alice, agent, admin, open_page, streams):
    tickets = [desk.ticket(alice, f"Lamp {number}") for number in range(MANY)]
    paths = [f"/desk/tickets/{ticket.id}?view=all" for ticket in tickets]
    first = open_page(paths[0], agent)
    pages = [first, *(another(first, path) for path in paths[1:])]
    until(first, lambda: streams() == [{ticket.id for ticket in tickets}])
    ada = open_page(paths[3], admin)
    people(pages[3]).get_by_text("Ada Min is looking at this").wait_for()
    people(ada).get_by_text("Ana Gent is looking at this").wait_for()
    for page in pages:
        page.get_by_role("button", name="Assign to me").click()
        page.get_by_text("It is yours now.").wait_for()
    for page, ticket in zip(pages, tickets, strict=True):
        desk.reply(alice, ticket, f"I found {ticket.ref}.")
        page.locator(".is-fresh").get_by_text(f"I found {ticket.ref}.").wait_for()
    pages[3].get_by_label("Message").press_sequentially("We")
    people(ada).get_by_text("Ana Gent is writing…").wait_for()
    assert len(streams()) == 2
    pages[3].goto(paths[4])
    people(ada).wait_for(state="hidden")
    assert first.complaints + ada.complaints == []


def test_when_the_page_that_listens_closes_another_goes_on(desk, alice, agent, open_page, streams):
    ticket = desk.ticket(alice)
    path = f"/desk/tickets/{ticket.id}"
    leader = open_page(path, agent)
    until(leader, lambda: streams() == [{ticket.id}])
    second, third = another(leader, path), another(leader, "/desk/views/all")
    leader.close()
    desk.reply(alice, ticket, "Said while nobody listened.")
    second.locator(".is-fresh").get_by_text("Said while nobody listened.").wait_for()
    third.locator(".is-changed").wait_for()
    until(second, lambda: streams() == [{ticket.id}])
    second.close()
    until(third, lambda: streams() == [set()])
    assert third.complaints == []


def test_a_page_nobody_looks_at_is_at_no_ticket_and_catches_up(
    desk, alice, agent, open_page, streams
):
    ticket, other = desk.ticket(alice), desk.ticket(alice)
    page = open_page("/sign-in", agent)
    page.clock.install()
    page.goto(f"/desk/tickets/{ticket.id}")
    page.clock.run_for(1000)
    looked_at = another(page, f"/desk/tickets/{other.id}")
    page.clock.run_for(1000)
    until(page, lambda: streams() == [{ticket.id, other.id}])
    page.evaluate(HIDE, True)
    page.clock.run_for(61_000)
    page.clock.run_for(1000)
    until(page, lambda: streams() == [{other.id}])
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    desk.reply(alice, ticket, "Never mind, I found it.")
    desk.reply(alice, other, "And this one too.")
    looked_at.locator(".is-fresh").get_by_text("And this one too.").wait_for()
    page.clock.run_for(6000)
    # The bell alone is followed: browser notices are for whom doesn't look.
    assert [url for url in asked if "/desk/notices/" not in url] == []
    page.evaluate(HIDE, False)
    until(page, lambda: any("/desk/together" in url for url in asked))
    for _ in range(5):
        page.clock.run_for(1000)
    page.locator(".is-fresh").get_by_text("Never mind, I found it.").wait_for()
    assert page.complaints == []


def test_a_leader_that_was_put_to_sleep_is_replaced(desk, alice, agent, open_page, streams):
    ticket = desk.ticket(alice)
    leader = open_page(f"/desk/tickets/{ticket.id}", agent)
    until(leader, lambda: streams() == [{ticket.id}])
    # Hears nothing any more, as where the system has stopped it, and holds the lock all the same.
    leader.evaluate("BroadcastChannel.prototype.postMessage = () => {}")
    second = another(leader, f"/desk/tickets/{ticket.id}")
    desk.reply(alice, ticket, "Never mind, I found it.")
    second.locator(".is-fresh").get_by_text("Never mind, I found it.").wait_for()
    until(second, lambda: streams() == [{ticket.id}])
    assert second.complaints == []


def test_without_locks_each_page_listens_while_it_is_seen(desk, alice, agent, open_page, streams):
    ticket = desk.ticket(alice)
    page = open_page("/sign-in", agent)
    page.add_init_script('Object.defineProperty(navigator, "locks", { value: undefined })')
    page.goto(f"/desk/tickets/{ticket.id}")
    until(page, lambda: streams() == [{ticket.id}])
    page.evaluate(HIDE, True)
    until(page, lambda: streams() == [])
    desk.reply(alice, ticket, "Never mind, I found it.")
    page.evaluate(HIDE, False)
    page.locator(".is-fresh").get_by_text("Never mind, I found it.").wait_for()
    assert page.complaints == []


def test_a_notice_is_told_once_and_every_bell_counts_it(desk, alice, agent, admin, open_page):
    ticket = desk.ticket(alice, "A lamp that hums")
    page = open_page("/sign-in", agent)
    page.context.add_init_script(KEEP)
    page.goto("/desk/views/all")
    pages = [page, *(another(page, "/desk/views/all") for _ in range(2))]
    until(page, lambda: page.evaluate("localStorage.getItem('notices-told') !== null"))
    for one in pages:
        one.evaluate(HIDE, True)
    actions.update(admin, ticket, Changes(assignee_id=agent.id))
    for one in pages:
        one.locator("[data-unseen]").get_by_text("1").wait_for()
    told = [words for one in pages for words in one.evaluate("told")]
    assert told == [[f"Ada Min gave you {ticket.ref}", "A lamp that hums"]]
    assert page.complaints == []
