"""Housekeeping by scripts: merge, split, link, move, spam, delete, many at once, and undo."""

import pytest

from helpdesk.accounts.models import DESK
from helpdesk.tickets import queries

TICKETS = "/support-ticket"


def good(answer):
    assert answer.status_code == 200, answer.text
    return answer.json["data"]


def assert_bad(answer, *fields, code=422):
    assert answer.status_code == code, answer.text
    assert set(answer.json.get("errors", {})) == set(fields), answer.text


@pytest.fixture
def api(desk, agent):
    return desk.api(agent)


def shown(api, ticket):
    data = good(api.get(f"{TICKETS}/{ticket.id}"))
    data.pop("version")
    return data


def undo(api, data):
    return good(api.post(f"{TICKETS}/undo", json={"batch": data["batch"]}))


def test_merge_and_undo(desk, alice, api):
    first, second = desk.ticket(alice, "One"), desk.ticket(alice, "Two")
    before = shown(api, first), shown(api, second)
    data = good(api.post(f"{TICKETS}/{second.id}/merge", json={"into": first.id}))
    assert data["id"] == first.id
    source = shown(api, second)
    assert (source["place"], source["mergedIntoId"], source["ticketMessage"]) == (
        "merged",
        first.id,
        [],
    )
    assert len(shown(api, first)["ticketMessage"]) == 2
    assert undo(api, data)["changedSince"] == []
    assert (shown(api, first), shown(api, second)) == before


def test_split_and_undo(desk, alice, api):
    ticket = desk.ticket(alice)
    message = desk.reply(alice, ticket, "And the chair?")
    before = shown(api, ticket)
    body = {"messageId": message.id, "subject": "Chair"}
    data = good(api.post(f"{TICKETS}/{ticket.id}/split", json=body))
    assert (data["subject"], data["userId"]) == ("Chair", alice.id)
    assert shown(api, ticket)["linkedTickets"] == [data["id"]]
    undo(api, data)
    assert shown(api, ticket) == before
    assert good(api.get(f"{TICKETS}/{data['id']}"))["isDelete"] is True


def test_link_and_unlink(desk, alice, bob, api):
    one, other = desk.ticket(alice), desk.ticket(bob)
    path = f"{TICKETS}/{one.id}/links"
    data = good(api.post(path, json={"ticketId": other.id}))
    assert data["linkedTickets"] == [other.id]
    assert good(api.post(path, json={"ticketId": other.id}))["batch"] is None
    assert good(api.delete(f"{path}/{other.id}"))["linkedTickets"] == []
    assert good(api.delete(f"{path}/{other.id}"))["batch"] is None


def test_spam_delete_restore(desk, alice, api):
    ticket = desk.ticket(alice)
    path = f"{TICKETS}/{ticket.id}"
    theirs = f"/customer-support-ticket/{ticket.id}"

    def listed(place):
        return [row["id"] for row in good(api.get(f"{TICKETS}?place={place}"))]

    assert good(api.post(f"{path}/spam"))["place"] == "spam"
    assert (listed("spam"), listed("inbox"), listed("bin")) == ([ticket.id], [], [])
    assert desk.api(alice).get(theirs).status_code == 200
    data = good(api.delete(path))
    assert (data["place"], data["isDelete"]) == ("bin", True)
    assert desk.api(alice).get(theirs).status_code == 404
    assert good(api.delete(path))["batch"] is None
    assert good(api.post(f"{path}/restore"))["isDelete"] is False
    assert desk.api(alice).get(theirs).status_code == 200
    for bad in ("merge", "trash"):
        assert api.get(f"{TICKETS}?place={bad}").status_code == 400


def test_for_good_by_admins_only(desk, alice, admin, api):
    ticket = desk.ticket(alice)
    path = f"{TICKETS}/{ticket.id}"
    assert desk.api(admin).post(f"{path}/purge").status_code == 409
    api.delete(path)
    assert api.post(f"{path}/purge").status_code == 403
    assert good(desk.api(admin).post(f"{path}/purge"))["id"] == ticket.id
    for answer in (api.get(path), api.post(f"{path}/restore"), api.delete(path)):
        assert answer.status_code == 404


def test_subject_and_requester(desk, alice, bob, api):
    ticket = desk.ticket(alice, "Lmap")
    path = f"{TICKETS}/{ticket.id}"
    data = good(api.put(path, json={"subject": "Lamp", "userId": bob.id, "tags": ["x"]}))
    assert (data["subject"], data["userId"], data["emailId"]) == ("Lamp", bob.id, bob.email)
    undo(api, data)
    after = shown(api, ticket)
    assert (after["subject"], after["userId"], after["tags"]) == ("Lmap", alice.id, [])
    assert good(api.put(path, json={}))["batch"] is None
    assert_bad(api.put(path, json={"userId": 99, "assigneeId": alice.id}), "userId", "assigneeId")
    assert_bad(api.put(path, json={"subject": "x" * 251}), "subject")
    assert_bad(api.put(path, json={"subject": [1], "assigneeId": 99}), "subject", "assigneeId")


def test_many_at_once(desk, alice, api):
    tickets = [desk.ticket(alice) for _ in range(3)]
    api.delete(f"{TICKETS}/{tickets[2].id}")
    body = {"ids": [t.id for t in tickets] + [999], "status": 2, "addTags": ["late"]}
    data = good(api.post(f"{TICKETS}/bulk", json=body))
    assert data["changed"] == [tickets[0].id, tickets[1].id]
    assert set(data["failed"]) == {str(tickets[2].id), "999"}
    assert undo(api, data)["tickets"] == 2
    assert shown(api, tickets[0])["status"] == "open"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["ids"]),
        ({"ids": []}, ["ids"]),
        ({"ids": ["x"]}, ["ids"]),
        ({"ids": [True], "status": 9}, ["ids", "status"]),
        ({"ids": list(range(1, 1002))}, ["ids"]),
        ({"ids": {"a": 1}}, ["ids"]),
        ({"ids": [1]}, ["action"]),
        ({"ids": [1], "place": "merged"}, ["place"]),
        ({"ids": [1], "place": "purged"}, ["place"]),
        ({"ids": [1], "assigneeId": 99}, ["assigneeId"]),
        ({"ids": [1], "addTags": ["x" * 50]}, ["tags"]),
        ({"ids": [1], "addTags": "a\0b"}, ["tags"]),
    ],
)
def test_bad_changes_of_many(desk, alice, api, body, fields):
    desk.ticket(alice)
    assert_bad(api.post(f"{TICKETS}/bulk", json=body), *fields)


def test_what_is_refused(desk, alice, bob, agent, api):
    one, other, strange = desk.ticket(alice), desk.ticket(alice), desk.ticket(bob)
    note = desk.note(agent, one)
    opening = queries.conversation(DESK, one)[0]
    path = f"{TICKETS}/{one.id}"
    for bad in ({}, {"into": None}, {"into": "x"}, {"into": 999}, {"into": one.id}):
        assert_bad(api.post(f"{path}/merge", json=bad), "into")
    assert_bad(api.post(f"{path}/merge", json={"into": strange.id}), code=409)
    assert_bad(api.post(f"{path}/split", json={}), "messageId", "subject")
    bad = {"messageId": 999, "subject": "x" * 251}
    assert_bad(api.post(f"{path}/split", json=bad), "messageId", "subject")
    for message in (note, opening):
        body = {"messageId": message.id, "subject": "X"}
        assert_bad(api.post(f"{path}/split", json=body), code=409)
    for bad in (999, one.id, "x", None):
        assert_bad(api.post(f"{path}/links", json={"ticketId": bad}), "ticketId")
    assert api.delete(f"{path}/links/999").status_code == 404
    assert_bad(api.post(f"{TICKETS}/undo", json={}), "batch")
    assert_bad(api.post(f"{TICKETS}/undo", json={"batch": "0" * 65}), "batch")
    assert api.post(f"{TICKETS}/undo", json={"batch": "nothing\0"}).status_code == 404
    assert api.post(f"{TICKETS}/undo", json={"batch": "0" * 32}).status_code == 404
    data = good(api.post(f"{path}/merge", json={"into": other.id}))
    for deed in ("spam", "restore"):
        assert api.post(f"{path}/{deed}").status_code == 409
    assert api.delete(path).status_code == 409
    undo(api, data)
    assert api.post(f"{TICKETS}/undo", json={"batch": data["batch"]}).status_code == 409


@pytest.mark.parametrize("deed", ["merge", "split", "links", "spam", "restore", "purge"])
def test_only_staff_and_only_what_is_there(desk, alice, vendor, agent, deed):
    ticket = desk.ticket(alice)
    for person in (alice, vendor):
        answer = desk.api(person).post(f"{TICKETS}/{ticket.id}/{deed}", json={})
        assert answer.status_code == 403
        assert desk.api(person).post(f"{TICKETS}/bulk", json={}).status_code == 403
        assert desk.api(person).post(f"{TICKETS}/undo", json={}).status_code == 403
        assert desk.api(person).delete(f"{TICKETS}/{ticket.id}").status_code == 403
    body = {"into": 1, "messageId": 1, "subject": "x", "ticketId": 1}
    assert desk.api(agent).post(f"{TICKETS}/999/{deed}", json=body).status_code == 404


def test_an_idempotency_key_merges_once(desk, alice, api):
    one, other = desk.ticket(alice), desk.ticket(alice)
    key = {"Idempotency-Key": "once"}
    path = f"{TICKETS}/{one.id}/merge"
    first = api.post(path, json={"into": other.id}, headers=key)
    assert api.post(path, json={"into": other.id}, headers=key).data == first.data
