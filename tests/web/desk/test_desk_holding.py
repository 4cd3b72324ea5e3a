"""Replies that wait before they leave, on the desk's pages."""

import re

import pytest

from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.shop.actions import set_hold
from helpdesk.tickets import actions, queries
from helpdesk.tickets.models import Status
from tests.desk import upload


@pytest.fixture(autouse=True)
def hold(desk):
    set_hold(DESK, 10)


def bodies(ticket):
    db.session.rollback()
    return [message.body for message in queries.conversation(DESK, ticket)]


@pytest.fixture
def leave(travel):
    """Lets the time of what is held come."""

    def leave():
        travel(seconds=11)
        db.session.rollback()
        return actions.release_due()

    return leave


def names(text):
    return re.findall(r'data-held="([0-9a-f]{32})"', text)


def call_back(browser, name):
    return browser.post(f"/desk/held/{name}/call-back")


def test_a_reply_waits_and_leaves_by_itself(desk, alice, agent, admin, read, compose, leave):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    answer = compose(
        browser, ticket, message="A **new** one", files=upload(), reply_status="resolved"
    )
    [name] = names(read(browser, f"/desk/tickets/{ticket.id}").text)
    assert answer.location == f"/desk/tickets/{ticket.id}#held-{name}"
    assert bodies(ticket) == ["It is broken."]
    page = read(browser, f"/desk/tickets/{ticket.id}").text
    assert "A <strong>new</strong> one" in page
    assert re.search("leaves in (9|10) seconds", page)
    assert f'action="/desk/held/{name}/call-back' in page
    assert "lamp.png" in page
    others = read(desk.browser(admin), f"/desk/tickets/{ticket.id}").text
    assert "A <strong>new</strong> one" in others
    assert "call-back" not in others

    assert leave() == 1
    assert bodies(ticket)[-1] == "A **new** one"
    assert desk.fresh(ticket).status is Status.RESOLVED
    assert names(read(browser, f"/desk/tickets/{ticket.id}").text) == []


def test_what_is_called_back_is_in_the_composer_with_all_that_went_along(
    desk, alice, agent, admin, read, compose
):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    compose(
        browser,
        ticket,
        message="Too soon",
        files=upload(),
        reply_status="closed",
        assign=admin.id,
    )
    [name] = names(read(browser, f"/desk/tickets/{ticket.id}").text)
    for _click in range(2):
        answer = call_back(browser, name)
        assert answer.location == f"/desk/tickets/{ticket.id}#composer-message"
    page = read(browser, f"/desk/tickets/{ticket.id}")
    assert names(page.text) == []
    assert "Too soon</textarea>" in page.text
    assert (page.hidden("kind"), page.hidden("reply_status")) == ("reply", "closed")
    assert page.chosen("assign") == str(admin.id)
    kept = re.search(r'name="kept" value="(\w+)" checked', page.text)[1]
    sent = compose(browser, ticket, page, message="Too soon", kept=kept)
    assert sent.status_code == 302
    page = read(browser, f"/desk/tickets/{ticket.id}")
    assert len(names(page.text)) == 1
    assert "Too soon</textarea>" not in page.text


def test_what_has_left_or_is_somebody_else_s_is_not_called_back(
    desk, alice, agent, admin, read, compose, leave
):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    compose(browser, ticket, message="On its way")
    [name] = names(read(browser, f"/desk/tickets/{ticket.id}").text)
    assert call_back(desk.browser(admin), name).status_code == 403
    assert call_back(desk.browser(alice), name).status_code == 403
    assert call_back(browser, "0" * 32).status_code == 404
    assert call_back(browser, "é" * 99).status_code == 404
    assert leave() == 1
    answer = call_back(browser, name)
    assert answer.status_code == 302
    assert "has left already" in browser.get(answer.location, follow_redirects=True).text


def test_a_colleague_s_held_reply_is_shown_before_a_second_one_goes(
    desk, alice, agent, admin, read, compose
):
    ticket = desk.ticket(alice)
    browser = desk.browser(admin)
    page = read(browser, f"/desk/tickets/{ticket.id}")
    compose(desk.browser(agent), ticket, message="A new one leaves today.")
    answer = compose(browser, ticket, page, message="Which lamp?")
    assert answer.status_code == 409
    assert "Ana Gent has just answered" in answer.text
    assert "A new one leaves today." in answer.text
    again = read.page(answer)
    data = {"message": "Which lamp?", "seen_held": again.hidden("seen_held")}
    assert compose(browser, ticket, again, **data).status_code == 302
    assert len(names(read(browser, f"/desk/tickets/{ticket.id}").text)) == 2


def test_a_held_reply_is_checked_as_it_is_sent(desk, alice, bob, agent, admin, read, compose):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    assert compose(browser, ticket, message=" ").status_code == 422
    assert compose(browser, ticket, message="x", assign=bob.id).status_code == 422
    assert compose(browser, ticket, message="x", reply_status="gone").status_code == 422
    page = read(browser, f"/desk/tickets/{ticket.id}")
    actions.update(admin, ticket, actions.Changes(assignee_id=admin.id))
    assert compose(browser, ticket, page, message="Mine", assign="me").status_code == 409
    actions.change_status(admin, ticket, Status.CLOSED)
    answer = compose(browser, ticket, message="Mine")
    assert answer.status_code == 409
    assert "open it again to send your reply" in answer.text
    assert 'value="reply" id="kind-reply" checked' in answer.text
    assert names(read(browser, f"/desk/tickets/{ticket.id}").text) == []


def test_a_double_click_holds_one(desk, alice, agent, read, compose):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    page = read(browser, f"/desk/tickets/{ticket.id}")
    for _click in range(2):
        assert compose(browser, ticket, page, message="Once").status_code == 302
    assert len(names(read(browser, f"/desk/tickets/{ticket.id}").text)) == 1


def test_a_note_never_waits(desk, alice, agent, compose):
    ticket = desk.ticket(alice)
    compose(desk.browser(agent), ticket, kind="note", message="A regular")
    assert bodies(ticket)[-1] == "A regular"


@pytest.mark.parametrize("kind", ["reply", "note"])
@pytest.mark.parametrize("then", ["resolved", "me"])
def test_a_button_says_what_goes_along(desk, alice, agent, compose, leave, kind, then):
    ticket = desk.ticket(alice)
    compose(desk.browser(agent), ticket, kind=kind, message="Done", then=then)
    assert leave() == (kind == "reply")
    ticket = desk.fresh(ticket)
    if then == "me":
        assert ticket.assignee_id == agent.id
        assert ticket.status is (Status.PENDING if kind == "reply" else Status.OPEN)
    else:
        assert (ticket.status, ticket.assignee_id) == (Status.RESOLVED, None)


def test_what_could_not_leave_is_back_with_the_reason_and_a_notice(
    desk, alice, agent, admin, read, compose, leave
):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    compose(browser, ticket, message="Nearly")
    actions.change_status(admin, ticket, Status.CLOSED)
    assert leave() == 1
    page = read(browser, f"/desk/tickets/{ticket.id}").text
    assert "Your reply did not leave: the ticket was closed meanwhile." in page
    assert "Nearly</textarea>" in page
    assert f"Your reply on TKT{ticket.id} could not leave" in browser.get("/desk/notices").text
    assert "did not leave" not in desk.browser(admin).get(f"/desk/tickets/{ticket.id}").text


def test_the_shop_says_how_long_replies_wait(desk, alice, agent, admin, compose):
    browser = desk.browser(admin)
    assert "after 10 seconds" in browser.get("/desk/settings/shop").text
    for wrong in ("", "x", "-1", "99999999999999999999"):
        browser.post("/desk/settings/shop/sending", data={"hold_seconds": wrong})
        assert '<option selected value="10">' in browser.get("/desk/settings/shop").text
    browser.post("/desk/settings/shop/sending", data={"hold_seconds": "0"})
    ticket = desk.ticket(alice)
    compose(desk.browser(agent), ticket, message="At once")
    assert bodies(ticket)[-1] == "At once"
