"""What one deed did, another takes back."""

import pytest

from helpdesk.accounts import actions as accounts
from helpdesk.accounts.models import DESK, Role
from helpdesk.database import db, transaction
from helpdesk.errors import Conflict, NotAllowed, NotFound, WrongState
from helpdesk.events import Event, batch, new_batch
from helpdesk.fields.actions import FieldDraft, update_field
from helpdesk.tickets import actions, queries
from helpdesk.tickets.actions import Change, Changes
from helpdesk.tickets.models import Place, Priority, Status


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


def test_who_waits_and_since_when_it_is_solved_come_back_too(desk, alice, agent, travel):
    ticket = desk.ticket(alice)
    asked = desk.fresh(ticket).waiting_since
    travel(hours=1)
    [resolving] = actions.update(agent, ticket, Changes(status=Status.RESOLVED))
    solved = desk.fresh(ticket).resolved_at
    travel(hours=2)
    [opening] = actions.update(agent, ticket, Changes(status=Status.OPEN))
    travel(hours=3)
    actions.undo(agent, opening.batch)
    assert desk.fresh(ticket).resolved_at == solved

    actions.undo(agent, resolving.batch)

    ticket = desk.fresh(ticket)
    assert (ticket.status, ticket.waiting_since, ticket.resolved_at) == ("open", asked, None)


def test_the_same_change_made_by_a_colleague_since_stays(desk, alice, agent, admin):
    ticket, other = desk.ticket(alice), desk.ticket(alice)
    [first] = actions.update(agent, ticket, Changes(status=Status.RESOLVED))
    actions.update(admin, ticket, Changes(status=Status.OPEN))
    actions.update(admin, ticket, Changes(status=Status.RESOLVED))
    link = actions.link(agent, ticket, other)
    actions.unlink(admin, ticket, other)
    actions.link(admin, ticket, other)

    for deed in (first.batch, link.batch):
        with pytest.raises(Conflict, match="again since"):
            actions.undo(agent, deed)

    assert desk.fresh(ticket).status is Status.RESOLVED
    assert list(queries.linked_ids(agent, desk.fresh(ticket))) == [other.id]


def test_what_was_undone_since_is_no_change(desk, alice, agent, admin):
    ticket = desk.ticket(alice)
    [first] = actions.update(agent, ticket, Changes(status=Status.RESOLVED))
    [second] = actions.update(admin, ticket, Changes(status=Status.OPEN))
    undone = actions.undo(admin, second.batch)
    again = actions.undo(admin, undone.batch)  # and done again: now it is one
    with pytest.raises(Conflict):
        actions.undo(agent, first.batch)
    actions.undo(admin, again.batch)

    actions.undo(agent, first.batch)

    assert desk.fresh(ticket).status is Status.OPEN


def test_of_one_ticket_all_is_undone_or_nothing(desk, alice, agent):
    lamps, chairs = desk.category("Lamps"), desk.category("Chairs")
    child, seat = desk.category("Desk lamps", lamps), desk.category("Seats", chairs)
    pair = Changes(category_id=lamps.id, subcategory_id=child.id)
    tickets = [desk.ticket(alice), desk.ticket(alice)]
    deed = new_batch()
    for ticket in tickets:
        actions.update(agent, ticket, pair)
        with batch(deed):
            actions.update(agent, ticket, Changes(category_id=chairs.id))
    actions.update(agent, tickets[0], Changes(subcategory_id=seat.id))

    assert actions.undo(agent, deed).changed_since == [tickets[0].id]

    pairs = [(t.category_id, t.subcategory_id) for t in map(desk.fresh, tickets)]
    assert pairs == [(chairs.id, seat.id), (lamps.id, child.id)]


def test_what_cannot_be_any_more_stays_and_says_why(desk, alice, agent, admin, field):
    colour = field("Colour", "choice", choices=["red", "blue"])
    ticket = desk.ticket(alice)
    actions.update(agent, ticket, Changes(assignee_id=agent.id, fields={colour.key: "red"}))
    [given] = actions.update(agent, ticket, Changes(assignee_id=admin.id))
    [painted] = actions.update(agent, ticket, Changes(fields={colour.key: "blue"}))
    accounts.change_role(DESK, agent, Role.CUSTOMER)
    update_field(DESK, colour, FieldDraft(label="Colour", choices=["blue"]))

    with pytest.raises(Conflict, match="not an active member of staff"):
        actions.undo(admin, given.batch)
    with pytest.raises(Conflict, match="one of"):
        actions.undo(admin, painted.batch)
    assert desk.fresh(ticket).assignee_id == admin.id


def test_a_ticket_that_lies_elsewhere_is_not_changed_by_an_undo(desk, alice, agent):
    ticket = desk.ticket(alice)
    [event] = actions.update(agent, ticket, Changes(priority=Priority.HIGH))
    actions.place(agent, ticket, Place.BIN)

    with pytest.raises(Conflict, match="is deleted"):
        actions.undo(agent, event.batch)
    assert desk.fresh(ticket).priority is Priority.HIGH


def test_nothing_is_called_solved_that_must_be_filled_in_first(desk, alice, agent, field):
    order = field("Order number", required="agents")
    ticket = desk.ticket(alice)
    filled = Changes(status=Status.RESOLVED, fields={order.key: "7"})
    actions.update(agent, ticket, filled)
    [opened] = actions.update(agent, ticket, Changes(status=Status.OPEN))
    actions.update(agent, ticket, Changes(fields={order.key: None}))

    with pytest.raises(Conflict, match="must be filled in"):
        actions.undo(agent, opened.batch)
    assert desk.fresh(ticket).status is Status.OPEN


def test_how_much_is_asked_does_not_grow_with_the_events(desk, alice, agent):
    counts = []
    for size in (2, 8):
        tickets = [desk.ticket(alice) for _ in range(size)]
        done = actions.change_many(
            agent, [t.id for t in tickets], Change(fields=Changes(priority=Priority.HIGH))
        )
        with desk.counted() as statements:
            actions.undo(agent, done.batch)
        counts.append(sum("FROM events" in statement for statement in statements))
    assert counts[0] == counts[1]


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
