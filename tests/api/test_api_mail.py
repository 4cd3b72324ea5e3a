"""Scripts of staff: the ledger, the outbox, the mails and the followers of a ticket."""

import pytest

from helpdesk import jobs
from helpdesk.database import transaction
from helpdesk.mail.models import Outcome, Sending
from helpdesk.mail.sending.links import link_of, token_of
from helpdesk.tickets import queries
from tests.mail.letters import fresh, letter
from tests.mail.rows import came_by_mail, outgoing, received

MAIL, OUTBOX = "/support-ticket/mail", "/support-ticket/outbox"


def ids(answer):
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json["data"]]


def walk(api, path):
    """All pages of a list, by its Link headers."""
    pages = []
    while path:
        answer = api.get(path)
        pages.append(ids(answer))
        link = answer.headers.get("Link", "")
        path = link.partition("<")[2].partition(">")[0].removeprefix("http://localhost:5000")
        path = path[path.index("/backend") :] if path else ""
    return pages


def test_the_ledger(desk, admin):
    held = received(outcome=Outcome.HELD, reason="Too deep.", subject="Odd", message_id="odd@x")
    filed = received(subject="A chair", sender="Bo <bo@x.example>")
    api = desk.api(admin)
    assert ids(api.get(MAIL)) == [filed.id, held.id]
    assert ids(api.get(f"{MAIL}?outcome=held")) == [held.id]
    assert ids(api.get(f"{MAIL}?keyword=odd@x")) == [held.id]
    assert ids(api.get(f"{MAIL}?keyword=BO@")) == [filed.id]
    one = api.get(f"{MAIL}/{held.id}").json["data"]
    assert (one["outcome"], one["reason"], one["size"]) == ("held", "Too deep.", held.size)
    assert api.get(f"{MAIL}?outcome=nonsense").status_code == 400
    assert api.get(f"{MAIL}/999999").status_code == 404


def test_lists_go_on_by_their_link(desk, admin):
    expected = [received(b"x", outcome=Outcome.HELD).id for _number in range(5)][::-1]
    api = desk.api(admin)
    for path in (f"{MAIL}?limit=2", f"{MAIL}/held?limit=2"):
        assert walk(api, path) == [expected[:2], expected[2:4], expected[4:]]
    ours = [outgoing().id for _number in range(5)][::-1]
    assert walk(api, f"{OUTBOX}?limit=2&state=sent") == [ours[:2], ours[2:4], ours[4:]]


def test_the_ledger_and_the_outbox_are_for_admins(desk, agent):
    held = received(outcome=Outcome.HELD)
    ignored = received(outcome=Outcome.IGNORED)
    api = desk.api(agent)
    assert api.get(MAIL).status_code == 403
    assert api.get(OUTBOX).status_code == 403
    assert ids(api.get(f"{MAIL}/held")) == [held.id]
    assert api.get(f"{MAIL}/{held.id}").status_code == 200
    for path in ("", "/original"):
        assert api.get(f"{MAIL}/{ignored.id}{path}").status_code == 404
    assert api.post(f"{MAIL}/{ignored.id}/retry", json={}).status_code == 404


def test_the_original(desk, agent):
    content = letter("Grüße")
    row = received(content, outcome=Outcome.HELD)
    answer = desk.api(agent).get(f"{MAIL}/{row.id}/original")
    assert answer.data == content
    assert answer.content_type == "message/rfc822"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_held_mail_is_filed_again(desk, agent):
    row = received(letter(subject="A chair"), outcome=Outcome.HELD)
    api = desk.api(agent)
    answer = api.post(f"{MAIL}/{row.id}/retry", json={"asNew": True})
    assert answer.json["data"]["outcome"] == "waiting"
    jobs.run_due(desk.app)
    assert fresh(row).outcome is Outcome.TICKET
    assert api.post(f"{MAIL}/{row.id}/retry", json={}).status_code == 409
    assert api.post(f"{MAIL}/{row.id}/retry", json={"asNew": "often"}).status_code == 422


def test_the_outbox(desk, admin, agent, alice):
    reply = desk.reply(agent, desk.ticket(alice))
    sent = outgoing(reply, recipient="alice@x.example")
    failed = outgoing(reply, state=Sending.FAILED, said="550 5.1.1 no")
    back = outgoing(reply, bounced_at=sent.created_at, bounce="5.2.2 full")
    api = desk.api(admin)
    assert ids(api.get(OUTBOX)) == [back.id, failed.id, sent.id]
    assert ids(api.get(f"{OUTBOX}?state=failed")) == [failed.id]
    assert ids(api.get(f"{OUTBOX}?cameBack=1")) == [back.id]
    assert ids(api.get(f"{OUTBOX}?keyword=ALICE")) == [sent.id]
    assert api.get(f"{OUTBOX}?state=failed").json["data"][0]["said"] == "550 5.1.1 no"


def test_what_is_done_about_a_mail_of_ours(desk, agent, admin, alice):
    reply = desk.reply(agent, desk.ticket(alice))
    api = desk.api(agent)
    failed = outgoing(reply, state=Sending.FAILED, said="550 5.1.1 no")
    assert api.post(f"{OUTBOX}/{failed.id}/resend").json["data"]["state"] == "waiting"
    assert api.post(f"{OUTBOX}/{failed.id}/resend").status_code == 409
    assert api.post(f"{OUTBOX}/{failed.id}/cancel").json["data"]["state"] == "cancelled"
    uncertain = outgoing(reply, state=Sending.UNCERTAIN)
    assert api.post(f"{OUTBOX}/{uncertain.id}/settle").json["data"]["state"] == "sent"
    assert api.post(f"{OUTBOX}/{uncertain.id}/settle").status_code == 409
    notice = outgoing(state=Sending.FAILED)
    assert api.post(f"{OUTBOX}/{notice.id}/resend").status_code == 404
    assert desk.api(admin).post(f"{OUTBOX}/{notice.id}/resend").status_code == 200


def test_the_mails_of_a_ticket(desk, agent, alice, bob):
    ticket = desk.ticket(alice)
    came = came_by_mail(queries.conversation(agent, ticket)[0])
    sent = outgoing(desk.reply(agent, ticket))
    data = desk.api(agent).get(f"/support-ticket/{ticket.id}/mail").json["data"]
    assert [row["id"] for row in data["received"]] == [came.received_id]
    assert [row["id"] for row in data["sent"]] == [sent.id]
    assert data["sent"][0]["ticketMessageId"] == sent.message_id


def test_followers(desk, agent, alice, bob):
    ticket = desk.ticket(alice)
    copied = [{"name": "Robert", "email": "robert@friends.example"}]
    came_by_mail(queries.conversation(agent, ticket)[0], copied=copied)
    api, path = desk.api(agent), f"/support-ticket/{ticket.id}/followers"
    assert api.get(path).json["data"] == []
    answer = api.post(path, json={"emailId": "ROBERT@friends.example"})
    [robert] = answer.json["data"]
    assert (robert["name"], robert["emailId"]) == ("Robert", "robert@friends.example")
    answer = api.post(path, json={"userId": bob.id})
    assert [one["name"] for one in answer.json["data"]] == ["Bob Lind", "Robert"]
    answer = api.delete(f"{path}/{robert['userId']}")
    assert [one["name"] for one in answer.json["data"]] == ["Bob Lind"]
    assert api.delete(f"{path}/0").status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "emailId"),
        ({"emailId": "nobody@x.example"}, "emailId"),
        ({"emailId": "\0"}, "emailId"),
        ({"userId": 999_999}, "userId"),
        ({"userId": "x"}, "userId"),
    ],
)
def test_a_follower_that_is_none(desk, agent, alice, body, field):
    path = f"/support-ticket/{desk.ticket(alice).id}/followers"
    answer = desk.api(agent).post(path, json=body)
    assert answer.status_code == 422
    assert answer.json["errors"].keys() == {field}


def test_staff_do_not_follow(desk, agent, admin, alice):
    path = f"/support-ticket/{desk.ticket(alice).id}/followers"
    for user in (admin, alice):
        answer = desk.api(agent).post(path, json={"userId": user.id})
        assert answer.status_code == 422
        assert "userId" in answer.json["errors"]


def test_what_customers_get_has_nothing_of_mail(desk, agent, alice):
    ticket = desk.ticket(alice)
    message = queries.conversation(agent, ticket)[0]
    came_by_mail(message, sender="Work <alice@work.example>", quoted="Earlier", copied=[])
    answer = desk.api(alice).get(f"/customer-support-ticket/{ticket.id}")
    assert "work.example" not in answer.text
    assert "Earlier" not in answer.text
    assert desk.api(alice).get(f"{MAIL}/1").status_code == 403


def test_the_links_in_mails_are_ended(desk, agent, alice):
    ticket = desk.ticket(alice)
    with transaction():
        token = token_of(link_of(ticket, alice))
    path = f"/support-ticket/{ticket.id}/mail/links"
    assert desk.browser().get(f"/r/{token}").status_code == 303
    for ended in (1, 0):
        assert desk.api(agent).delete(path).json["data"] == {"ended": ended}
    assert desk.browser().get(f"/r/{token}").status_code == 404
    assert desk.api(agent).delete("/support-ticket/999999/mail/links").status_code == 404
    assert desk.api(alice).delete(path).status_code == 403
