"""The examples of the documented page, as it shows them: names, JSON types, messages (API.md)."""

import json

import pytest

# Copied from the page, response by response.
CATEGORIES = """
{
  "status": "success",
  "message": "Successfully retrieved ticket categories",
  "data": [
    {
      "createdBy": "admin",
      "createdDate": "2025-04-20",
      "modifiedBy": "admin",
      "modifiedDate": "2025-04-20",
      "id": "123",
      "categoryName": "Technical Issue",
      "parentCategoryId": "null",
      "isActive": true,
      "isDelete": false
    }
  ]
}
"""
TICKETS = """
{
  "status": "success",
  "message": "Customer support tickets retrieved successfully.",
  "data": [
    {
      "categoryId": 1,
      "subCategoryId": 2,
      "refId": "TKT123",
      "subject": "Issue with Product",
      "description": "The product is defective.",
      "status": "open",
      "userId": 123,
      "userType": "customer",
      "createdDate": "2025-04-20T12:34:56Z",
      "id": 1
    }
  ]
}
"""
DETAIL = """
{
  "status": "success",
  "message": "Customer support ticket details retrieved successfully.",
  "data": {
    "createdBy": "admin",
    "createdDate": "2025-04-20T12:34:56Z",
    "modifiedBy": "admin",
    "modifiedDate": "2025-04-21T08:45:00Z",
    "id": 1,
    "refId": "TKT123",
    "userId": 123,
    "userType": "customer",
    "categoryId": 2,
    "subCategoryId": 1,
    "subject": "Issue with Product",
    "description": "The product is defective.",
    "isActive": true,
    "isDelete": false,
    "status": "open",
    "ticketMessage": [
      {
        "createdBy": "customer",
        "createdDate": "2025-04-20T12:34:56Z",
        "modifiedBy": "admin",
        "modifiedDate": "2025-04-21T08:45:00Z",
        "id": 1,
        "ticketId": 1,
        "senderId": 123,
        "senderType": "customer",
        "message": "Can you please assist me with this issue?",
        "sentAt": "2025-04-20T12:34:56Z",
        "isActive": true,
        "isDelete": false,
        "createdByType": "customer",
        "modifiedByType": "admin",
        "ticketAttachments": []
      }
    ]
  }
}
"""
UPDATED = """
{
  "status": "success",
  "message": "Customer support ticket status updated successfully.",
  "data": {
    "createdBy": "admin",
    "createdDate": "2025-04-20T12:34:56Z",
    "modifiedBy": "admin",
    "modifiedDate": "2025-04-21T08:45:00Z",
    "id": 1,
    "refId": "TKT123",
    "userId": 123,
    "userType": "customer",
    "categoryId": 2,
    "subCategoryId": 1,
    "subject": "Issue with Product",
    "description": "The product is defective.",
    "isActive": true,
    "isDelete": false,
    "status": "resolved"
  }
}
"""
REQUEST = """
{
  "categoryId": 1,
  "subCategoryId": 2,
  "ticketId": 123,
  "subject": "Issue with Product",
  "description": "The product is defective.",
  "message": "Please check the issue with the product.",
  "attachments": [
    {
      "fileName": "image1.jpg",
      "filePath": "/uploads/image1.jpg"
    }
  ]
}
"""
CREATED = """
{
  "status": "success",
  "message": "Customer support ticket created successfully.",
  "data": {
    "ticketId": 123,
    "categoryId": 1,
    "subCategoryId": 2,
    "subject": "Issue with Product",
    "description": "The product is defective.",
    "message": "Please check the issue with the product.",
    "attachments": [
      {
        "fileName": "image1.jpg",
        "filePath": "/uploads/image1.jpg"
      }
    ]
  }
}
"""
SIDES = ("customer", "vendor")


def assert_like(documented, answered, where="answer"):
    """Every documented key is there with its JSON type; lists are of things like the first."""
    assert type(answered) is type(documented), f"{where}: {answered!r}"
    if isinstance(documented, dict):
        for key, value in documented.items():
            assert key in answered, f"{where} lacks {key}"
            assert_like(value, answered[key], f"{where}.{key}")
    if isinstance(documented, list) and documented:
        assert answered, f"{where} is empty"
        for item in answered:
            assert_like(documented[0], item, f"{where}[]")


def documented(example, side="customer"):
    """The example as it is for *side*: the vendors' pages are the same in other words."""
    found = json.loads(example)
    found["message"] = found["message"].replace("Customer", side.title())
    return found


@pytest.fixture(params=SIDES)
def side(request):
    return request.param


@pytest.fixture
def person(desk, side):
    return desk.user(side)


@pytest.fixture
def ticket(desk, person):
    top = desk.category("Technical Issue")
    return desk.ticket(
        person,
        subject="Issue with Product",
        message="Can you please assist me with this issue?",
        description="The product is defective.",
        category_id=top.id,
        subcategory_id=desk.category("Defects", parent=top).id,
    )


def test_categories(desk, side):
    top = desk.category("Technical Issue")
    desk.category("Defects", parent=top)
    answer = desk.api().get(f"/{side}-support-ticket/ticket-category")
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    assert_like(documented(CATEGORIES), answer.json)
    assert answer.json["message"] == "Successfully retrieved ticket categories"
    first, second = answer.json["data"]
    assert first.keys() == json.loads(CATEGORIES)["data"][0].keys()
    assert (first["id"], first["parentCategoryId"]) == (str(top.id), "null")
    assert second["parentCategoryId"] == str(top.id)
    assert first["createdBy"] == "admin"
    assert len(first["createdDate"]) == len("2025-04-20")


def test_list(desk, side, person, ticket):
    answer = desk.api(person).get(f"/{side}-support-ticket")
    assert answer.status_code == 200
    expected = documented(TICKETS, side)
    assert_like(expected, answer.json)
    assert answer.json["message"] == expected["message"]
    [row] = answer.json["data"]
    assert row.keys() - expected["data"][0].keys() == {"customFields"}
    assert expected["data"][0].keys() <= row.keys()
    assert (row["id"], row["refId"]) == (ticket.id, f"TKT{ticket.id}")
    assert (row["userId"], row["userType"], row["status"]) == (person.id, side, "open")
    assert row["description"] == "The product is defective."


def test_detail(desk, side, person, agent, ticket):
    desk.reply(agent, ticket, "Of course.")
    answer = desk.api(person).get(f"/{side}-support-ticket/{ticket.id}")
    assert answer.status_code == 200
    expected = documented(DETAIL, side)
    assert_like(expected, answer.json)
    assert answer.json["message"] == expected["message"]
    data = answer.json["data"]
    assert [one["message"] for one in data["ticketMessage"]] == [
        "Of course.",
        "Can you please assist me with this issue?",
    ]
    ours, theirs = data["ticketMessage"]
    assert (ours["senderType"], theirs["senderType"]) == ("admin", side)
    assert ours["postedBy"] == {"id": agent.id, "name": "Ana Gent"}
    assert (data["createdBy"], data["modifiedBy"]) == (side, "admin")
    assert (data["categoryName"], data["subCategoryName"]) == ("Technical Issue", "Defects")
    assert (data["status"], data["isActive"], data["isDelete"]) == ("pending", True, False)


def test_update(desk, side, person, ticket):
    answer = desk.api(person).put(f"/{side}-support-ticket/{ticket.id}", json={"status": 2})
    assert answer.status_code == 200
    expected = documented(UPDATED, side)
    assert_like(expected, answer.json)
    assert answer.json["message"] == expected["message"]
    assert answer.json["data"]["status"] == "resolved"
    assert answer.json["data"].keys() >= expected["data"].keys()
    assert "ticketMessage" not in answer.json["data"]


def test_create_as_a_reply(desk, side, person, ticket):
    """The page's own request: it names a ticket, so it is a reply to it."""
    api = desk.api(person)
    upload = api.post(
        f"/{side}-support-ticket/attachment", data={"file": desk.upload("image1.jpg")}
    )
    body = json.loads(REQUEST) | {
        "ticketId": ticket.id,
        "attachments": [{"fileName": "image1.jpg", "filePath": upload.json["data"]["filePath"]}],
    }
    answer = api.post(f"/{side}-support-ticket", json=body)
    assert answer.status_code == 200, answer.text
    expected = documented(CREATED, side)
    assert_like(expected, answer.json)
    assert answer.json["message"] == expected["message"]
    data = answer.json["data"]
    assert (data["ticketId"], data["id"], data["refId"]) == (ticket.id, ticket.id, ticket.ref)
    assert data["message"] == "Please check the issue with the product."
    assert data["subject"] == "Issue with Product"
    assert data["attachments"][0]["fileName"] == "image1.jpg"


def test_create(desk, side, person):
    top = desk.category("Technical Issue")
    child = desk.category("Defects", parent=top)
    body = json.loads(REQUEST) | {"categoryId": top.id, "subCategoryId": child.id}
    body |= {"ticketId": None, "attachments": [{"fileName": "image1.jpg", "content": "aGVsbG8="}]}
    answer = desk.api(person).post(f"/{side}-support-ticket", json=body)
    assert answer.status_code == 200, answer.text
    assert_like(documented(CREATED, side), answer.json)
    data = answer.json["data"]
    assert (data["categoryId"], data["subCategoryId"]) == (top.id, child.id)
    assert data["description"] == "The product is defective."
    assert data["message"] == "Please check the issue with the product."
    assert (data["status"], data["userId"], data["userType"]) == ("open", person.id, side)
    assert data["refId"] == f"TKT{data['ticketId']}"
    assert data["createdDate"].endswith("Z")


@pytest.mark.parametrize(
    ("method", "path", "sentence"),
    [
        (
            "GET",
            "/{side}-support-ticket/ticket-category",
            "Failed to retrieve {side} support ticket categories",
        ),
        ("GET", "/{side}-support-ticket", "Failed to retrieve {side} support tickets"),
        ("GET", "/{side}-support-ticket/1", "Failed to retrieve {side} support ticket"),
        ("PUT", "/{side}-support-ticket/1", "Failed to update {side} support ticket status"),
        ("POST", "/{side}-support-ticket", "Failed to create {side} support ticket"),
    ],
)
def test_a_fault_of_ours_is_told_in_the_words_of_the_page(
    desk, side, person, monkeypatch, caplog, method, path, sentence
):
    from helpdesk.fields import queries as fields
    from helpdesk.tickets import actions, queries

    def broken(*_args, **_options):
        raise RuntimeError("the disk has a secret")

    for name in ("categories", "count", "get"):
        monkeypatch.setattr(queries, name, broken)
    monkeypatch.setattr(fields, "fields", broken)
    monkeypatch.setattr(actions, "open_with_words", broken)
    body = {"status": 2, "subject": "Lamp", "message": "Broken"}
    answer = desk.api(person).open(method, path.format(side=side), json=body)
    assert answer.status_code == 500
    assert answer.json["status"] == "error"
    assert answer.json["message"] == sentence.format(side=side)
    assert answer.json["requestId"] == answer.headers["X-Request-ID"]
    assert "secret" not in answer.text
    assert "the disk has a secret" in caplog.text
