"""Custom fields of tickets: filled in, changed, reconciled, undone, required, filtered by."""

import pytest
import sqlalchemy as sa

from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.errors import Conflict, Invalid, NotAllowed
from helpdesk.events import Event
from helpdesk.fields import queries
from helpdesk.fields.actions import FieldDraft, set_active, update_field
from helpdesk.fields.models import About
from helpdesk.fields.queries import Operator, condition
from helpdesk.tickets import actions
from helpdesk.tickets.actions import Changes, update
from helpdesk.tickets.models import Status, Ticket


def facts(actor, ticket):
    return queries.facts(actor, About.TICKET, [ticket.id])[ticket.id]


def bad(deed):
    with pytest.raises(Invalid) as caught:
        deed()
    return set(caught.value.fields)


def test_a_new_ticket_has_what_its_fields_were_filled_with(desk, alice, agent, field):
    field("Order number", shown=True), field("Gift", "checkbox", shown=True), field("Secret")
    ticket = desk.ticket(alice, fields={"order_number": " A1 ", "gift": "on"})
    assert facts(alice, ticket) == {"order_number": "A1", "gift": True}
    assert facts(agent, ticket) == {"order_number": "A1", "gift": True, "secret": None}


def test_what_customers_must_fill_in(desk, alice, agent, field):
    field("Order number", shown=True, required="everybody")
    field("Checked by", required="agents")
    assert bad(lambda: desk.ticket(alice, subject="")) == {"subject", "fields.order_number"}
    assert bad(lambda: desk.ticket(alice, fields={"order_number": " "})) == {"fields.order_number"}
    assert facts(alice, desk.ticket(alice, fields={"order_number": "A1"}))
    opened = actions.open_ticket(agent, actions.Draft(subject="S", message="M"), (), alice)
    assert facts(agent, opened) == {"order_number": None, "checked_by": None}


def test_staff_fill_in_what_is_required_before_they_solve(desk, alice, agent, field):
    field("Checked by", required="agents")
    ticket = desk.ticket(alice)
    for deed in (
        lambda: update(agent, ticket, Changes(status=Status.RESOLVED)),
        lambda: update(agent, ticket, Changes(status=Status.CLOSED)),
        lambda: desk.reply(agent, ticket, "Done", status=Status.RESOLVED),
    ):
        with pytest.raises(Invalid, match="Checked by"):
            deed()
    assert desk.fresh(ticket).status is Status.OPEN
    assert desk.fresh(ticket).message_count == 1
    update(agent, ticket, Changes(status=Status.PENDING))
    update(agent, ticket, Changes(status=Status.RESOLVED, fields={"checked_by": "Ana"}))
    update(agent, ticket, Changes(fields={"checked_by": ""}))
    update(agent, ticket, Changes(status=Status.CLOSED))  # it is solved already
    assert desk.fresh(ticket).status is Status.CLOSED


def test_a_customer_solves_without_what_staff_must_fill_in(desk, alice, field):
    field("Checked by", required="agents")
    ticket = desk.ticket(alice)
    actions.change_status(alice, ticket, Status.RESOLVED)
    assert ticket.status is Status.RESOLVED


def test_only_the_fields_that_are_given_change(desk, alice, agent, field):
    field("Order number"), field("Weight", "number")
    ticket = desk.ticket(alice)
    before = ticket.version
    update(agent, ticket, Changes(fields={"order_number": "A1", "weight": 2}))
    [event] = update(agent, ticket, Changes(fields={"weight": "2.50", "order_number": "A1"}))
    assert facts(agent, ticket) == {"order_number": "A1", "weight": "2.5"}
    assert (event.kind, event.before, event.after) == (
        "ticket.field",
        {"key": "weight", "value": "2"},
        {"key": "weight", "value": "2.5"},
    )
    assert ticket.version == before + 3
    assert update(agent, ticket, Changes(fields={})) == []
    with pytest.raises(NotAllowed):
        update(alice, ticket, Changes(fields={"weight": 3}))
    wrong = Changes(fields={"weight": "x", "no_such": 1}, tags=["a,b"])
    assert bad(lambda: update(agent, ticket, wrong)) == {"fields.weight", "fields.no_such", "tags"}


def test_what_two_people_change_is_told_and_not_lost(desk, alice, agent, admin, field):
    field("Order number")
    ticket = desk.ticket(alice)
    update(admin, ticket, Changes(fields={"order_number": "B2"}))
    wish = Changes(fields={"order_number": "A1"})
    with pytest.raises(Conflict, match=r"Order number \(B2\)"):
        update(agent, ticket, wish, {"fields.order_number": None})
    update(agent, ticket, wish, {"fields.order_number": "B2"})
    update(agent, ticket, wish, {"fields.order_number": None})  # it is so already
    assert facts(agent, ticket) == {"order_number": "A1"}


def test_a_change_is_undone_and_done_again(desk, alice, agent, field):
    field("Order number"), field("Gift", "checkbox")
    ticket = desk.ticket(alice)
    events = update(agent, ticket, Changes(fields={"order_number": "A1", "gift": True}))
    undone = actions.undo(agent, events[0].batch)
    assert facts(agent, ticket) == {"order_number": None, "gift": False}
    actions.undo(agent, undone.batch)
    assert facts(agent, ticket) == {"order_number": "A1", "gift": True}
    update(agent, ticket, Changes(fields={"order_number": "B2", "gift": False}))
    events = db.session.scalars(sa.select(Event).where(Event.kind == "ticket.field")).all()
    with pytest.raises(Conflict):
        actions.undo(agent, events[0].batch)


def test_an_undo_solves_nothing_that_must_be_filled_in_since(desk, alice, agent, field):
    ticket = desk.ticket(alice)
    update(agent, ticket, Changes(status=Status.RESOLVED))
    [event] = update(agent, ticket, Changes(status=Status.OPEN))
    field("Checked by", required="agents")
    with pytest.raises(Conflict, match="must be filled in"):
        actions.undo(agent, event.batch)
    assert desk.fresh(ticket).status is Status.OPEN


def test_a_removed_choice_stays_until_it_is_changed(desk, alice, agent, field):
    colour = field("Colour", "choice", choices=["red", "blue"])
    ticket = desk.ticket(alice)
    update(agent, ticket, Changes(fields={"colour": "red"}))
    update_field(DESK, colour, FieldDraft(label="Colour", choices=["blue"]))
    assert update(agent, ticket, Changes(fields={"colour": "red"})) == []
    assert facts(agent, ticket) == {"colour": "red"}
    update(agent, ticket, Changes(fields={"colour": "blue"}))
    assert bad(lambda: update(agent, ticket, Changes(fields={"colour": "red"})))


def test_an_inactive_field_is_neither_asked_for_nor_shown(desk, alice, agent, field):
    made = field("Order number", shown=True, required="everybody")
    ticket = desk.ticket(alice, fields={"order_number": "A1"})
    set_active(DESK, made, False)
    assert facts(agent, ticket) == facts(alice, ticket) == {}
    assert desk.ticket(alice)
    assert bad(lambda: desk.ticket(alice, fields={"order_number": "A1"}))


@pytest.fixture
def stock(desk, alice, agent, field):
    """Three tickets, one of them with every field filled in, one with other values."""
    made = {
        "order": field("Order"),
        "weight": field("Weight", "number"),
        "day": field("Day", "date"),
        "colour": field("Colour", "choice"),
        "gift": field("Gift", "checkbox"),
    }
    full, other, empty = (desk.ticket(alice) for _n in range(3))
    values = {"order": "AB-1", "weight": "2.5", "day": "1969-12-31", "colour": "red", "gift": True}
    update(agent, full, Changes(fields=values))
    values = {"order": "xyz", "weight": -3, "day": "2027-01-01", "colour": "blue"}
    update(agent, other, Changes(fields=values))
    names = {full.id: "full", other.id: "other", empty.id: "empty"}

    def found(key, operator, value=None):
        query = sa.select(Ticket.id).where(condition(made[key], Operator(operator), value))
        return {names[id_] for id_ in db.session.scalars(query)}

    return found


@pytest.mark.parametrize(
    ("key", "operator", "value", "names"),
    [
        ("order", "is", "AB-1", "full"),
        ("order", "is_not", "AB-1", "other empty"),
        ("order", "contains", "b-", "full"),
        ("order", "contains", "%", ""),
        ("order", "filled", None, "full other"),
        ("order", "empty", None, "empty"),
        ("weight", "is", "2.50", "full"),
        ("weight", "at_least", "-3", "full other"),
        ("weight", "at_least", 2.5, "full"),
        ("weight", "at_most", "0", "other"),
        ("day", "at_least", "1970-01-01", "other"),
        ("day", "at_most", "1969-12-31", "full"),
        ("day", "is", "2027-01-01", "other"),
        ("colour", "is", "red", "full"),
        ("colour", "is_not", "red", "other empty"),
        ("gift", "is", "true", "full"),
        ("gift", "is", False, "other empty"),
    ],
)
def test_filters(stock, key, operator, value, names):
    assert stock(key, operator, value) == set(names.split())


@pytest.mark.parametrize(
    ("key", "operator", "value"),
    [
        ("gift", "contains", "x"),
        ("gift", "is", "perhaps"),
        ("order", "at_least", "x"),
        ("weight", "is", 10**400),
        ("weight", "is", ""),
        ("day", "at_least", "2027-02-31"),
        ("colour", "is", None),
        ("colour", "is", "\0"),
    ],
)
def test_filters_that_make_no_sense(stock, key, operator, value):
    assert bad(lambda: stock(key, operator, value)) == {f"fields.{key}"}


def test_facts_of_many_cost_two_queries(desk, alice, agent, field):
    field("Order"), field("Weight", "number")
    tickets = [desk.ticket(alice) for _n in range(20)]
    for number, ticket in enumerate(tickets):
        update(agent, ticket, Changes(fields={"weight": number}))
    ids = [ticket.id for ticket in tickets]
    assert agent.is_staff
    with desk.counted() as statements:
        found = queries.facts(agent, About.TICKET, ids)
    assert len(statements) == 2
    assert found[ids[7]] == {"order": None, "weight": "7"}
