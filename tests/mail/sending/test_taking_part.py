"""Who gets a mail that had to wait: whoever takes part in the request by then."""

from helpdesk.mail.models import MailKind, Outcome, Sending
from helpdesk.mail.sending import unsubscribing
from helpdesk.people import actions as people
from helpdesk.tickets import actions as tickets
from tests.mail.letters import answer_to, letter, post

from .conftest import rows


def waiting(smtp_server, send, travel):
    """Let what the server has not taken yet be tried again."""
    smtp_server.answers.clear()
    travel(minutes=5)
    return {row.recipient: row.state for row in send() if row.kind is MailKind.ANSWERED}


def test_who_takes_no_part_any_more_gets_none_of_its_words(
    desk, alice, bob, agent, send, smtp_server, travel
):
    ticket = desk.ticket(alice)
    carol = desk.user("customer", "Carol")
    tickets.follow(agent, ticket, bob)
    smtp_server.answers["MAIL"] = "451 4.3.0 Not now"
    desk.reply(agent, ticket)
    send()
    tickets.unfollow(agent, ticket, bob.id)
    tickets.move(agent, ticket, carol)

    states = waiting(smtp_server, send, travel)
    assert states == {alice.email: Sending.CANCELLED, bob.email: Sending.CANCELLED}
    assert "no part" in rows(recipient=bob.email)[-1].said
    assert not smtp_server.mails


def test_what_was_split_off_still_goes_to_who_takes_part_in_either(
    desk, alice, bob, agent, send, smtp_server, travel
):
    ticket = desk.ticket(alice)
    tickets.follow(agent, ticket, bob)
    smtp_server.answers["MAIL"] = "451 4.3.0 Not now"
    message = desk.reply(agent, ticket)
    send()
    tickets.split(agent, message, "Apart")

    states = waiting(smtp_server, send, travel)
    assert states == {alice.email: Sending.SENT, bob.email: Sending.SENT}


def test_a_merged_account_is_still_somebody_who_waits_for_their_mail(
    desk, alice, bob, agent, send, smtp_server, travel
):
    ticket = desk.ticket(alice)
    smtp_server.answers["MAIL"] = "451 4.3.0 Not now"
    desk.reply(agent, ticket)
    send()
    people.merge(agent, bob, alice)

    assert waiting(smtp_server, send, travel) == {alice.email: Sending.SENT}


def test_who_follows_by_a_merged_account_can_answer_and_stop(desk, alice, bob, agent, send):
    ticket = desk.ticket(alice)
    carol = desk.user("customer", "Carol")
    tickets.follow(agent, ticket, carol)
    people.merge(agent, bob, carol)
    desk.reply(agent, ticket)
    send()
    answer = post(desk, letter("Mine too.", from_=bob.email, **answer_to(ticket.id)))
    assert answer.outcome is Outcome.REPLY

    unsubscribing.end(rows(recipient=bob.email)[-1])
    desk.reply(agent, desk.fresh(ticket))
    assert [row.recipient for row in rows()][-1] == alice.email
    late = post(desk, letter("And now?", from_=bob.email, **answer_to(ticket.id)))
    assert late.outcome is Outcome.TICKET
