"""Mailboxes by the API: kept by admins; passwords go in and never come out."""

import pytest

from helpdesk.database import db
from helpdesk.mail.mailboxes import checks, queries

BOXES = "/support-ticket/mailboxes"
SECRET = "open sesame"
BOX = {
    "mailboxName": "support",
    "address": "support@shop.example",
    "imapHost": "imap.shop.example",
    "imapUser": "me",
    "imapPassword": SECRET,
}


@pytest.fixture
def api(desk, admin):
    return desk.api(admin)


def kept():
    db.session.rollback()
    db.session.expire_all()
    [row] = queries.mailboxes()
    return row


def test_a_mailbox_is_made_changed_and_deleted(api):
    answer = api.post(BOXES, json=BOX)
    assert answer.status_code in (200, 201), answer.text
    made = answer.json["data"]
    assert (made["imapHost"], made["imapPort"], made["isActive"]) == (
        "imap.shop.example",
        993,
        True,
    )
    assert "imapPassword" not in made and SECRET not in answer.text
    address = f"{BOXES}/{made['id']}"
    assert api.get(address).json["data"] == made
    assert api.get(BOXES).json["data"] == [made]
    changed = api.put(address, json={"imapFolder": "Süd", "isActive": False}).json["data"]
    assert changed == made | {"imapFolder": "Süd", "isActive": False}
    assert kept().imap_password == SECRET
    assert api.put(address, json={"isActive": True}).json["data"]["isActive"]
    assert api.delete(address).status_code == 409
    api.put(address, json={"isActive": False})
    assert api.delete(address).json["data"]["mailboxName"] == "support"
    assert api.get(address).status_code == 404


def test_null_empties_and_left_out_stays(desk, api):
    category = desk.category("Lamps")
    body = BOX | {"categoryId": category.id, "signature": "Bye", "smtpHost": "smtp.shop.example"}
    made = api.post(BOXES, json=body).json["data"]
    address = f"{BOXES}/{made['id']}"
    assert api.put(address, json={"senderName": "Lamps"}).json["data"]["signature"] == "Bye"
    body = {"categoryId": None, "signature": None, "smtpHost": None, "imapHost": ""}
    emptied = api.put(address, json=body).json["data"]
    assert emptied["categoryId"] is None
    assert (emptied["signature"], emptied["smtpHost"], emptied["imapHost"]) == ("", "", "")
    assert kept().imap_password == ""


def test_all_that_is_wrong_is_told_in_the_apis_words(api):
    body = {
        "mailboxName": "a b",
        "address": "x",
        "imapHost": "a/b",
        "imapUser": "me",
        "categoryId": 99,
    }
    answer = api.post(BOXES, json=body)
    assert answer.status_code == 422
    wrong = {"mailboxName", "address", "imapHost", "imapPassword", "categoryId"}
    assert set(answer.json["errors"]) == wrong
    for broken in ({"imapPort": 0}, {"imapSecurity": "magic"}, {"replyTag": 1}, {"imapPort": "x"}):
        assert api.post(BOXES, json=BOX | broken).status_code in (400, 422)
    assert api.post(BOXES, json={}).status_code == 422
    assert api.get(BOXES).json["data"] == []


def test_a_password_is_not_sent_to_another_server(api):
    made = api.post(BOXES, json=BOX).json["data"]
    answer = api.put(f"{BOXES}/{made['id']}", json={"imapHost": "evil.example"})
    assert set(answer.json["errors"]) == {"imapPassword"}
    assert kept().imap_host == "imap.shop.example"


def test_only_admins(desk, agent, api):
    made = api.post(BOXES, json=BOX).json["data"]
    theirs = desk.api(agent)
    for method, path in (
        ("GET", BOXES),
        ("POST", BOXES),
        ("GET", f"{BOXES}/{made['id']}"),
        ("PUT", f"{BOXES}/{made['id']}"),
        ("DELETE", f"{BOXES}/{made['id']}"),
        ("POST", f"{BOXES}/{made['id']}/test"),
    ):
        assert theirs.open(method, path, json=BOX).status_code == 403


def test_a_mailbox_is_tested(api):
    made = api.post(BOXES, json=BOX).json["data"]
    address = f"{BOXES}/{made['id']}/test"
    assert api.get(address).status_code == 404
    begun = api.post(address).json["data"]
    assert (begun["steps"], begun["endedDate"]) == ([], None)
    assert checks.is_running(checks.last_of(kept()))
    assert api.get(address).json["data"] == begun
