"""Applying a macro: what it would do, doing all of it or nothing, and one undo."""

import pytest
import sqlalchemy as sa

from helpdesk.accounts import actions as accounts
from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.errors import Conflict, Invalid, NotFound, WrongState
from helpdesk.events import Event
from helpdesk.macros import actions
from helpdesk.macros.actions import MacroDraft
from helpdesk.tickets import actions as tickets
from helpdesk.tickets import queries
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.models import HeldReply, Place, Priority, Status
from helpdesk.tickets.queries.drafts import draft_of


def events_of(ticket, after=0):
    query = sa.select(Event).where(Event.ticket_id == ticket.id, Event.id > after)
    return db.session.scalars(query.order_by(Event.id)).all()


def last_event():
    return db.session.scalar(sa.select(sa.func.max(Event.id))) or 0


def facts(ticket):
    return {
        "status": ticket.status,
        "assignee": ticket.assignee_id,
        "priority": ticket.priority,
        "category": (ticket.category_id, ticket.subcategory_id),
        "tags": ticket.tag_names,
        "fields": tickets.value_of(ticket, "fields.size"),
    }


@pytest.fixture
def everything(desk, agent, macro, field):
    """A macro that does all that one can do."""
    field("Size")
    lamps = desk.category("Lamps")
    child = desk.category("Small", parent=lamps)

    def make(words="Hello {{requester.name}}!", **more):
        what = {
            "me": True,
            "status": Status.RESOLVED,
            "priority": Priority.HIGH,
            "category_id": lamps.id,
            "subcategory_id": child.id,
            "add": ["done", "vip"],
            "remove": ["late"],
            "fields": {"size": "XL"},
        }
        return macro(agent, words, **(what | more))

    return make


def test_the_plan_says_what_changes_from_what_to_what(desk, alice, agent, everything):
    ticket = desk.ticket(alice, tags=["late"], priority=Priority.HIGH)
    found = actions.plan(agent, everything(), ticket)
    assert found.words.text == "Hello Alice Moor!"
    assert {line.name for line in found.unchanged} == {"priority"}
    assert {line.name: (line.before, line.after) for line in found.changes} == {
        "status": ("open", "resolved"),
        "assignee_id": (None, agent.id),
        "category_id": (None, found.steps.along.changes.category_id),
        "subcategory_id": (None, found.steps.along.changes.subcategory_id),
        "tags": (["late"], ["done", "vip"]),
        "fields.size": (None, "XL"),
    }


def test_all_of_it_is_one_deed_with_one_undo(desk, alice, agent, everything):
    ticket = desk.ticket(alice, tags=["late"])
    before, start = facts(ticket), last_event()
    plan = actions.plan(agent, everything(), ticket)
    done = actions.apply(agent, everything("", name="Silent").id, ticket)
    ticket = desk.fresh(ticket)
    after = facts(ticket)
    assert after == {
        "status": "resolved",
        "assignee": agent.id,
        "priority": "high",
        "category": (plan.steps.along.changes.category_id, plan.steps.along.changes.subcategory_id),
        "tags": ["done", "vip"],
        "fields": "XL",
    }
    found = events_of(ticket, start)
    assert {one.batch for one in found} == {done.batch}
    assert found[-1].after["name"] == "Silent"
    undone = tickets.undo(agent, done.batch)
    assert facts(desk.fresh(ticket)) == before
    tickets.undo(agent, undone.batch)
    assert facts(desk.fresh(ticket)) == after


def test_what_changes_nothing_makes_no_event(desk, alice, agent, everything):
    ticket = desk.ticket(alice)
    silent = everything("")
    actions.apply(agent, silent.id, ticket)
    start = last_event()
    version = desk.fresh(ticket).version
    done = actions.apply(agent, silent.id, desk.fresh(ticket))
    assert done.batch == ""
    assert last_event() == start and desk.fresh(ticket).version == version
    assert actions.plan(agent, silent, desk.fresh(ticket)).changes == ()


def test_a_reply_is_held_with_all_that_goes_along_and_called_back_with_it(
    desk, alice, agent, everything, travel
):
    ticket = desk.ticket(alice, tags=["late"])
    before = facts(ticket)
    done = actions.apply(agent, everything().id, ticket, seconds=10)
    assert done.held and facts(desk.fresh(ticket)) == before
    tickets.undo(agent, done.batch)
    assert draft_of(agent, ticket.id).body == "Hello Alice Moor!"
    assert facts(desk.fresh(ticket)) == before
    travel(seconds=20)
    assert tickets.release_due() == 0


def test_a_held_reply_leaves_with_all_of_it(desk, alice, agent, everything, travel):
    ticket = desk.ticket(alice)
    actions.apply(agent, everything().id, ticket, seconds=10)
    travel(seconds=20)
    assert tickets.release_due() == 1
    ticket = desk.fresh(ticket)
    assert (ticket.status, ticket.priority, ticket.tag_names) == (
        "resolved",
        "high",
        ["done", "vip"],
    )
    assert [one.body for one in queries.conversation(alice, ticket)][-1] == "Hello Alice Moor!"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(HeldReply)) == 0


def test_a_reply_without_waiting(desk, alice, agent, everything):
    ticket = desk.ticket(alice)
    done = actions.apply(agent, everything().id, ticket)
    assert done.message.body == "Hello Alice Moor!"
    assert facts(desk.fresh(ticket))["status"] == "resolved"
    tickets.undo(agent, done.batch)
    ticket = desk.fresh(ticket)
    assert (ticket.priority, ticket.tag_names) == ("normal", [])
    assert ticket.message_count == 2  # what was sent is sent


def test_a_reply_that_says_no_status_waits_for_the_customer(desk, alice, agent, macro):
    thanks = macro(agent, "Thank you.")
    ticket = desk.ticket(alice)
    [line] = actions.plan(agent, thanks, ticket).changes
    assert (line.name, line.after) == ("status", "pending")
    actions.apply(agent, thanks.id, ticket)
    assert desk.fresh(ticket).status == "pending"


def test_a_note_is_for_staff_alone(desk, alice, agent, macro):
    noted = macro(agent, "{{agent.name}} looked.", note=True, priority=Priority.LOW)
    ticket = desk.ticket(alice)
    assert [line.name for line in actions.plan(agent, noted, ticket).lines] == ["priority"]
    done = actions.apply(agent, noted.id, ticket, seconds=10)
    assert done.message.internal and done.message.body == "Ana Gent looked."
    assert len(queries.conversation(alice, desk.fresh(ticket))) == 1
    assert desk.fresh(ticket).status == "open"


def test_words_with_a_gap_are_not_sent_unless_somebody_has_seen_them(desk, alice, agent, macro):
    gap = macro(agent, "To {{requester.company}}", priority=Priority.LOW)
    ticket = desk.ticket(alice)
    with pytest.raises(Invalid) as raised:
        actions.apply(agent, gap.id, ticket)
    assert "{{requester.company}}" in raised.value.message
    assert desk.fresh(ticket).priority == "normal"
    actions.apply(agent, gap.id, ticket, words="To all of you")
    assert queries.conversation(alice, desk.fresh(ticket))[-1].body == "To all of you"


@pytest.mark.parametrize("note", [False, True])
def test_it_does_all_or_nothing(desk, alice, agent, macro, note):
    colleague = desk.user("agent")
    given = macro(agent, "Words", note=note, assignee_id=colleague.id, priority=Priority.LOW)
    accounts.disable_user(DESK, colleague)
    ticket, start = desk.ticket(alice), last_event() + 1
    assert actions.trouble_with(agent, given)
    with pytest.raises(Invalid) as raised:
        actions.apply(agent, given.id, ticket)
    assert set(raised.value.fields) == {"assignee_id"}
    assert events_of(ticket, start) == []
    assert len(queries.conversation(agent, desk.fresh(ticket))) == 1


def test_what_somebody_changed_meanwhile_is_said_and_stays(desk, alice, agent, admin, everything):
    ticket = desk.ticket(alice)
    made = everything("")
    plan = actions.plan(agent, made, ticket)
    tickets.update(
        admin, ticket, Changes(priority=Priority.URGENT, tags=["new"], fields={"size": "S"})
    )
    with pytest.raises(Conflict) as raised:
        actions.apply(agent, made.id, ticket, seen=plan.seen, mark=plan.steps.mark)
    assert "priority (urgent)" in raised.value.message
    assert "Size (S)" in raised.value.message and "tags" not in raised.value.message
    assert desk.fresh(ticket).priority == "urgent"


def test_changes_that_are_in_nobodys_way(desk, alice, agent, admin, macro):
    ticket = desk.ticket(alice)
    made = macro(agent, priority=Priority.HIGH, add=["mine"])
    plan = actions.plan(agent, made, ticket)
    tickets.update(admin, ticket, Changes(status=Status.PENDING, tags=["theirs"]))
    tickets.update(admin, ticket, Changes(priority=Priority.HIGH))  # the same wish
    actions.apply(agent, made.id, ticket, seen=plan.seen)
    assert desk.fresh(ticket).tag_names == ["mine", "theirs"]


def test_a_macro_that_changed_or_went_meanwhile(desk, alice, agent, admin, macro, steps):
    made, ticket = macro(agent, priority=Priority.HIGH), desk.ticket(alice)
    mark = actions.plan(agent, made, ticket).steps.mark
    draft = MacroDraft(name="Close it", is_shared=True, steps=steps(status=Status.CLOSED))
    actions.update_macro(admin, made.id, draft)
    with pytest.raises(Conflict):
        actions.apply(agent, made.id, ticket, mark=mark)
    actions.delete_macro(admin, made.id)
    with pytest.raises(NotFound):
        actions.apply(agent, made.id, ticket)
    assert desk.fresh(ticket).status == "open"


def test_somebody_elses_private_macro_is_none(desk, alice, agent, admin, macro):
    made = macro(agent, priority=Priority.HIGH, shared=False)
    with pytest.raises(NotFound):
        actions.apply(admin, made.id, desk.ticket(alice))


def test_a_ticket_that_can_not_be_changed(desk, alice, agent, macro):
    silent, loud = macro(agent, priority=Priority.LOW), macro(agent, "Words", name="Loud")
    ticket = desk.ticket(alice)
    tickets.change_status(agent, ticket, Status.CLOSED)
    with pytest.raises(WrongState):
        actions.apply(agent, loud.id, ticket, seconds=10)
    for place in (Place.SPAM, Place.BIN):
        tickets.place(agent, ticket, place)
        for made in (silent, loud):
            with pytest.raises(WrongState):
                actions.apply(agent, made.id, ticket)


def test_a_required_field_that_the_macro_fills_in_itself(desk, alice, agent, macro, field, travel):
    field("Reason", required="agents")
    bare = macro(agent, name="Bare", status=Status.RESOLVED)
    full = macro(agent, name="Full", status=Status.RESOLVED, fields={"reason": "Broken"})
    ticket = desk.ticket(alice)
    with pytest.raises(Invalid) as raised:
        actions.apply(agent, bare.id, ticket)
    assert set(raised.value.fields) == {"fields.reason"}
    loud = macro(agent, "Hi", name="Loud", status=Status.RESOLVED, fields={"reason": "Broken"})
    other = desk.ticket(alice)
    actions.apply(agent, loud.id, other, seconds=10)
    desk.fresh(other)
    travel(seconds=30)
    assert tickets.release_due() == 1
    assert desk.fresh(other).status == "resolved"
    travel()
    actions.apply(agent, full.id, ticket)
    assert desk.fresh(ticket).status == "resolved"


def test_a_plan_costs_the_same_for_few_steps_and_many(desk, alice, agent, macro, field):
    for number in range(10):
        field(f"Field {number}")
    ticket, costs = desk.ticket(alice), []
    for many in (1, 10):
        given = {f"field_{number}": "x" for number in range(many)}
        made = macro(agent, name=f"Fill {many}", fields=given)
        db.session.refresh(made), desk.fresh(ticket)
        agent.name, made.steps, ticket.tag_names  # noqa: B018
        with desk.counted() as statements:
            assert len(actions.plan(agent, made, ticket).changes) == many
        costs.append(len(statements))
    assert costs[0] == costs[1]


def test_a_macro_of_a_list(desk, alice, agent, macro):
    tidy = macro(agent, me=True, status=Status.PENDING, add=["sorted"], remove=["new"])
    found = [desk.ticket(alice, tags=["new", "a"]), desk.ticket(alice)]
    done = tickets.change_many(agent, [one.id for one in found], actions.for_many(agent, tidy))
    assert len(done.changed) == 2
    assert [desk.fresh(one).tag_names for one in found] == [["a", "sorted"], ["sorted"]]
    assert {desk.fresh(one).assignee_id for one in found} == {agent.id}
    with pytest.raises(Invalid):
        actions.for_many(agent, macro(agent, "Words", name="Loud"))
