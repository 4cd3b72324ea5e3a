"""The answers of a report, against somebody who looks at every ticket."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts.models import User
from helpdesk.database import db, transaction
from helpdesk.errors import NotAllowed
from helpdesk.people.models import Company
from helpdesk.reports import Report, Scope, between
from helpdesk.reports.business import business_seconds
from helpdesk.reports.figures import percentile
from helpdesk.shop.models import office_hours
from helpdesk.shop.queries import shop
from helpdesk.tickets import actions
from helpdesk.tickets.models import AuthorKind, Category, Message, Place, Status, Ticket
from helpdesk.tickets.queries import Filters
from tests.reports import many
from tests.reports.test_periods import BERLIN, NEW_YORK, ZONES

SINCE, UNTIL = datetime(2026, 1, 10, tzinfo=UTC), datetime(2026, 4, 20, tzinfo=UTC)
PERIODS = [
    between(date(2026, 3, 20), date(2026, 4, 5), BERLIN),
    between(date(2026, 2, 1), date(2026, 3, 31), NEW_YORK),
    between(date(2025, 6, 1), date(2026, 6, 30), ZONES[3]),
]


@pytest.fixture
def shop_of_many(desk):
    many.tickets(200, SINCE, UNTIL)
    return desk


def seconds(moment):
    return int(moment.timestamp())


def counting():
    return list(db.session.scalars(sa.select(Ticket).where(Ticket.place == Place.INBOX)))


def wait(start, end, scope):
    if not scope.in_business_time:
        return seconds(end) - seconds(start)
    return business_seconds(seconds(start), seconds(end), office_hours(), scope.period.zone)


def day_of(moment, scope):
    return moment.astimezone(scope.period.zone).date()


def is_in(moment, scope):
    return moment is not None and scope.period.first <= day_of(moment, scope) <= scope.period.last


def first_waits(rows, scope):
    return sorted(
        wait(row.created_at, row.first_answer_at, scope)
        for row in rows
        if row.first_answer_at is not None and row.created_by_kind is not AuthorKind.ADMIN
    )


@pytest.mark.parametrize("period", PERIODS, ids=["days", "weeks", "months"])
@pytest.mark.parametrize("in_business_time", [True, False], ids=["business", "calendar"])
def test_every_answer_is_what_one_counts_by_hand(shop_of_many, agent, period, in_business_time):
    scope = Scope(period, in_business_time=in_business_time)
    report, rows = Report(agent, scope), counting()
    opened = [row for row in rows if is_in(row.created_at, scope)]
    solved = [row for row in rows if is_in(row.resolved_at, scope)]

    volume = report.volume()
    came = Counter(day_of(row.created_at, scope) for row in opened)
    went = Counter(day_of(row.resolved_at, scope) for row in solved)
    for part in volume.parts:
        days = range(part.span.first.toordinal(), part.span.last.toordinal() + 1)
        assert part.opened == sum(came[date.fromordinal(day)] for day in days)
        assert part.solved == sum(went[date.fromordinal(day)] for day in days)
        ends = part.span.ends
        assert part.backlog == sum(
            seconds(row.created_at) < ends
            and (row.resolved_at is None or seconds(row.resolved_at) >= ends)
            for row in rows
        )
    assert (volume.opened, volume.solved) == (len(opened), len(solved))
    earlier = Scope(period.before)
    assert volume.opened_before == sum(is_in(row.created_at, earlier) for row in rows)
    assert volume.solved_before == sum(is_in(row.resolved_at, earlier) for row in rows)

    waiting = report.waiting()
    firsts = first_waits(opened, scope)
    untils = sorted(wait(row.created_at, row.resolved_at, scope) for row in solved)
    for spread, waits in ((waiting.first_answer, firsts), (waiting.resolution, untils)):
        assert spread.count == len(waits)
        assert spread.median == percentile(waits, 50)
        assert spread.ninetieth == percentile(waits, 90)
        assert sum(one.count for one in spread.slices) == len(waits)
    asked = [row for row in opened if row.created_by_kind is not AuthorKind.ADMIN]
    silent = [row for row in asked if row.first_answer_at is None]
    assert waiting.unanswered == sum(row.resolved_at is None for row in silent)
    assert waiting.solved_unanswered == sum(row.resolved_at is not None for row in silent)

    before = [row for row in rows if is_in(row.created_at, earlier)]
    assert waiting.first_answer_before.median == percentile(first_waits(before, scope), 50)

    names = dict(db.session.execute(sa.select(Category.id, Category.name)).all())
    groups = defaultdict(lambda: ([], []))
    for rows_, place in ((opened, 0), (solved, 1)):
        for row in rows_:
            top = names.get(row.category_id, "Without a category")
            groups["", top][place].append(row)
            if row.subcategory_id is not None:
                groups[top, names[row.subcategory_id]][place].append(row)
    found = {(one.parent, one.name): one for one in report.categories()}
    assert found.keys() == groups.keys()
    for key, (ins, outs) in groups.items():
        assert (found[key].opened, found[key].solved) == (len(ins), len(outs)), key
        assert found[key].median == percentile(first_waits(ins, scope), 50), key

    tags = {one.name: (one.opened, one.solved) for one in report.tags()}
    assert tags == {
        name: (
            sum(name in row.tag_names for row in opened),
            sum(name in row.tag_names for row in solved),
        )
        for name in many.TAGS
    }
    for one in report.requesters():
        ins = [row for row in opened if row.requester_kind == one.name]
        outs = [row for row in solved if row.requester_kind == one.name]
        assert (one.opened, one.solved) == (len(ins), len(outs))
        assert one.median == percentile(first_waits(ins, scope), 50)


def test_people_by_hand(shop_of_many, agent):
    scope = Scope(PERIODS[0])
    rows = {row.id: row for row in counting()}
    answers, answered, firsts = Counter(), defaultdict(set), defaultdict(list)
    query = sa.select(Message).order_by(Message.ticket_id, Message.id)
    openings = set()
    for message in db.session.scalars(query):
        is_opening = message.ticket_id not in openings
        openings.add(message.ticket_id)
        row = rows.get(message.ticket_id)
        if row is None or is_opening or message.internal:
            continue
        if message.author_kind is not AuthorKind.ADMIN:
            continue
        if is_in(message.created_at, scope):
            answers[message.author_id] += 1
            answered[message.author_id].add(message.ticket_id)
        if message.created_at == row.first_answer_at and is_in(row.created_at, scope):
            firsts[message.author_id].append(row)
    solved = Counter(row.assignee_id for row in rows.values() if is_in(row.resolved_at, scope))
    found = Report(agent, scope).agents()
    assert [one.name for one in found][-1] == "Nobody"
    assert [one.name for one in found][:-1] == sorted(one.name for one in found[:-1])
    for one in found:
        assert one.answers == answers[one.id]
        assert one.answered == len(answered[one.id])
        assert one.solved == solved[one.id]
        assert one.median == percentile(first_waits(firsts[one.id], scope), 50)


def test_a_day_ends_where_the_next_one_begins(desk, alice, agent):
    period = between(date(2026, 3, 29), date(2026, 3, 29), BERLIN)
    moments = (period.span.begins - 1, period.span.begins, period.span.ends - 1, period.span.ends)
    with transaction():
        for moment in moments:
            ticket = desk.ticket(alice)
            ticket.created_at = ticket.resolved_at = datetime.fromtimestamp(moment, UTC)
    report = Report(agent, Scope(period))
    volume, (whole,) = report.volume(), report.categories()
    assert (volume.opened, volume.solved) == (whole.opened, whole.solved) == (2, 2)
    assert (volume.opened_before, volume.solved_before) == (1, 1)


def test_the_backlog_by_age(desk, alice, agent, travel):
    for days in (40, 20, 5, 2, 0):
        travel(days=-days)
        desk.ticket(alice)
        actions.change_status(agent, desk.ticket(alice), Status.PENDING)
        actions.change_status(agent, desk.ticket(alice), Status.RESOLVED)
    travel(days=0)
    found = Report(agent, Scope(PERIODS[0])).backlog()
    assert [(one.low, one.high) for one in found] == [(0, 1), (1, 3), (3, 7), (7, 30), (30, None)]
    assert [(one.open, one.pending) for one in found] == [(1, 1)] * 5


def test_companies(shop_of_many, agent):
    with transaction():
        company = Company(name="Marlowe", created_at=clock.now())
        db.session.add(company)
        db.session.flush()
        customer = db.session.scalars(sa.select(User).where(User.role == "customer")).first()
        customer.company_id = company.id
    scope = Scope(PERIODS[2])
    theirs = [row for row in counting() if row.requester_id == customer.id]
    (found,) = Report(agent, scope).companies()
    assert (found.name, found.opened) == ("Marlowe", len(theirs))


@pytest.mark.parametrize("name", ["category_id", "subcategory_id", "assignee_id", "requester_kind"])
def test_filters_narrow_every_answer(shop_of_many, agent, name):
    value = next(v for row in counting() if (v := getattr(row, name)) is not None)
    report = Report(agent, Scope(PERIODS[2], Filters(**{name: value})))
    theirs = [row for row in counting() if getattr(row, name) == value]
    assert 0 < report.volume().opened == len(theirs) < len(counting())
    assert sum(one.opened for one in report.requesters()) == len(theirs)
    assert sum(one.open + one.pending for one in report.backlog()) == sum(
        row.status in (Status.OPEN, Status.PENDING) for row in theirs
    )
    assert sum(one.opened for one in report.categories() if not one.parent) == len(theirs)


def test_a_tag_filter(shop_of_many, agent):
    report = Report(agent, Scope(PERIODS[2], Filters(tag="vip")))
    assert report.volume().opened == sum("vip" in row.tag_names for row in counting())
    assert report.tags()[0].name == "vip"


def test_a_desk_with_nothing_in_it(desk, agent):
    report = Report(agent, Scope(PERIODS[0]))
    assert {part.backlog for part in report.volume().parts} == {0}
    assert report.waiting().first_answer.median is None
    assert report.categories() == report.tags() == report.agents() == report.requesters() == []


def test_it_costs_as_many_statements_for_many_tickets_as_for_few(desk, agent):
    costs = []
    for number in (30, 300):
        many.tickets(number, SINCE, UNTIL, prefix=str(number))
        with desk.counted() as statements:
            report = Report(agent, Scope(PERIODS[2]))
            for ask in ("volume", "waiting", "backlog", "categories", "tags", "companies"):
                getattr(report, ask)()
            report.requesters(), report.agents()
        costs.append(len(statements))
        db.session.rollback()
    assert costs[0] == costs[1] <= 12


@pytest.mark.parametrize("role", ["customer", "vendor"])
def test_only_staff_have_reports(desk, role):
    with pytest.raises(NotAllowed):
        Report(desk.user(role), Scope(PERIODS[0]))


def test_the_hours_of_the_shop_count(desk, alice, agent, admin, travel):
    actions_at = datetime(2026, 11, 21, 10, tzinfo=UTC)  # a Saturday
    travel(seconds=(actions_at - datetime.now(UTC)).total_seconds())
    ticket = desk.ticket(alice)
    travel(seconds=(actions_at - datetime.now(UTC) + timedelta(hours=2)).total_seconds())
    desk.reply(agent, ticket)
    period = between(date(2026, 11, 20), date(2026, 11, 22), BERLIN)
    assert Report(agent, Scope(period)).waiting().first_answer.median == 0
    calendar = Report(agent, Scope(period, in_business_time=False))
    assert calendar.waiting().first_answer.median == pytest.approx(7200, abs=2)
    from helpdesk.shop.actions import set_hours

    set_hours(admin, time_zone="Berlin", business_hours=[None] * 5 + [[600, 705], None])
    assert shop().time_zone == "Europe/Berlin"
    assert Report(agent, Scope(period)).waiting().first_answer.median == pytest.approx(
        45 * 60, abs=2
    )  # 11:00 to 11:45 in Berlin
