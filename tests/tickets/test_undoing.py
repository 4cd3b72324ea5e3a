"""What one deed did, another takes back."""

import pytest

from helpdesk.database import db, transaction
from helpdesk.errors import Conflict, NotAllowed, NotFound, WrongState
from helpdesk.events import Event, batch, new_batch
from helpdesk.tickets import actions
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.models import Priority, Status


def newest_batch():
    return db.session.query(Event).order_by(Event.id.desc()).first().batch


def test_every_field_is_as_it_was(desk, alice, agent):
    category = desk.category("Lamps")
    child = desk.category("Desk lamps", category)
    ticket = desk.ticket(alice, tags=["vip"])
    everything = Changes(
        status=Status.RESOLVED,
        assignee_id=agent.id,
        priority=Priority.URGENT,
        category_id=category.id,
        subcategory_id=child.id,
        tags=["late", "vip"],
    )
    [event, *_] = actions.update(agent, ticket, everything)

    assert actions.undo(agent, event.batch).changed_since == []

    ticket = desk.fresh(ticket)
    assert (ticket.status, ticket.assignee_id, ticket.priority) == ("open", None, "normal")
    assert (ticket.category_id, ticket.subcategory_id, ticket.tag_names) == (None, None, ["vip"])
    assert ticket.resolved_at is None


def test_an_undo_is_undone_as_well(desk, alice, agent):
    ticket = desk.ticket(alice)
    [event] = actions.update(agent, ticket, Changes(priority=Priority.HIGH))
    undone = actions.undo(agent, event.batch)

    actions.undo(agent, undone.batch)

    assert desk.fresh(ticket).priority is Priority.HIGH


def test_nothing_is_undone_twice(desk, alice, agent):
    ticket = desk.ticket(alice)
    [event] = actions.update(agent, ticket, Changes(priority=Priority.HIGH))
    actions.undo(agent, event.batch)

    with pytest.raises(Conflict, match="undone already"):
        actions.undo(agent, event.batch)
    assert desk.fresh(ticket).priority is Priority.NORMAL


def test_what_somebody_has_changed_since_stays(desk, alice, agent, admin):
    changed, other = desk.ticket(alice), desk.ticket(alice)
    deed = new_batch()
    for ticket in (changed, other):
        with batch(deed):
            actions.update(agent, ticket, Changes(priority=Priority.HIGH))
    actions.update(admin, changed, Changes(priority=Priority.LOW))

    undone = actions.undo(agent, deed)

    assert (undone.tickets, undone.changed_since) == (2, [changed.id])
    assert desk.fresh(changed).priority is Priority.LOW
    assert desk.fresh(other).priority is Priority.NORMAL


def test_where_all_of_it_has_changed_since_the_undo_says_so_and_does_nothing(desk, alice, agent):
    ticket = desk.ticket(alice)
    [event] = actions.update(agent, ticket, Changes(priority=Priority.HIGH))
    actions.update(agent, ticket, Changes(priority=Priority.LOW))

    with pytest.raises(Conflict, match="again since"):
        actions.undo(agent, event.batch)
    assert desk.fresh(ticket).priority is Priority.LOW


def test_words_that_were_sent_are_not_called_back(desk, alice, agent):
    ticket = desk.ticket(alice)
    desk.note(agent, ticket, "A regular")

    with pytest.raises(WrongState):
        actions.undo(agent, newest_batch())
    with pytest.raises(NotFound):
        actions.undo(agent, new_batch())


def test_a_customer_undoes_nothing(desk, alice, agent):
    ticket = desk.ticket(alice)
    [event] = actions.update(agent, ticket, Changes(priority=Priority.HIGH))

    with pytest.raises(NotAllowed):
        actions.undo(alice, event.batch)


def test_one_transaction_is_one_deed(desk, alice, agent):
    ticket = desk.ticket(alice)
    with transaction():
        [first] = actions.update(agent, ticket, Changes(priority=Priority.HIGH))
        [second] = actions.update(agent, ticket, Changes(assignee_id=agent.id))
    [third] = actions.update(agent, ticket, Changes(priority=Priority.LOW))

    assert first.batch == second.batch != third.batch


def test_the_button_beside_what_was_done_takes_it_back(desk, alice, agent):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    browser.post(f"/desk/tickets/{ticket.id}/assign-me")
    page = browser.get(f"/desk/tickets/{ticket.id}").text
    address = page.split('action="/desk/undo/')[1].split('"')[0]

    answer = browser.post(f"/desk/undo/{address}", data={"next": f"/desk/tickets/{ticket.id}"})

    assert answer.location == f"/desk/tickets/{ticket.id}"
    assert desk.fresh(ticket).assignee_id is None
    assert "It is as it was before." in browser.get(answer.location).text
    again = browser.post(f"/desk/undo/{address}", data={"next": "//elsewhere.example/"})
    assert again.location == "/desk"
    assert "undone already" in browser.get("/desk", follow_redirects=True).text
