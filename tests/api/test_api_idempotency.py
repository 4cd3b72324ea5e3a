"""A POST that is sent again: done once, answered the same (API.md, ``Idempotency-Key``)."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from helpdesk.files import store

TICKETS = "/customer-support-ticket"
WORDS = {"subject": "Lamp", "message": "Broken"}
KEY = {"Idempotency-Key": "order 77, first try"}


def count(desk, person):
    return desk.api(person).get(f"{TICKETS}?count=1").json["data"]


def files_on_disk(desk):
    local = [path for path in (desk.folder / "attachments").rglob("*") if path.is_file()]
    return local if store().is_local else [*local, *store().names()]


def test_a_retry_is_answered_as_the_first_was(desk, alice):
    api = desk.api(alice)
    first, again = (api.post(TICKETS, json=WORDS, headers=KEY) for _time in range(2))
    assert first.status_code == again.status_code == 200
    assert first.data == again.data
    assert first.content_type == again.content_type
    assert count(desk, alice) == 1


def test_without_a_key_it_is_done_twice(desk, alice):
    for _time in range(2):
        desk.api(alice).post(TICKETS, json=WORDS, headers={"Idempotency-Key": ""})
    assert count(desk, alice) == 2


def test_the_order_of_the_fields_is_no_other_request(desk, alice):
    api = desk.api(alice)
    first = api.post(
        TICKETS, data=b'{"subject":"A","message":"B"}', content_type="application/json", headers=KEY
    )
    again = api.post(
        TICKETS,
        data=b'{ "message": "B", "subject": "A" }',
        content_type="application/json",
        headers=KEY,
    )
    assert first.data == again.data
    assert count(desk, alice) == 1


@pytest.mark.parametrize("other", [{"message": "Other"}, {"extra": 1}, {"ticketId": 1}])
def test_a_key_that_came_with_another_request(desk, alice, other):
    api = desk.api(alice)
    api.post(TICKETS, json=WORDS, headers=KEY)
    answer = api.post(TICKETS, json=WORDS | other, headers=KEY)
    assert answer.status_code == 409
    assert answer.json["status"] == "error"
    assert count(desk, alice) == 1


def test_a_key_is_its_users_own(desk, alice, bob):
    for person in (alice, bob):
        assert desk.api(person).post(TICKETS, json=WORDS, headers=KEY).status_code == 200
        assert count(desk, person) == 1


def test_a_key_lasts_for_24_hours(desk, alice, travel):
    api = desk.api(alice)
    first = api.post(TICKETS, json=WORDS, headers=KEY)
    travel(hours=24, seconds=-5)
    assert api.post(TICKETS, json=WORDS, headers=KEY).data == first.data
    travel(hours=24, seconds=5)
    assert api.post(TICKETS, json={**WORDS, "subject": "New"}, headers=KEY).status_code == 200
    assert count(desk, alice) == 2


def test_what_failed_may_be_tried_again(desk, alice):
    api = desk.api(alice)
    assert api.post(TICKETS, json={"subject": "Lamp"}, headers=KEY).status_code == 422
    assert api.post(TICKETS, json={"ticketId": 9, "message": "x"}, headers=KEY).status_code == 404
    assert api.post(TICKETS, json=WORDS, headers=KEY).status_code == 200


@pytest.mark.parametrize("key", ["x" * 201, "café", "tab\there", "\x7f"])
def test_a_key_out_of_form(desk, alice, key):
    answer = desk.api(alice).post(TICKETS, json=WORDS, headers={"Idempotency-Key": key})
    assert answer.status_code == 400
    assert count(desk, alice) == 0


def test_the_longest_key(desk, alice):
    headers = {"Idempotency-Key": "x" * 200}
    assert desk.api(alice).post(TICKETS, json=WORDS, headers=headers).status_code == 200


def test_a_retry_with_files_keeps_them_once(desk, alice):
    api = desk.api(alice)

    def send(content):
        form = WORDS | {"attachments": desk.upload("a.txt", content)}
        return api.post(TICKETS, data=form, headers=KEY)

    first, again = send(b"one"), send(b"one")
    assert first.data == again.data
    assert len(files_on_disk(desk)) == 1
    assert send(b"two").status_code == 409
    assert len(files_on_disk(desk)) == 1


def test_a_retry_that_claims_an_upload(desk, alice):
    api = desk.api(alice)
    upload = api.post(f"{TICKETS}/attachment", data={"file": desk.upload()}).json["data"]
    body = WORDS | {"attachments": [{"filePath": upload["filePath"]}]}
    first, again = (api.post(TICKETS, json=body, headers=KEY) for _time in range(2))
    assert (first.status_code, first.data) == (200, again.data)


def test_replies_and_uploads_and_what_staff_make(desk, alice, agent):
    ticket = desk.ticket(alice)
    requests = [
        (alice, TICKETS, {"json": {"ticketId": ticket.id, "message": "Hello?"}}),
        (agent, f"/support-ticket/{ticket.id}", {"json": {"message": "Hm", "internal": True}}),
        (agent, "/support-ticket", {"json": WORDS | {"userId": alice.id}}),
        (agent, "/support-ticket/ticket-category", {"json": {"categoryName": "Lamps"}}),
    ]
    for number, (person, path, options) in enumerate(requests):
        headers = {"Idempotency-Key": f"key {number}"}
        first, again = (
            desk.api(person).post(path, headers=headers, **options) for _time in range(2)
        )
        assert first.status_code == 200, first.text
        assert first.data == again.data
    assert (
        len(desk.api(agent).get(f"/support-ticket/{ticket.id}").json["data"]["ticketMessage"]) == 3
    )
    assert count(desk, alice) == 2


def test_another_address_is_another_request(desk, alice, agent):
    first, second = desk.ticket(alice), desk.ticket(alice)
    api = desk.api(agent)
    body = {"message": "Hello"}
    assert api.post(f"/support-ticket/{first.id}", json=body, headers=KEY).status_code == 200
    assert api.post(f"/support-ticket/{second.id}", json=body, headers=KEY).status_code == 409


def test_eight_at_once_are_done_once(desk, alice):
    token = {"Authorization": f"Bearer {desk.token(alice)}", **KEY}
    desk.app.test_client()

    def send(_number):
        client = desk.app.test_client()
        answer = client.post("/backend/api/api" + TICKETS, json=WORDS, headers=token)
        return answer.status_code, answer.data

    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(send, range(8)))
    assert len(answers) == 1
    assert answers.pop()[0] == 200
    assert count(desk, alice) == 1


@pytest.mark.parametrize("extra", [10**25, -(10**25), 1.5, "é\0", [[[[]]]], {"": None}])
def test_whatever_json_has_is_part_of_the_request(desk, alice, extra):
    api = desk.api(alice)
    first, again = (
        api.post(TICKETS, json=WORDS | {"extra": extra}, headers=KEY) for _time in range(2)
    )
    assert first.status_code == 200, first.text
    assert first.data == again.data
    assert api.post(TICKETS, json=WORDS | {"extra": "other"}, headers=KEY).status_code == 409


@pytest.mark.parametrize("deep", [50, 150, 300, 600, 900, 980, 5000])
def test_a_deep_body_is_no_fault_of_ours(desk, alice, deep):
    body = b'{"subject": "Lamp", "message": "Broken", "extra": ' + b"[" * deep + b"]" * deep + b"}"
    answer = desk.api(alice).post(TICKETS, data=body, content_type="application/json", headers=KEY)
    assert answer.status_code in (200, 400), answer.text
