"""The settings' page of saved replies."""

import html
import re

import pytest

from helpdesk.database import db
from helpdesk.macros import queries
from tests.macros.conftest import saved

__all__ = ["saved"]

REPLY = {"name": "Hello", "folder": "Greetings", "is_shared": "y", "body": "Hi {{requester.name}}"}
LIST = "/desk/settings/replies"


@pytest.fixture
def browser(desk, agent):
    return desk.browser(agent)


def kept(actor):
    db.session.rollback()
    return [(one.folder, one.name, one.is_shared) for one in queries.saved_replies(actor)]


def test_one_is_made_changed_and_found(desk, browser, agent):
    assert "No saved replies yet" in browser.get(LIST).text
    answer = browser.post(LIST, data=REPLY, follow_redirects=True)
    assert "“Hello” is saved." in answer.text
    [one] = queries.saved_replies(agent)
    page = browser.get(f"{LIST}/{one.id}").text
    assert "Hi {{requester.name}}" in page and 'value="Greetings"' in page
    assert '<option value="Greetings">' in browser.get(f"{LIST}/new").text
    changed = REPLY | {"name": "Good morning", "folder": "", "is_shared": ""}
    browser.post(f"{LIST}/{one.id}", data={k: v for k, v in changed.items() if v})
    assert kept(agent) == [("", "Good morning", False)]
    assert "Good morning" in browser.get(f"{LIST}?q=hi").text
    assert "Nothing found" in browser.get(f"{LIST}?q=xyzzy").text


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(browser, agent):
    data = REPLY | {"name": "", "body": "Dear {{requester.nam}}"}
    answer = browser.post(LIST, data=data)
    assert answer.status_code == 422
    assert "There is no variable {{requester.nam}}." in answer.text
    assert 'id="body-error"' in answer.text and 'id="name-error"' in answer.text
    assert "Dear {{requester.nam}}" in answer.text and 'value="Greetings"' in answer.text
    assert kept(agent) == []


@pytest.mark.parametrize(
    "field",
    [{"name": "\0"}, {"body": "x" * 200_000}, {"folder": "\r\n" * 99}, {"name": "<b>x</b>"}],
)
def test_any_text_may_be_sent(browser, field):
    answer = browser.post(LIST, data=REPLY | field, follow_redirects=True)
    assert answer.status_code in (200, 422)
    assert "<b>x</b>" not in answer.text


def test_a_picture_can_not_be_kept(browser, agent):
    body = f"Look: ![lamp](attachment:{'0' * 32})"
    answer = browser.post(LIST, data=REPLY | {"body": body})
    assert "belongs to one message" in answer.text
    assert kept(agent) == []


def test_a_preview_without_script(browser, agent):
    for path in (LIST, f"{LIST}/{add(browser, agent).id}"):
        answer = browser.post(path, data=REPLY | {"do": "preview", "body": "**Bold**"})
        assert "<strong>Bold</strong>" in answer.text
    assert len(kept(agent)) == 1


def add(browser, agent, **fields):
    browser.post(LIST, data=REPLY | fields)
    return queries.saved_replies(agent)[-1]


def test_a_deletion_has_an_undo(browser, agent):
    one = add(browser, agent)
    answer = browser.post(f"{LIST}/{one.id}/delete", follow_redirects=True)
    assert "“Hello” is deleted." in answer.text and kept(agent) == []
    undo = re.search(r'action="(/desk/undo/\w+)"', answer.text)[1]
    answer = browser.post(undo, data={"next": LIST}, follow_redirects=True)
    assert "It is as it was before." in answer.text
    assert kept(agent) == [("Greetings", "Hello", True)]
    assert browser.post(f"{LIST}/999/delete").status_code == 404


def test_sharing_and_making_private(desk, browser, agent, admin, saved):
    mine = saved(agent, name="Mine")
    answer = browser.post(f"{LIST}/{mine.id}/share", data={"on": "yes"}, follow_redirects=True)
    assert "All of the staff can use “Mine” now." in answer.text
    other = desk.browser(desk.user("agent"))
    assert "Make private" not in other.get(LIST).text
    assert other.post(f"{LIST}/{mine.id}/share").status_code == 403
    page = other.get(f"{LIST}/{mine.id}").text
    assert 'name="is_shared"' not in page and "All of the staff may use" in page
    other.post(f"{LIST}/{mine.id}", data={"name": "Ours", "body": "Better"})
    assert kept(agent) == [("", "Ours", True)]
    browser.post(f"{LIST}/{mine.id}/share")
    assert kept(agent) == [("", "Ours", False)]
    assert other.get(f"{LIST}/{mine.id}").status_code == 404
    saved(admin, name="Ours", shared=True)
    answer = browser.post(f"{LIST}/{mine.id}/share", data={"on": "yes"}, follow_redirects=True)
    assert "one with this name" in answer.text


def test_words_of_a_ticket_become_one_and_lead_back(browser, agent):
    path = "/desk/tickets/7?view=open"
    answer = browser.post(f"{LIST}/from-words?next={path}", data={"message": "My <words>"})
    assert "My &lt;words&gt;" in answer.text
    following = html.unescape(re.search(r'name="next"[^>]*value="([^"]*)"', answer.text)[1])
    assert following == path
    answer = browser.post(LIST, data=REPLY | {"next": following})
    assert answer.location == path
    for n, bad in enumerate(("https://evil.example", "//evil.example", "javascript:alert(1)")):
        answer = browser.post(f"{LIST}/from-words?next={bad}", data={"message": "x"})
        assert bad not in answer.text
        answer = browser.post(LIST, data=REPLY | {"name": f"Name {n}", "next": bad})
        assert answer.location == LIST


def test_the_list_costs_the_same_for_few_and_many(desk, browser, saved):
    costs = []
    for many in (2, 12):
        for number in range(many):
            saved(desk.user("agent"), name=f"{many} {number}", folder=str(number % 3), shared=True)
        browser.get(LIST)
        with desk.counted() as statements:
            browser.get(LIST)
        costs.append(len(statements))
    assert costs[0] == costs[1]


def test_a_field_of_the_shop_is_a_variable(browser, field):
    field("Order number"), field("Size", about="customer")
    page = browser.get(f"{LIST}/new").text
    assert "ticket.field.order_number" in page and "requester.field.size" in page
