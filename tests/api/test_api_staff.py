"""The staff's side: all tickets, notes, changes, categories, logs; and that notes never leak."""

import pytest

from helpdesk.accounts import actions as accounts
from helpdesk.accounts.models import DESK

TICKETS = "/support-ticket"
THEIRS = "/customer-support-ticket"
SECRET = "zebra"


def ids(answer):
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json["data"]]


def assert_bad(answer, *fields):
    assert answer.status_code == 422, answer.text
    assert set(answer.json["errors"]) == set(fields)


def test_staff_see_all_tickets(desk, alice, vendor, agent, admin):
    first, second = desk.ticket(alice), desk.ticket(vendor)
    for person in (agent, admin):
        answer = desk.api(person).get(TICKETS)
        assert ids(answer) == [second.id, first.id]
        assert answer.json["message"] == "Support tickets retrieved successfully."
    row = answer.json["data"][1]
    assert row["userName"] == "Alice Moor"
    assert (row["assigneeId"], row["assigneeName"], row["priority"]) == (None, None, "normal")
    assert row["waitingSince"].endswith("Z")


def test_filters_of_staff(desk, alice, vendor, agent, admin):
    mine, theirs, free = desk.ticket(alice), desk.ticket(alice), desk.ticket(vendor)
    api = desk.api(agent)
    api.put(f"{TICKETS}/{mine.id}", json={"assigneeId": agent.id, "priority": "high"})
    api.put(f"{TICKETS}/{theirs.id}", json={"assigneeId": admin.id, "tags": ["VIP", "late"]})
    for query, found in {
        "assigneeId=me": [mine],
        f"assigneeId={admin.id}": [theirs],
        "assigneeId=none": [free],
        "assigneeId=99": [],
        "priority=high": [mine],
        "priority=Normal": [free, theirs],
        "tag=vip": [theirs],
        "tag=nothing": [],
        "userType=vendor": [free],
        "userType=customer&assigneeId=me": [mine],
        "userType=admin": [],
    }.items():
        assert ids(api.get(f"{TICKETS}?{query}")) == [ticket.id for ticket in found], query
    assert api.get(f"{TICKETS}?userType=customer&count=1").json["data"] == 2
    for query in ("assigneeId=nobody", "priority=huge", "userType=staff"):
        assert api.get(f"{TICKETS}?{query}").status_code == 400


def test_a_ticket_with_its_notes(desk, alice, agent):
    ticket = desk.ticket(alice)
    desk.note(agent, ticket, "She is a regular")
    data = desk.api(agent).get(f"{TICKETS}/{ticket.id}").json["data"]
    assert [(one["internal"], one["message"]) for one in data["ticketMessage"]] == [
        (True, "She is a regular"),
        (False, "It is broken."),
    ]
    assert (data["userName"], data["emailId"]) == ("Alice Moor", alice.email)
    assert (data["assigneeId"], data["tags"], data["priority"]) == (None, [], "normal")
    assert type(data["version"]) is int


def test_a_note_never_leaves_the_staff(desk, alice, agent):
    ticket, api = desk.ticket(alice), desk.api(agent)
    before = desk.api(alice).get(THEIRS).data
    note = api.post(
        f"{TICKETS}/{ticket.id}",
        json={
            "message": f"A {SECRET}",
            "internal": True,
            "attachments": [desk.encoded(f"{SECRET}.txt", SECRET.encode())],
        },
    ).json["data"]
    assert note["internal"] is True
    key = note["attachments"][0]["filePath"].rpartition("/")[2]
    assert ids(api.get(f"{TICKETS}?keyword={SECRET}")) == [ticket.id]
    assert api.get(f"{TICKETS}/attachment/{key}").data == SECRET.encode()
    hers = desk.api(alice)
    answers = [
        hers.get(THEIRS),
        hers.get(f"{THEIRS}/{ticket.id}"),
        hers.get(f"{THEIRS}?keyword={SECRET}"),
        hers.get(f"{THEIRS}/attachment/{key}"),
        hers.put(f"{THEIRS}/{ticket.id}", json={"status": 2}),
        hers.post(THEIRS, json={"ticketId": ticket.id, "message": "Well?"}),
    ]
    assert all(SECRET not in answer.text for answer in answers)
    assert before == answers[0].data
    assert len(answers[1].json["data"]["ticketMessage"]) == 1
    assert ids(answers[2]) == []
    assert answers[3].status_code == 404
    for word in ("priority", "assignee", "tags", "internal", "version"):
        assert word not in answers[1].text


def test_a_reply_and_where_the_ticket_goes(desk, alice, agent):
    ticket, api = desk.ticket(alice), desk.api(agent)
    for body, status in (
        ({"message": "Hello"}, "pending"),
        ({"message": "A note", "internal": True}, "pending"),
        ({"message": "A note", "internal": "true", "status": "open"}, "open"),
        ({"message": "Done", "status": 2}, "resolved"),
        ({"message": "Still", "internal": False}, "resolved"),
    ):
        answer = api.post(f"{TICKETS}/{ticket.id}", json=body)
        assert answer.status_code == 200, answer.text
        data = answer.json["data"]
        assert (data["status"], data["ticketId"]) == (status, ticket.id)
        assert data["internal"] is bool(body.get("internal"))
        assert data["message"] == body["message"]
        assert desk.fresh(ticket).status == status
    assert answer.json["message"] == "Support ticket reply created successfully."


def test_a_closed_ticket_takes_notes_but_no_reply(desk, alice, agent):
    ticket, api = desk.ticket(alice), desk.api(agent)
    api.put(f"{TICKETS}/{ticket.id}", json={"status": "closed"})
    path = f"{TICKETS}/{ticket.id}"
    assert api.post(path, json={"message": "Hello"}).status_code == 409
    assert api.post(path, json={"message": "Hello", "internal": True}).status_code == 200
    answer = desk.api(alice).post(THEIRS, json={"ticketId": ticket.id, "message": "Wait!"})
    assert answer.status_code == 409
    desk.api(alice).put(f"{THEIRS}/{ticket.id}", json={"status": "open"})
    answer = desk.api(alice).post(THEIRS, json={"ticketId": ticket.id, "message": "Wait!"})
    assert answer.json["data"]["status"] == "open"


def test_a_customers_reply_opens_a_ticket_again(desk, alice, agent):
    ticket = desk.ticket(alice)
    desk.api(agent).put(f"{TICKETS}/{ticket.id}", json={"status": 2})
    answer = desk.api(alice).post(THEIRS, json={"ticketId": ticket.id, "message": "No."})
    assert answer.json["data"]["status"] == "open"


def test_bad_replies(desk, alice, agent):
    ticket, api = desk.ticket(alice), desk.api(agent)
    path = f"{TICKETS}/{ticket.id}"
    assert_bad(api.post(path, json={}), "message")
    assert_bad(
        api.post(path, json={"internal": "maybe", "status": 9}), "internal", "status", "message"
    )
    assert api.post(f"{TICKETS}/99", json={"message": "x"}).status_code == 404
    assert api.post(f"{TICKETS}/abc", json={"message": "x"}).status_code == 404


def test_opening_a_ticket_for_somebody(desk, alice, agent):
    api = desk.api(agent)
    for who in ({"userId": alice.id}, {"userId": str(alice.id)}, {"emailId": alice.email.upper()},
                {"userId": alice.id, "emailId": alice.email}):  # fmt: skip
        body = who | {
            "subject": "Lamp",
            "message": "She called",
            "priority": "high",
            "tags": "VIP, late",
        }
        data = api.post(TICKETS, json=body).json["data"]
        assert (data["userId"], data["userType"], data["status"]) == (alice.id, "customer", "open")
        detail = api.get(f"{TICKETS}/{data['id']}").json["data"]
        assert (detail["priority"], detail["tags"]) == ("high", ["late", "vip"])
        assert detail["createdBy"] == "admin"
    assert desk.api(alice).get(f"{THEIRS}?count=1").json["data"] == 4


def test_bad_tickets_for_somebody(desk, alice, bob, agent):
    api = desk.api(agent)
    good = {"subject": "Lamp", "message": "She called"}
    assert_bad(api.post(TICKETS, json=good), "userId")
    assert_bad(api.post(TICKETS, json=good | {"userId": 99}), "userId")
    assert_bad(api.post(TICKETS, json=good | {"emailId": "nobody@shop.example"}), "emailId")
    assert_bad(api.post(TICKETS, json=good | {"userId": alice.id, "emailId": bob.email}), "emailId")
    assert_bad(api.post(TICKETS, json={}), "userId", "subject", "message")
    bad = {"userId": alice.id, "priority": "huge", "tags": ["a,b"], "subject": 5}
    assert_bad(api.post(TICKETS, json=bad), "priority", "tags", "subject", "message")
    accounts.disable_user(DESK, bob)
    assert_bad(api.post(TICKETS, json=good | {"userId": bob.id}), "userId")


def test_changing_a_ticket(desk, alice, agent):
    top = desk.category()
    child = desk.category(parent=top)
    ticket, api = desk.ticket(alice), desk.api(agent)
    body = {
        "status": 4,
        "assigneeId": agent.id,
        "priority": "urgent",
        "categoryId": top.id,
        "subCategoryId": str(child.id),
        "tags": ["Late", "vip", "late"],
        "unknown": 1,
    }
    answer = api.put(f"{TICKETS}/{ticket.id}", json=body)
    assert answer.status_code == 200, answer.text
    data = answer.json["data"]
    assert (data["status"], data["assigneeId"], data["assigneeName"]) == (
        "pending",
        agent.id,
        "Ana Gent",
    )
    assert (data["priority"], data["tags"]) == ("urgent", ["late", "vip"])
    assert (data["categoryName"], data["subCategoryName"]) == (top.name, child.name)
    assert "ticketMessage" not in data
    cleared = {"assigneeId": None, "categoryId": None, "tags": []}
    data = api.put(f"{TICKETS}/{ticket.id}", json=cleared).json["data"]
    assert (data["assigneeId"], data["categoryId"], data["subCategoryId"]) == (None, None, None)
    assert (data["assigneeName"], data["categoryName"], data["tags"]) == (None, None, [])
    assert (data["status"], data["priority"]) == ("pending", "urgent")
    data["batch"] = None  # nothing to undo where nothing has changed
    assert api.put(f"{TICKETS}/{ticket.id}", json={}).json["data"] == data
    assert api.put(f"{TICKETS}/{ticket.id}", json={"status": None}).json["data"] == data


def test_bad_changes(desk, alice, agent):
    ticket, api = desk.ticket(alice), desk.api(agent)
    path = f"{TICKETS}/{ticket.id}"
    body = {"status": "x", "assigneeId": alice.id, "priority": 5, "categoryId": 99, "tags": ["a,b"]}
    assert_bad(api.put(path, json=body), "status", "assigneeId", "priority", "categoryId", "tags")
    del body["status"], body["priority"]
    assert_bad(api.put(path, json=body), "assigneeId", "categoryId", "tags")
    assert_bad(api.put(path, json={"tags": [1]}), "tags")
    assert_bad(api.put(path, json={"version": "one"}), "version")
    assert api.put(f"{TICKETS}/99", json={"status": 1}).status_code == 404
    assert desk.fresh(ticket).version == ticket.version


def test_two_agents_who_change_one_ticket_are_told(desk, alice, agent, admin):
    ticket = desk.ticket(alice)
    path = f"{TICKETS}/{ticket.id}"
    version = desk.api(agent).get(path).json["data"]["version"]
    changed = desk.api(agent).put(path, json={"priority": "high", "version": version})
    assert changed.status_code == 200
    assert changed.json["data"]["version"] > version
    late = desk.api(admin).put(path, json={"priority": "low", "version": version})
    assert late.status_code == 409
    assert desk.fresh(ticket).priority == "high"
    now = changed.json["data"]["version"]
    assert desk.api(admin).put(path, json={"priority": "low", "version": now}).status_code == 200


def test_the_logs(desk, alice, bob, agent):
    first, second = desk.ticket(alice), desk.ticket(bob)
    api = desk.api(agent)
    api.put(f"{TICKETS}/{first.id}", json={"status": 2})
    answer = api.get(f"{TICKETS}/ticket-logs")
    assert answer.json["message"] == "Support ticket logs retrieved successfully."
    assert [(one["action"], one["ticketId"]) for one in answer.json["data"]] == [
        ("ticket.status", first.id),
        ("ticket.opened", second.id),
        ("ticket.opened", first.id),
    ]
    entry = answer.json["data"][0]
    assert (entry["before"], entry["after"], entry["refId"]) == ("open", "resolved", first.ref)
    assert (entry["actorId"], entry["actorName"]) == (agent.id, "Ana Gent")
    assert entry["createdDate"].endswith("Z")
    of_first = api.get(f"{TICKETS}/ticket-logs?ticketId={first.id}&limit=1")
    assert of_first.headers["X-Total-Count"] == "2"
    assert 'offset=1>; rel="next"' in of_first.headers["Link"]
    assert f"ticketId={first.id}" in of_first.headers["Link"]
    last = api.get(f"{TICKETS}/ticket-logs?ticketId={first.id}&limit=1&offset=1")
    assert [one["action"] for one in last.json["data"]] == ["ticket.opened"]
    assert 'offset=0>; rel="prev"' in last.headers["Link"]
    assert "next" not in last.headers["Link"]
    assert api.get(f"{TICKETS}/ticket-logs?ticketId=99").json["data"] == []
    assert api.get(f"{TICKETS}/ticket-logs?ticketId=abc").status_code == 400


@pytest.fixture
def categories(desk):
    top = desk.category("Technical Issue")
    return top, desk.category("Élan", parent=top), desk.category("Old", active=False)


def names(answer):
    assert answer.status_code == 200, answer.text
    return [row["categoryName"] for row in answer.json["data"]]


def test_everybody_sees_active_categories(desk, alice, agent, categories):
    path = f"{THEIRS}/ticket-category"
    top = categories[0]
    for query, found in {
        "": ["Technical Issue", "Élan"],
        "status=active": ["Technical Issue", "Élan"],
        "status=1": ["Technical Issue", "Élan"],
        "status=true": ["Technical Issue", "Élan"],
        "status=inactive": [],
        "status=0": [],
        "status=false": [],
        "keyword=TECH": ["Technical Issue"],
        "keyword=elan": ["Élan"],
        "keyword=%25": [],
        "parentCategoryId=0": ["Technical Issue"],
        "parentCategoryId=null": ["Technical Issue"],
        f"parentCategoryId={top.id}": ["Élan"],
        "parentCategoryId=99": [],
        "limit=1": ["Technical Issue"],
        "limit=1&offset=1": ["Élan"],
        "offset=5": [],
    }.items():
        assert names(desk.api().get(f"{path}?{query}")) == found, query
        if "status" in query:
            assert names(desk.api(alice).get(f"{path}?{query}")) == found, query
    assert names(desk.api(agent).get(f"{path}?status=inactive")) == ["Old"]
    for query in ("status=old", "limit=501", "offset=-1", "parentCategoryId=x"):
        assert desk.api().get(f"{path}?{query}").status_code == 400


def test_a_category_below_an_inactive_one_is_not_offered(desk, alice, agent):
    lamps = desk.category("Lamps", active=False)
    spare = desk.category("Spare parts", lamps)
    desk.category("Chairs")
    public, own = f"{THEIRS}/ticket-category", f"{TICKETS}/ticket-category"
    for api, path in ((desk.api(), public), (desk.api(agent), own)):
        assert names(api.get(f"{path}?status=active")) == ["Chairs"]
        assert names(api.get(f"{path}?status=active&parentCategoryId={lamps.id}")) == []
    assert names(desk.api().get(public)) == ["Chairs"]
    for path in (public, own):
        assert names(desk.api(agent).get(f"{path}?status=inactive")) == ["Lamps", "Spare parts"]
    assert names(desk.api(agent).get(own)) == ["Lamps", "Spare parts", "Chairs"]
    words = {"subject": "Lamp", "message": "Broken", "subCategoryId": spare.id}
    answer = desk.api(alice).post(THEIRS, json=words | {"categoryId": lamps.id})
    assert answer.status_code == 422


def test_staff_keep_categories(desk, alice, agent, categories):
    api, path = desk.api(agent), f"{TICKETS}/ticket-category"
    assert names(api.get(path)) == ["Technical Issue", "Élan", "Old"]
    assert names(api.get(f"{path}?status=inactive")) == ["Old"]
    made = api.post(path, json={"categoryName": " Lamps ", "parentCategoryId": None}).json["data"]
    assert (made["categoryName"], made["parentCategoryId"], made["isActive"]) == (
        "Lamps",
        None,
        True,
    )
    assert made["createdBy"] == "agent"
    assert made["createdDate"].endswith("Z")
    child = {"categoryName": "Table lamps", "parentCategoryId": made["id"], "isActive": False}
    child = api.post(path, json=child).json["data"]
    assert (child["parentCategoryId"], child["isActive"]) == (made["id"], False)
    one = f"{path}/{child['id']}"
    assert api.get(one).json["data"] == child
    changed = api.put(one, json={"isActive": True}).json["data"]
    assert (changed["isActive"], changed["categoryName"]) == (True, "Table lamps")
    assert changed["parentCategoryId"] == made["id"]
    assert api.put(one, json={"parentCategoryId": None}).json["data"]["parentCategoryId"] is None
    assert (
        api.put(one, json={"categoryName": "Desk lamps"}).json["data"]["categoryName"]
        == "Desk lamps"
    )
    assert api.delete(one).json["data"]["isDelete"] is True
    assert api.get(one).status_code == api.put(one, json={}).status_code == 404
    assert api.delete(one).status_code == 404
    assert desk.api(alice).get(path).status_code == 403


def test_a_category_in_use_is_deactivated(desk, alice, agent, categories):
    top, child, _old = categories
    desk.ticket(alice, category_id=top.id, subcategory_id=child.id)
    api = desk.api(agent)
    for used in (child, top):
        path = f"{TICKETS}/ticket-category/{used.id}"
        answer = api.delete(path)
        assert answer.status_code == 409
        assert "deactivated" in answer.json["message"]
        assert api.get(path).json["data"]["isActive"] is False
    assert names(desk.api().get(f"{THEIRS}/ticket-category")) == []


def test_bad_categories(desk, agent, categories):
    api, path = desk.api(agent), f"{TICKETS}/ticket-category"
    assert_bad(api.post(path, json={}), "categoryName")
    assert_bad(api.post(path, json={"categoryName": " "}), "categoryName")
    assert_bad(api.post(path, json={"categoryName": "technical issue"}), "categoryName")
    assert_bad(
        api.post(path, json={"categoryName": "x" * 101, "isActive": "maybe"}),
        "categoryName",
        "isActive",
    )
    below = {"categoryName": "Deep", "parentCategoryId": categories[1].id}
    assert_bad(api.post(path, json=below), "parentCategoryId")
    assert_bad(
        api.post(path, json=below | {"categoryName": 5, "parentCategoryId": "x"}),
        "categoryName",
        "parentCategoryId",
    )
    for nonsense in ("abc", "0", "99", "9" * 30):
        assert api.get(f"{path}/{nonsense}").status_code == 404
