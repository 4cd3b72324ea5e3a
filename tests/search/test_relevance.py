"""The best of what was found comes first: by where the words stand, page by page."""

from dataclasses import replace

import pytest

from helpdesk import cursors
from helpdesk.errors import Invalid
from helpdesk.search import relevance
from helpdesk.tickets.models import Status
from helpdesk.tickets.queries import Filters, Page
from helpdesk.views.filters import Asking, narrowed


def ranked(actor, text, **page):
    found = narrowed(Asking(actor), {}, text).ranked.page(Page(**page))
    return [row.subject for row in found.rows]


@pytest.fixture
def shop(desk, alice, bob, travel):
    for number, (subject, message) in enumerate(
        [
            ("Blue lamp", "Is it still there?"),
            ("My order", "The blue lamp came broken"),
            ("The lamp", "It is blue"),
            ("A question", "Is the lamp of the picture blue?"),
            ("Another question", "Blue is the lamp"),
        ]
    ):
        travel(minutes=number + 1)
        desk.ticket((alice, bob)[number == 4], subject, message)


BEST = ["Blue lamp", "My order", "The lamp", "Another question", "A question"]


def test_words_in_the_subject_and_words_together_come_first(shop, agent, alice):
    assert ranked(agent, "blue lamp") == BEST
    assert ranked(alice, "blue lamp") == [one for one in BEST if one != "Another question"]
    assert ranked(agent, "lamp") == ["The lamp", "Blue lamp", *BEST[3:], "My order"]
    assert ranked(agent, '"blue lamp"') == ["Blue lamp", "My order"]
    assert ranked(agent, "lamp -broken") == ["The lamp", "Blue lamp", *BEST[3:]]
    assert ranked(agent, "nothing") == ranked(agent, "***") == ranked(agent, "") == []


def test_filters_hold_in_this_order_too(desk, shop, agent, alice):
    assert ranked(agent, "blue lamp from:bob") == ["Another question"]
    assert ranked(agent, "blue lamp is:closed") == []
    found = narrowed(Asking(agent), {}, "lamp").filters
    closed = replace(found, statuses=[Status.CLOSED])
    assert list(relevance.Ranked(agent, closed).page(Page()).rows) == []
    assert list(relevance.Ranked(agent, Filters()).page(Page()).rows) == []


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 9])
def test_pages_lead_there_and_back(shop, agent, limit):
    list_ = narrowed(Asking(agent), {}, "blue lamp").ranked
    there, cursor = [], ""
    while True:
        page = list_.page(Page(limit=limit, cursor=cursor))
        there.append([row.subject for row in page.rows])
        if not page.next:
            break
        cursor = page.next
    assert [one for page in there for one in page] == BEST
    back = [there[-1]]
    while page.previous:
        page = list_.page(Page(limit=limit, cursor=page.previous))
        back.append([row.subject for row in page.rows])
    assert [one for page in back[::-1] for one in page] == BEST
    assert ranked(agent, "blue lamp", limit=2, offset=1) == BEST[1:3]
    assert ranked(agent, "blue lamp", offset=99) == []


def test_a_cursor_of_another_order_is_none_of_this(shop, agent):
    list_ = narrowed(Asking(agent), {}, "blue lamp").ranked
    for cursor in ("x", cursors.write("n:1:2"), cursors.write("rn:1"), cursors.write("rn:-1:٣")):
        with pytest.raises(Invalid):
            list_.page(Page(cursor=cursor))
    far = cursors.write(f"rn:{10**15 - 1}:{10**15 - 1}")
    assert [row.subject for row in list_.page(Page(cursor=far)).rows] == BEST


def test_what_is_not_a_customers_changes_nothing_for_them(desk, shop, agent, alice):
    before = ranked(alice, "blue lamp")
    for number in range(1, 5):
        from helpdesk.tickets import queries

        desk.note(agent, queries.get(agent, number), f"blue lamp {'blue lamp ' * number}")
    assert ranked(alice, "blue lamp") == before


def test_of_very_many_the_newest_are_ranked(shop, agent, monkeypatch):
    monkeypatch.setattr(relevance, "MOST_RANKED", 2)
    assert set(ranked(agent, "blue lamp")) == {"A question", "Another question"}


def test_scripts_and_pages_ask_for_it(desk, shop, agent, alice):
    subjects = lambda answer: [one["subject"] for one in answer.json["data"]]  # noqa: E731
    for api, path, expected in (
        (desk.api(agent), "/support-ticket", BEST),
        (desk.api(alice), "/customer-support-ticket", [BEST[n] for n in (0, 1, 2, 4)]),
    ):
        asked = f"{path}?keyword=blue lamp&sort=relevance"
        assert subjects(api.get(asked)) == expected
        page = api.get(f"{asked}&limit=2")
        assert subjects(page) == expected[:2]
        following = page.headers["Link"].partition(">")[0].strip("<")
        assert "sort=relevance" in following
        assert subjects(api.get("/backend" + following.partition("/backend")[2])) == expected[2:4]
        assert subjects(api.get(f"{path}?sort=relevance")) == subjects(api.get(path))
        assert api.get(f"{path}?sort=best").status_code == 400
        assert api.get(f"{asked}&cursor=x").status_code == 400
    assert desk.api(alice).get("/customer-support-ticket?sort=priority").status_code == 400

    page = desk.browser(agent).get("/desk/views/all?q=blue+lamp&sort=relevance").text
    assert 'aria-current="true">Best match</a>' in page
    assert "sort=newest" in page
    assert "Best match" not in desk.browser(agent).get("/desk/views/all").text
