"""Read and unread: for each agent their own, whatever happens to the words."""

import re

import pytest
import sqlalchemy as sa

from helpdesk.database import db
from helpdesk.errors import Invalid, NotAllowed
from helpdesk.operations.housekeeping import sweep
from helpdesk.tickets import actions, queries
from helpdesk.tickets.models import Place, ReadMark
from helpdesk.tickets.queries import Filters


@pytest.fixture
def bo(desk):
    return desk.user("agent", "Bo Gent")


@pytest.fixture
def is_unread():
    """Whether a ticket is unread for somebody: as a page asks, and as a filter does."""

    def ask(user, ticket):
        db.session.rollback()
        found = ticket.id in queries.unread_among(user, [ticket.id])
        places = queries.EVERY_PLACE
        rows = queries.listing(
            user, Filters(matching=queries.unread(user), places=places), queries.Page()
        ).rows
        assert found is (ticket.id in {row.id for row in rows})
        return found

    return ask


def marks(ticket):
    db.session.rollback()
    query = sa.select(ReadMark.user_id).where(ReadMark.ticket_id == ticket.id)
    return set(db.session.scalars(query))


def test_each_agent_reads_for_themselves(desk, alice, agent, bo, is_unread):
    ticket = desk.ticket(alice)
    assert is_unread(agent, ticket)
    assert actions.mark_read(agent, ticket)
    assert not actions.mark_read(agent, ticket)  # nothing is left to do
    assert not is_unread(agent, ticket)
    assert is_unread(bo, ticket)
    desk.note(bo, ticket)
    assert is_unread(agent, ticket)
    assert not is_unread(bo, ticket)


def test_ones_own_words_are_no_news(desk, alice, agent, bo, is_unread):
    ticket = actions.open_ticket(
        agent, actions.Draft(subject="Lamp", message="She called."), (), alice
    )
    assert not is_unread(agent, ticket)
    assert is_unread(bo, ticket)
    desk.reply(bo, ticket)
    assert is_unread(agent, ticket)
    assert not is_unread(bo, ticket)


def test_what_came_after_the_page_was_made_stays_unread(desk, alice, agent, is_unread):
    ticket = desk.ticket(alice)
    [first] = queries.conversation(agent, ticket)
    desk.reply(alice, ticket)
    actions.mark_read(agent, ticket, first.id)
    assert is_unread(agent, ticket)
    actions.mark_read(agent, ticket, 10**12)  # of a message that nobody has written yet
    assert not is_unread(agent, ticket)
    desk.reply(alice, ticket)
    assert is_unread(agent, ticket)
    actions.mark_read(agent, ticket)
    actions.mark_unread(agent, ticket)
    assert is_unread(agent, ticket)


def test_a_mark_never_goes_back(desk, alice, agent, is_unread):
    ticket = desk.ticket(alice)
    desk.reply(alice, ticket)
    actions.mark_read(agent, ticket)
    newest = desk.reply(alice, ticket)
    actions.mark_read(agent, ticket, 1)
    actions.mark_read(agent, ticket, -5)
    assert is_unread(agent, ticket)
    actions.mark_read(agent, ticket, newest.id)
    assert not is_unread(agent, ticket)


def test_what_was_before_the_account_and_what_is_old_counts_as_read(
    desk, alice, agent, is_unread, travel
):
    ticket, aside = desk.ticket(alice), desk.ticket(alice)
    actions.mark_unread(agent, aside)
    travel(minutes=1)
    new = desk.user("agent")
    assert not is_unread(new, ticket)
    assert is_unread(agent, ticket)
    travel(days=15)
    assert not is_unread(agent, ticket)
    assert is_unread(agent, aside)  # until it is read
    desk.reply(alice, ticket)
    assert is_unread(agent, ticket)
    assert is_unread(new, ticket)


def test_many_at_once(desk, alice, agent):
    tickets = [desk.ticket(alice) for _ in range(3)]
    ids = [ticket.id for ticket in tickets]
    actions.mark_read(agent, tickets[0])
    assert actions.mark_many(agent, [*ids, 999, 2**70, -1], read=True) == 2
    assert queries.unread_among(agent, ids) == set()
    assert actions.mark_many(agent, ids[:2], read=False) == 2
    assert queries.unread_among(agent, ids) == set(ids[:2])
    for bad in ([], list(range(1001))):
        with pytest.raises(Invalid):
            actions.mark_many(agent, bad, read=True)


def test_customers_have_no_marks(desk, alice, bob):
    ticket = desk.ticket(alice)
    for act in (
        lambda: actions.mark_read(alice, ticket),
        lambda: actions.mark_unread(alice, ticket),
        lambda: actions.mark_many(bob, [ticket.id], read=True),
    ):
        with pytest.raises(NotAllowed):
            act()
    desk.reply(alice, ticket)
    assert marks(ticket) == set()


def test_a_split_is_as_read_as_what_it_came_from(desk, alice, agent, bo, is_unread):
    ticket = desk.ticket(alice)
    moved = desk.reply(alice, ticket, "And my chair.")
    actions.mark_read(agent, ticket)
    new = actions.split(agent, moved, "Chair")
    assert not is_unread(agent, new)
    assert is_unread(bo, new)
    assert not is_unread(agent, ticket)


@pytest.mark.parametrize("read_source", [True, False])
@pytest.mark.parametrize("read_target", [True, False])
def test_a_merge_is_unread_if_one_of_the_two_was(
    desk, alice, agent, bo, is_unread, read_source, read_target
):
    target, source = desk.ticket(alice), desk.ticket(alice)
    desk.reply(alice, target)
    for ticket, was_read in ((source, read_source), (target, read_target)):
        if was_read:
            actions.mark_read(agent, ticket)
    [event] = actions.merge(bo, [source], target)
    assert is_unread(agent, target) is not (read_source and read_target)
    assert is_unread(bo, target)
    actions.mark_read(bo, target)
    actions.undo(bo, event.batch)
    assert is_unread(agent, source) is not read_source
    assert not is_unread(bo, target)


def test_nothing_is_left_of_what_was_deleted_for_good(desk, alice, agent, admin):
    target, source = desk.ticket(alice), desk.ticket(alice)
    actions.mark_read(agent, source)
    actions.mark_unread(admin, source)
    actions.merge(agent, [source], target)
    actions.mark_read(agent, target)
    actions.place(agent, target, Place.BIN)
    actions.purge(admin, desk.fresh(target))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ReadMark)) == 0


def test_old_marks_are_forgotten_and_nothing_looks_different(desk, alice, agent, is_unread, travel):
    read, aside = desk.ticket(alice), desk.ticket(alice)
    actions.mark_read(agent, read)
    actions.mark_unread(agent, aside)
    travel(days=13)
    sweep(desk.app)
    assert marks(read) == {agent.id}
    travel(days=15)
    sweep(desk.app)
    assert marks(read) == set()
    assert not is_unread(agent, read)
    assert is_unread(agent, aside)


@pytest.mark.sqlite
def test_what_may_be_unread_is_found_by_recent_messages_only(desk, alice, agent):
    """Its cost follows what was written lately, not how many tickets there are."""
    db.session.rollback()
    statement = str(queries.few_unread(agent).some.compile(db.engine))
    explain = "EXPLAIN QUERY PLAN " + re.sub(r"\(__\[POSTCOMPILE_\w+\]\)", "(?, ?)", statement)
    connection = db.session.connection()
    steps = [row[3] for row in connection.exec_driver_sql(explain, (1,) * explain.count("?"))]
    recent = "ix_messages_answers (author_kind=? AND internal=? AND created_at>?)"
    assert any(recent in step for step in steps), steps
