"""What is found: by all words, of short tickets and long ones, page by page, whoever looks."""

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk import cursors, search
from helpdesk.database import db, transaction
from helpdesk.search import documents, finding
from helpdesk.tickets import actions, queries
from helpdesk.tickets.models import Place, Status, Ticket
from helpdesk.tickets.queries import Filters, Page, Sort, Total, totals
from helpdesk.tickets.queries import found as found_
from helpdesk.views.filters import Asking, narrowed
from helpdesk.words import has_words, words

from .index import connection


def filters(actor, text):
    return narrowed(Asking(actor), {}, text).filters


def found(actor, text, **page):
    rows = queries.listing(actor, filters(actor, text), Page(**page)).rows
    return [row.subject for row in rows]


@pytest.fixture
def short_documents(monkeypatch):
    """Tickets are long after a few words."""
    monkeypatch.setattr(documents, "FULL", 20)


def test_all_words_are_needed_wherever_they_are_in_a_ticket(desk, alice, agent):
    lamps = desk.category("Beleuchtung")
    desk.ticket(
        alice, "Blue", "It flickers", category_id=lamps.id, files=[desk.file("Ångström.png")]
    )
    desk.ticket(alice, "Red", "It flickers")
    for text in ("blue flick", "beleucht blue angs", "png", '"it flickers" blue', "b f"):
        assert found(alice, text) == found(agent, text) == ["Blue"], text
    for text in ("blue red", '"flickers it"', '"it flick"', "blueish", '"blue it"', "flickers2"):
        assert found(alice, text) == found(agent, text) == [], text
    assert found(agent, "flickers -blue") == found(alice, "-beleuchtung") == ["Red"]
    assert found(agent, '-"it flickers"') == []
    assert found(agent, "subject:blue") == found(agent, "from:alice file:angs") == ["Blue"]


def test_notes_tags_and_people_are_for_staff_and_change_nothing_for_customers(desk, alice, agent):
    ticket = desk.ticket(alice, "Lamp", tags=["vip"])
    desk.note(agent, ticket, "xylophone", files=[desk.file("zither.png")])
    for text in ("xyl", "zither", "vip", "moor", "xylophone lamp", "x"):
        assert found(agent, text) == ["Lamp"], text
        assert found(alice, text) == [], text
        assert found(alice, f"lamp -{text}") == ["Lamp"], text
        assert found(agent, f"lamp -{text}") == [], text


def test_words_of_a_long_ticket_may_be_in_any_of_its_documents(
    desk, alice, bob, agent, short_documents
):
    long = desk.ticket(alice, "Long one", "alpha beta gamma delta")
    desk.reply(agent, long, "epsilon zeta eta theta")
    desk.note(agent, long, "iota kappa lambda mu nu")
    desk.reply(alice, long, "xi omicron pi rho sigma")
    desk.ticket(alice, "Short", "alpha")
    desk.ticket(bob, "Another's", "alpha sigma")
    for text in ("alpha sigma", "long zeta", '"epsilon zeta" omicron', "eps", "TKT1 sigma"):
        assert found(agent, f"{text} from:alice") == found(alice, text) == ["Long one"], text
    assert found(agent, "kappa alpha") == ["Long one"]
    assert found(alice, "kappa alpha") == found(alice, "kappa") == []
    assert found(alice, "alpha -sigma") == ["Short"]
    assert found(agent, "alpha -kappa") == ["Another's", "Short"]
    assert found(alice, "alpha -kappa") == ["Short", "Long one"]
    assert found(alice, "alpha missing") == []
    assert queries.count(alice, filters(alice, "alpha")) == 2


@pytest.fixture
def many(desk, alice, bob, travel, monkeypatch):
    """Tickets of two people, of which some came too late for their place; few are looked at."""
    for module, name, value in (
        (found_, "LOOKED_AT", (2, 3, 5)),
        (finding, "FEW", 3),
    ):
        monkeypatch.setattr(module, name, value)
    with transaction():
        for number in range(24):
            travel(minutes=number // 2)
            words = "rare" if number % 7 else "x"
            desk.ticket((alice, bob)[number % 3 == 0], f"Lamp {number}", words)
    with transaction():
        moved = sa.update(Ticket).where(Ticket.id.in_([5, 6, 20]))
        db.session.execute(moved.values(created_at=db.session.get(Ticket, 9).created_at))
    travel(days=1)


def walked(actor, given, *, backwards=False, limit=2):
    """All that pages show, one after the other."""
    subjects, cursor = [], ""
    while True:
        page = queries.listing(actor, given, Page(limit=limit, cursor=cursor))
        rows = [row.subject for row in page.rows]
        subjects += rows[::-1] if backwards else rows
        assert len(subjects) < 60
        cursor = page.previous if backwards else page.next
        if not cursor:
            return subjects


@pytest.mark.parametrize("text", ["lamp", "rare", "lamp -rare", "l r", "lamp 2", "nothing", "-x"])
@pytest.mark.parametrize("more", [{}, {"requester_id": 1}, {"statuses": [Status.CLOSED]}])
def test_pages_of_what_is_found_have_each_ticket_once_in_order(many, agent, text, more):
    given = replace(filters(agent, text), **more)
    everything = queries.listing(agent, Filters(**more), Page(limit=100)).rows
    wanted = [one for one in text.split() if not one.startswith("-")]
    unwanted = [one[1:] for one in text.split() if one.startswith("-")]
    expected = [
        row.subject
        for row in everything
        if has_words(f"{row.subject} {row.description}", words(" ".join(wanted)))
        and not any(has_words(row.description, [one]) for one in unwanted)
    ]
    assert walked(agent, given) == expected
    assert queries.count(agent, given) == len(expected)
    last = queries.listing(agent, given, Page(limit=2, cursor=far_end()))
    assert list(last.rows) == []
    if expected:
        back = [row.subject for row in queries.listing(agent, given, Page(limit=1)).rows]
        assert back == expected[:1]
        assert last.previous
        assert walked_from(agent, given, last.previous) == expected[::-1]


def far_end():
    return cursors.write("n:0:0")


def walked_from(actor, given, cursor):
    subjects = []
    while cursor:
        page = queries.listing(actor, given, Page(limit=2, cursor=cursor))
        subjects += [row.subject for row in page.rows][::-1]
        assert len(subjects) < 60
        cursor = page.previous
    return subjects


def test_other_orders_sort_what_was_found(many, agent):
    for sort in Sort:
        expected = queries.listing(agent, Filters(), Page(limit=100, sort=sort)).rows
        given = queries.listing(agent, filters(agent, "lamp"), Page(limit=100, sort=sort)).rows
        assert [row.id for row in given] == [row.id for row in expected]


def test_whether_one_ticket_is_found_is_known_of_many_and_of_few(many, agent):
    for text, is_there in (("lamp", True), ("lamp 3", True), ("lamp nothing", False)):
        assert queries.is_listed(agent, filters(agent, text), 4) is is_there, text


def test_at_most_so_many_are_counted(many, agent):
    total = queries.total(agent, filters(agent, "lamp"), 10)
    assert (total.number <= 10 + 3, total.is_exact) == (True, False)


@pytest.mark.parametrize("text", ["lamp", "rare", "lamp -rare", "lamp 2", "nothing", "-x"])
@pytest.mark.parametrize("few", [0, 3, 1000])
def test_what_lies_in_the_inbox_is_counted_without_its_rows(many, agent, text, few, monkeypatch):
    monkeypatch.setattr(finding, "FEW", few)
    for number, place in ((4, Place.SPAM), (5, Place.BIN), (20, Place.SPAM), (23, Place.BIN)):
        actions.place(agent, queries.get(agent, number), place)  # 5 and 20 came late
    shown = len(walked(agent, filters(agent, text)))
    assert queries.total(agent, filters(agent, text)) == Total(shown)
    assert queries.total(agent, filters(agent, text), 100) == Total(shown)


def test_beside_a_list_only_the_newest_tickets_are_looked_through(many, agent, monkeypatch):
    monkeypatch.setattr(totals, "LOOKED_THROUGH", 10)
    of_all = queries.total(agent, filters(agent, "lamp"))
    beside = queries.total(agent, filters(agent, "lamp"), 100)
    assert of_all.is_exact
    assert not beside.is_exact
    assert 0 < beside.number < of_all.number
    assert queries.total(agent, filters(agent, "lamp 7"), 100).is_exact  # few are all found anyhow


def test_tickets_of_several_documents_are_counted_once(desk, alice, agent, short_documents):
    long = desk.ticket(alice, "Long one", "alpha beta gamma delta")
    desk.reply(agent, long, "alpha epsilon zeta eta theta")
    desk.reply(alice, long, "alpha xi omicron pi rho sigma")
    desk.ticket(alice, "Short", "alpha")
    for text, number in (("alpha", 2), ("xi", 1), ("alpha -sigma", 1), ("alpha sigma", 1)):
        assert queries.total(agent, filters(agent, text), 100) == Total(number), text
    actions.place(agent, long, Place.SPAM)
    for text, number in (("alpha", 1), ("xi", 0), ("alpha -sigma", 1), ("alpha sigma", 0)):
        assert queries.total(agent, filters(agent, text), 100) == Total(number), text


def test_who_came_late_is_in_place_after_the_index_is_made_anew(many, agent):
    before = walked(agent, filters(agent, "lamp"))
    search.rebuild()
    assert walked(agent, filters(agent, "lamp")) == before


WORDS = st.text('ab灯😀 é_-"*:()', max_size=24)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WORDS, WORDS)
def test_what_is_found_is_what_the_words_say(desk, text, asked):
    customer = desk.user()
    ticket = desk.ticket(customer, "Q", text if text.strip() else "Q")
    given = " ".join(words(asked))
    is_found = bool(found(customer, given)) if given else False
    # Where words have no spaces, one may go on after a space, or in the next line.
    body = f"Q\nTKT{ticket.id}\n" + re.sub(r"灯[^\w😀]+(?=灯)", "灯", text)
    assert is_found == (bool(given) and has_words(body, words(given)))
    found(customer, asked)  # whatever is asked, it is no error


def test_any_text_may_be_looked_for(desk, alice, agent):
    desk.ticket(alice, "Lamp")
    for text in (
        'NEAR("a" "b", 2)',
        "said : lamp",
        "lamp* AND",
        '"' * 99,
        "^lamp",
        "{a b} : c",
        "a" * 5000,
        "lamp " * 500,
        " ".join(f"w{n}" for n in range(3000)),
        "\U0010ffff",
        "-",
        "-" * 50,
        "_c1",
        "_",
    ):
        found(agent, text)
        found(alice, text)
    assert found(agent, "lamp " * 500) == ["Lamp"]
    assert found(agent, "_r1") == []


@pytest.mark.sqlite
@pytest.mark.parametrize("text", ["lamp", "lamp -rare", "lamp tag:vip", "l"])
def test_no_list_of_what_is_found_reads_all_tickets(many, desk, agent, alice, text):
    for actor in (agent, alice):
        for sort in Sort:
            with desk.counted() as statements:
                queries.listing(actor, filters(actor, text), Page(sort=sort))
                queries.count(actor, filters(actor, text))
            plan = "\n".join(plan_of(str(statement)) for statement in statements)
            assert "VIRTUAL TABLE INDEX" in plan  # of words
            assert not re.search(r"SCAN (tickets|messages|search_documents)\b", plan), plan


def plan_of(statement):
    if not statement.lstrip().upper().startswith(("SELECT", "WITH")):
        return ""
    named = dict.fromkeys(re.findall(r":(\w+)", statement))
    bound = named or [None] * statement.count("?")
    rows = connection().execute(f"EXPLAIN QUERY PLAN {statement}", bound).fetchall()
    return "\n".join(row[3] for row in rows)


def test_of_very_many_words_all_are_needed(desk, alice, agent):
    body = " ".join(f"word{number}x" for number in range(120))
    desk.ticket(alice, "Long words", body)
    assert found(agent, body) == found(alice, body) == ["Long words"]
    for more in ("missing", "w", '"word1x word3x"', "-word7x"):
        assert found(agent, f"{body} {more}") == (["Long words"] if more == "w" else []), more
