"""Changing fields: who may, what is told of it, and two people at once."""

import pytest
import sqlalchemy as sa

from helpdesk.accounts.models import DESK
from helpdesk.database import db, transaction
from helpdesk.errors import Conflict, Invalid, NotAllowed
from helpdesk.events import Event
from helpdesk.tickets import actions, queries
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.models import Priority, Status


def test_every_change_is_an_event_with_before_and_after(desk, alice, agent):
    ticket = desk.ticket(alice)
    changes = Changes(
        status=Status.PENDING, priority=Priority.HIGH, assignee_id=agent.id, tags=["VIP"]
    )
    actions.update(agent, ticket, changes)
    told = {
        e.kind: (e.before, e.after, e.actor_id)
        for e, _name in queries.logs(agent, ticket_id=ticket.id)
    }
    assert told["ticket.status"] == ("open", "pending", agent.id)
    assert told["ticket.priority"] == ("normal", "high", agent.id)
    assert told["ticket.assignee"] == (None, agent.id, agent.id)
    assert told["ticket.tags"] == ([], ["vip"], agent.id)


def test_a_change_to_the_same_is_none(desk, alice, agent):
    ticket = desk.ticket(alice)
    assert actions.change_status(agent, ticket, Status.OPEN) is None
    assert len(queries.logs(agent, ticket_id=ticket.id)) == 1


def test_events_are_never_changed(desk, alice):
    desk.ticket(alice)
    for change in (sa.update(Event).values(kind="x"), sa.delete(Event)):
        with pytest.raises(sa.exc.IntegrityError, match="append-only"), transaction():
            db.session.execute(change)


def test_a_customer_reopens_resolves_and_closes_their_own_and_nothing_else(desk, alice, bob):
    ticket = desk.ticket(alice)
    for status in (Status.RESOLVED, Status.CLOSED, Status.OPEN):
        actions.change_status(alice, ticket, status)
        assert desk.fresh(ticket).status is status
    with pytest.raises(NotAllowed):
        actions.change_status(alice, ticket, Status.PENDING)
    with pytest.raises(NotAllowed):
        actions.change_status(bob, ticket, Status.CLOSED)
    with pytest.raises(NotAllowed):
        actions.update(alice, ticket, Changes(priority=Priority.URGENT))


def test_the_second_of_two_agents_is_told(desk, alice, agent):
    ticket = desk.ticket(alice)
    other = desk.user("agent", "Bo Other")
    actions.update(other, ticket, Changes(status=Status.RESOLVED), {"status": Status.OPEN})
    with pytest.raises(Conflict, match="status"):
        actions.update(agent, ticket, Changes(status=Status.PENDING), {"status": Status.OPEN})
    assert desk.fresh(ticket).status is Status.RESOLVED


def test_two_agents_on_different_fields_or_with_one_wish_do_not_disturb_each_other(
    desk, alice, agent
):
    ticket = desk.ticket(alice)
    other = desk.user("agent", "Bo Other")
    actions.update(other, ticket, Changes(status=Status.RESOLVED), {"status": Status.OPEN})
    seen = {"status": Status.OPEN, "priority": Priority.NORMAL}
    actions.update(agent, ticket, Changes(priority=Priority.HIGH), seen)
    assert actions.update(agent, ticket, Changes(status=Status.RESOLVED), seen) == []


def test_all_changes_or_none(desk, alice, agent):
    ticket = desk.ticket(alice)
    with pytest.raises(Invalid) as told:
        actions.update(
            agent, ticket, Changes(priority=Priority.HIGH, assignee_id=alice.id, category_id=7)
        )
    assert set(told.value.fields) == {"assignee_id", "category_id"}
    assert desk.fresh(ticket).priority is Priority.NORMAL


def test_a_sub_category_belongs_to_its_category(desk, alice, agent):
    lamps, orders = desk.category("Lamps"), desk.category("Orders")
    desk_lamps, off = desk.category("Desk", lamps), desk.category("Off", lamps, active=False)
    ticket = desk.ticket(alice, category_id=lamps.id, subcategory_id=desk_lamps.id)
    for bad in (
        (orders.id, desk_lamps.id),
        (lamps.id, off.id),
        (None, desk_lamps.id),
        (desk_lamps.id, None),
    ):
        with pytest.raises(Invalid):
            actions.update(agent, ticket, Changes(category_id=bad[0], subcategory_id=bad[1]))
    actions.update(agent, ticket, Changes(category_id=orders.id))
    assert desk.fresh(ticket).subcategory_id is None


def test_a_category_in_use_is_switched_off_instead_of_deleted(desk, alice, agent):
    used, unused = desk.category("Used"), desk.category("Unused")
    ticket = desk.ticket(alice, category_id=used.id)
    actions.delete_category(agent, unused)
    with pytest.raises(Exception, match="deactivated"):
        actions.delete_category(agent, used)
    assert [one.id for one in queries.categories(active=None)] == [used.id]
    assert not used.is_active
    assert desk.fresh(ticket).category_id == used.id
    actions.update(agent, ticket, Changes(category_id=used.id, priority=Priority.LOW))


def test_nobody_waits_for_us_on_a_resolved_ticket(desk, alice, agent, travel):
    ticket = desk.ticket(alice)
    actions.change_status(agent, ticket, Status.RESOLVED)
    assert desk.fresh(ticket).waiting_since is None
    travel(hours=2)
    actions.change_status(alice, ticket, Status.OPEN)
    ticket = desk.fresh(ticket)
    assert (ticket.waiting_since - ticket.created_at).total_seconds() >= 7200


def test_a_flush_outside_of_a_transaction_is_refused(desk, alice):
    ticket = desk.ticket(alice)
    ticket.subject = "changed by a read"
    with pytest.raises(RuntimeError, match="outside of transaction"):
        db.session.flush()
    db.session.rollback()


def test_a_category_needs_a_name_of_its_own_and_a_top_level_parent(desk):
    lamps = desk.category("Lamps")
    child = desk.category("Desk", lamps)
    with pytest.raises(Invalid) as told:
        actions.add_category(DESK, actions.CategoryDraft(" lamps ", None))
    assert "name" in told.value.fields
    with pytest.raises(Invalid) as told:
        actions.add_category(DESK, actions.CategoryDraft("Deep", child.id))
    assert "parent_id" in told.value.fields
