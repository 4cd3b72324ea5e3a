"""One request in a browser: reading, replying, solving, closing, opening again."""

import re

import pytest

from helpdesk.accounts.models import DESK
from helpdesk.tickets import actions, queries
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.models import Priority, Status
from tests.desk import PNG, upload


def reply(browser, ticket, message="Thank you!", **more):
    return browser.post(f"/tickets/{ticket.id}/reply", data={"message": message, **more})


def set_status(browser, ticket, status):
    return browser.post(f"/tickets/{ticket.id}/status", data={"status": status})


def bodies(page):
    return re.findall(r'class="message-body" dir="auto">([^<]*)<', page.text)


def links_to_files(page):
    return re.findall(r'href="(/tickets/\d+/files/[^"]+)"', page.text)


def test_the_conversation_is_in_order_and_says_who_wrote(desk, alice, agent):
    ticket = desk.ticket(alice, message="It is broken.")
    desk.reply(agent, ticket, "A new one leaves today.")
    desk.reply(alice, ticket, "Wonderful.")
    page = desk.browser(alice).get(f"/tickets/{ticket.id}")
    assert bodies(page) == ["It is broken.", "A new one leaves today.", "Wonderful."]
    assert "Ana Gent" in page.text and page.text.count(">You<") == 2


def test_a_description_shows_when_it_is_not_the_first_message(desk, alice):
    same = desk.ticket(alice, message="It is broken.")
    other = desk.ticket(alice, message="It is broken.", description="Order 1042, a lamp")
    browser = desk.browser(alice)
    assert bodies(browser.get(f"/tickets/{same.id}")) == ["It is broken."]
    assert bodies(browser.get(f"/tickets/{other.id}")) == ["Order 1042, a lamp", "It is broken."]


def test_notes_assignment_priority_and_tags_never_show(desk, alice, agent):
    ticket = desk.ticket(alice)
    desk.note(agent, ticket, "She is a regular", files=[desk.file("secret.png")])
    changes = Changes(assignee_id=agent.id, priority=Priority.URGENT, tags=["vip"])
    actions.update(agent, ticket, changes)
    page = desk.browser(alice).get(f"/tickets/{ticket.id}").text
    for word in (
        "regular",
        "secret.png",
        "Ana Gent",
        "urgent",
        "vip",
        "assign",
        "priority",
        "note",
    ):
        assert word.lower() not in page.partition("<body")[2].lower(), word


@pytest.mark.parametrize(("method", "rest"), [("GET", ""), ("POST", "/reply"), ("POST", "/status")])
def test_what_is_not_yours_is_not_there(desk, alice, bob, method, rest):
    ticket = desk.ticket(alice)
    browser = desk.browser(bob)
    data = {"message": "Hello", "status": "closed"}

    def answer(id):
        sent = browser.open(f"/tickets/{id}{rest}", method=method, data=data)
        return sent.status_code, sent.text.partition("<main")[2]

    assert answer(ticket.id) == answer(ticket.id + 1)
    assert answer(ticket.id)[0] == 404
    assert answer(10**30)[0] == 404
    assert desk.fresh(ticket).status is Status.OPEN and desk.fresh(ticket).message_count == 1


def test_a_reply_with_a_file_is_added_and_opens_the_request_again(desk, alice, agent):
    ticket = desk.ticket(alice)
    desk.reply(agent, ticket, "Is it better?")
    browser = desk.browser(alice)
    answer = reply(browser, ticket, "No.", files=upload(PNG, "still.png"))
    assert (answer.status_code, answer.location) == (302, f"/tickets/{ticket.id}#end")
    page = browser.get(f"/tickets/{ticket.id}")
    assert bodies(page)[-1] == "No." and "still.png" in page.text
    assert "Your reply is sent." in page.text
    assert f'<meta name="draft-sent" content="reply-{ticket.id}-{alice.id}">' in page.text
    assert desk.fresh(ticket).status is Status.OPEN


def test_a_reply_may_be_only_a_file(desk, alice):
    ticket = desk.ticket(alice)
    assert reply(desk.browser(alice), ticket, "", files=upload()).status_code == 302


def test_an_empty_reply_comes_back(desk, alice):
    ticket = desk.ticket(alice)
    answer = reply(desk.browser(alice), ticket, " \n ")
    assert answer.status_code == 422
    assert "data-errors" in answer.text and 'id="message-error"' in answer.text


def test_a_reply_that_is_sent_twice_is_added_once(desk, alice):
    ticket = desk.ticket(alice)
    browser = desk.browser(alice)
    page = browser.get(f"/tickets/{ticket.id}").text
    key = re.search(r'name="once" type="hidden" value="(\w+)"', page)[1]
    for _ in range(2):
        assert reply(browser, ticket, "Once.", once=key).status_code == 302
    assert desk.fresh(ticket).message_count == 2


def test_the_customer_solves_closes_and_opens_again(desk, alice):
    ticket = desk.ticket(alice)
    browser = desk.browser(alice)
    address = f"/tickets/{ticket.id}"
    assert "This is solved" in browser.get(address).text
    assert set_status(browser, ticket, "resolved").location == address
    page = browser.get(address).text
    assert "marked as solved" in page and "Open again" in page and 'name="message"' in page
    set_status(browser, ticket, "closed")
    page = browser.get(address).text
    assert "To go on with it, open it again" in page and 'name="message"' not in page
    set_status(browser, ticket, "open")
    page = browser.get(address).text
    assert "Your request is open again" in page and 'name="message"' in page
    assert desk.fresh(ticket).status is Status.OPEN


def test_a_status_that_is_not_the_customers_to_set_is_refused(desk, alice):
    ticket = desk.ticket(alice)
    browser = desk.browser(alice)
    assert set_status(browser, ticket, "pending").status_code == 403
    assert set_status(browser, ticket, "nonsense").status_code == 422
    assert desk.fresh(ticket).status is Status.OPEN


def test_a_reply_to_a_request_that_was_closed_meanwhile_keeps_the_text(desk, alice, agent):
    ticket = desk.ticket(alice)
    actions.change_status(agent, ticket, Status.CLOSED)
    browser = desk.browser(alice)
    answer = reply(browser, ticket, "One more thing", files=upload(PNG, "lamp.png"))
    assert answer.status_code == 409
    assert "Open it again to write more." in answer.text and "One more thing" in answer.text
    assert desk.fresh(ticket).message_count == 1

    set_status(browser, ticket, "open")
    kept = re.search(r'name="kept" value="(\w+)" checked', answer.text)[1]
    assert reply(browser, ticket, "One more thing", kept=kept).status_code == 302
    assert "lamp.png" in browser.get(f"/tickets/{ticket.id}").text


def test_a_picture_shows_in_place_and_anything_else_is_a_download(desk, alice):
    html = desk.file("page.html", b"<script>alert(1)</script>")
    ticket = desk.ticket(alice, files=[desk.file("lamp.png"), html])
    browser = desk.browser(alice)
    page = browser.get(f"/tickets/{ticket.id}")
    picture, other = (browser.get(link) for link in links_to_files(page))
    assert picture.data == PNG and picture.content_type == "image/png"
    assert picture.headers["Content-Disposition"].startswith("inline")
    assert other.headers["Content-Disposition"].startswith("attachment")
    for answer in (picture, other):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_file_is_sent_in_parts_and_not_again_to_who_has_it(desk, alice):
    ticket = desk.ticket(alice, files=[desk.file()])
    browser = desk.browser(alice)
    (link,) = links_to_files(browser.get(f"/tickets/{ticket.id}"))
    part = browser.get(link, headers={"Range": "bytes=0-7"})
    assert (part.status_code, part.data) == (206, PNG[:8])
    again = browser.get(link, headers={"If-None-Match": part.headers["ETag"]})
    assert again.status_code == 304


def test_a_file_is_nobody_elses(desk, alice, bob):
    ticket, other = desk.ticket(alice, files=[desk.file()]), desk.ticket(bob)
    mine = desk.ticket(alice)
    (link,) = links_to_files(desk.browser(alice).get(f"/tickets/{ticket.id}"))
    assert desk.browser(bob).get(link).status_code == 404
    elsewhere = link.replace(f"/tickets/{ticket.id}/", f"/tickets/{other.id}/")
    assert desk.browser(bob).get(elsewhere).status_code == 404
    under_another = link.replace(f"/tickets/{ticket.id}/", f"/tickets/{mine.id}/")
    assert desk.browser(alice).get(under_another).status_code == 404
    assert desk.browser().get(link).location.startswith("/sign-in?next=")


def test_the_file_of_a_note_is_not_there_for_the_customer(desk, alice, agent):
    ticket = desk.ticket(alice)
    note = desk.note(agent, ticket, files=[desk.file("secret.png")])
    key = queries.conversation(DESK, ticket)[-1].attachments[0].key
    assert note.internal
    link = f"/tickets/{ticket.id}/files/{key}/secret.png"
    assert desk.browser(alice).get(link).status_code == 404


def test_the_name_of_a_file_may_be_anything(desk, alice):
    names = ['a"b<c>.png', "größe ☂.png", "../../etc/passwd", "a%2Fb?c#d.txt", "x" * 300 + ".png"]
    ticket = desk.ticket(alice, files=[desk.file(name) for name in names])
    browser = desk.browser(alice)
    links = links_to_files(browser.get(f"/tickets/{ticket.id}"))
    assert len(links) == len(names)
    for link in links:
        assert browser.get(link).status_code == 200, link


def test_the_number_of_queries_does_not_grow_with_the_conversation(desk, alice, agent):
    ticket = desk.ticket(alice, files=[desk.file()])
    browser = desk.browser(alice)

    def queries_now():
        browser.get(f"/tickets/{ticket.id}")  # what is kept in memory is read once
        desk.user()  # and the rest again once anybody has written
        with desk.counted() as statements:
            assert browser.get(f"/tickets/{ticket.id}").status_code == 200
        return len(statements)

    desk.reply(agent, ticket)
    few = queries_now()
    for _ in range(9):
        desk.reply(alice, ticket, files=[desk.file()])
        desk.reply(desk.user("agent"), ticket)
    assert queries_now() == few


def test_staff_are_taken_to_the_desk(desk, alice, agent):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    assert browser.get(f"/tickets/{ticket.id}").location.startswith("/desk")
    assert reply(browser, ticket).status_code == 403


def test_a_file_that_changed_or_is_shorter_is_told_on_a_page(desk, alice):
    browser = desk.browser(alice)
    ticket = desk.ticket(alice)
    reply(browser, ticket, files=upload())
    [link] = links_to_files(browser.get(f"/tickets/{ticket.id}"))
    other = browser.get(link, headers={"If-Match": '"other"'})
    assert (other.status_code, other.mimetype) == (412, "text/html")
    assert "not the one that If-Match names" in other.text
    beyond = browser.get(link, headers={"Range": "bytes=999999-"})
    assert (beyond.status_code, beyond.mimetype) == (416, "text/html")
    assert "no such range" in beyond.text
    assert beyond.headers["Content-Range"] == f"bytes */{len(PNG)}"
    unknown = browser.get(link, headers={"Range": "lines=0-1"})
    assert (unknown.status_code, unknown.data) == (200, PNG)
