"""Changes of one row that the driver writes: what a flush of the session would have done."""

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.database import db, load, put, save, transaction
from helpdesk.tickets.models import Category, Priority, ReadMark, Tag


def in_file(ticket):
    db.session.expire_all()
    return ticket.subject, ticket.priority, ticket.placed_at, ticket.version


def test_what_has_changed_of_a_row_is_written_and_nothing_else_is_left_to_do(desk, alice):
    ticket, now = desk.ticket(alice), clock.now()
    with transaction():
        ticket.subject, ticket.priority, ticket.placed_at = "“Lämp” '?'", Priority.HIGH, now
        ticket.version += 1
        with desk.counted() as statements:
            save(ticket)
            assert not db.session.dirty
            db.session.flush()
        assert statements == [], "the session had nothing to write"
    assert in_file(ticket) == ("“Lämp” '?'", Priority.HIGH, now, 3)


def test_what_was_not_changed_is_left_to_others(desk, alice):
    ticket = desk.ticket(alice, "Lamp")
    with transaction():
        db.session.execute(sa.text("UPDATE tickets SET subject = 'Theirs'"))
        ticket.version += 1
        save(ticket)
        save(ticket)
    assert in_file(ticket)[0] == "Theirs"


def test_a_change_that_is_rolled_back_is_none(desk, alice):
    ticket = desk.ticket(alice, "Lamp")
    with pytest.raises(ZeroDivisionError), transaction():
        ticket.subject = "Other"
        save(ticket)
        raise ZeroDivisionError
    assert ticket.subject == "Lamp"


def test_relations_are_written_by_the_session(desk, alice):
    ticket = desk.ticket(alice, tags=["one"])
    with transaction():
        ticket.tags = [*ticket.tags, Tag(name="two")]
        ticket.subject = "With tags"
        save(ticket)
    db.session.expire_all()
    assert (ticket.tag_names, ticket.subject) == (["one", "two"], "With tags")


def test_a_row_that_is_gone_is_no_success(desk):
    lamps = desk.category("Lamps")
    with pytest.raises(sa.exc.NoResultFound), transaction():
        category = load(Category, lamps.id)
        category.name = "Gone"
        with db.session.no_autoflush:
            db.session.execute(sa.text(f"DELETE FROM categories WHERE id = {lamps.id}"))
        save(category)


def test_a_row_is_put_where_none_is_and_over_one_that_is(desk, agent, alice):
    ticket, now = desk.ticket(alice), clock.now()
    who = {"user_id": agent.id, "ticket_id": ticket.id}
    with transaction():
        put(ReadMark, **who, message_id=None, marked_at=now)
        mark = db.session.get(ReadMark, (agent.id, ticket.id))
        assert mark.message_id is None
        put(ReadMark, **who, message_id=7, marked_at=now)
        assert mark.message_id == 7, "who knows the row sees it"
    assert db.session.scalars(sa.select(ReadMark.message_id)).all() == [7]


@pytest.mark.parametrize("deed", [save, lambda row: put(type(row), id=1, name="x")])
def test_they_are_only_for_transactions(desk, alice, deed):
    with pytest.raises(RuntimeError, match=r"transaction\(\)"):
        deed(desk.ticket(alice))
