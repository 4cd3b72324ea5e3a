"""Drafts and held replies by the API."""

import pytest

from helpdesk.database import db
from helpdesk.tickets import actions, queries
from helpdesk.tickets.models import Status

TICKETS = "/support-ticket"


@pytest.fixture
def leave(travel):
    def leave(seconds=130):
        travel(seconds=seconds)
        db.session.rollback()
        return actions.release_due()

    return leave


def bad(answer, *names, code=422):
    assert answer.status_code == code, answer.text
    assert set(answer.json["errors"]) == set(names), answer.text


def test_a_draft_is_kept_shown_in_the_page_and_discarded(desk, alice, agent, admin):
    ticket, api = desk.ticket(alice), desk.api(agent)
    path = f"{TICKETS}/{ticket.id}/draft"
    assert api.get(path).status_code == 404
    upload = api.post(f"{TICKETS}/attachment", data={"file": desk.upload()}).json["data"]
    body = {
        "message": "A **new** one",
        "status": "resolved",
        "assigneeId": admin.id,
        "attachments": [
            {"fileName": "lamp.png", "filePath": upload["filePath"]},
            desk.encoded("b.txt"),
        ],
    }
    kept = api.put(path, json=body).json["data"]
    assert kept == api.get(path).json["data"]
    assert (kept["message"], kept["status"], kept["assigneeId"]) == (
        "A **new** one",
        "resolved",
        admin.id,
    )
    assert [one["fileName"] for one in kept["attachments"]] == ["lamp.png", "b.txt"]
    assert (kept["internal"], kept["revision"], kept["otherMessage"]) == (False, 1, None)
    page = desk.browser(agent).get(f"/desk/tickets/{ticket.id}").text
    assert "A **new** one</textarea>" in page
    assert "Send and set Resolved" in page
    assert desk.api(admin).get(path).status_code == 404
    for _twice in range(2):
        assert api.delete(path).status_code == 200
    assert api.get(path).status_code == 404


def test_other_words_that_came_since_stay_beside(desk, alice, agent):
    ticket, api = desk.ticket(alice), desk.api(agent)
    path = f"{TICKETS}/{ticket.id}/draft"
    api.put(path, json={"message": "One", "internal": True, "status": "closed"})
    told = api.put(path, json={"message": "Two", "revision": 7}).json["data"]
    assert (told["message"], told["otherMessage"], told["internal"]) == ("Two", "One", False)
    told = api.put(path, json={"message": "Three", "revision": told["revision"]}).json["data"]
    assert told["otherMessage"] == "One"


def test_every_bad_field_of_a_draft_is_told(desk, alice, agent, admin):
    ticket, api = desk.ticket(alice), desk.api(agent)
    path = f"{TICKETS}/{ticket.id}/draft"
    bad(api.put(path, json={}), "message")
    bad(api.put(path, json={"message": "a\0b"}), "message")
    bad(api.put(path, json={"message": "x" * 100_001}), "message")
    bad(
        api.put(path, json={"status": "gone", "assigneeId": "x"}), "message", "status", "assigneeId"
    )
    theirs = desk.api(admin).post(f"{TICKETS}/attachment", data={"file": desk.upload()})
    stolen = {"fileName": "x", "filePath": theirs.json["data"]["filePath"]}
    bad(api.put(path, json={"message": "x", "attachments": [stolen]}), "attachments")
    assert api.get(path).status_code == 404


def test_a_reply_is_held_listed_called_back_and_held_again(desk, alice, agent, admin, leave):
    ticket, api = desk.ticket(alice), desk.api(agent)
    path = f"{TICKETS}/{ticket.id}/held-replies"
    body = {"message": "Done", "status": "resolved", "assigneeId": admin.id, "seconds": 60}
    body["attachments"] = [desk.encoded("b.txt")]
    key = {"Idempotency-Key": "one"}
    held = [api.post(path, json=body, headers=key).json["data"] for _twice in range(2)]
    assert held[0] == held[1]
    assert desk.api(admin).get(path).json["data"] == held[:1]
    assert desk.fresh(ticket).message_count == 1
    back = f"{TICKETS}/held-replies/{held[0]['key']}"
    assert desk.api(admin).delete(back).status_code == 403
    for _twice in range(2):
        draft = api.delete(back).json["data"]
        assert (draft["message"], draft["status"]) == ("Done", "resolved")
        assert draft["assigneeId"] == admin.id
        assert [one["fileName"] for one in draft["attachments"]] == ["b.txt"]
    assert leave() == 0
    again = api.post(path, json={"message": "Done"}).json["data"]
    assert leave(300) == 1
    assert api.delete(f"{TICKETS}/held-replies/{again['key']}").status_code == 409
    assert api.delete(f"{TICKETS}/held-replies/{'0' * 32}").status_code == 404
    assert [one.body for one in queries.conversation(alice, desk.fresh(ticket))][1:] == ["Done"]
    assert desk.fresh(ticket).status is Status.PENDING


def test_what_can_not_be_held_is_refused(desk, alice, agent):
    ticket, api = desk.ticket(alice), desk.api(agent)
    path = f"{TICKETS}/{ticket.id}/held-replies"
    bad(api.post(path, json={}), "message")
    for seconds in (0, 121, -1, "x", 1.5, [1], True):
        bad(api.post(path, json={"message": "x", "seconds": seconds}), "seconds")
    bad(api.post(path, json={"message": "x", "assigneeId": alice.id}), "assigneeId")
    actions.change_status(agent, ticket, Status.CLOSED)
    assert api.post(path, json={"message": "x"}).status_code == 409
    assert api.get(path).json["data"] == []
    assert api.get(f"{TICKETS}/99/held-replies").status_code == 404


def test_no_customer_s_token_reaches_any_of_it(desk, alice, agent):
    ticket, api = desk.ticket(alice), desk.api(agent)
    api.put(f"{TICKETS}/{ticket.id}/draft", json={"message": "Secret"})
    path = f"{TICKETS}/{ticket.id}/held-replies"
    held = api.post(path, json={"message": "Secret", "seconds": 60}).json["data"]
    script = desk.api(alice)
    for method, address in (
        ("GET", f"{TICKETS}/{ticket.id}/draft"),
        ("PUT", f"{TICKETS}/{ticket.id}/draft"),
        ("DELETE", f"{TICKETS}/{ticket.id}/draft"),
        ("GET", path),
        ("POST", path),
        ("DELETE", f"{TICKETS}/held-replies/{held['key']}"),
    ):
        answer = script.open(method, address, json={"message": "x"})
        assert answer.status_code == 403
        assert "Secret" not in answer.text
    assert "Secret" not in script.get(f"/customer-support-ticket/{ticket.id}").text
