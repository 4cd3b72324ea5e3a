"""Who gets which mail of what happens, and that none is written of what did not."""

import pytest

from helpdesk import clock
from helpdesk.accounts import actions as accounts
from helpdesk.accounts.actions import Visitor
from helpdesk.accounts.models import DESK
from helpdesk.database import db, transaction
from helpdesk.mail.models import MailKind, MailTemplate, Sending
from helpdesk.mail.sending import outbox
from helpdesk.people.actions import merge
from helpdesk.tickets import actions as tickets
from helpdesk.tickets.models import Place, Status

from .conftest import rows


def told():
    return [(row.kind.value, row.recipient) for row in rows()]


def test_who_asks_is_told_that_it_came(desk, alice):
    desk.ticket(alice)

    assert told() == [("received", alice.email)]


def test_an_answer_goes_to_requester_and_followers_but_never_to_its_author(desk, alice, bob, agent):
    ticket = desk.ticket(alice)
    tickets.follow(agent, ticket, bob)

    desk.reply(agent, ticket)
    desk.reply(bob, ticket)
    desk.reply(alice, ticket)

    assert told()[1:] == [
        ("answered", alice.email),
        ("answered", bob.email),
        ("answered", alice.email),
        ("answered", bob.email),
    ]


def test_what_staff_open_for_somebody_goes_to_them_with_the_words(desk, alice, agent):
    tickets.open_ticket(agent, tickets.Draft("Your lamp", "It is here."), requester=alice)

    assert told() == [("answered", alice.email)]


def test_notes_and_what_staff_open_for_themselves_tell_nobody(desk, alice, agent):
    ticket = tickets.open_ticket(agent, tickets.Draft("Mine", "Words"))
    desk.note(agent, ticket)

    assert told() == []


def test_resolving_tells_the_requester_once_unless_words_do(desk, alice, agent):
    silent, answered, own = desk.ticket(alice), desk.ticket(alice), desk.ticket(alice)
    tickets.change_status(agent, silent, Status.RESOLVED)
    desk.reply(agent, answered, status=Status.RESOLVED)
    tickets.change_status(alice, own, Status.RESOLVED)

    assert told()[3:] == [("resolved", alice.email), ("answered", alice.email)]


def test_an_undo_cancels_what_has_not_left_and_tells_nothing_anew(desk, alice, agent):
    ticket = desk.ticket(alice)
    resolved = tickets.change_status(agent, ticket, Status.RESOLVED)
    undone = tickets.undo(agent, resolved.batch)
    tickets.undo(agent, undone.batch)

    states = [row.state for row in rows(kind=MailKind.RESOLVED)]
    assert set(states) == {Sending.CANCELLED}


def test_disabled_and_merged_people_are_not_written_to(desk, alice, bob, agent, admin):
    ticket = desk.ticket(alice)
    other = desk.user("customer", "Carl Low")
    tickets.follow(agent, ticket, bob)
    tickets.follow(agent, ticket, other)
    accounts.disable_user(admin, other)
    merge(agent, alice, bob)

    desk.reply(agent, ticket)

    assert told()[1:] == [("answered", alice.email)]


def test_a_reply_that_fails_leaves_no_mail(desk, alice, agent):
    ticket = desk.ticket(alice)
    with pytest.raises(RuntimeError), transaction():
        desk.reply(agent, ticket)
        raise RuntimeError("power cut")

    assert told() == [("received", alice.email)]


def test_a_held_reply_is_mailed_when_it_leaves_and_a_called_back_one_never(
    desk, alice, agent, travel
):
    ticket = desk.ticket(alice)
    tickets.hold_reply(agent, ticket, "Soon", seconds=10)
    back = tickets.hold_reply(agent, ticket, "Never", seconds=10)
    tickets.call_back(agent, tickets.name_of(back))
    assert len(told()) == 1

    travel(seconds=12)
    assert tickets.release_due() == 1
    assert told()[1:] == [("answered", alice.email)]


def test_split_and_merge_tell_nobody(desk, alice, agent):
    one, two = desk.ticket(alice), desk.ticket(alice)
    more = desk.reply(alice, one, "And another thing")
    before = told()
    tickets.split(agent, more, "Another thing")
    tickets.merge(agent, [two], one)

    assert told() == before


def test_without_a_server_nothing_is_written(make_desk):
    desk = make_desk()
    desk.ticket(desk.user())

    assert told() == []


def test_quiet_deeds_tell_nobody(desk, alice):
    with outbox.quiet():
        desk.ticket(alice)

    assert told() == []


def test_a_kind_that_is_off_is_not_written(desk, alice, agent):
    with transaction():
        db.session.add(MailTemplate(kind="received", is_on=False, modified_at=clock.now()))
    ticket = desk.ticket(alice)
    desk.reply(agent, ticket)

    assert told() == [("answered", alice.email)]


def test_at_most_five_automatic_answers_an_hour(desk, alice, bob, travel):
    for _ in range(8):
        desk.ticket(alice)
    desk.ticket(bob)
    travel(minutes=61)
    desk.ticket(alice)

    states = [(row.recipient, row.state.value) for row in rows()]
    assert states == [
        *[(alice.email, "waiting")] * 5,
        *[(alice.email, "cancelled")] * 3,
        (bob.email, "waiting"),
        (alice.email, "waiting"),
    ]
    assert "automatic answers an hour" in rows()[5].said


def test_an_automatic_mail_is_not_answered(desk, alice):
    with transaction():
        ticket = desk.ticket(alice)
        outbox.cancel_automatic(ticket.id, "automatic mail is not answered")

    [row] = rows()
    assert (row.state, row.said) == (Sending.CANCELLED, "automatic mail is not answered")


def test_links_for_passwords_are_mailed(desk, alice, admin):
    accounts.request_reset(Visitor("192.0.2.1"), alice.email)
    accounts.request_reset(Visitor("192.0.2.1"), "nobody@shop.example")
    accounts.invite(admin, alice)

    assert told() == [("account", alice.email)] * 2


def test_a_purged_ticket_keeps_its_row_and_none_of_its_words(desk, alice, agent, admin, send):
    ticket = desk.ticket(alice)
    desk.reply(agent, ticket, "A secret")
    send()
    desk.reply(agent, ticket, "Another one")
    tickets.place(agent, ticket, Place.BIN)
    tickets.purge(admin, desk.fresh(ticket))

    assert [row.state.value for row in rows()] == ["sent", "sent", "cancelled"]
    assert not any(row.text or row.html or row.subject for row in rows())


def test_the_desk_itself_tells_the_requester(desk, alice):
    ticket = desk.ticket(alice)
    tickets.reply(DESK, ticket, "By itself")

    assert told()[1:] == [("answered", alice.email)]
