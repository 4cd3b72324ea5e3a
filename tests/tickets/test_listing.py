"""Lists: what is in them, in which order, page by page, at a constant cost."""

import base64
from datetime import date

import pytest

from helpdesk.database import transaction
from helpdesk.errors import Invalid
from helpdesk.tickets import actions, queries
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.models import AuthorKind, Priority, Status
from helpdesk.tickets.queries import Filters, Page, Sort


def ids(listing):
    return [row.id for row in listing.rows]


def test_a_customer_lists_their_own_newest_first(desk, alice, bob, travel):
    first = desk.ticket(alice)
    desk.ticket(bob)
    travel(seconds=5)
    second = desk.ticket(alice)
    assert ids(queries.listing(alice, Filters(), Page())) == [second.id, first.id]


@pytest.mark.parametrize("sort", list(Sort))
def test_cursors_walk_the_whole_list_and_back(desk, alice, agent, travel, sort):
    with transaction():
        for number in range(7):
            travel(minutes=number // 2)  # several with the same time
            desk.ticket(alice, f"Lamp {number}")
    whole = ids(queries.listing(agent, Filters(), Page(sort=sort)))
    there, cursor, back = [], "", []
    pages = []
    while True:
        page = queries.listing(agent, Filters(), Page(limit=2, cursor=cursor, sort=sort))
        there += ids(page)
        pages.append(page)
        if not page.next:
            break
        cursor = page.next
    assert there == whole
    page = pages[-1]
    while page.previous:
        page = queries.listing(agent, Filters(), Page(limit=2, cursor=page.previous, sort=sort))
        back = ids(page) + back
    assert back == whole[: len(back)] == whole[:6]
    assert pages[0].previous == ""


@pytest.mark.parametrize("sort", Sort)
def test_a_page_past_the_end_leads_back(desk, alice, agent, travel, sort):
    tickets = []
    for _day in range(3):
        tickets.append(desk.ticket(alice).id)
        travel(days=1)
    whole = [row.id for row in queries.listing(agent, Filters(), Page(sort=sort)).rows]
    assert sorted(whole) == tickets
    past = queries.listing(agent, Filters(), Page(limit=2, offset=9, sort=sort))
    assert (past.rows, past.next) == ([], "")
    last = queries.listing(agent, Filters(), Page(limit=2, cursor=past.previous, sort=sort))
    assert [row.id for row in last.rows] == whole[1:]
    assert last.previous


@pytest.mark.parametrize("key", [10**14, -(10**14)])
@pytest.mark.parametrize("direction", ["n", "p"])
def test_a_cursor_beyond_the_list_leads_back_into_it(desk, alice, direction, key):
    ticket = desk.ticket(alice)
    text = f"{direction}:{key}:0".encode()
    cursor = base64.urlsafe_b64encode(text).decode().rstrip("=")
    page = queries.listing(alice, Filters(), Page(cursor=cursor))
    if not page.rows:
        assert bool(page.next) != bool(page.previous)
        page = queries.listing(alice, Filters(), Page(cursor=page.next or page.previous))
    assert [row.id for row in page.rows] == [ticket.id]


def test_there_is_no_way_back_into_an_empty_list(desk, alice):
    page = queries.listing(alice, Filters(), Page(offset=5))
    assert (page.rows, page.next, page.previous) == ([], "", "")


def test_a_new_ticket_does_not_move_the_page_behind_a_cursor(desk, alice, travel):
    for number in range(4):
        travel(seconds=number)
        desk.ticket(alice, f"Lamp {number}")
    first = queries.listing(alice, Filters(), Page(limit=2))
    travel(seconds=9)
    desk.ticket(alice, "Newcomer")
    second = queries.listing(alice, Filters(), Page(limit=2, cursor=first.next))
    assert [row.subject for row in second.rows] == ["Lamp 1", "Lamp 0"]


@pytest.mark.parametrize(
    "cursor", ["x", "bjoxOjI6Mw", "é", "bjoxOng", "=", "bjo5OTk5OTk5OTk5OTk5OTk5OTk5OToy"]
)
def test_a_made_up_cursor_is_refused(desk, alice, cursor):
    with pytest.raises(Invalid):
        queries.listing(alice, Filters(), Page(cursor=cursor))


def test_every_filter_narrows(desk, alice, vendor, agent):
    lamps = desk.category("Lamps")
    desk_lamps = desk.category("Desk", lamps)
    wanted = desk.ticket(vendor, "Wanted", category_id=lamps.id, subcategory_id=desk_lamps.id)
    desk.ticket(alice, "Other")
    actions.update(
        agent,
        wanted,
        Changes(status=Status.PENDING, priority=Priority.HIGH, assignee_id=agent.id, tags=["VIP"]),
    )
    for filters in (
        Filters(statuses=[Status.PENDING]),
        Filters(category_id=lamps.id),
        Filters(subcategory_id=desk_lamps.id),
        Filters(requester_kind=AuthorKind.VENDOR),
        Filters(requester_id=vendor.id),
        Filters(assignee_id=agent.id),
        Filters(priority=Priority.HIGH),
        Filters(tag="Vip"),
    ):
        assert [r.subject for r in queries.listing(agent, filters, Page()).rows] == ["Wanted"]
    unassigned = queries.listing(agent, Filters(assignee_id=None), Page()).rows
    assert [row.subject for row in unassigned] == ["Other"]
    today = wanted.created_at.date()
    assert queries.count(agent, Filters(created_on=today)) == 2
    assert queries.count(agent, Filters(created_on=date(2001, 1, 1))) == 0


def test_lists_and_conversations_take_the_same_number_of_queries_however_long(desk, alice, agent):
    def cost():
        with desk.counted() as statements:
            rows = queries.listing(agent, Filters(), Page(), people=True).rows
            queries.count(agent, Filters())
            ticket = queries.get(agent, rows[-1].id)
            queries.conversation(agent, ticket)
            queries.logs(agent, ticket_id=ticket.id)
        return len(statements)

    first = desk.ticket(alice, files=[desk.file()])
    before = cost()
    for number in range(8):
        desk.reply(agent, first, f"Answer {number}", [desk.file()])
        desk.ticket(desk.user(), tags=["a", "b"])
    assert cost() == before


def test_a_change_that_only_staff_see_moves_nothing_in_a_customers_list(desk, alice, agent, travel):
    older = desk.ticket(alice, "Older")
    travel(minutes=1)
    desk.ticket(alice, "Newer")
    travel(minutes=2)
    actions.update(agent, older, Changes(priority=Priority.HIGH))
    page = Page(sort=Sort.ACTIVITY)
    assert [row.subject for row in queries.listing(alice, Filters(), page).rows] == [
        "Newer",
        "Older",
    ]
    desk.reply(agent, older)
    assert [row.subject for row in queries.listing(alice, Filters(), page).rows] == [
        "Older",
        "Newer",
    ]
