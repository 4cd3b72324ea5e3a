"""How SQLite finds the pages of lists: by an index in their order, never by a look at all rows."""

import re
from itertools import product

import pytest
import sqlalchemy as sa

from helpdesk.database import db, transaction
from helpdesk.database.session import Session
from helpdesk.tickets import queries
from helpdesk.tickets.models import Place, Priority, Status
from helpdesk.tickets.queries import EVERY_PLACE, Filters, Page, Sort
from helpdesk.tickets.queries.orders import Order
from helpdesk.views.built_in import VIEWS
from helpdesk.views.filters import Asking, narrowed

pytestmark = pytest.mark.sqlite  # tests/test_plans_on_postgresql.py is about the other

# A scan of these is one of a page that was found, of what was counted, or of one row.
OF_A_PAGE = re.compile(
    r"SCAN (page|through|found|one|json_each|anon_\d+|\(subquery-\d+\)|(\d+ )?CONSTANT ROWS?)\b"
)

# Of thirty rows, SQLite may well look at each: let it believe that there are a million.
A_MILLION = """
UPDATE sqlite_stat1 SET stat =
    '1000000' || CASE instr(stat, ' ') WHEN 0 THEN '' ELSE substr(stat, instr(stat, ' ')) END"""


@pytest.fixture(params=["never analysed", "analysed"])
def steps(request, desk, alice, agent, monkeypatch):
    """What SQLite says of how it runs each statement that a call reads with."""
    with transaction():
        for number in range(30):
            desk.ticket(alice, f"Lamp {number}")
    if request.param == "analysed":
        with transaction():
            db.session.execute(sa.text("ANALYZE"))
            db.session.execute(sa.text(A_MILLION))
            db.session.execute(sa.text("ANALYZE sqlite_schema"))  # read it again
    found = []
    first_row = Session.first_row

    def explained(session, text, values):
        plan = session.driver_connection().execute(f"EXPLAIN QUERY PLAN {text}", values)
        found.extend(row[3] for row in plan.fetchall())
        return first_row(session, text, values)

    monkeypatch.setattr(Session, "first_row", explained)

    def of(call):
        found.clear()
        call()
        assert found
        return list(found)

    return of


def scans(steps):
    return [one for one in steps if one.startswith("SCAN") and not OF_A_PAGE.match(one)]


def pages(actor, filters, sort):
    """The first page, one behind a cursor, the one before that, and one behind an offset."""
    first = queries.listing(actor, filters, Page(limit=3, sort=sort), people=True)
    second = queries.listing(actor, filters, Page(limit=3, sort=sort, cursor=first.next))
    queries.listing(actor, filters, Page(limit=3, sort=sort, cursor=second.previous))
    queries.listing(actor, filters, Page(limit=3, sort=sort, offset=5))


KNOWN = {
    "all": {},
    "open": {"statuses": [Status.OPEN]},
    "solved": {"statuses": [Status.RESOLVED, Status.CLOSED]},
    "spam and bin": {"places": [Place.SPAM, Place.BIN]},
    "everywhere": {"places": EVERY_PLACE},
}


@pytest.mark.parametrize("sort", Sort)
def test_lists_of_staff_are_read_in_their_order(steps, agent, sort):
    for filters in KNOWN.values():
        found = steps(lambda filters=filters: pages(agent, Filters(**filters), sort))
        assert scans(found) == []
        assert not any("TEMP B-TREE" in step for step in found), found


@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.ACTIVITY])
def test_lists_of_one_person_are_read_in_their_order(steps, agent, alice, sort):
    asked = [
        (alice, {}),
        (alice, {"statuses": [Status.OPEN]}),
        (alice, {"category_id": 1}),
        (agent, {"requester_id": alice.id}),
        (agent, {"assignee_id": agent.id}),
        (agent, {"assignee_id": None, "statuses": [Status.OPEN]}),
    ]
    for actor, filters in asked:
        found = steps(lambda a=actor, f=filters: pages(a, Filters(**f), sort))
        assert scans(found) == []
        assert not any("TEMP B-TREE" in step for step in found), (filters, found)


def test_a_category_a_priority_and_a_tag_have_an_order_of_their_own(steps, agent):
    for filters, sort in (
        *((Filters(tag="vip", places=[Place.INBOX, Place.SPAM]), sort) for sort in Sort),
        (Filters(assignee_id=None, statuses=[Status.OPEN]), Sort.WAITING),
        (Filters(category_id=1), Sort.ACTIVITY),
        (Filters(category_id=1), Sort.NEWEST),
        (Filters(priority=Priority.NORMAL), Sort.PRIORITY),
    ):
        found = steps(lambda f=filters, s=sort: pages(agent, f, s))
        assert scans(found) == []
        assert not any("TEMP B-TREE" in step for step in found), found


RULES = [
    {"tag": ["vip"]},
    {"tag.is_not": ["vip"]},
    {"company": ["1"]},
    {"company.empty": ["yes"]},
    {"assignee": ["me"], "status": ["open"]},
    {"created.within": ["2d"]},
    {"resolved.within": ["2d"]},
    {"customer_wrote.within": ["2d"]},
    {"waiting.older": ["1h"]},
    {"files": ["yes"], "priority": ["urgent", "high"]},
    {"unread": ["yes"]},
    {"tag.all": ["vip", "late"]},
    {"company.filled": ["yes"], "tag": ["vip"]},
    {"category": ["1", "2"]},
    {"category": ["none"]},
]


def test_no_filter_looks_at_all_tickets(steps, agent):
    """What is sorted then is what was looked up, or the first rows of an order."""
    for rules, sort in product(RULES, Sort):
        filters = narrowed(Asking(agent), rules).filters
        found = steps(lambda f=filters, s=sort: queries.listing(agent, f, Page(limit=3, sort=s)))
        assert scans(found) == [], rules


def test_no_total_looks_at_all_tickets(steps, agent):
    for rules in RULES:
        filters = narrowed(Asking(agent), rules).filters
        for most in (10, None):
            found = steps(lambda f=filters, m=most: queries.total(agent, f, m))
            assert scans(found) == [], (rules, most)


@pytest.mark.parametrize("name", ["files", "unanswered"])
def test_a_total_reads_no_rows_where_an_index_has_all(steps, agent, name, monkeypatch):
    monkeypatch.setattr(Order, "fewest", lambda self, most=0: None)
    filters = narrowed(Asking(agent), {name: ["yes"]}).filters
    found = steps(lambda: queries.total(agent, filters, 10))
    assert sum("USING COVERING INDEX ix_tickets_newest" in step for step in found) == len(Status)
    assert not any("TEMP B-TREE" in step or "INTEGER PRIMARY KEY" in step for step in found), found


def test_views_and_their_counts(steps, agent):
    for view in VIEWS.values():
        filters = view.filters(Asking(agent))
        found = steps(lambda f=filters, v=view: queries.listing(agent, f, Page(sort=v.sort)))
        assert scans(found) == [], view.name
