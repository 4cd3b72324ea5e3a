"""A tag's tickets, in the order of any list: kept by triggers, and read from an index alone."""

from itertools import pairwise

import pytest
import sqlalchemy as sa

from helpdesk.database import db, transaction
from helpdesk.tickets import actions, queries
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.counts import count_anew, wrong_tables
from helpdesk.tickets.models import Place, Priority, Status, Ticket
from helpdesk.tickets.queries import EVERY_PLACE, Filters, Page, Sort, narrowed, visible_to
from helpdesk.tickets.tagged import TAGGED


@pytest.fixture
def tickets(desk, alice, bob, agent, travel):
    made = []
    with transaction():
        for number in range(9):
            travel(minutes=number % 3)
            made.append(desk.ticket((alice, bob)[number % 2], f"Lamp {number}"))
            tags = [["vip"], ["vip", "late"], []][number % 3]
            actions.update(agent, made[-1], Changes(tags=tags))
    desk.reply(agent, made[0], "Coming")
    desk.reply(alice, made[0], "Thank you")
    actions.update(agent, made[3], Changes(status=Status.CLOSED, priority=Priority.URGENT))
    actions.place(agent, made[4], Place.SPAM)
    return made


def rows():
    db.session.rollback()
    return db.session.execute(sa.select(TAGGED.c.ticket_id, TAGGED.c.tag_id)).all()


def test_they_follow_every_action(desk, agent, admin, tickets):
    assert len(rows()) == 9
    assert wrong_tables() == []
    actions.update(agent, tickets[0], Changes(tags=["late"]))
    assert wrong_tables() == []
    [event] = actions.merge(agent, [tickets[1]], tickets[3])
    assert wrong_tables() == []
    actions.undo(agent, event.batch)
    assert wrong_tables() == []
    actions.place(agent, tickets[7], Place.BIN)
    actions.purge(admin, desk.fresh(tickets[7]))
    assert wrong_tables() == []
    assert tickets[7].id not in {row.ticket_id for row in rows()}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ticket_tags SET tag_id = 3 - tag_id WHERE ticket_id = 1",
        "DELETE FROM ticket_tags WHERE tag_id = 1",
        "INSERT INTO ticket_tags SELECT 3, id FROM tags",
        "UPDATE tickets SET last_staff_at = 5000000000, waiting_since = NULL",
        "UPDATE tickets SET created_at = created_at + 7, place = 'bin' WHERE id < 4",
    ],
)
def test_they_follow_plain_sql(tickets, change):
    with transaction():
        db.session.execute(sa.text(change))
    assert wrong_tables() == []


def test_the_doctor_sees_what_is_wrong_and_it_can_be_mended(tickets):
    with transaction():
        db.session.execute(sa.update(TAGGED).values(waiting_first=1))
    assert wrong_tables() == ["tickets_tagged"]
    count_anew()
    assert wrong_tables() == []


@pytest.mark.parametrize("sort", Sort)
def test_a_tags_list_is_what_a_look_at_the_tickets_says(tickets, agent, sort):
    for asked in (
        {"tag": "vip"},
        {"tag": " VIP "},
        {"tag": "late", "statuses": [Status.OPEN, Status.CLOSED]},
        {"tag": "vip", "places": EVERY_PLACE, "priority": Priority.NORMAL},
        {"tag": "vip", "matching": Ticket.message_count > 1},
        {"tag": "lost"},
    ):
        filters = Filters(**asked)
        query = narrowed(visible_to(agent, filters.places), filters)
        wanted = sorted(
            db.session.execute(query.with_only_columns(sort.key, Ticket.id)).all(),
            reverse=sort.descends,
        )
        found, cursor = [], ""
        while True:
            page = queries.listing(agent, filters, Page(limit=2, sort=sort, cursor=cursor))
            found += [(row.sort_key, row.id) for row in page.rows]
            cursor = page.next
            if not cursor:
                break
        assert found == [tuple(row) for row in wanted], asked
        assert queries.count(agent, filters) == len(wanted), asked


def test_the_rarest_tag_leads(tickets):
    assert queries.rarest_tag(["vip", "late"]) == "late"
    assert queries.rarest_tag(["vip", "Lost "]) == "Lost "


def test_what_no_table_knows_is_counted_up_to_a_number(tickets, agent):
    filters = Filters(matching=Ticket.message_count > 0)
    for most, number, is_exact in ((3, 3, False), (8, 8, True), (9, 8, True)):
        total = queries.total(agent, filters, most)
        assert (total.number, total.is_exact) == (number, is_exact)
    numbers = [queries.total(agent, Filters(tag="vip"), most).number for most in (1, 99)]
    assert all(one == other == 5 for one, other in pairwise(numbers))  # this, a table knows


@pytest.mark.parametrize("sort", Sort)
def test_a_tags_list_of_one_requester_is_read_by_the_requester(tickets, agent, alice, sort):
    filters = Filters(tag="vip", requester_id=alice.id, places=EVERY_PLACE)
    listed = queries.listing(agent, filters, Page(limit=50, sort=sort)).rows
    theirs = {one.id for one in tickets[::2] if "vip" in one.tag_names}
    assert {row.id for row in listed} == theirs != set()
