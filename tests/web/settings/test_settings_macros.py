"""The settings' page of macros."""

import re
from html import unescape

import pytest

from helpdesk.accounts import actions as accounts
from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.fields.actions import set_active
from helpdesk.macros import queries
from helpdesk.macros.steps import Steps
from helpdesk.tickets.models import Status
from tests.macros.conftest import macro

__all__ = ["macro"]

LIST = "/desk/settings/macros"
BARE = {
    "name": "Close it",
    "folder": "",
    "is_shared": "y",
    "kind": "reply",
    "message": "",
    "status": "leave",
    "assignee": "leave",
    "priority": "leave",
    "category": "leave",
    "add_tags": "",
    "remove_tags": "",
}


@pytest.fixture
def browser(desk, agent):
    return desk.browser(agent)


def only(actor):
    db.session.rollback()
    db.session.expire_all()
    [found] = queries.macros(actor)
    return found


def shown(page):
    """What a form says as it is, as a browser would send it."""
    form = page.partition('<form class="form opening"')[2].partition("</form>")[0]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and not (re.search(r'type="(radio|checkbox)"', tag) and "checked" not in tag):
            found[name[1]] = unescape(value[1]) if value else ""
    for name, inside in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        found[name] = unescape(re.search(r'<option selected value="([^"]*)"', inside)[1])
    for name, inside in re.findall(
        r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S
    ):
        found[name] = unescape(inside).strip()
    return found


def test_all_that_a_macro_can_do_comes_back_as_it_was_sent(desk, browser, agent, field):
    field("Size"), field("Colour", "choice"), field("Gift", "checkbox"), field("Day", "date")
    lamps = desk.category("Lamps")
    child = desk.category("Small", parent=lamps)
    other = desk.user("agent")
    everything = BARE | {
        "kind": "note",
        "message": "Hello {{agent.name}}",
        "status": "resolved",
        "assignee": str(other.id),
        "priority": "high",
        "category": f"{lamps.id}-{child.id}",
        "add_tags": "a, B",
        "remove_tags": "c",
        "fields.size": "XL",
        "fields.colour": "red",
        "fields.gift": "false",
        "fields.day": "2026-01-02",
    }
    answer = browser.post(LIST, data=everything, follow_redirects=True)
    assert "“Close it” is saved." in answer.text
    for words in ("Lamps / Small", "Resolved", other.name, "+ b", "− c", "Gift"):
        assert words in answer.text
    made = only(agent)
    steps = Steps.from_json(made.steps)
    assert steps.along.changes.fields == {
        "size": "XL",
        "colour": "red",
        "gift": False,
        "day": "2026-01-02",
    }
    sent = shown(browser.get(f"{LIST}/{made.id}").text)
    assert sent["add_tags"] == "a, b"
    browser.post(f"{LIST}/{made.id}", data=sent)
    assert Steps.from_json(only(agent).steps) == steps


@pytest.mark.parametrize(
    ("chosen", "given"),
    [
        ({"assignee": "me"}, {}),
        ({"assignee": ""}, {"assignee_id": None}),
        ({"category": ""}, {"category_id": None, "subcategory_id": None}),
        ({"status": "open"}, {"status": Status.OPEN}),
    ],
)
def test_one_thing_alone(browser, agent, chosen, given):
    browser.post(LIST, data=BARE | chosen)
    steps = Steps.from_json(only(agent).steps)
    assert steps.along.changes.given() == given
    assert steps.to_me == (chosen.get("assignee") == "me")
    assert shown(browser.get(f"{LIST}/{only(agent).id}").text).items() >= chosen.items()


def test_what_is_wrong_is_told(browser, agent):
    answer = browser.post(LIST, data=BARE)
    assert answer.status_code == 422 and "at least one thing" in answer.text
    for wrong in (
        {"status": "gone"},
        {"assignee": "x"},
        {"assignee": "9" * 15},
        {"category": "1-2-3"},
        {"category": "99"},
        {"add_tags": "x" * 41},
        {"add_tags": "a", "remove_tags": "A"},
        {"message": "{{nothing}}"},
        {"message": "\0"},
        {"kind": "other", "message": "x"},
    ):
        answer = browser.post(LIST, data=BARE | wrong)
        assert answer.status_code == 422, wrong
        assert 'class="errors"' in answer.text, wrong
    assert queries.macros(agent) == []


def test_a_form_with_nothing_in_it(browser, agent):
    assert browser.post(LIST).status_code == 422
    assert queries.macros(agent) == []


def test_what_is_not_possible_any_more_stays_visible(desk, browser, agent, macro, field):
    other, size = desk.user("agent"), field("Size")
    made = macro(agent, assignee_id=other.id, fields={"size": "XL"})
    accounts.disable_user(DESK, other)
    page = browser.get(f"{LIST}/{made.id}").text
    assert "No longer possible" in page
    answer = browser.post(f"{LIST}/{made.id}", data=shown(page))
    assert answer.status_code == 422 and "not an active member of staff" in answer.text
    set_active(DESK, size, False)
    browser.post(f"{LIST}/{made.id}", data=shown(page) | {"assignee": "me"})
    assert Steps.from_json(only(agent).steps).along.changes.given() == {}


def test_deleting_sharing_and_a_preview(browser, agent, macro):
    made = macro(agent, "Words", status=Status.CLOSED, shared=False)
    browser.post(f"{LIST}/{made.id}/share", data={"on": "yes"})
    assert only(agent).is_shared
    data = BARE | {"do": "preview", "message": "**Bold**"}
    for path in (LIST, f"{LIST}/{made.id}"):
        assert "<strong>Bold</strong>" in browser.post(path, data=data).text
    answer = browser.post(f"{LIST}/{made.id}/delete", follow_redirects=True)
    assert "“Close it” is deleted." in answer.text and "No macros yet" in answer.text


def test_the_list_costs_the_same_for_few_and_many(desk, browser, macro, field):
    field("Size")
    costs = []
    for many in (2, 12):
        for number in range(many):
            category = desk.category()
            macro(
                desk.user("agent"),
                name=f"{many} {number}",
                assignee_id=desk.user("agent").id,
                category_id=category.id,
                fields={"size": "XL"},
            )
        browser.get(LIST)
        with desk.counted() as statements:
            browser.get(LIST)
        costs.append(len(statements))
    assert costs[0] == costs[1]
