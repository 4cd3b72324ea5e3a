"""The link of a mail in a real browser, which sends the cookie to the pages that it is for."""

import pytest
from playwright.sync_api import expect

from helpdesk.database import transaction
from helpdesk.mail.sending import links
from helpdesk.tickets.models import Status
from tests.browser.conftest import awake, signed_in
from tests.browser.test_accessibility import complaints_in_both
from tests.desk import PNG

pytestmark = pytest.mark.browser

PICTURE = {"name": "lamp.png", "mimeType": "image/png", "buffer": PNG}


@pytest.fixture
def ticket(desk, alice, agent):
    made = desk.ticket(alice, "Broken lamp", "It is broken.", files=[desk.file("first.png")])
    desk.reply(agent, made, "A new one leaves today.")
    return made


def link(ticket):
    with transaction():
        return f"/r/{links.token_of(links.link_of(ticket, ticket.requester))}"


@pytest.mark.parametrize("javascript", [True, False])
def test_a_guest_reads_answers_and_solves(desk, open_page, ticket, javascript):
    page = open_page(link(ticket), javascript=javascript)
    expect(page).to_have_url(f"{desk.url}/tickets/{ticket.id}")
    expect(page.get_by_text("this request of Alice Moor by the link in a mail")).to_be_visible()
    page.locator("a.file", has_text="first.png").scroll_into_view_if_needed()
    assert page.request.get(page.locator("a.file img").get_attribute("src")).body() == PNG
    page.get_by_label("Your reply").fill("Thank you!")
    page.locator("#files").set_input_files([PICTURE])
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator(".conversation")).to_contain_text("Thank you!")
    expect(page.locator(".conversation")).to_contain_text("lamp.png")
    expect(page.get_by_label("Your reply")).to_have_value("")
    page.get_by_role("button", name="This is solved").click()
    expect(page.get_by_role("button", name="Open again")).to_be_visible()
    assert desk.fresh(ticket).status is Status.RESOLVED
    page.goto("/tickets")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(f"/tickets/{ticket.id}")
    page.get_by_role("button", name="Forget on this device").click()
    expect(page.get_by_text("no longer opens the request")).to_be_visible()
    page.goto(f"/tickets/{ticket.id}")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert not page.complaints


def test_a_draft_stays_with_the_guest(desk, open_page, alice, ticket):
    page = awake(open_page(link(ticket)))
    page.get_by_label("Your reply").fill("Half a thought")
    page.goto("/")
    awake(page).goto(f"/tickets/{ticket.id}")
    expect(page.get_by_label("Your reply")).to_have_value("Half a thought")
    page.goto("/sign-in")
    page.context.add_cookies([signed_in(desk, alice)])
    page.goto(f"/tickets/{ticket.id}")
    expect(awake(page).get_by_label("Your reply")).to_have_value("")


def test_nothing_keeps_a_guest_out(desk, open_page, alice, bob, ticket):
    for reader in (None, bob):
        page = open_page(link(ticket), reader, reduced_motion="reduce")
        assert complaints_in_both(page) == []
    page.goto("/r/1-forged")
    expect(page.get_by_role("heading", name="does not work any more")).to_be_visible()
    assert complaints_in_both(page) == []
