"""Webhooks by the API: made, changed, paused, removed, by admins; a secret is told once."""

import pytest

HOOKS = "/support-ticket/webhooks"
NEW = {
    "webhookName": "Chat",
    "url": "https://chat.example/hooks/desk",
    "events": ["ticket.opened", "ticket.replied"],
}


@pytest.fixture
def api(desk, admin):
    return desk.api(admin)


def test_one_is_made_shown_changed_and_removed(api):
    made = api.post(HOOKS, json=NEW).json["data"]
    assert made["secret"].startswith("whsec_")
    assert made["isActive"] is True
    shown = api.get(f"{HOOKS}/{made['id']}")
    assert {**shown.json["data"], "secret": made["secret"]} == made
    assert "whsec_" not in shown.text + api.get(HOOKS).text
    assert [one["id"] for one in api.get(HOOKS).json["data"]] == [made["id"]]
    changes = {"events": ["ticket.noted"], "isActive": False}
    changed = api.put(f"{HOOKS}/{made['id']}", json=changes).json["data"]
    assert (changed["webhookName"], changed["events"], changed["isActive"]) == (
        "Chat",
        ["ticket.noted"],
        False,
    )
    assert api.put(f"{HOOKS}/{made['id']}", json={"isActive": True}).json["data"]["isActive"]
    assert api.delete(f"{HOOKS}/{made['id']}").status_code == 200
    assert api.get(f"{HOOKS}/{made['id']}").status_code == 404
    assert api.get(HOOKS).json["data"] == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"webhookName": ""}, "webhookName"),
        ({"url": "ftp://chat.example"}, "url"),
        ({"url": "http://chat.example/plain"}, "url"),
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"events": []}, "events"),
        ({"events": ["ticket.nonsense"]}, "events"),
        ({"events": "ticket.opened"}, "events"),
        ({"events": [None]}, "events"),
        ({"events": [["ticket.opened"]]}, "events"),
    ],
)
def test_what_is_wrong_is_named(api, wrong, field):
    answer = api.post(HOOKS, json=NEW | wrong)
    assert answer.status_code == 422
    assert field in answer.json["errors"]
    assert api.get(HOOKS).json["data"] == []


def test_a_new_secret_and_a_test(api):
    made = api.post(HOOKS, json=NEW).json["data"]
    renewed = api.post(f"{HOOKS}/{made['id']}/secret", json={}).json["data"]
    assert renewed["secret"].startswith("whsec_")
    assert renewed["secret"] != made["secret"]
    sent = api.post(f"{HOOKS}/{made['id']}/test", json={}).json["data"]
    assert (sent["type"], sent["state"], sent["eventId"]) == ("webhook.test", "waiting", None)
    listed = api.get(f"{HOOKS}/{made['id']}/deliveries?state=waiting").json["data"]
    assert [one["id"] for one in listed] == [sent["id"]]
    again = api.post(f"{HOOKS}/{made['id']}/deliveries/{sent['id']}", json={})
    assert again.json["data"]["key"] == sent["key"]
    api.put(f"{HOOKS}/{made['id']}", json={"isActive": False})
    assert api.post(f"{HOOKS}/{made['id']}/test", json={}).status_code == 409
    assert api.post(f"{HOOKS}/{made['id']}/deliveries/999", json={}).status_code == 404


def test_a_secret_is_not_kept_for_a_retry(api, desk):
    made = api.post(HOOKS, json=NEW, headers={"Idempotency-Key": "one"}).json["data"]
    for path in desk.folder.glob("helpdesk.db*"):
        assert made["secret"].encode() not in path.read_bytes()


def test_an_address_that_is_plain_stays_so_when_another_thing_changes(api):
    plain = NEW | {"url": "http://chat.example/plain", "mayBePlain": True}
    made = api.post(HOOKS, json=plain).json["data"]
    assert api.put(f"{HOOKS}/{made['id']}", json={"webhookName": "Other"}).status_code == 200
    moved = api.put(f"{HOOKS}/{made['id']}", json={"url": "http://other.example/"})
    assert moved.status_code == 422


def test_only_admins_may(desk, agent, alice, api):
    made = api.post(HOOKS, json=NEW).json["data"]
    for person in (agent, alice):
        other = desk.api(person)
        for method, path in (
            ("GET", HOOKS),
            ("POST", HOOKS),
            ("GET", f"{HOOKS}/{made['id']}"),
            ("PUT", f"{HOOKS}/{made['id']}"),
            ("DELETE", f"{HOOKS}/{made['id']}"),
            ("POST", f"{HOOKS}/{made['id']}/secret"),
            ("GET", f"{HOOKS}/{made['id']}/deliveries"),
        ):
            json = {} if method in ("POST", "PUT") else None
            assert other.open(method, path, json=json).status_code == 403
