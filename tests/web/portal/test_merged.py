"""The old number of a request that was merged still leads its customer to their words."""

from helpdesk.accounts.models import DESK
from helpdesk.tickets import actions, queries


def test_old_address_reply_status_and_file(desk, alice, bob, agent):
    old = desk.ticket(alice, "Old", "Old words", files=[desk.file()])
    new = desk.ticket(alice, "New", "New words")
    file = queries.conversation(DESK, old)[0].attachments[0]
    actions.merge(agent, [old], new)
    browser = desk.browser(alice)

    assert browser.get(f"/tickets/{old.id}").location == f"/tickets/{new.id}"
    page = browser.get(f"/tickets/{old.id}", follow_redirects=True).text
    assert "Old words" in page and "New words" in page
    answer = browser.post(f"/tickets/{old.id}/reply", data={"message": "More"})
    assert answer.location == f"/tickets/{new.id}#end"
    answer = browser.post(f"/tickets/{old.id}/status", data={"status": "resolved"})
    assert answer.location == f"/tickets/{new.id}"
    assert desk.fresh(new).status == "resolved"
    for id_ in (old.id, new.id):
        assert browser.get(f"/tickets/{id_}/files/{file.key}/lamp.png").status_code == 200
    assert desk.browser(bob).get(f"/tickets/{old.id}").status_code == 404


def test_the_api_answers_by_the_old_number(desk, alice, bob, agent):
    old, new = desk.ticket(alice, "Old"), desk.ticket(alice, "New")
    actions.merge(agent, [old], new)
    path = f"/customer-support-ticket/{old.id}"

    assert desk.api(alice).get(path).json["data"]["id"] == new.id
    assert desk.api(alice).put(path, json={"status": 2}).json["data"]["id"] == new.id
    more = {"ticketId": old.id, "message": "More"}
    assert desk.api(alice).post("/customer-support-ticket", json=more).json["data"]["id"] == new.id
    assert desk.api(bob).get(path).status_code == 404
