"""Replies and notes of staff: all or nothing, nothing lost, nothing twice."""

import re

import pytest

from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.tickets import actions, queries
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.models import Status
from tests.desk import PNG, upload


def messages(ticket):
    """What the database has now."""
    db.session.rollback()
    return queries.conversation(DESK, ticket)


def bodies(ticket):
    return [message.body for message in messages(ticket)]


def attachments(ticket):
    return [file for message in messages(ticket) for file in message.attachments]


def test_a_reply_goes_with_a_status_and_an_assignee(desk, alice, agent, admin, compose):
    ticket = desk.ticket(alice)
    answer = compose(
        desk.browser(agent), ticket, message="Sorry!", reply_status="resolved", assign=admin.id
    )
    ticket = desk.fresh(ticket)
    assert answer.location.startswith(f"/desk/tickets/{ticket.id}")
    assert bodies(ticket) == ["It is broken.", "Sorry!"]
    assert (ticket.status, ticket.assignee_id) == (Status.RESOLVED, admin.id)


def test_a_reply_waits_for_the_customer_unless_told_otherwise(desk, alice, agent, read, compose):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    page = read(browser, f"/desk/tickets/{ticket.id}")
    assert page.hidden("reply_status") == "pending"
    compose(browser, ticket, page, message="Which lamp?", assign="me")
    ticket = desk.fresh(ticket)
    assert (ticket.status, ticket.assignee_id) == (Status.PENDING, agent.id)


def test_nothing_is_sent_when_a_part_of_it_fails(desk, alice, bob, agent, compose):
    ticket = desk.ticket(alice)
    answer = compose(desk.browser(agent), ticket, message="Mine to keep", assign=bob.id)
    assert answer.status_code == 422
    assert "Mine to keep</textarea>" in answer.text
    ticket = desk.fresh(ticket)
    assert (bodies(ticket), ticket.status) == (["It is broken."], Status.OPEN)


def test_a_note_stays_between_staff_and_leaves_the_status(desk, alice, agent, admin, compose):
    ticket = desk.ticket(alice)
    compose(desk.browser(agent), ticket, kind="note", message="She is a regular")
    assert desk.fresh(ticket).status is Status.OPEN
    seen = desk.browser(admin).get(f"/desk/tickets/{ticket.id}").text
    note = seen.partition("She is a regular")[0].rpartition("<li")[2]
    assert 'class="message is-note"' in note
    assert "Only staff see this" in note
    portal = desk.browser(alice)
    for path in ("/", "/tickets", f"/tickets/{ticket.id}"):
        assert "regular" not in portal.get(path, follow_redirects=True).text
    assert "regular" not in desk.browser(agent).get("/desk/views/all").text  # nor in last words


def test_a_note_may_set_a_status(desk, alice, agent, compose):
    ticket = desk.ticket(alice)
    compose(desk.browser(agent), ticket, kind="note", message="By phone", note_status="closed")
    assert desk.fresh(ticket).status is Status.CLOSED


@pytest.mark.parametrize("kind", ["", "Reply", "reply ", "note"])
def test_only_what_says_so_is_sent_to_the_customer(desk, alice, agent, compose, kind):
    ticket = desk.ticket(alice)
    compose(desk.browser(agent), ticket, kind=kind, message="For us")
    assert [message.internal for message in messages(ticket)] == [False, True]


def test_a_note_s_file_is_for_staff_only(desk, alice, agent, compose):
    ticket = desk.ticket(alice)
    compose(desk.browser(agent), ticket, kind="note", message="See", files=upload(PNG, "till.png"))
    [file] = attachments(ticket)
    path = f"tickets/{ticket.id}/files/{file.key}/till.png"
    assert desk.browser(agent).get(f"/desk/{path}").data == PNG
    assert desk.browser(alice).get(f"/{path}").status_code == 404
    assert desk.browser(alice).get(f"/desk/{path}").status_code == 403


def test_files_go_with_a_reply(desk, alice, agent, compose, read):
    ticket = desk.ticket(alice)
    files = [upload(PNG, "new.png"), upload(b"%PDF-1.7", "label.pdf")]
    browser = desk.browser(agent)
    compose(browser, ticket, message="", files=files)
    assert [file.file_name for file in attachments(ticket)] == ["new.png", "label.pdf"]
    page = read(browser, f"/desk/tickets/{ticket.id}")
    assert page.text.count('class="file is-picture"') == 1
    address = re.search(r'href="(/desk/tickets/[^"]+/new\.png)"', page.text)[1]
    assert browser.get(address).headers["Content-Type"] == "image/png"


def test_a_reply_waits_when_the_customer_wrote_meanwhile(desk, alice, agent, read, compose):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    page = read(browser, f"/desk/tickets/{ticket.id}")
    desk.reply(alice, ticket, "I found the screw!")
    answer = compose(
        browser, ticket, page, message="Buy a screw.", reply_status="closed", files=upload()
    )
    assert answer.status_code == 409
    assert "somebody else wrote" in answer.text
    newcomer = answer.text.partition("New, while you were writing")[2]
    assert "I found the screw!" in newcomer
    assert "Buy a screw.</textarea>" in answer.text
    assert bodies(ticket) == ["It is broken.", "I found the screw!"]

    again = read.page(answer)
    assert again.hidden("reply_status") == "closed"
    kept = re.search(r'name="kept" value="(\w+)" checked', answer.text)[1]
    sent = compose(browser, ticket, again, message="Buy a screw.", reply_status="closed", kept=kept)
    assert sent.status_code == 302
    assert bodies(ticket)[-1] == "Buy a screw."
    assert [file.file_name for file in attachments(ticket)] == ["lamp.png"]


def test_a_colleague_s_answer_is_shown_before_a_second_one_goes(
    desk, alice, agent, admin, read, compose
):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    page = read(browser, f"/desk/tickets/{ticket.id}")
    desk.note(admin, ticket, "I am on it")  # a note is no answer
    desk.reply(admin, ticket, "It is on its way.")
    assert compose(browser, ticket, page, message="On its way").status_code == 409


def test_one_s_own_earlier_reply_is_no_newcomer(desk, alice, agent, read, compose):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    page = read(browser, f"/desk/tickets/{ticket.id}")
    compose(browser, ticket, page, message="One", reply_status="open")
    assert compose(browser, ticket, page, message="Two", reply_status="open").status_code == 302


def test_a_note_needs_no_second_look(desk, alice, agent, read, compose):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    page = read(browser, f"/desk/tickets/{ticket.id}")
    desk.reply(alice, ticket, "More")
    assert compose(browser, ticket, page, kind="note", message="Noted").status_code == 302


def test_a_colleague_s_status_is_not_overwritten_unseen(desk, alice, agent, admin, read, compose):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    page = read(browser, f"/desk/tickets/{ticket.id}")
    actions.change_status(admin, ticket, Status.RESOLVED)
    answer = compose(browser, ticket, page, message="Which lamp?")
    assert answer.status_code == 409
    assert "changed the status to “Resolved” meanwhile" in answer.text
    assert bodies(ticket) == ["It is broken."]
    assert compose(browser, ticket, read.page(answer), message="Which lamp?").status_code == 302
    assert desk.fresh(ticket).status is Status.PENDING


def test_a_colleague_s_assignment_is_not_overwritten_unseen(
    desk, alice, agent, admin, read, compose
):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    page = read(browser, f"/desk/tickets/{ticket.id}")
    actions.update(admin, ticket, Changes(assignee_id=admin.id))
    assert compose(browser, ticket, page, message="Mine", assign="me").status_code == 409
    assert desk.fresh(ticket).assignee_id == admin.id


@pytest.mark.parametrize("kind", ["reply", "note"])
def test_a_double_click_writes_once(desk, alice, agent, read, compose, kind):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    page = read(browser, f"/desk/tickets/{ticket.id}")
    for _click in range(2):
        answer = compose(browser, ticket, page, kind=kind, message="Once", files=upload())
        assert answer.status_code == 302
    assert bodies(ticket) == ["It is broken.", "Once"]
    assert len(attachments(ticket)) == 1


@pytest.mark.parametrize("message", ["", "   \n", "x" * 100_001])
def test_a_bad_text_is_told_at_its_field(desk, alice, agent, compose, message):
    ticket = desk.ticket(alice)
    answer = compose(desk.browser(agent), ticket, message=message)
    assert answer.status_code == 422
    assert 'id="composer-message-error"' in answer.text
    assert bodies(ticket) == ["It is broken."]


def test_too_many_files_are_told_and_kept_for_the_next_try(make_desk):
    desk = make_desk(HELPDESK_MAX_FILES="1")
    agent = desk.user("agent")
    ticket = desk.ticket(desk.user())
    answer = desk.browser(agent).post(
        f"/desk/tickets/{ticket.id}/messages",
        data={"kind": "reply", "message": "See", "files": [upload(), upload()]},
    )
    assert answer.status_code == 413
    assert "At most 1 files" in answer.text
    assert answer.text.count('name="kept"') == 2
    assert bodies(ticket) == ["It is broken."]


def test_nobody_s_else_upload_can_be_sent(desk, alice, agent, admin, compose):
    ticket = desk.ticket(alice)
    theirs = actions.upload(admin, desk.file("secret.png"))
    compose(desk.browser(agent), ticket, message="Here", kept=theirs.key)
    assert attachments(ticket) == []


def test_a_closed_ticket_takes_notes_and_opens_again(desk, alice, agent, read, compose):
    ticket = desk.ticket(alice)
    actions.change_status(agent, ticket, Status.CLOSED)
    browser = desk.browser(agent)
    page = read(browser, f"/desk/tickets/{ticket.id}")
    assert 'value="reply"' not in page.text
    assert compose(browser, ticket, page, message="Too late").status_code == 409
    assert compose(browser, ticket, page, kind="note", message="Too late").status_code == 302
    data = {"status": "open", "seen": "closed"}
    assert browser.post(f"/desk/tickets/{ticket.id}/status", data=data).status_code == 302
    assert desk.fresh(ticket).status is Status.OPEN
    assert 'value="reply"' in read(browser, f"/desk/tickets/{ticket.id}").text


def test_long_words_stay_what_they_are(desk, alice, agent, read, compose):
    ticket = desk.ticket(alice)
    word = "Rindfleischetikettierungsüberwachungsaufgaben" * 20
    browser = desk.browser(agent)
    compose(browser, ticket, message=word)
    assert word in read(browser, f"/desk/tickets/{ticket.id}").text


def test_a_form_from_elsewhere_writes_nothing(desk, alice, agent):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    desk.app.config["WTF_CSRF_ENABLED"] = True
    data = {"kind": "reply", "message": "Forged"}
    assert browser.post(f"/desk/tickets/{ticket.id}/messages", data=data).status_code == 400
    page = browser.get(f"/desk/tickets/{ticket.id}").text
    data["csrf_token"] = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    assert browser.post(f"/desk/tickets/{ticket.id}/messages", data=data).status_code == 302
    assert bodies(ticket) == ["It is broken.", "Forged"]
