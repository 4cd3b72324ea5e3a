"""On PostgreSQL nothing that is asked often reads all tickets, messages or people.

Where tables are small it would, and rightly: here it is told that this is dear.
"""

import re
from functools import partial
from itertools import product

import pytest

from helpdesk.accounts import queries as accounts
from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.people import queries as people
from helpdesk.search.engines import connection
from helpdesk.search.engines.driver import WithQuestionMarks
from helpdesk.tickets import queries
from helpdesk.tickets.queries import Page, Sort
from helpdesk.views.built_in import VIEWS
from helpdesk.views.filters import Asking, narrowed
from tests.test_plans_of_lists import LISTS
from tests.tickets.test_plans import RULES

pytestmark = pytest.mark.postgresql

LARGE = (
    "tickets|messages|users|search_index|search_documents|tickets_tagged|user_parts|events"
    "|companies|company_parts|notices|received_mails|outbox|jobs"
)
_ALL = re.compile(rf"Seq Scan on ({LARGE})\b")


@pytest.fixture
def plans(desk, agent, alice, monkeypatch):
    """How what is asked meanwhile would be read."""
    category = desk.category("Lamps")
    desk.ticket(alice, "Blue lamp", tags=["vip"], category_id=category.id)
    found = []

    def explain(statement):
        if not statement.lstrip().upper().startswith(("SELECT", "WITH")) or "pg_" in statement:
            return
        marks = iter(range(1, 1000))
        numbered = re.sub(r"%\(\w+\)s|%s", lambda _mark: f"${next(marks)}", statement)
        driver = db.session().driver_connection()
        driver.pgconn.exec_(b"SET LOCAL enable_seqscan = off")
        plan = driver.pgconn.exec_(f"EXPLAIN (GENERIC_PLAN) {numbered}".encode())
        assert not plan.error_message, (plan.error_message, numbered)
        lines = (plan.get_value(row, 0).decode() for row in range(plan.ntuples))
        found.append((statement, "\n".join(lines)))

    usual = WithQuestionMarks.execute

    def execute(self, statement, values=()):
        explain(statement.replace("?", "%s"))
        return usual(self, statement, values)

    monkeypatch.setattr(WithQuestionMarks, "execute", execute)

    def read_all(ask):
        found.clear()
        with desk.counted() as statements:
            ask()
        for statement in statements:
            explain(statement)
        assert found
        return [(statement, plan) for statement, plan in found if _ALL.search(plan)]

    return read_all


@pytest.mark.parametrize(
    "text",
    ["", "lamp", '"blue lamp"', "la", "lamp -blue", "subject:lamp", "tag:vip lamp", "from:alice"],
)
def test_no_list_reads_all_tickets(plans, agent, alice, text):
    for actor, sort in product((agent, alice), Sort):
        filters = narrowed(Asking(actor), {}, text).filters
        assert plans(partial(queries.listing, actor, filters, Page(sort=sort))) == []


@pytest.mark.parametrize("rules", [*RULES, {"assignee": ["none"]}], ids=str)
def test_no_filter_reads_all_tickets(plans, agent, rules):
    filters = narrowed(Asking(agent), rules, "").filters
    for sort in Sort:
        assert plans(partial(queries.listing, agent, filters, Page(sort=sort))) == []
    for most in (10, None):
        assert plans(partial(queries.total, agent, filters, most)) == []


@pytest.mark.parametrize("name", VIEWS)
def test_no_view_reads_all_tickets(plans, agent, name):
    view = VIEWS[name]
    filters = view.filters(Asking(agent))
    assert plans(partial(queries.listing, agent, filters, Page(sort=view.sort))) == []


@pytest.mark.parametrize("name", LISTS)
def test_no_other_list_reads_all_rows(plans, admin, name):
    assert plans(partial(LISTS[name], admin)) == []


def test_nobody_is_looked_for_among_all_people(plans, agent):
    assert plans(lambda: people.people(agent, keyword="ali")) == []
    assert plans(lambda: people.people(agent)) == []
    assert plans(lambda: accounts.users(DESK, keyword="moo")) == []


def test_the_index_of_words_is_used(plans, agent):
    found = narrowed(Asking(agent), {}, "lamp").filters.found
    expression = found._asks.expression
    plan = connection()._connection.execute(
        "EXPLAIN SELECT slot FROM search_index WHERE words @@ CAST(%s AS tsquery)",
        (expression.query,),
    )
    assert "ix_search_index_words" in "\n".join(line for (line,) in plan.fetchall())
