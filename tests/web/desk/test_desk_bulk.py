"""Several at once: ticked ones or everything that a list has, and one undo for all of it."""

import re

import pytest

from helpdesk.database import db
from helpdesk.tickets import actions
from helpdesk.tickets.models import Place, Status


@pytest.fixture
def many(desk, alice, bob):
    return [
        desk.ticket(who, f"Lamp {n}", tags=["vip"]) for n, who in enumerate([alice, bob, alice])
    ]


def send(browser, tickets, action, path="/desk/bulk?view=open", **fields):
    data = {"ids": [ticket.id for ticket in tickets], "action": action, **fields}
    return browser.post(path, data=data)


def facts(desk, tickets):
    db.session.rollback()
    db.session.expire_all()
    fresh = [desk.fresh(ticket) for ticket in tickets]
    return [
        (t.status, t.assignee_id, t.priority, t.category_id, t.tag_names, t.place) for t in fresh
    ]


DEEDS = {
    "status": {"status": "resolved"},
    "assignee": {"assignee": "me"},
    "priority": {"priority": "urgent"},
    "category": {"category": "1"},
    "add_tags": {"tags": "Late, vip"},
    "remove_tags": {"tags": "vip"},
    "spam": {},
    "delete": {},
}


@pytest.mark.parametrize("action", DEEDS)
def test_each_deed_and_its_undo(desk, many, agent, action):
    desk.category("Lamps")
    fields = DEEDS[action]
    if action == "assignee":
        fields = {"assignee": str(agent.id)}
    before, browser = facts(desk, many), desk.browser(agent)
    answer = send(browser, many, action, **fields)
    assert answer.location == "/desk/views/open"
    assert all(one != other for one, other in zip(before, facts(desk, many), strict=True))
    page = browser.get("/desk/views/open").text
    assert re.search(r"3 tickets (set to|changed|put into spam|deleted)", page)
    [batch] = set(re.findall(r'action="(/desk/undo/[0-9a-f]+)"', page))
    browser.post(batch, data={"next": "/desk/views/open"})
    assert facts(desk, many) == before


def test_put_back_from_the_bin(desk, many, agent):
    browser = desk.browser(agent)
    send(browser, many, "delete")
    page = browser.get("/desk/views/bin").text
    assert page.count("Goes for good on") == 3
    assert 'value="back"' in browser.get("/desk/bulk?view=bin").text
    send(browser, many, "back", "/desk/bulk?view=bin")
    assert [fact[-1] for fact in facts(desk, many)] == [Place.INBOX] * 3


def test_merging_the_ticked_ones_into_the_oldest(desk, alice, many, agent):
    browser = desk.browser(agent)
    assert send(browser, many, "merge").status_code == 409  # Bob's is among them
    assert send(browser, many[:1], "merge").status_code == 422
    assert send(browser, [], "merge").status_code == 422
    assert send(browser, many, "merge", everything="1").status_code == 422
    send(browser, [many[2], many[0]], "merge")
    assert desk.fresh(many[2]).merged_into_id == many[0].id


def test_everything_that_the_list_has_and_nothing_else(desk, many, agent):
    browser = desk.browser(agent)
    path = "/desk/bulk?view=open&q=lamp+2"
    send(browser, [], "status", path, everything="1", status="closed")
    assert [fact[0] for fact in facts(desk, many)] == [Status.OPEN, Status.OPEN, Status.CLOSED]


def test_what_could_not_be_is_told(desk, many, agent):
    browser = desk.browser(agent)
    send(browser, many[:1], "delete")
    send(browser, many[1:2], "status", status="resolved")
    send(browser, many, "status", status="resolved")
    page = browser.get("/desk/views/open").text
    assert "1 ticket set to “Resolved”." in page
    assert "1 ticket was so already." in page
    assert f"1 ticket could not be changed: {many[0].ref}: This ticket is deleted." in page


@pytest.mark.parametrize(
    "fields",
    [
        {"action": ""},
        {"action": "purge"},
        {"action": "status", "status": "lost"},
        {"action": "status"},
        {"action": "priority", "priority": "9"},
        {"action": "assignee", "assignee": "x"},
        {"action": "assignee", "assignee": "99999"},
        {"action": "category", "category": "9-9-9"},
        {"action": "category", "category": "99"},
        {"action": "add_tags", "tags": " , "},
        {"action": "add_tags", "tags": "x" * 41},
        {"action": "spam", "ids": ["x"]},
        {"action": "spam", "ids": []},
        {"action": "spam", "ids": list(range(1, 1002))},
    ],
)
def test_what_no_form_says_comes_back_with_words(desk, many, agent, fields):
    data = {"ids": [many[0].id]} | fields
    answer = desk.browser(agent).post("/desk/bulk?view=nowhere", data=data)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert facts(desk, many)[0][-1] is Place.INBOX


def test_the_page_keeps_what_was_ticked_and_goes_only_to_our_pages(desk, many, agent):
    browser = desk.browser(agent)
    page = send(browser, many[:2], "status").text
    assert page.count(" checked") == 2 + page.count('type="radio" checked')
    answer = send(browser, many, "spam", next="//elsewhere.example/")
    assert answer.location == "/desk/views/open"


def test_a_ticket_that_is_gone_meanwhile_keeps_the_others_ticked(desk, many, agent, admin):
    browser = desk.browser(agent)
    actions.place(admin, many[2], Place.BIN)
    actions.purge(admin, many[2])
    answer = send(browser, [many[0], many[2]], "merge")
    assert answer.status_code == 422
    assert f"{many[2].ref} is not there any more: nothing was merged." in answer.text
    assert f'value="{many[0].id}" form="bulk" checked' in answer.text
    answer = send(browser, many[:2], "macro", macro="99")
    assert answer.status_code == 422 and answer.text.count('form="bulk" checked') == 2
