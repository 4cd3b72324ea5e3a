"""The links in our mails are for who got them: an answer that quotes one gives it to nobody."""

import re

import pytest

from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.tickets import actions, queries
from helpdesk.tickets.models import Message
from tests.mail.letters import answer_to, letter, post


def key_of(mail):
    return re.search(r"/[ru]/(\S+)", mail.text())[1]


@pytest.mark.parametrize("wrapped", ["{}", "Look: https://safe.example/?url={}&data=x"])
def test_an_answer_that_quotes_its_link_shows_nobody_the_key(
    desk, alice, bob, agent, send, smtp_server, wrapped
):
    ticket = desk.ticket(alice)
    actions.follow(agent, ticket, bob)
    actions.reply(agent, ticket, "Which one?")
    send()
    key = key_of(smtp_server.to(alice.email)[-1])
    link = f"https://desk.example/r/{key}"
    if wrapped != "{}":
        link = link.replace("/", "%2F")
    row = post(
        desk,
        letter(
            f"The red one, see {wrapped.format(link)}", from_=alice.email, **answer_to(ticket.id)
        ),
    )
    send()

    words = db.session.get_one(Message, row.filed_as_id).body
    assert "The red one" in words
    assert key not in words
    told = smtp_server.to(bob.email)[-1]
    assert "The red one" in told.text()
    assert key not in told.text() + told.html()


def test_other_addresses_stay_as_they_are(desk):
    words = "See https://forum.example/r/lamps and /u/alice, /r/12-34"
    row = post(desk, letter(words))
    assert queries.get(DESK, row.ticket_id).description == words
