"""Filters: what the table says is what a plain look at each ticket says; whatever is asked for."""

import random
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk import clock
from helpdesk.accounts.models import DESK, User
from helpdesk.database import db, transaction
from helpdesk.fields.models import FieldValue
from helpdesk.people.actions import add_company
from helpdesk.tickets import actions, queries
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.models import AuthorKind, Place, Priority, Status, Ticket
from helpdesk.tickets.queries import Page, Sort
from helpdesk.views.filters import Asking, Kind, Operator, known, narrowed

TAGS = ("vip", "late", "parts")
COLOURS = ("red", "blue", "green, light")
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def world(desk, alice, bob, vendor, agent, admin, field):
    """Sixty tickets, each different in every way that a filter sees."""
    clock.shift(NOW - datetime.now(UTC))
    rng = random.Random(7)
    own = {
        "text": field("Order", "text"),
        "number": field("Amount", "number"),
        "date": field("Bought", "date"),
        "choice": field("Colour", "choice", choices=list(COLOURS)),
        "checkbox": field("Gift", "checkbox"),
        "customer": field("Level", "number", about="customer"),
    }
    company = add_company(DESK, "Hotel", ["hotel.example"])
    guest = desk.user("customer", "Guest", "guest@hotel.example")
    with transaction():
        for user, level in ((alice, 1), (bob, 5)):
            db.session.add(
                FieldValue(
                    field_id=own["customer"].id, user_id=user.id, text=str(level), number=level
                )
            )
    lamps, chairs = desk.category("Lamps"), desk.category("Chairs")
    bulbs = desk.category("Bulbs", lamps)
    people = [alice, bob, vendor, guest]
    with transaction():
        for number in range(60):
            desk.ticket(people[number % 4], f"Lamp {number}")
    tickets = list(db.session.scalars(sa.select(Ticket)))
    with transaction():
        for ticket in tickets:
            values = {
                "order": rng.choice(["", "A-17", "b-99"]),
                "amount": rng.choice(["", "0", "12.5", "100"]),
                "bought": rng.choice(["", "2026-01-31", "2026-03-01"]),
                "colour": rng.choice(["", *COLOURS]),
                "gift": rng.choice(["", "true"]),
            }
            tags = rng.sample(TAGS, rng.randrange(3))
            actions.update(agent, ticket, Changes(tags=tags, fields=values))

    def moment(chance=0.8):
        return NOW - timedelta(hours=rng.randrange(1, 24 * 40)) if rng.random() < chance else None

    with transaction():
        for ticket in tickets:
            ticket.status = rng.choice(list(Status))
            ticket.priority = rng.choice(list(Priority))
            ticket.assignee_id = rng.choice([None, agent.id, admin.id])
            ticket.category_id, ticket.subcategory_id = rng.choice(
                [(None, None), (lamps.id, None), (lamps.id, bulbs.id), (chairs.id, None)]
            )
            ticket.place = rng.choice([*[Place.INBOX] * 4, Place.SPAM, Place.BIN])
            ticket.file_count = rng.choice([0, 0, 2])
            ticket.created_at = moment(1)
            ticket.waiting_since, ticket.resolved_at = moment(0.5), moment(0.5)
            ticket.last_customer_at, ticket.last_staff_at = moment(), moment(0.6)
            ticket.first_answer_at = moment(0.5)
    yield {"tickets": tickets, "ids": {"category": [lamps.id, chairs.id], "sub": bulbs.id}}
    assert company.id
    clock.shift(timedelta(0))


def facts(ticket, asking):
    """What a plain look at *ticket* sees, by the names of the fields."""
    user = db.session.get(User, ticket.requester_id)
    own = {
        row.field.key: row.text
        for row in db.session.scalars(
            sa.select(FieldValue).where(FieldValue.ticket_id == ticket.id)
        )
    }
    level = db.session.scalar(sa.select(FieldValue.text).where(FieldValue.user_id == user.id))
    return {
        "status": ticket.status,
        "priority": ticket.priority,
        "place": ticket.place,
        "user": ticket.requester_kind,
        "assignee": "none" if ticket.assignee_id is None else str(ticket.assignee_id),
        "requester": str(ticket.requester_id),
        "company": None if user.company_id is None else str(user.company_id),
        "category": (ticket.category_id, ticket.subcategory_id),
        "tag": set(ticket.tag_names),
        "waiting": ticket.waiting_since,
        "created": ticket.created_at,
        "customer_wrote": ticket.last_customer_at,
        "staff_wrote": ticket.last_staff_at,
        "resolved": ticket.resolved_at,
        "unanswered": ticket.first_answer_at is None,
        "files": ticket.file_count > 0,
        "unread": ticket.id in queries.unread_among(asking.actor, [ticket.id]),
        "q": ticket.subject.lower().split(),
        "field.order": own.get("order"),
        "field.amount": own.get("amount"),
        "field.bought": own.get("bought"),
        "field.colour": own.get("colour"),
        "field.gift": own.get("gift") == "true",
        "customer.level": level,
    }


def category_is(pair, value):
    if value == "none":
        return pair[0] is None
    top, _hyphen, below = value.partition("-")
    return pair[0] == int(top) and (not below or pair[1] == int(below))


def holds(field, operator, values, fact, actor):
    """The plain evaluation: no SQL, one ticket."""
    values = [str(actor.id) if value == "me" else value for value in values]
    first = values[0] if values else ""
    if operator is Operator.EMPTY:
        return not fact
    if operator is Operator.FILLED:
        return bool(fact)
    if field.kind in (Kind.FLAG, Kind.CHECKBOX):
        return fact is (first == "yes")
    if field.kind is Kind.TAG:
        wanted = set(values)
        return {
            Operator.IS: bool(fact & wanted),
            Operator.ALL: fact >= wanted,
            Operator.IS_NOT: not fact & wanted,
        }[operator]
    if field.kind is Kind.WORDS:
        return all(any(word.startswith(part) for word in fact) for part in first.lower().split())
    if field.kind is Kind.CATEGORY:
        found = any(category_is(fact, value) for value in values)
        return found if operator is Operator.IS else not found
    if operator is Operator.IS_NOT:
        return fact not in values
    if operator is Operator.IS and field.kind is not Kind.MOMENT:
        return fact in values
    if fact is None:
        return False
    if field.kind is Kind.TEXT:
        return first.lower() in fact.lower()
    if operator in (Operator.WITHIN, Operator.OLDER):
        hours = int(first[:-1]) * {"h": 1, "d": 24, "w": 168}[first[-1]]
        since = clock.now() - timedelta(hours=hours)
        return fact > since if operator is Operator.WITHIN else fact <= since
    read = {Kind.NUMBER: float, Kind.DATE: date.fromisoformat, Kind.MOMENT: date.fromisoformat}
    fact = {Kind.NUMBER: float, Kind.DATE: date.fromisoformat}.get(
        field.kind, lambda moment: moment.date()
    )(fact)
    low, _dots, high = first.partition("..")
    low = read[field.kind](low)
    if operator is Operator.AT_LEAST:
        return fact >= low
    if operator is Operator.AT_MOST:
        return fact <= low
    return low <= fact <= (read[field.kind](high) if high else low)


DAYS = st.dates(date(2026, 1, 25), date(2026, 3, 12)).map(date.isoformat)
NUMBERS = st.sampled_from(["-1", "0", "12.5", "13", "100", "1e2"])
SPANS = st.sampled_from(["1h", "30h", "3d", "2w", "9999w"])


def values_of(draw, field, operator, world):
    ids = world["ids"]
    people = [str(ticket.requester_id) for ticket in world["tickets"][:4]]
    if operator in (Operator.EMPTY, Operator.FILLED):
        return ["yes"]
    if operator in (Operator.WITHIN, Operator.OLDER):
        return [draw(SPANS)]
    one = {
        Kind.CHOICE: st.sampled_from(list(field.choices) or ["-"]),
        Kind.OWN_CHOICE: st.sampled_from(list(field.choices) or ["-"]),
        Kind.STAFF: st.sampled_from(["me", "none", "999"]),
        Kind.PERSON: st.sampled_from([*people, "999"]),
        Kind.COMPANY: st.sampled_from(["1", "2"]),
        Kind.CATEGORY: st.sampled_from(
            ["none", *map(str, ids["category"]), f"{ids['category'][0]}-{ids['sub']}", "999"]
        ),
        Kind.TAG: st.sampled_from([*TAGS, "nowhere"]),
        Kind.FLAG: st.sampled_from(["yes", "no"]),
        Kind.CHECKBOX: st.sampled_from(["yes", "no"]),
        Kind.MOMENT: DAYS,
        Kind.DATE: DAYS,
        Kind.NUMBER: NUMBERS.filter(lambda text: operator is not Operator.IS or "e" not in text),
        Kind.WORDS: st.sampled_from(["lamp", "lamp 1", "LAMP 5", "nowhere"]),
        Kind.TEXT: st.sampled_from(["A-17", "b-99", "a-1", "%", "x"]),
    }[field.kind]
    if field.takes_several(operator):
        return draw(st.lists(one, min_size=1, max_size=3, unique=True))
    if operator is Operator.BETWEEN:
        return [f"{draw(one)}..{draw(one)}"]
    return [draw(one)]


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_filters_find_what_a_plain_look_at_each_ticket_finds(world, agent, data):
    asking = Asking(agent)
    fields = {field.name: field for field in known(asking)}
    rules, chosen = {}, []
    for name in data.draw(
        st.lists(st.sampled_from(sorted(fields)), min_size=1, max_size=3, unique=True)
    ):
        field = fields[name]
        operator = data.draw(st.sampled_from(field.operators))
        values = values_of(data.draw, field, operator, world)
        if field.kind is Kind.NUMBER and operator is Operator.IS_NOT:
            values = [value for value in values if "e" not in value] or ["0"]
        rules[field.key(operator)] = values
        chosen.append((field, operator, values))
    found = narrowed(asking, rules)
    assert not found.problems
    wanted = set()
    if "seen" not in world:  # once: no example writes anything
        world["seen"] = {ticket.id: facts(ticket, asking) for ticket in world["tickets"]}
    for ticket in world["tickets"]:
        seen = world["seen"][ticket.id]
        in_reach = "place" in [field.name for field, _o, _v in chosen] or (
            ticket.place is Place.INBOX
        )
        if in_reach and all(
            holds(field, operator, values, seen[field.name], agent)
            for field, operator, values in chosen
        ):
            wanted.add(ticket.id)
    sort = data.draw(st.sampled_from(list(Sort)))
    ids = walk(agent, found.filters, sort)
    assert ids == walk(agent, found.filters, sort, limit=500)
    assert set(ids) == wanted
    assert queries.count(agent, found.filters) == len(wanted)


def walk(agent, filters, sort, limit=7):
    """The ids of a list, page by page; each once."""
    ids, cursor = [], ""
    while True:
        page = queries.listing(agent, filters, Page(limit=limit, cursor=cursor, sort=sort))
        ids += [row.id for row in page.rows]
        cursor = page.next
        if not cursor:
            break
    assert len(ids) == len(set(ids))
    return ids


def test_the_most_urgent_come_first_and_of_these_who_waits_longest(world, agent):
    filters = narrowed(Asking(agent), {}).filters
    ids = walk(agent, filters, Sort.PRIORITY)
    rank = [Priority.URGENT, Priority.HIGH, Priority.NORMAL, Priority.LOW]
    far = NOW + timedelta(days=999)
    key = {t.id: (rank.index(t.priority), t.waiting_since or far, t.id) for t in world["tickets"]}
    assert ids == sorted(ids, key=key.__getitem__)


def test_days_are_those_of_the_shop(desk, alice, agent):
    from helpdesk.shop.actions import set_hours

    ticket = desk.ticket(alice)
    with transaction():
        ticket.created_at = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    for zone, day in (("UTC", "2026-03-01"), ("Asia/Tokyo", "2026-03-02")):
        set_hours(DESK, time_zone=zone, business_hours=[[540, 1020]] * 5 + [None, None])
        found = narrowed(Asking(agent), {"created": [day]})
        assert queries.count(agent, found.filters) == 1


HOSTILE = [
    "",
    " ",
    "\0",
    "\ud800",
    "x" * 100_000,
    "9" * 30,
    "1e309",
    "-1",
    "1e30",
    "0000-00-00",
    "0000-01-01",
    "0001-01-01",
    "9999-12-31",
    "9999-12-31..9999-12-31",
    "..",
    "1..",
    "99999999w",
    "9999w",
    "١٢",
    "' OR 1=1 --",
    "%_\\",
    "none",
    "me",
    "3-",
    "9-" + "9" * 15,
    "NaN",
    "inf",
    "yes",
    "True",
    "\u2028",
]


def test_no_value_is_an_accident(world, agent):
    asking = Asking(agent)
    unnarrowed = narrowed(asking, {}).filters
    queries.listing(agent, unnarrowed, Page(limit=1))
    some = [values for one in HOSTILE for values in ([one], [one, "me"], [one] * 60)]
    listed = set()
    for values, field in product([[], *some], known(asking)):
        for operator in field.operators:
            found = narrowed(asking, {field.key(operator): values})
            assert len(found.problems) + len(found.rules) == 1
            said = repr(found.rules)
            if found.problems:
                assert found.filters == unnarrowed
            elif said not in listed:  # else they are rules that were asked by already
                listed.add(said)
                queries.listing(agent, found.filters, Page(limit=1))


@pytest.mark.parametrize(
    "name",
    ["", ".", "a.b.c", "status.", ".status", "status.older", "field.", "field.x", "customer..is",
     "created.is.is", "x" * 10_000, "\0", "\ud800", "status\n", "__class__", "Status"],
)  # fmt: skip
def test_no_name_is_an_accident(desk, agent, name):
    found = narrowed(Asking(agent), {name: ["open"]})
    assert len(found.problems) == 1 and not found.rules
    found.problems[0].name.encode()  # it can be shown


def test_there_are_not_too_many_at_once(desk, agent):
    rules = {f"tag.{end}" if end else "tag": ["x"] for end in ("", "all", "is_not")}
    many = {f"created.x{number}": ["2026-01-01"] for number in range(500)}
    found = narrowed(Asking(agent), rules | many)
    assert len(found.rules) == 3 and len(found.problems) == 500
    wide = narrowed(Asking(agent), {"tag": [f"t{number}" for number in range(51)]})
    assert wide.problems


def test_a_condition_that_can_not_be_read_narrows_nothing_but_strictly_everything(
    desk, alice, agent
):
    desk.ticket(alice)
    rules = {"priority": ["hihg"]}
    assert queries.count(agent, narrowed(Asking(agent), rules).filters) == 1
    assert queries.count(agent, narrowed(Asking(agent), rules, strictly=True).filters) == 0


def test_a_customer_s_filters_find_their_own(desk, alice, bob):
    desk.ticket(bob)
    own = desk.ticket(alice)
    found = narrowed(Asking(alice), {"status": ["open"], "user": [AuthorKind.CUSTOMER.value]})
    assert walk(alice, found.filters, Sort.NEWEST) == [own.id]


def test_companies_may_be_named(desk, agent, alice):
    hotel = add_company(DESK, "Hotel Süd", ["hotel.example"])
    for number in range(51):
        add_company(DESK, f"Many {number}")
    theirs = desk.ticket(desk.user("customer", "Guest", "guest@hotel.example"))
    other = desk.ticket(alice)
    asking = Asking(agent)
    for name, value, found in (
        ("company", "hotel sud", [theirs.id]),
        ("company", "hotel.ex", [theirs.id]),
        ("company", f" {hotel.id} ", [theirs.id]),
        ("company.is_not", "Hotel Süd", [other.id]),
        ("company.empty", "Hotel Süd", [other.id]),
    ):
        asked = narrowed(asking, {name: [value]})
        assert [row.id for row in queries.listing(agent, asked.filters, Page()).rows] == found
        assert asked.problems == []
    assert narrowed(asking, {"company": ["Hotel Süd", "hotel"]}).rules["company"] == [str(hotel.id)]
    for value in ("motel", "many", "%", "٣", "1" * 30, "\ud800"):
        assert narrowed(asking, {"company": [value]}).problems != [], value
