"""Which tickets a search finds, for staff and for customers."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk import clock
from helpdesk.accounts.models import DESK
from helpdesk.database import transaction
from helpdesk.people.actions import add_company
from helpdesk.tickets import actions, queries
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.models import Place, Priority, Status
from helpdesk.tickets.queries import Page
from helpdesk.views.filters import Asking, narrowed, worded
from helpdesk.views.filters.wording import MOST_TRIED

NOW = datetime(2030, 3, 10, 12, tzinfo=UTC)


def found(actor, text):
    filters = narrowed(Asking(actor), {}, text).filters
    listing = queries.listing(actor, filters, Page())
    assert queries.count(actor, filters) == len(listing.rows)
    return [row.subject for row in listing.rows]


def test_a_keyword_finds_words_by_their_beginning_without_case_and_accents(desk, alice):
    lamps = desk.category("Beleuchtung")
    ticket = desk.ticket(
        alice, 'Broken "Ångström" lamp', "我的灯坏了 😀 and it's off", category_id=lamps.id
    )
    desk.ticket(alice, "Something else", "entirely")
    for keyword in (
        "broken",
        "BROK",
        "angstr",
        '"ångström"',
        "lamp* broken",
        "灯坏",
        "😀",
        "beleucht",
        f"TKT{ticket.id}",
        f"tkt{ticket.id} lamp",
        "it's",
        "lamp NEAR broken"[:4],
    ):
        assert found(alice, keyword) == [ticket.subject], keyword
    for keyword in ("roken", "broken else", "lamp NOT broken", "*", '"', "坏灯", "😡"):
        assert found(alice, keyword) == [], keyword
    assert len(found(alice, "  ")) == 2


def test_a_customers_search_is_not_influenced_by_notes(desk, alice, agent):
    ticket = desk.ticket(alice)
    desk.note(agent, ticket, "suspicious")
    actions.update(agent, ticket, Changes(tags=["fraud"]))
    assert found(alice, "suspicious") == found(alice, "fraud") == []
    assert found(agent, "suspicious") == found(agent, "fraud") == [ticket.subject]
    assert found(agent, "alice") == [ticket.subject]


def test_a_phrase_is_found_as_it_stands(desk, alice):
    desk.ticket(alice, "The blue lamps", "Is broken. It hums")
    desk.ticket(alice, "A lamp, blue", "灯坏了")
    desk.ticket(alice, "Blue lamp", "我的灯坏了")
    for phrase, expected in {
        '"blue lamp"': ["Blue lamp"],
        '"BLUE  lamp"': ["Blue lamp"],
        "“blue lamps”": ["The blue lamps"],
        '"broken it hums"': ["The blue lamps"],
        '"lamp blue"': ["A lamp, blue"],
        '"的灯坏"': ["Blue lamp"],
        '"blue lamp': ["Blue lamp", "A lamp, blue", "The blue lamps"],  # not yet a phrase
    }.items():
        assert found(alice, phrase) == expected, phrase


def test_what_is_not_wanted_is_left_out(desk, alice):
    desk.ticket(alice, "Blue lamp", "It hums")
    desk.ticket(alice, "Red lamp", "It does not hum at all")
    for text, expected in {
        "lamp -blue": ["Red lamp"],
        "-hum": [],
        "-hums": ["Red lamp"],
        '-"does not" lamp': ["Blue lamp"],
        "-lamp": [],
        "-chair": ["Red lamp", "Blue lamp"],
        "lamp -subject:blue": ["Red lamp"],
    }.items():
        assert found(alice, text) == expected, text


@pytest.fixture
def shop(desk, alice, bob, agent, admin):
    """Three tickets that differ in all that a search can name."""
    clock.shift(NOW - datetime.now(UTC))
    orders = desk.category("Order problems")
    late = desk.category("Late", orders)
    desk.category("Order forms")
    lamp = desk.ticket(alice, "Lamp", "see file", files=[desk.file("Invoice-17.png")])
    chair = desk.ticket(bob, "Chair", "It creaks", category_id=orders.id, subcategory_id=late.id)
    spam = desk.ticket(bob, "Casino", "Win")
    actions.update(
        agent,
        lamp,
        Changes(tags=["vip", "late one"], assignee_id=agent.id, priority=Priority.URGENT),
    )
    actions.update(agent, chair, Changes(tags=["vip"], status=Status.PENDING))
    actions.place(agent, spam, Place.SPAM)
    with transaction():
        lamp.created_at = datetime(2029, 12, 31, 12, tzinfo=UTC)
        chair.created_at = NOW - timedelta(days=3)
    yield {"lamp": lamp, "chair": chair, "spam": spam}
    clock.shift(timedelta(0))


LAMP, CHAIR, BOTH = ["Lamp"], ["Chair"], ["Chair", "Lamp"]
BY_STAFF = {
    "status:open": LAMP,
    "Status:OPEN,pending": BOTH,
    "status:open status:pending": BOTH,
    "-status:open": CHAIR,
    "is:pending": CHAIR,
    "is:unread": BOTH,
    "is:read": [],
    "-is:unread": [],
    "is:unassigned": CHAIR,
    "is:assigned": LAMP,
    "is:mine": LAMP,
    "is:urgent": LAMP,
    "is:unanswered": BOTH,
    "priority:urgent": LAMP,
    "-priority:urgent": CHAIR,
    "from:ali": LAMP,
    "from:alice@shop.example": LAMP,
    'from:"alice shop"': LAMP,
    "-from:alice": CHAIR,
    "from:nobody": [],
    "tag:vip": BOTH,
    'tag:"late one"': LAMP,
    'tag:vip tag:"late one"': LAMP,
    '-tag:"Late  One"': CHAIR,
    "has:tags": BOTH,
    "has:file": LAMP,
    "-has:files": CHAIR,
    "file:invoice": LAMP,
    "file:lamp": [],
    "subject:lamp": LAMP,
    "subject:see": [],
    "before:2030-01-01": LAMP,
    "before:2030": LAMP,
    "after:2030": CHAIR,
    "-after:2030": LAMP,
    "on:2029-12": LAMP,
    "on:2029-12-31": LAMP,
    "after:7d": CHAIR,
    "before:7d": LAMP,
    "after:today": [],
    "after:2029-12-31 before:2030-01-01": LAMP,
    "after:2030-01-01 after:2029": CHAIR,
    "created:2029-12-31": LAMP,
    "created.older:2w": LAMP,
    "assignee:me": LAMP,
    "assignee:none": CHAIR,
    "assignee:nobody,me": BOTH,
    'assignee:"AGENT"': LAMP,
    'category:"order problems"': CHAIR,
    "category:late": CHAIR,
    "category:order": CHAIR,
    "category:none": LAMP,
    "-category:late": LAMP,
    "in:spam": ["Casino"],
    "is:spam": ["Casino"],
    "in:anywhere": ["Casino", *BOTH],
    "in:anywhere -in:spam": BOTH,
    "in:spam in:inbox": ["Casino", *BOTH],
    "user:customer": BOTH,
    "unread:yes lamp": LAMP,
    "lamp status:pending": [],
    "status:open vip": LAMP,
    "status:open ***": LAMP,
}


def test_staff_search_by_filters_in_words(shop, agent):
    for text, expected in BY_STAFF.items():
        assert found(agent, text.replace("AGENT", agent.name)) == expected, text


NO_FILTERS = [
    "status:lost", "before:someday", "after:2030-13", "before:2030-02-30", "on:7d",
    "has:money", "is:open,unread", "assignee:zzz", "category:zzz", "q:lamp", "priority:9",
    "waiting.is:2d", "from:ana,bob", "in:nowhere", "place:x", "field.none:1",
]  # fmt: skip


def test_a_filter_that_makes_no_sense_is_words(shop, agent):
    for text in NO_FILTERS:
        assert worded(Asking(agent), text).filters == (), text
        assert found(agent, text) == [], text
        actions.update(agent, shop["lamp"], Changes(subject=text))
        assert found(agent, text) == [text]
        assert found(agent, f"-{text}") == ["Chair"]
    for text in ("-on:today", "-waiting:2030-01-01", "before:1970-01-01"):  # nor have these one
        assert worded(Asking(agent), text).filters == (), text


def test_the_words_of_a_view_and_of_the_box_are_in_one_language(shop, agent):
    asking = Asking(agent)
    view = narrowed(asking, {"q": ["tag:vip in:anywhere"], "status": ["open", "pending"]})
    for text, expected in {"": BOTH, "is:pending": CHAIR, "is:closed": [], "in:spam": []}.items():
        filters = narrowed(asking, {}, text).within(view).filters
        rows = queries.listing(agent, filters, Page()).rows
        assert [row.subject for row in rows] == expected, text


BY_CUSTOMERS = {
    "status:open": LAMP,
    "is:open": LAMP,
    "has:file": LAMP,
    "file:invoice": LAMP,
    "before:2030": LAMP,
    "after:2030": [],
    "category:none": LAMP,
    "subject:lamp": LAMP,
    "tag:vip": [],  # words, for a customer
    "from:alice": [],
    "priority:urgent": [],
    "is:urgent": [],
    "assignee:none": [],
    "-assignee:none": LAMP,
    "in:spam": [],
    "unread:yes": [],
}


def test_customers_search_by_what_they_can_see(shop, alice):
    for text, expected in BY_CUSTOMERS.items():
        assert found(alice, text) == expected, text


def test_a_customer_learns_nothing_of_tags_and_people_by_words_they_exclude(shop, alice):
    for text in ("-vip", "-tag:vip", "-agent", "-priority:urgent", '-"late one"'):
        assert found(alice, text) == LAMP


TERMS = st.sampled_from([*BY_STAFF, "lamp", '"see file"', "-chair", "***", "zzz", "\0", "\ud800"])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(terms=st.lists(TERMS, max_size=30), actor=st.sampled_from(["agent", "alice"]))
def test_any_mixture_is_searched_for(shop, agent, alice, terms, actor):
    found({"agent": agent, "alice": alice}[actor], " ".join(terms))


def test_the_desk_itself_may_search(shop):
    assert found(DESK, "priority:urgent") == LAMP
    assert shop["lamp"].priority is Priority.URGENT


def test_companies_are_named_by_words_or_a_domain(desk, shop, alice, bob, agent):
    hotel = add_company(agent, "Hôtel Mirador", ["shop.example"])
    other = add_company(agent, 'The "Blue, Lamp" Hotel', ["lamp.example"])
    guest = desk.user("customer", "Guest", "guest@lamp.example")
    desk.ticket(guest, "A bed")
    assert (alice.company_id, guest.company_id) == (hotel.id, other.id)
    of_hotel = found(agent, f"company:{hotel.id}")
    assert "Lamp" in " ".join(of_hotel)
    for text, expected in {
        'company:"Hotel Mirador"': of_hotel,
        "company:MIRA": of_hotel,
        "company:shop.example": of_hotel,
        "company:shop.ex": of_hotel,
        "-company:mirador": ["A bed"],
        'company:"blue, lamp"': ["A bed"],
        "company:hotel": ["A bed", *of_hotel],
        "company:mirador,blue": ["A bed", *of_hotel],
        "company:mirador company:blue": ["A bed", *of_hotel],
        "company:mirador bed": [],
        "company.empty:yes": [],
    }.items():
        assert found(agent, text) == expected, text
    for text in (
        "company:zebra",
        "company:***",
        "company:\ud800",
        "company:a\ud800",
        "company:\0a",
    ):
        assert worded(Asking(agent), text).filters == (), text
        assert found(agent, text) == [], text
    assert worded(Asking(alice), "company:mirador").filters == ()


def test_more_companies_than_a_filter_takes_are_none(agent):
    for number in range(51):
        add_company(agent, f"Hotel {number}", [])
    assert worded(Asking(agent), "company:hotel").filters == ()
    add_company(agent, "Hotel", [])
    assert len(worded(Asking(agent), "company:hotel").filters[0].values) == 1


def test_of_very_many_that_look_like_filters_the_rest_is_words(desk, agent):
    add_company(agent, "Hotel", [])
    asking, text = Asking(agent), "company:zebra " * 250
    with desk.counted() as statements:
        assert worded(asking, text).filters == ()
    assert len(statements) <= MOST_TRIED + 5
    assert worded(asking, f"{text} company:hotel").filters == ()
    with desk.counted() as statements:
        assert worded(asking, "company:" + "zebra," * 250).filters == ()
    assert len(statements) == 0
