"""Custom fields by the API: made by admins, filled in by those who may."""

import pytest

FIELDS = "/support-ticket/custom-fields"
TICKETS = "/support-ticket"
THEIRS = "/customer-support-ticket"
WORDS = {"subject": "Broken lamp", "message": "It is broken."}


def bad(answer, *names, code=422):
    assert answer.status_code == code, answer.text
    assert set(answer.json["errors"]) == set(names), answer.text


def test_a_field_is_made_changed_and_deleted(desk, admin):
    api = desk.api(admin)
    body = {"about": "ticket", "kind": "choice", "label": "Colour", "choices": ["red", "blue"]}
    made = api.post(FIELDS, json=body | {"isShownToCustomers": True}).json["data"]
    assert (made["key"], made["position"], made["uses"]) == ("colour", 1, 0)
    address = f"{FIELDS}/{made['id']}"
    assert api.get(address).json["data"] == made
    changed = api.put(address, json={"label": "Shade"}).json["data"]
    assert changed == made | {"label": "Shade", "modifiedDate": changed["modifiedDate"]}
    api.post(FIELDS, json={"about": "ticket", "kind": "text", "label": "Second"})
    assert api.put(address, json={"position": 2}).json["data"]["position"] == 2
    assert [one["key"] for one in api.get(FIELDS).json["data"]] == ["second", "colour"]
    assert api.get(f"{FIELDS}?about=customer").json["data"] == []
    assert api.delete(address).json["data"]["key"] == "colour"
    assert api.delete(address).status_code == 404


def test_a_field_in_use_is_deactivated(desk, admin, agent, alice, field):
    made = field("Order")
    ticket = desk.ticket(alice)
    desk.api(agent).put(f"{TICKETS}/{ticket.id}", json={"customFields": {"order": "A1"}})
    api = desk.api(admin)
    assert api.delete(f"{FIELDS}/{made.id}").status_code == 409
    [row] = api.get(FIELDS).json["data"]
    assert (row["isActive"], row["uses"]) == (False, 1)
    assert api.get(f"{FIELDS}?status=active").json["data"] == []


def test_agents_read_fields_and_admins_make_them(desk, agent, alice, field):
    made = field()
    api = desk.api(agent)
    assert len(api.get(FIELDS).json["data"]) == 1
    body = {"about": "ticket", "kind": "text", "label": "Mine"}
    for answer in (
        api.post(FIELDS, json=body),
        api.put(f"{FIELDS}/{made.id}", json={"label": "Mine"}),
        api.delete(f"{FIELDS}/{made.id}"),
    ):
        assert answer.status_code == 403
    assert desk.api(alice).get(FIELDS).status_code == 403


def test_bad_fields(desk, admin):
    api = desk.api(admin)
    bad(api.post(FIELDS, json={}), "about", "kind", "label")
    bad(
        api.post(FIELDS, json={"about": "x", "kind": 7, "label": ["a"], "choices": [1]}),
        *("about", "kind", "label", "choices"),
    )
    body = {"about": "ticket", "kind": "choice", "label": "", "requiredFor": "everybody"}
    bad(api.post(FIELDS, json=body | {"label": "x" * 81}), "label", "choices", "requiredFor")
    many = [str(number) for number in range(10_000)]
    bad(api.post(FIELDS, json=body | {"label": "C", "requiredFor": "nobody", "choices": many}),
        "choices")  # fmt: skip
    for id_ in ("0", "999", str(2**63), "x", "-1"):
        assert api.get(f"{FIELDS}/{id_}").status_code == 404
        assert api.put(f"{FIELDS}/{id_}", json={"label": "X"}).status_code == 404


def test_a_customer_fills_in_what_they_are_shown(desk, alice, agent, field):
    field("Order", shown=True, required="everybody"), field("Weight", "number", shown=True)
    field("Secret")
    api = desk.api(alice)
    bad(api.post(THEIRS, json=WORDS), "customFields.order")
    bad(api.post(THEIRS, json=WORDS | {"subject": ""}), "subject", "customFields.order")
    wrong = {"order": "A1", "weight": "heavy", "secret": "x", "nothing": 1}
    bad(
        api.post(THEIRS, json=WORDS | {"customFields": wrong}),
        *("customFields.weight", "customFields.secret", "customFields.nothing"),
    )
    more = api.post(THEIRS, json=WORDS | {"customFields": wrong, "categoryId": "x"})
    bad(more, "categoryId", *(f"customFields.{key}" for key in ("weight", "secret", "nothing")))
    given = {"order": "A1", "weight": 2.50}
    id_ = api.post(THEIRS, json=WORDS | {"customFields": given}).json["data"]["id"]
    kept = {"order": "A1", "weight": "2.5"}
    assert api.get(f"{THEIRS}/{id_}").json["data"]["customFields"] == kept
    assert api.get(THEIRS).json["data"][0]["customFields"] == kept
    staff = desk.api(agent)
    assert staff.get(f"{TICKETS}/{id_}").json["data"]["customFields"] == kept | {"secret": None}
    assert staff.get(TICKETS).json["data"][0]["customFields"] == kept | {"secret": None}


def test_a_form_sends_them_as_json(desk, alice, field):
    field("Order", shown=True)
    api = desk.api(alice)
    data = WORDS | {"customFields": '{"order": "A1"}'}
    id_ = api.post(THEIRS, data=data, content_type="multipart/form-data").json["data"]["id"]
    assert api.get(f"{THEIRS}/{id_}").json["data"]["customFields"] == {"order": "A1"}
    data = WORDS | {"customFields": "{"}
    bad(api.post(THEIRS, data=data, content_type="multipart/form-data"), "customFields")


def test_staff_change_only_what_is_given(desk, agent, alice, field):
    field("Order"), field("Gift", "checkbox"), field("Day", "date")
    ticket, api = desk.ticket(alice), desk.api(agent)
    address = f"{TICKETS}/{ticket.id}"
    first = api.put(address, json={"customFields": {"order": "A1", "gift": True}}).json["data"]
    assert first["customFields"] == {"order": "A1", "gift": True, "day": None}
    second = api.put(address, json={"customFields": {"order": None}}).json["data"]
    assert second["customFields"] == {"order": None, "gift": True, "day": None}
    assert api.put(address, json={"customFields": {}}).json["data"] == second | {"batch": None}
    undone = api.post(f"{TICKETS}/undo", json={"batch": second["batch"]})
    assert undone.status_code == 200
    assert api.get(address).json["data"]["customFields"]["order"] == "A1"
    log = api.get(f"{TICKETS}/ticket-logs?ticketId={ticket.id}").json["data"]
    assert "ticket.field" in {entry["action"] for entry in log}
    opened = api.post(TICKETS, json=WORDS | {"userId": alice.id, "customFields": {"order": "B"}})
    id_ = opened.json["data"]["id"]
    filled = api.get(f"{TICKETS}/{id_}").json["data"]["customFields"]
    assert filled == {"order": "B", "gift": False, "day": None}


@pytest.mark.parametrize(
    "value",
    [10**400, 2**63, 1e300, "NaN", "1e999", [1], {"a": 1}, True, "١", "1\0", "9" * 5000],
    ids=lambda value: repr(value)[:12] if not isinstance(value, int) else "int",
)
def test_what_is_no_number(desk, agent, alice, field, value):
    field("Weight", "number")
    ticket = desk.ticket(alice)
    body = {"customFields": {"weight": value}, "priority": "huge"}
    bad(desk.api(agent).put(f"{TICKETS}/{ticket.id}", json=body), "customFields.weight", "priority")


@pytest.mark.parametrize(
    "value",
    ["x", 1, [], [["order"]], '"x"', {str(n): n for n in range(201)}],
    ids=lambda value: repr(value)[:12],
)
def test_what_is_no_object_of_fields(desk, agent, alice, field, value):
    field("Order")
    ticket = desk.ticket(alice)
    answer = desk.api(agent).put(f"{TICKETS}/{ticket.id}", json={"customFields": value})
    bad(answer, "customFields")


def test_strange_keys_are_told_shortly(desk, agent, alice, field):
    ticket, api = desk.ticket(alice), desk.api(agent)
    for key in ("x" * 100_000, "a\0b", "\ud800"[0:0] + "é", "<b>", ""):
        answer = api.put(f"{TICKETS}/{ticket.id}", json={"customFields": {key: 1}})
        assert answer.status_code == 422 and len(answer.data) < 1000


def test_what_must_be_filled_in_before_solving(desk, agent, alice, field):
    field("Checked by", required="agents")
    ticket, api = desk.ticket(alice), desk.api(agent)
    address = f"{TICKETS}/{ticket.id}"
    bad(api.put(address, json={"status": "resolved"}), "customFields.checked_by")
    bad(api.post(address, json={"message": "Done", "status": 2}), "customFields.checked_by")
    assert desk.api(alice).put(f"{THEIRS}/{ticket.id}", json={"status": 2}).status_code == 200
    api.put(address, json={"status": "open"})
    body = {"status": "resolved", "customFields": {"checked_by": "Ana"}}
    assert api.put(address, json=body).json["data"]["status"] == "resolved"


def test_tickets_by_what_is_in_a_field(desk, agent, alice, field):
    field("Order"), field("Weight", "number")
    api = desk.api(agent)
    one, two = desk.ticket(alice), desk.ticket(alice)
    api.put(f"{TICKETS}/{one.id}", json={"customFields": {"order": "A:1", "weight": 3}})

    def found(query):
        answer = api.get(TICKETS, query_string={"customField": query})
        assert answer.status_code == 200, answer.text
        assert answer.headers["X-Total-Count"] == str(len(answer.json["data"]))
        return [row["id"] for row in answer.json["data"]]

    assert found("order:A:1") == [one.id]
    assert found("weight:3.0") == [one.id]
    assert found("order:") == [two.id]
    for query in ("order", ":x", "nothing:1", "weight:heavy", "a\0:1", "order:\0", "x" * 5000):
        answer = api.get(TICKETS, query_string={"customField": query})
        bad(answer, "customField", code=400)
    assert (
        len(desk.api(alice).get(THEIRS, query_string={"customField": "order:A:1"}).json["data"])
        == 2
    )
