"""Pages that are sent again as they were: never another's, and never older than the database."""

import re

import pytest
import sqlalchemy as sa

from helpdesk.accounts import actions as accounts
from helpdesk.accounts.models import DESK, User
from helpdesk.database import db, transaction
from helpdesk.tickets import actions
from helpdesk.web import remembering
from helpdesk.web.desk import rows as rows_of_lists

LISTS = {"alice": "/tickets", "agent": "/desk/views/all"}
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture
def people(alice, agent):
    return {"alice": alice, "agent": agent}


@pytest.mark.parametrize("who", LISTS)
def test_a_list_that_nothing_happened_to_is_neither_read_nor_made_again(desk, people, who):
    desk.ticket(people["alice"])
    browser = desk.browser(people[who])
    first = browser.get(LISTS[who])
    with desk.counted() as statements:
        again = browser.get(LISTS[who])
    assert len(statements) <= 1  # whose browser it is
    assert TOKEN.sub("", again.text) == TOKEN.sub("", first.text)
    assert again.headers["Cache-Control"] == "no-store"
    assert again.content_type == first.content_type == "text/html; charset=utf-8"


@pytest.mark.parametrize("who", LISTS)
def test_it_is_made_again_after_any_change(desk, people, who, elsewhere):
    ticket = desk.ticket(people["alice"], "Broken lamp")
    browser = desk.browser(people[who])
    assert "Broken lamp" in browser.get(LISTS[who]).text
    elsewhere("UPDATE tickets SET subject = 'Broken chair'")
    assert "Broken chair" in browser.get(LISTS[who]).text
    actions.update(people["agent"], ticket, actions.Changes(subject="Broken table"))
    assert "Broken table" in browser.get(LISTS[who]).text


def test_nobody_gets_the_page_of_another(desk, alice, bob, agent):
    ticket = desk.ticket(alice, "Of Alice")
    desk.ticket(bob, "Of Bob")
    other = desk.user("agent", "Olga Other")
    pages = {one.name: desk.browser(one).get("/tickets").text for one in (alice, bob, alice)}
    assert "Of Bob" not in pages[alice.name]
    assert "Of Alice" not in pages[bob.name]
    for one in (agent, other, agent):
        page = desk.browser(one).get("/desk/views/all").text
        assert f'data-me="{one.id}"' in page
        assert (other.email in page) is (one is other)
    assert desk.browser(alice).get("/desk/views/all").status_code == 403
    assert desk.browser().get("/desk/views/all").status_code == 302
    assert f"row-{ticket.id}" in page


def test_what_somebody_has_read_is_theirs_alone(desk, alice, agent):
    reader, other = desk.browser(agent), desk.browser(desk.user("agent"))
    ticket = desk.ticket(alice)
    for browser in (reader, other):
        assert "is-unread" in browser.get("/desk/views/all").text
    reader.post(f"/desk/tickets/{ticket.id}/read")
    assert "is-unread" not in reader.get("/desk/views/all").text
    assert "is-unread" in other.get("/desk/views/all").text


@pytest.mark.parametrize("who", LISTS)
def test_forms_in_it_have_the_token_of_the_browser(desk, people, who):
    desk.app.config["WTF_CSRF_ENABLED"] = True
    try:
        for browser in (desk.browser(people[who]), desk.browser(people[who])):
            for _ in range(2):
                token = TOKEN.search(browser.get(LISTS[who]).text)[1]
                assert browser.post("/sign-out", data={"csrf_token": "x"}).status_code == 400
            assert browser.post("/sign-out", data={"csrf_token": token}).status_code == 302
    finally:
        desk.app.config["WTF_CSRF_ENABLED"] = False


def test_no_hole_is_left_open(desk, agent, alice):
    desk.ticket(alice)
    browser = desk.browser(agent)
    for _ in range(2):
        page = browser.get("/desk/views/all").text
        assert remembering.TOKEN not in page
        assert remembering.MARK not in page


def test_the_news_are_caught_up_with_from_when_it_was_sent(desk, alice, agent):
    browser = desk.browser(agent)
    desk.ticket(alice)

    def mark():
        return re.search(r'data-mark="([^"]+)"', browser.get("/desk/views/all").text)[1]

    first = mark()
    assert mark() == first
    desk.ticket(alice)
    assert mark() != first


def test_what_was_just_done_is_told_once(desk, alice, agent):
    desk.ticket(alice)
    browser = desk.browser(agent)
    for told in (False, True, False):
        if told:
            with browser.session_transaction() as cookie:
                cookie["_flashes"] = [("good", "It is done.")]
        assert ("It is done." in browser.get("/desk/views/all").text) is told


@pytest.mark.parametrize("who", LISTS)
def test_times_are_those_of_the_minute(desk, people, who, travel):
    desk.ticket(people["alice"])
    browser = desk.browser(people[who])
    assert "just now<" in browser.get(LISTS[who]).text
    travel(minutes=3)
    assert "just now<" not in browser.get(LISTS[who]).text


def test_each_speaks_their_language_and_parts_are_no_pages(desk, alice, agent):
    desk.ticket(alice)
    browser = desk.browser(agent)
    english = browser.get("/desk/views/all").text
    part = browser.get("/desk/views/all", headers={"HX-Request": "true", "HX-Target": "rows"})
    assert "<!doctype html>" in english
    assert "<!doctype html>" not in part.text
    assert browser.get("/desk/views/open").text != english
    with transaction():
        db.session.execute(sa.update(User).where(User.id == agent.id).values(language="de"))
    assert 'lang="de"' in browser.get("/desk/views/all").text


def test_who_may_not_any_more_gets_nothing(desk, alice, agent):
    desk.ticket(alice)
    browser = desk.browser(agent)
    assert browser.get("/desk/views/all").status_code == 200
    accounts.disable_user(DESK, agent)
    assert browser.get("/desk/views/all").status_code == 302


def test_few_pages_are_kept(desk, agent, monkeypatch):
    monkeypatch.setattr(remembering, "MOST_PAGES", 2)
    monkeypatch.setattr("helpdesk.web.desk.rows.MOST_LISTS", 2)
    browser = desk.browser(agent)
    for view in ("all", "open", "mine", "all"):
        with desk.counted() as statements:
            browser.get(f"/desk/views/{view}")
        assert len(statements) > 1
    with desk.counted() as statements:
        browser.get("/desk/views/all")
    assert len(statements) <= 1


def test_a_list_is_read_once_for_the_tickets_that_are_opened_from_it(
    desk, alice, agent, monkeypatch
):
    """Its rows are: the address of the page is another one each time."""
    tickets = [desk.ticket(alice, f"Lamp {number}") for number in range(3)]
    pages = [f"/desk/tickets/{ticket.id}?view=open" for ticket in tickets]
    browser, other = desk.browser(agent), desk.browser(desk.user("agent"))

    read, more_rows = [], rows_of_lists.more_rows

    def counting(*args):
        read.append(args)
        return more_rows(*args)

    monkeypatch.setattr(rows_of_lists, "more_rows", counting)

    def listed(reader, path):
        read.clear()
        page = reader.get(path).text
        rows = page.partition('<ol class="rows">')[2].partition("</ol>")[0]
        return rows, len(read)

    db.session.rollback()  # so that the pages have its connection
    first, asked = listed(browser, "/desk/views/open")
    assert asked == 1
    rows, asked = listed(browser, pages[0])
    assert asked == 0
    assert rows.replace(' aria-current="true"', "") == first
    assert rows.count("aria-current") == 1
    assert listed(other, pages[1])[1] == 1
    actions.update(agent, tickets[1], actions.Changes(subject="Chair"))
    rows, asked = listed(browser, pages[0])
    assert asked == 1
    assert "Chair" in rows


def test_no_page_of_megabytes_is_kept(desk, alice, agent):
    desk.ticket(alice)
    browser, long = desk.browser(agent), "x" * 100_000
    for address in (f"/desk/views/all?tag={long}", f"/desk/views/all?x={long[:1000]}"):
        first = browser.get(address).text
        with desk.counted() as statements:
            assert TOKEN.sub("", browser.get(address).text) == TOKEN.sub("", first)
        assert (len(statements) > 1) is (long in address)
