"""Whom a requester has sent their mails to as well, and whether those get the answers."""

import pytest

from helpdesk.people.actions import merge
from helpdesk.tickets import actions, queries
from tests.mail.rows import came_by_mail

ROBERT = {"name": "Robert", "email": "robert@friends.example"}


@pytest.fixture
def ticket(desk, alice, agent):
    ticket = desk.ticket(alice)
    came_by_mail(queries.conversation(agent, ticket)[0], copied=[ROBERT])
    return ticket


def choose(browser, ticket, **data):
    return browser.post(f"/tickets/{ticket.id}/followers", data=data)


def followers(desk, agent, ticket):
    return [one.user.email for one in queries.followers(agent, desk.fresh(ticket))]


def test_the_requester_chooses(desk, alice, agent, ticket):
    browser = desk.browser(alice)
    assert "Let them get our answers" in browser.get(f"/tickets/{ticket.id}").text
    choose(browser, ticket, email=ROBERT["email"])
    assert followers(desk, agent, ticket) == [ROBERT["email"]]
    assert "gets our answers" in browser.get(f"/tickets/{ticket.id}").text
    choose(browser, ticket, email=ROBERT["email"], stop="yes")
    assert followers(desk, agent, ticket) == []


def test_nobody_else_can_be_chosen(desk, alice, bob, agent, ticket):
    came_by_mail(desk.reply(agent, ticket), copied=[{"email": "of-the-shop@x.example"}])
    browser = desk.browser(alice)
    for email in (bob.email, "of-the-shop@x.example", "", agent.email, "\0"):
        choose(browser, ticket, email=email)
    assert followers(desk, agent, ticket) == []
    assert "of-the-shop" not in browser.get(f"/tickets/{ticket.id}").text


def test_a_stranger_has_no_say(desk, bob, agent, ticket):
    browser = desk.browser(bob)
    assert choose(browser, ticket, email=ROBERT["email"]).status_code == 404
    assert followers(desk, agent, ticket) == []


def test_a_follower_sees_nothing(desk, agent, ticket):
    robert = desk.user("customer", "Robert", ROBERT["email"])
    actions.follow(agent, ticket, robert)
    assert desk.browser(robert).get(f"/tickets/{ticket.id}").status_code == 404
    assert choose(desk.browser(robert), ticket, email=robert.email).status_code == 404


def test_somebody_an_agent_chose_is_not_named(desk, alice, bob, agent, ticket):
    actions.follow(agent, ticket, bob)
    page = desk.browser(alice).get(f"/tickets/{ticket.id}").text
    assert "Bob" not in page
    choose(desk.browser(alice), ticket, email=bob.email, stop="yes")
    assert followers(desk, agent, ticket) == [bob.email]


def test_a_request_that_did_not_come_by_mail_has_no_such_place(desk, alice):
    ticket = desk.ticket(alice)
    assert "Others you have sent it to" not in desk.browser(alice).get(f"/tickets/{ticket.id}").text


def test_a_merged_account_is_followed_by_whom_it_was_merged_into(desk, alice, agent, admin, ticket):
    old = desk.user("customer", "Robert Old", ROBERT["email"])
    new = desk.user("customer", "Robert New", "new@friends.example")
    merge(admin, new, old)
    choose(desk.browser(alice), ticket, email=ROBERT["email"])
    assert followers(desk, agent, ticket) == ["new@friends.example"]
    assert "gets our answers" in desk.browser(alice).get(f"/tickets/{ticket.id}").text


def test_a_requester_gathers_no_crowd_but_staff_may(desk, alice, agent):
    crowd = [{"name": "", "email": f"friend{number}@x.example"} for number in range(12)]
    ticket = desk.ticket(alice)
    came_by_mail(queries.conversation(agent, ticket)[0], copied=crowd)
    browser = desk.browser(alice)
    for one in crowd:
        choose(browser, ticket, email=one["email"])
    assert len(followers(desk, agent, ticket)) == 10
    assert "At most 10 people follow a ticket." in browser.get(f"/tickets/{ticket.id}").text
    actions.follow(agent, desk.fresh(ticket), desk.user("customer"))
    assert len(followers(desk, agent, ticket)) == 11
