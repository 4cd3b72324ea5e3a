"""How SQLite finds the lists beside those of tickets: in the order of an index, page by page."""

import re

import pytest
import sqlalchemy as sa

from helpdesk.accounts import queries as accounts
from helpdesk.accounts.models import Role
from helpdesk.database import db
from helpdesk.jobs import queries as jobs
from helpdesk.mail import queries as mail
from helpdesk.notices import queries as notices
from helpdesk.people import queries as people
from helpdesk.tickets.queries.events import count_logs, logs

pytestmark = pytest.mark.sqlite  # tests/test_plans_on_postgresql.py is about the other
# Mails and events are walked by their own numbers, from the newest on, until the page is full.
BY_NUMBER = "received_mails|outbox|events"
ALL_ROWS = re.compile(rf"SCAN (?!.*USING)(?!\(|anon|{BY_NUMBER})")


@pytest.fixture
def plan_of(desk):
    """How SQLite runs each statement that a call sends by SQLAlchemy."""
    steps: list[str] = []

    def explain(connection, cursor, statement, parameters, context, executemany):
        if statement.startswith("SELECT"):
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps.extend(row[3] for row in cursor.fetchall())

    def of(call):
        steps.clear()
        call()
        return list(steps)

    sa.event.listen(db.engine, "before_cursor_execute", explain)
    yield of
    sa.event.remove(db.engine, "before_cursor_execute", explain)


LISTS = {
    "customers": lambda who: people.people(who),
    "vendors": lambda who: people.people(who, role=Role.VENDOR),
    "people of a company": lambda who: people.people(who, company_id=1),
    "companies": lambda who: people.companies(who),
    "companies to choose from": lambda who: people.companies_called("", 20),
    "users": lambda who: accounts.users(who, limit=50, offset=50),
    "agents": lambda who: accounts.users(who, roles=[Role.AGENT], limit=50),
    "staff": lambda who: accounts.assignees(),
    "notices": lambda who: notices.notices(who),
    "notices, older": lambda who: notices.notices(who, before=99),
    "mails that came": lambda who: mail.ledger(who, mail.LedgerFilters(), mail.Page()),
    "mails that are held": lambda who: mail.held(who, mail.Page()),
    "mails that left": lambda who: mail.outbox(who, mail.OutboxFilters(), mail.Page()),
    "jobs that failed": lambda who: jobs.failed(who),
    "jobs that are done": lambda who: jobs.recent(who),
    "what happened": lambda who: logs(who),
    "what happened to one": lambda who: logs(who, ticket_id=1),
    "how much happened": lambda who: count_logs(who, most=100),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_reads_no_more_than_its_page(plan_of, desk, alice, admin, name):
    desk.ticket(alice)
    steps = plan_of(lambda: LISTS[name](admin))
    assert [step for step in steps if ALL_ROWS.match(step)] == []
    assert [step for step in steps if "TEMP B-TREE FOR ORDER BY" in step] == []
