"""The first page and the list of one's own requests, in a browser."""

import re

import pytest

from helpdesk.tickets import actions
from helpdesk.tickets.models import Status


def subjects(page):
    found = re.findall(r'class="request-subject"[^>]*>(.+?)</a>', page.text)
    return [re.sub(r"</?mark>", "", one) for one in found]


def test_the_first_page_offers_a_search_a_new_request_and_ones_own(desk):
    page = desk.browser().get("/").text
    assert "How can we help?" in page and 'role="search"' in page
    assert 'href="/tickets/new"' in page and 'href="/tickets"' in page


def test_the_first_page_shows_what_happened_last_to_whom_it_belongs(desk, alice, bob, agent):
    desk.ticket(alice, "Broken lamp")
    assert subjects(desk.browser(alice).get("/")) == ["Broken lamp"]
    assert subjects(desk.browser(bob).get("/")) == []
    assert subjects(desk.browser().get("/")) == []
    assert "Back to the desk" in desk.browser(agent).get("/").text


def test_a_customer_sees_their_own_requests_only(desk, alice, bob, vendor):
    desk.ticket(alice, "Of Alice")
    desk.ticket(bob, "Of Bob")
    desk.ticket(vendor, "Of Vera")
    assert subjects(desk.browser(alice).get("/tickets")) == ["Of Alice"]
    assert subjects(desk.browser(vendor).get("/tickets")) == ["Of Vera"]


def test_the_latest_news_come_first(desk, alice, agent, travel):
    first = desk.ticket(alice, "First")
    travel(minutes=1)
    desk.ticket(alice, "Second")
    travel(minutes=2)
    desk.reply(agent, first)
    assert subjects(desk.browser(alice).get("/tickets")) == ["First", "Second"]


def test_a_row_tells_status_in_words_and_who_wrote_last(desk, alice, agent):
    ticket = desk.ticket(alice, message="It is broken.")
    browser = desk.browser(alice)
    page = browser.get("/tickets").text
    assert 'data-status="open">Waiting for us<' in page
    assert "You:</span> <bdi>It is broken.<" in page
    desk.reply(agent, ticket, "A new one leaves today.")
    page = browser.get("/tickets").text
    assert 'data-status="pending">Waiting for you<' in page
    assert "Help desk:</span> <bdi>A new one leaves today.<" in page


def test_a_note_never_shows_in_the_list(desk, alice, agent):
    ticket = desk.ticket(alice)
    desk.note(agent, ticket, "She is a regular")
    browser = desk.browser(alice)
    for address in ("/", "/tickets", "/tickets?q=regular", "/tickets?q=lamp"):
        assert "She is a regular" not in browser.get(address).text
    assert subjects(browser.get("/tickets?q=regular")) == []


def test_words_find_ones_own_requests(desk, alice, bob):
    desk.ticket(alice, "Broken lamp", "It arrived in two pieces.")
    desk.ticket(alice, "Where is my order?")
    desk.ticket(bob, "Broken lamp of Bob")
    browser = desk.browser(alice)
    assert subjects(browser.get("/tickets?q=two+pieces")) == ["Broken lamp"]
    assert subjects(browser.get("/tickets?q=LAMP")) == ["Broken lamp"]
    page = browser.get("/tickets?q=zebra")
    assert "Nothing found for “zebra”" in page.text


@pytest.mark.parametrize("q", ["\"'*", "%", "<script>", "a" * 5000, "\0", "NEAR(", "🎉"])
def test_any_text_is_a_search(desk, alice, q):
    desk.ticket(alice)
    answer = desk.browser(alice).get("/tickets", query_string={"q": q})
    assert answer.status_code == 200 and "<script>" not in answer.text.partition("<body")[2]


def test_the_list_is_narrowed_by_status(desk, alice, agent):
    desk.ticket(alice, "Open one")
    solved = desk.ticket(alice, "Solved one")
    actions.change_status(alice, solved, Status.RESOLVED)
    browser = desk.browser(alice)
    assert subjects(browser.get("/tickets?status=resolved")) == ["Solved one"]
    assert subjects(browser.get("/tickets?status=open&q=one")) == ["Open one"]
    assert "No requests here" in browser.get("/tickets?status=closed").text
    assert len(subjects(browser.get("/tickets?status=nonsense"))) == 2


def test_pages_follow_each_other_both_ways(desk, alice):
    for n in range(45):
        desk.ticket(alice, f"Lamp {n:02}")
    browser = desk.browser(alice)

    def link(page, rel):
        found = re.search(rf'rel="{rel}" href="([^"]+)"', page.text)
        return found and found[1].replace("&amp;", "&")

    first = browser.get("/tickets?q=lamp&status=open")
    second = browser.get(link(first, "next"))
    third = browser.get(link(second, "next"))
    assert link(first, "prev") is None and link(third, "next") is None
    assert [len(subjects(page)) for page in (first, second, third)] == [20, 20, 5]
    assert len({*subjects(first), *subjects(second), *subjects(third)}) == 45
    assert subjects(browser.get(link(third, "prev"))) == subjects(second)


def test_a_cursor_of_another_list_leads_to_the_first_page(desk, alice):
    answer = desk.browser(alice).get("/tickets?q=lamp&cursor=nonsense")
    assert (answer.status_code, answer.location) == (302, "/tickets?q=lamp")


def test_the_number_of_queries_does_not_grow_with_the_list(desk, alice, agent):
    def queries_for(address):
        browser = desk.browser(alice)
        browser.get(address)
        desk.user()  # something is written: the page is made anew
        with desk.counted() as statements:
            assert browser.get(address).status_code == 200
        return len(statements)

    def open_two():
        for n in range(2):
            ticket = desk.ticket(alice, f"Lamp {n}", files=[desk.file()])
            desk.reply(agent, ticket)

    open_two()
    few = {address: queries_for(address) for address in ("/", "/tickets", "/tickets?q=lamp")}
    for _ in range(9):
        open_two()
    assert {address: queries_for(address) for address in few} == few
    assert few["/tickets"] <= 3


def test_a_visitor_is_asked_to_sign_in_and_staff_have_the_desk(desk, agent):
    assert desk.browser().get("/tickets?q=lamp").location == "/sign-in?next=/tickets?q%3Dlamp"
    assert desk.browser(agent).get("/tickets").location.startswith("/desk")
