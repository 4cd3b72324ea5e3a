"""Numbers beside lists: exact where few are looked at, else the least that there are."""

from itertools import product

import pytest

from helpdesk.database import transaction
from helpdesk.tickets import actions, queries
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.models import Place, Priority, Status
from helpdesk.tickets.queries import Page, Sort, totals
from helpdesk.tickets.queries.orders import Order, order_of
from helpdesk.views.filters import Asking, narrowed

RULES = [
    {"files": ["no"]},
    {"unanswered": ["yes"]},
    {"waiting.older": ["1h"]},
    {"waiting.older": ["1h"], "status": ["open", "pending"]},
    {"waiting.older": ["90d"]},
    {"tag": ["vip"], "priority": ["urgent"]},
    {"tag.all": ["vip", "late"]},
    {"tag.is_not": ["vip"]},
    {"unread": ["yes"]},
    {"company.empty": ["yes"]},
    {"place": ["inbox", "spam"], "files": ["no"]},
]


@pytest.fixture
def tickets(desk, alice, bob, agent, travel):
    made = []
    with transaction():
        for number in range(12):
            travel(minutes=number % 4)
            made.append(desk.ticket((alice, bob)[number % 2], f"Lamp {number}"))
            tags = [["vip"], ["vip", "late"], []][number % 3]
            changes = Changes(tags=tags, priority=(Priority.URGENT, Priority.LOW)[number % 2])
            actions.update(agent, made[-1], changes)
        for number in (0, 5, 6):
            desk.reply(agent, made[number], "Coming")
        actions.update(agent, made[3], Changes(status=Status.CLOSED))
        actions.update(agent, made[7], Changes(status=Status.PENDING))
        actions.place(agent, made[4], Place.SPAM)
    travel(days=1)
    return made


@pytest.fixture
def nothing_is_few(monkeypatch):
    """Each list is walked in its order, as lists of many tickets are."""
    monkeypatch.setattr(Order, "fewest", lambda self, most=0: None)


def filters(agent, rules):
    return narrowed(Asking(agent), rules).filters


@pytest.mark.parametrize("rules", RULES, ids=str)
def test_a_number_is_that_of_the_rows(tickets, agent, rules, nothing_is_few):
    asked = filters(agent, rules)
    shown = queries.listing(agent, asked, Page(limit=50)).rows
    total = queries.total(agent, asked, 100)
    assert (total.number, total.is_exact) == (len(shown), True)
    assert queries.count(agent, asked) == len(shown)


@pytest.mark.parametrize("rules", RULES, ids=str)
def test_it_is_the_least_that_there_are_where_more_would_be_looked_at(
    tickets, agent, rules, nothing_is_few, monkeypatch
):
    number = queries.count(agent, filters(agent, rules))
    for most, window in product((1, 4, 100), (1, 5, 11, 13)):
        monkeypatch.setattr(totals, "MOST_READ", window)
        monkeypatch.setattr(totals, "MOST_COVERED", window)
        total = queries.total(agent, filters(agent, rules), most)
        assert total.number <= min(number, most)
        assert not total.is_exact or total.number == number
        assert total.is_exact or most < number or window < len(tickets)


@pytest.mark.parametrize("sort", Sort)
def test_what_waits_is_looked_for_where_anything_waits(tickets, agent, nothing_is_few, sort):
    rules = {"waiting.older": ["1h"]}
    asked = filters(agent, rules)
    shown = [row.id for row in queries.listing(agent, asked, Page(limit=50, sort=sort)).rows]
    everything = queries.listing(agent, filters(agent, {}), Page(limit=50, sort=sort)).rows
    assert shown == [row.id for row in everything if row.waiting_since is not None]
    assert shown
    narrower = order_of(agent, asked, sort).in_its_statuses()
    assert set(narrower.filters.statuses) < set(Status)
    never = filters(agent, {"waiting.older": ["90d"]})
    assert list(queries.listing(agent, never, Page(sort=sort)).rows) == []


def test_a_tag_is_counted_up_to_a_number(tickets, agent, monkeypatch):
    asked = filters(agent, {"tag": ["vip"]})
    assert queries.total(agent, asked, 1) == queries.Total(7)
    monkeypatch.setattr(totals, "MOST_OF_TAG", 3)
    assert queries.total(agent, asked, 1) == queries.Total(3, is_exact=False)
    assert queries.total(agent, asked, 7) == queries.Total(7)
    assert queries.total(agent, asked) == queries.Total(7)


def test_no_answer_says_fewer_than_it_shows(desk, tickets, agent, monkeypatch, nothing_is_few):
    monkeypatch.setattr(totals, "MOST_COVERED", 1)
    answer = desk.api(agent).get("/support-ticket?filter=files:no&limit=5&offset=2")
    assert len(answer.json["data"]) == 5
    assert answer.headers["X-Total-Count"] == "7"
    assert answer.headers["X-Total-Count-Exact"] == "false"
