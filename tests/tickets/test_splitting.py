"""A message becomes a ticket of its own, and comes back."""

import pytest
import sqlalchemy as sa

from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState
from helpdesk.events import Event
from helpdesk.tickets import actions, queries
from helpdesk.tickets.models import Message, Place, Priority, Status


def words(ticket):
    db.session.rollback()
    db.session.expire_all()
    return [m.body for m in queries.conversation(DESK, queries.get(DESK, ticket.id))]


def newest_batch():
    return db.session.query(Event).order_by(Event.id.desc()).first().batch


@pytest.fixture
def talk(desk, alice, agent, travel):
    category = desk.category("Lamps")
    ticket = desk.ticket(alice, category_id=category.id, priority=Priority.HIGH)
    said = []
    for number, (who, word) in enumerate(
        [(agent, "Sorry."), (alice, "And my chair?"), (agent, "Which?"), (alice, "The red one.")]
    ):
        travel(minutes=number + 1)
        said.append(desk.reply(who, ticket, word, [desk.file()]))
    travel(minutes=10)
    return ticket, said


def test_a_message_alone(desk, alice, agent, talk):
    ticket, said = talk
    new = actions.split(agent, said[1], "  The   chair ")
    assert words(new) == ["And my chair?"]
    assert words(ticket) == ["It is broken.", "Sorry.", "Which?", "The red one."]
    new, ticket = desk.fresh(new), desk.fresh(ticket)
    assert (new.subject, new.requester_id, new.priority) == ("The chair", alice.id, Priority.HIGH)
    assert (new.category_id, new.status, new.description) == (
        ticket.category_id,
        Status.OPEN,
        "And my chair?",
    )
    assert new.waiting_since == new.created_at == said[1].created_at
    assert (new.message_count, new.file_count, ticket.message_count) == (1, 1, 4)


def test_a_message_and_all_after_it_and_back(desk, agent, talk, export, travel):
    ticket, said = talk
    before = export(ticket)
    new = actions.split(agent, said[1], "Chair", following=True)
    assert words(new) == ["And my chair?", "Which?", "The red one."]
    assert desk.fresh(ticket).waiting_since is None
    travel(minutes=20)
    undone = actions.undo(agent, newest_batch())

    assert export(ticket) == before
    assert desk.fresh(new).place is Place.BIN
    travel(minutes=30)
    actions.undo(agent, undone.batch)
    assert words(new) == ["And my chair?", "Which?", "The red one."]
    assert desk.fresh(new).place is Place.INBOX


def test_what_was_written_on_the_new_ticket_stays_there(desk, alice, agent, talk):
    _ticket, said = talk
    new = actions.split(agent, said[1], "Chair")
    batch = newest_batch()
    desk.reply(alice, queries.get(alice, new.id), "Hello?")
    actions.undo(agent, batch)
    assert words(new) == ["Hello?"]
    assert desk.fresh(new).place is Place.INBOX


def test_neither_the_beginning_nor_a_note_nor_by_a_customer(desk, alice, agent, talk):
    ticket, said = talk
    opening = queries.conversation(DESK, ticket)[0]
    note = desk.note(agent, ticket)
    with pytest.raises(WrongState, match="began with"):
        actions.split(agent, opening, "Lamp")
    with pytest.raises(WrongState, match="note"):
        actions.split(agent, note, "Lamp")
    with pytest.raises(NotAllowed):
        actions.split(alice, said[1], "Lamp")
    for bad in ("", " ", "x" * 251, "a\0b"):
        with pytest.raises(Invalid):
            actions.split(agent, said[1], bad)


def test_what_is_another_s_by_now_does_not_come_back(desk, bob, agent, talk):
    ticket, said = talk
    actions.split(agent, said[1], "Chair")
    batch = newest_batch()
    actions.move(agent, queries.get(DESK, ticket.id), bob)
    with pytest.raises(Conflict):
        actions.undo(agent, batch)
    assert "And my chair?" not in words(ticket)


def test_a_message_that_is_gone_by_now_is_not_split_off(desk, alice, agent):
    ticket = desk.ticket(alice)
    message = desk.reply(alice, ticket, "And another thing")
    db.session.rollback()
    actions.place(agent, ticket, Place.BIN)
    with db.engine.begin() as other:
        other.execute(sa.delete(Message).where(Message.id == message.id))

    with pytest.raises(NotFound):
        actions.split(agent, message, "Another")
