"""The kept counts: right after every change, by whichever way, and mended where they are not."""

from itertools import product

import pytest
import sqlalchemy as sa

from helpdesk.database import db, transaction
from helpdesk.operations.doctor import counts as count_checks
from helpdesk.tickets import actions, queries
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.counts import TABLES, count_anew, wrong_tables
from helpdesk.tickets.models import AuthorKind, Place, Priority, Status, Ticket
from helpdesk.tickets.queries import EVERY_PLACE, Filters, narrowed, visible_to


@pytest.fixture
def tickets(desk, alice, bob, vendor, agent):
    lamps = desk.category("Lamps")
    bulbs = desk.category("Bulbs", lamps)
    made = [desk.ticket(who) for who in (alice, alice, bob, vendor)]
    properties = Changes(
        status=Status.PENDING,
        priority=Priority.HIGH,
        assignee_id=agent.id,
        category_id=lamps.id,
        subcategory_id=bulbs.id,
    )
    actions.update(agent, made[0], properties)
    actions.place(agent, made[2], Place.SPAM)
    return made


def test_they_follow_every_action(desk, agent, admin, tickets):
    assert wrong_tables() == []
    [event] = actions.merge(agent, [tickets[1]], tickets[0])
    assert wrong_tables() == []
    actions.undo(agent, event.batch)
    actions.place(agent, tickets[3], Place.BIN)
    actions.purge(admin, desk.fresh(tickets[3]))
    assert wrong_tables() == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE tickets SET status = 'closed', assignee_id = NULL",
        "UPDATE tickets SET requester_id = 1, requester_kind = 'vendor' WHERE id > 1",
        "UPDATE tickets SET category_id = NULL, subcategory_id = NULL, priority = 'low'",
        "UPDATE tickets SET subject = 'x'",
    ],
)
def test_they_follow_plain_sql(tickets, change):
    with transaction():
        db.session.execute(sa.text(change))
    assert wrong_tables() == []


LETS_ROWS_GO = {
    "sqlite": ["PRAGMA defer_foreign_keys = ON"],
    "postgresql": [
        "ALTER TABLE tickets DISABLE TRIGGER ALL",
        "ALTER TABLE tickets ENABLE TRIGGER USER",
    ],
}


def test_they_follow_a_row_that_goes(tickets):
    db.session.rollback()
    with pytest.raises(ZeroDivisionError), transaction():
        for statement in LETS_ROWS_GO[db.engine.dialect.name]:
            db.session.execute(sa.text(statement))
        db.session.execute(sa.text("DELETE FROM tickets WHERE id = 1"))
        assert wrong_tables() == []
        raise ZeroDivisionError  # what names the row is still there
    assert wrong_tables() == []


def test_a_count_is_what_a_look_at_the_tickets_says(tickets, agent, alice):
    statuses = ([], [Status.OPEN], [Status.PENDING, Status.CLOSED])
    places = ([Place.INBOX], [Place.SPAM, Place.BIN], EVERY_PLACE)
    fields = (
        {},
        {"assignee_id": agent.id},
        {"assignee_id": None},
        {"priority": Priority.HIGH},
        {"requester_kind": AuthorKind.VENDOR},
        {"category_id": 1, "subcategory_id": 2},
        {"requester_id": alice.id},
        {"priority": Priority.NORMAL, "assignee_id": None},
        {"requester_id": alice.id, "priority": Priority.HIGH},
    )
    for actor, some, where, what in product((agent, alice), statuses, places, fields):
        filters = Filters(statuses=some, places=where, **what)
        ids = narrowed(visible_to(actor, where).with_only_columns(Ticket.id), filters)
        assert queries.count(actor, filters) == len(db.session.scalars(ids).all()), filters


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_doctor_sees_what_is_wrong_and_it_can_be_mended(tickets, table):
    assert count_checks.counts()[0] == "ok"
    with transaction():
        db.session.execute(sa.update(table).values(number=table.c.number + 1))
    level, sentence, *_ = count_checks.counts()
    assert level == "error"
    assert table.name in str(sentence)
    count_anew()
    assert count_checks.counts()[0] == "ok"


def test_the_doctor_misses_what_keeps_them(changed_schema, tickets):
    with transaction():
        of = "" if db.engine.dialect.name == "sqlite" else " ON tickets"
        db.session.execute(sa.text(f"DROP TRIGGER tickets_counted_update{of}"))
    level, sentence, *_ = count_checks.counts()
    assert level == "error"
    assert str(sentence) == "What keeps the counts of tickets is gone: tickets_counted_update."
