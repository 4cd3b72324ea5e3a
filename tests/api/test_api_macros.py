"""Saved replies and macros by the API."""

import pytest

from helpdesk.accounts.models import DESK
from helpdesk.shop.actions import set_hold
from helpdesk.tickets import actions, queries
from helpdesk.tickets.models import Priority, Status
from tests.macros.conftest import macro, saved

__all__ = ["macro", "saved"]

REPLIES, MACROS, TICKETS = (
    "/support-ticket/saved-replies",
    "/support-ticket/macros",
    "/support-ticket",
)


def bad(answer, *names, code=422):
    assert answer.status_code == code, answer.text
    assert set(answer.json["errors"]) == set(names), answer.text


def test_a_saved_reply_is_made_changed_found_and_deleted(desk, agent):
    api = desk.api(agent)
    body = {"replyName": "Hello", "folder": "Greetings", "body": "Hello {{requester.name}}"}
    made = api.post(REPLIES, json=body).json["data"]
    assert (made["ownerName"], made["isShared"]) == ("Ana Gent", False)
    address = f"{REPLIES}/{made['id']}"
    assert api.get(address).json["data"] == made
    changed = api.put(address, json={"isShared": True, "folder": ""}).json["data"]
    since = {"modifiedDate": changed["modifiedDate"]}
    assert changed == made | since | {"isShared": True, "folder": ""}
    assert api.put(address, json={}).json["data"] == changed
    assert [one["id"] for one in api.get(f"{REPLIES}?keyword=hel").json["data"]] == [made["id"]]
    assert api.get(f"{REPLIES}?keyword=xyzzy").json["data"] == []
    assert api.delete(address).json["data"] == changed
    assert api.delete(address).status_code == 404


def test_a_macro_is_made_changed_and_deleted(desk, agent, field):
    field("Size")
    lamps = desk.category("Lamps")
    api = desk.api(agent)
    steps = {
        "message": "Hello",
        "internal": True,
        "status": "resolved",
        "assigneeId": "me",
        "priority": "high",
        "categoryId": lamps.id,
        "subCategoryId": None,
        "addTags": ["a", "b"],
        "removeTags": ["c"],
        "customFields": {"size": "XL"},
    }
    made = api.post(MACROS, json={"macroName": "All", "steps": steps}).json["data"]
    assert made["steps"] == steps
    address = f"{MACROS}/{made['id']}"
    assert api.get(MACROS).json["data"] == [made]
    moved = api.put(address, json={"folder": "F"}).json["data"]
    assert moved == made | {"folder": "F", "modifiedDate": moved["modifiedDate"]}
    changed = api.put(address, json={"steps": {"assigneeId": None}}).json["data"]
    assert changed["steps"] == {"assigneeId": None}
    assert api.delete(address).json["data"] == changed
    assert api.get(address).status_code == 404


def test_bad_fields(desk, agent, saved):
    api = desk.api(agent)
    bad(api.post(REPLIES, json={}), "replyName", "body")
    bad(api.post(REPLIES, json={"replyName": "x" * 101, "body": "{{x}}"}), "replyName", "body")
    saved(agent, name="Hello")
    bad(api.post(REPLIES, json={"replyName": "hello", "body": "x", "isShared": "no!"}),
        "replyName", "isShared")  # fmt: skip
    bad(api.post(MACROS, json={"macroName": "A"}), "steps")
    bad(api.post(MACROS, json={"macroName": "A", "steps": {}}), "steps")
    for steps in ([], 1, "x", {"status": "gone", "addTags": 5}, {"customFields": []}):
        bad(api.post(MACROS, json={"macroName": "A", "steps": steps}), "steps")
    wrong = {
        "assigneeId": 99,
        "categoryId": 99,
        "addTags": ["a,b"],
        "message": "{{x}}",
        "customFields": {"nothing": 1},
    }
    bad(api.post(MACROS, json={"macroName": "", "steps": wrong}),
        *("macroName",))  # fmt: skip
    bad(api.post(MACROS, json={"macroName": "A", "steps": wrong}),
        *("assigneeId", "categoryId", "tags", "message", "customFields.nothing"))  # fmt: skip
    for id_ in ("0", "999", str(2**63), "x", "-1"):
        for path in (REPLIES, MACROS):
            assert api.get(f"{path}/{id_}").status_code == 404
            assert api.put(f"{path}/{id_}", json={}).status_code == 404


def test_a_reply_is_filled_in_for_a_ticket(desk, agent, alice, saved):
    ticket, one = desk.ticket(alice), saved(agent, "{{requester.name}} of {{requester.company}}")
    answer = desk.api(agent).get(f"{TICKETS}/{ticket.id}/saved-replies/{one.id}")
    assert answer.json["data"] == {
        "id": one.id,
        "replyName": "Thanks",
        "message": "Alice Moor of {{requester.company}}",
        "blanks": ["requester.company"],
    }
    for path in (f"{ticket.id}/saved-replies/99", f"99/saved-replies/{one.id}"):
        assert desk.api(agent).get(f"{TICKETS}/{path}").status_code == 404


def test_a_macro_is_looked_at_applied_and_undone(desk, agent, alice, macro):
    ticket = desk.ticket(alice, tags=["late"])
    made = macro(agent, priority=Priority.HIGH, status=Status.OPEN, remove=["late"])
    api, path = desk.api(agent), f"{TICKETS}/{ticket.id}/macros/{made.id}"
    plan = api.get(path).json["data"]
    assert plan["changes"] == [
        {"field": "priority", "before": "normal", "after": "high"},
        {"field": "tags", "before": ["late"], "after": []},
    ]
    assert [line["field"] for line in plan["unchanged"]] == ["status"]
    assert plan["message"] is None
    done = api.post(path, json={}).json["data"]
    assert (done["priority"], done["tags"], done["heldUntil"]) == ("high", [], None)
    again = api.post(path, json={}).json["data"]
    assert again["batch"] is None and again["version"] == done["version"]
    api.post("/support-ticket/undo", json={"batch": done["batch"]})
    assert desk.fresh(ticket).tag_names == ["late"]


def test_a_reply_of_a_macro_is_held(desk, agent, alice, macro, travel):
    set_hold(DESK, 10)
    ticket = desk.ticket(alice)
    made = macro(agent, "Of {{requester.company}}", status=Status.RESOLVED)
    api, path = desk.api(agent), f"{TICKETS}/{ticket.id}/macros/{made.id}"
    assert api.get(path).json["data"]["blanks"] == ["requester.company"]
    bad(api.post(path, json={}), "message")
    key = {"Idempotency-Key": "one"}
    for _ in range(2):
        done = api.post(path, json={"message": "Done"}, headers=key).json["data"]
    assert done["heldUntil"] and done["status"] == "open"
    assert desk.fresh(ticket).message_count == 1
    travel(seconds=30)
    assert actions.release_due() == 1
    assert [one.body for one in queries.conversation(alice, desk.fresh(ticket))][1:] == ["Done"]
    assert desk.fresh(ticket).status == "resolved"


def test_private_ones_are_nobody_elses_and_customers_have_none(
    desk, agent, admin, alice, saved, macro
):
    reply = saved(agent, "Secret", "Secret")
    made = macro(agent, name="Secret", status=Status.CLOSED, shared=False)
    ticket = desk.ticket(alice)
    paths = [
        ("GET", f"{REPLIES}/{reply.id}"),
        ("PUT", f"{REPLIES}/{reply.id}"),
        ("DELETE", f"{REPLIES}/{reply.id}"),
        ("GET", f"{TICKETS}/{ticket.id}/saved-replies/{reply.id}"),
        ("GET", f"{MACROS}/{made.id}"),
        ("PUT", f"{MACROS}/{made.id}"),
        ("DELETE", f"{MACROS}/{made.id}"),
        ("GET", f"{TICKETS}/{ticket.id}/macros/{made.id}"),
        ("POST", f"{TICKETS}/{ticket.id}/macros/{made.id}"),
    ]
    for who, status in ((admin, 404), (alice, 403)):
        for method, path in paths:
            answer = desk.api(who).open(method, path, json={})
            assert answer.status_code == status and "Secret" not in answer.text, path
    assert desk.api(admin).get(REPLIES).json["data"] == []
    assert desk.api(admin).get(MACROS).json["data"] == []
    assert desk.fresh(ticket).status == "open"


def test_only_its_owner_or_an_admin_takes_a_shared_one_back(desk, agent, admin, saved):
    one = saved(agent, shared=True)
    other = desk.api(desk.user("agent"))
    assert other.put(f"{REPLIES}/{one.id}", json={"isShared": False}).status_code == 403
    assert desk.api(admin).put(f"{REPLIES}/{one.id}", json={"isShared": False}).status_code == 200


@pytest.mark.parametrize("path", [REPLIES, MACROS])
def test_a_list_costs_the_same_for_few_and_many(desk, agent, saved, macro, path):
    api, costs = desk.api(agent), []
    for many in (2, 12):
        for number in range(many):
            saved(desk.user("agent"), name=f"{many} {number}", shared=True)
            macro(desk.user("agent"), name=f"{many} {number}", assignee_id=agent.id)
        for _ in range(2):  # the first one notes that the token is used
            api.get(path)
        with desk.counted() as statements:
            assert api.get(path).status_code == 200
        costs.append(len(statements))
    assert costs[0] == costs[1]
