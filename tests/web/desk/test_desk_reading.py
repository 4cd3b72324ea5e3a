"""Unread on the desk: dots, and what takes them away with and without a script."""

import re

import pytest

from helpdesk.database import db
from helpdesk.notices.queries import unseen_count
from helpdesk.tickets import actions, queries
from helpdesk.tickets.actions import Changes

SCRIPT = {"X-Background": "yes"}


def dots(browser, path="/desk/views/open"):
    found = re.findall(r'class="row is-unread" id="row-(\d+)"', browser.get(path).text)
    return {int(id_) for id_ in found}


def test_a_dot_is_there_until_the_ticket_was_read(desk, alice, agent):
    one, two = desk.ticket(alice), desk.ticket(alice)
    browser = desk.browser(agent)
    assert dots(browser) == {one.id, two.id}
    browser.get(f"/desk/tickets/{one.id}")  # a GET writes nothing
    assert dots(browser) == {one.id, two.id}
    answer = browser.post(f"/desk/tickets/{one.id}/read", headers=SCRIPT)
    assert answer.json == {"seen": 0}
    assert dots(browser) == {two.id}
    desk.reply(alice, one)
    assert dots(browser) == {one.id, two.id}


def test_a_list_of_what_is_unread(desk, alice, agent):
    one, two = desk.ticket(alice), desk.ticket(alice)
    browser, unread, rest = desk.browser(agent), "/desk/views/all?unread=yes", "unread=no"
    assert dots(browser, unread) == {one.id, two.id}
    actions.mark_read(agent, one)
    db.session.commit()
    assert dots(browser, unread) == {two.id}
    assert f'id="row-{one.id}"' in browser.get(f"/desk/views/all?{rest}").text
    assert f'id="row-{two.id}"' not in browser.get(f"/desk/views/all?{rest}").text
    desk.note(desk.user("agent"), one, "She is a regular.")
    assert dots(browser, unread) == {one.id, two.id}


def test_only_what_was_on_the_page_is_read(desk, alice, agent):
    ticket = desk.ticket(alice)
    [first] = queries.conversation(agent, ticket)
    desk.reply(alice, ticket)
    browser = desk.browser(agent)
    path = f"/desk/tickets/{ticket.id}/read"
    browser.post(path, data={"up_to": first.id}, headers=SCRIPT)
    assert dots(browser) == {ticket.id}
    for text in ("x", "-1", "9" * 40, "\0", "\ud800".encode("utf-8", "surrogatepass")):
        assert browser.post(path, data={"up_to": text}, headers=SCRIPT).status_code == 200


def test_to_read_a_ticket_is_to_see_its_notices(desk, alice, agent):
    ticket, boss = desk.ticket(alice), desk.user("agent")
    actions.update(boss, ticket, Changes(assignee_id=agent.id))
    assert unseen_count(agent) == 1
    answer = desk.browser(agent).post(f"/desk/tickets/{ticket.id}/read", headers=SCRIPT)
    assert answer.json == {"seen": 1}
    db.session.rollback()
    assert unseen_count(agent) == 0


def test_without_a_script_the_menu_marks(desk, alice, agent):
    ticket = desk.ticket(alice)
    browser, path = desk.browser(agent), f"/desk/tickets/{ticket.id}"
    assert f'action="{path}/read?view=open"' in browser.get(f"{path}?view=open").text
    assert browser.post(f"{path}/read?view=open").location == f"{path}?view=open"
    assert not dots(browser)
    assert f'action="{path}/read' not in browser.get(path).text
    answer = browser.post(f"{path}/unread?view=pending&q=lamp")
    assert answer.location == "/desk/views/pending?q=lamp"
    assert f"{ticket.ref} is unread again." in browser.get("/desk/views/open").text
    assert dots(browser) == {ticket.id}
    assert browser.post(f"{path}/unread", headers=SCRIPT).status_code == 204
    assert browser.post(f"{path}/unread?view=nonsense").location == "/desk/views/all"


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("status", {"status": "resolved"}),
        ("assign-me", {}),
        ("messages", {"kind": "reply", "message": "Hello", "once": "x", "reply_status": "open"}),
        ("messages", {"kind": "note", "message": "Hello", "once": "x"}),
    ],
)
def test_who_does_something_has_read_it(desk, alice, agent, path, data):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    assert browser.post(f"/desk/tickets/{ticket.id}/{path}", data=data).status_code == 302
    assert not dots(browser, "/desk/views/all")


def test_pages_are_told_which_rows_are_unread_now(desk, alice, agent):
    one, two = desk.ticket(alice), desk.ticket(alice)
    browser = desk.browser(agent)
    browser.post(f"/desk/tickets/{two.id}/read", headers=SCRIPT)
    told = browser.get(f"/desk/changes?view=open&touched={two.id},{one.id},x,,{10**30},-3").json
    assert told["unread"] == [one.id]
    assert browser.get("/desk/changes?view=open").json["unread"] == []
