"""The page of the reports, its addresses, and its tables as CSV."""

import csv
import html
import io
import re
from datetime import UTC, datetime, timedelta

import pytest

from helpdesk import clock
from helpdesk.database import db, transaction
from helpdesk.tickets import actions
from helpdesk.tickets.models import AuthorKind, Status
from helpdesk.web.desk import report_words as words
from helpdesk.web.desk.report_tables import TABLES
from tests.reports import many

PATH = "/desk/reports"
RANGE = "?from=2026-02-01&to=2026-03-31"


@pytest.fixture
def browser(desk, agent):
    return desk.browser(agent)


@pytest.fixture
def shop_of_many(desk):
    many.tickets(200, datetime(2026, 1, 10, tzinfo=UTC), datetime(2026, 4, 20, tzinfo=UTC))
    return desk


def table(answer):
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def rows_of(page, name):
    """The cells of a table of the page, in words."""
    found = re.search(rf'<table[^>]*id="table-{name}".*?</table>', page, re.DOTALL)[0]
    found = re.sub(r'<td class="bar-cell".*?</td>', "", found)
    return [
        [
            html.unescape(re.sub("<[^>]+>", "", cell))
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)
        ]
        for row in re.findall(r"<tr>(.*?)</tr>", found, re.DOTALL)[1:]
    ]


@pytest.mark.parametrize("name", ["volume", "slices", "backlog", "tags"])
def test_the_page_and_the_csv_say_the_same(shop_of_many, browser, name):
    shown = rows_of(browser.get(PATH + RANGE).text, name)
    sent = table(browser.get(f"{PATH}/{name}.csv{RANGE}"))[1:]
    assert [row[1:] for row in shown] == [row[1:] for row in sent]
    assert shown


def test_every_table_can_be_had(shop_of_many, browser):
    for name in TABLES:
        answer = browser.get(f"{PATH}/{name}.csv{RANGE}")
        heading, *rows = table(answer)
        assert all(len(row) == len(heading) for row in rows)
        assert re.fullmatch(
            r'attachment; filename="[a-z-]+(-2026-02-01-to-2026-03-31)?\.csv"',
            answer.headers["Content-Disposition"],
        )
    assert browser.get(f"{PATH}/secrets.csv").status_code == 404


def test_a_tag_that_is_a_formula_is_none_in_the_csv(shop_of_many, browser):
    names = [row[0] for row in table(browser.get(f"{PATH}/tags.csv{RANGE}"))]
    assert "'=1+1" in names
    assert "=1+1" not in names


def test_filters_and_range_are_in_every_link(shop_of_many, browser):
    page = browser.get(f"{PATH}{RANGE}&tag=vip&user=customer&time=calendar").text
    links = [html.unescape(link) for link in re.findall(r'href="(/desk/reports[^"]*)"', page)]
    kept = [link for link in links if "?" in link and "tag=" in link]
    assert len(kept) >= 6 + 2 + 8  # ranges, times, tables
    assert all("user=customer" in link for link in kept)
    assert sum("from=2026-02-01&to=2026-03-31" in link for link in kept) >= 8
    assert 'name="tag" value="vip"' in page
    assert '<option value="customer" selected>' in page


def test_a_filter_narrows(shop_of_many, browser):
    everything = sum(int(row[1]) for row in table(browser.get(f"{PATH}/volume.csv{RANGE}"))[1:])
    for query in ("&tag=vip", "&user=vendor", "&agent=none", "&category=1", "&category=1-2"):
        rows = table(browser.get(f"{PATH}/volume.csv{RANGE}{query}"))[1:]
        assert 0 < sum(int(row[1]) for row in rows) < everything, query
    assert "Nothing in these days." in browser.get(f"{PATH}{RANGE}&tag=nothing").text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?from=2026-02-31&to=2026-03-01", "There is no such day."),
        ("?from=2026-03-02&to=2026-03-01", "The end is before the beginning."),
        ("?from=0001-01-01&to=9999-12-31", "This day is too far away"),
        ("?from=2000-01-01&to=2026-12-31", "A report is about ten years at most."),
        ("?from=x&to=%00", "There is no such day."),
        ("?from=2026-03-01", "Say from which day on, and to which"),
        ("?from=2026-03-01&to=" + "9" * 5000, "There is no such day."),
    ],
)
def test_a_range_that_is_none_is_told_and_has_no_figures(browser, query, sentence):
    answer = browser.get(PATH + query)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "<table" not in answer.text
    assert browser.get(f"{PATH}/volume.csv{query}").status_code == 422


@pytest.mark.parametrize(
    "query",
    [
        "?range=never",
        "?category=9999999999999999999999",
        "?category=999999999999999",
        "?agent=999999999999999",
        "?agent=-1&user=nobody&time=sometimes",
        "?tag=%00%ff" + "x" * 5000,
        "?range=7&range=90",
    ],
)
def test_a_filter_that_is_none_never_breaks_the_page(browser, query):
    assert browser.get(PATH + query).status_code == 200


def test_the_days_of_a_preset_are_that_preset(browser):
    today = clock.now().date()
    week = f"?range=7&from={today - timedelta(days=6)}&to={today}"
    page = browser.get(PATH + week).text
    assert 'aria-current="page">7 days' in page
    other = browser.get(PATH + week.replace(str(today), str(today - timedelta(days=1)))).text
    assert 'aria-current="page">7 days' not in other


def test_an_empty_desk_is_told_what_will_be_here(browser):
    page = browser.get(PATH).text
    assert "Nothing to report yet" in page
    assert "<table" not in page


def test_one_ticket_is_enough(desk, browser, alice, agent):
    ticket = desk.ticket(alice)
    desk.reply(agent, ticket, status=Status.RESOLVED)
    page = browser.get(PATH + "?time=calendar").text
    assert rows_of(page, "volume")[-1][1:] == ["1", "1", "0"]
    assert rows_of(page, "waits")[0][1:4] == ["1", "< 1 min", "< 1 min"]
    assert rows_of(page, "agents") == [
        ["Ana Gent", "1", "1", "0", "< 1 min"],
        ["Nobody", "0", "0", "1", "–"],
    ]


def test_names_are_text_and_no_markup(desk, browser, agent, alice):
    ticket = desk.ticket(alice)
    actions.update(agent, ticket, actions.Changes(tags=["<img src=x>"]))
    with transaction():
        agent.name = "<script>alert(1)</script>"
        db.session.merge(agent)
    desk.reply(agent, ticket)
    page = browser.get(PATH).text
    assert "<img src=x>" not in page
    assert "<script>alert" not in page


def test_nothing_inline_so_the_policy_holds(shop_of_many, browser):
    page = browser.get(PATH + RANGE).text
    assert " style=" not in page
    assert not re.search(r"<script(?![^>]* src=)", page)
    assert "uplot" not in browser.get("/desk/views/open").text


def test_it_costs_the_same_for_few_and_many(desk, browser):
    since, until = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 30, tzinfo=UTC)
    costs = []
    for number in (20, 200):
        many.tickets(number, since, until, prefix=str(number))
        browser.get(PATH + RANGE)  # what is kept in memory is read once
        desk.user()  # and the rest again once anybody has written
        with desk.counted() as statements:
            assert browser.get(PATH + RANGE).status_code == 200
        costs.append(len(statements))
    assert costs[0] == costs[1] <= 20


def test_customers_never_see_it(desk, alice, vendor):
    desk.ticket(alice)
    for person in (alice, vendor):
        assert desk.browser(person).get(PATH).status_code == 403
        assert desk.browser(person).get(f"{PATH}/volume.csv").status_code == 403
    assert desk.browser().get(PATH).status_code == 302


def test_every_kind_of_requester_has_a_name():
    assert set(words.KINDS) == set(AuthorKind)


@pytest.mark.parametrize(
    ("seconds", "length", "said"),
    [
        (None, 86_400, "–"),
        (0, 86_400, "< 1 min"),
        (60, 86_400, "1 min"),
        (3599, 86_400, "1 h"),
        (3600 * 3 + 60 * 20, 86_400, "3 h 20 min"),
        (86_400, 86_400, "1 d"),
        (86_400 * 2 + 3600 * 4, 86_400, "2 d 4 h"),
        (86_399, 86_400, "1 d"),
        (3600 * 8, 8 * 3600, "1 d"),
        (3600 * 20, 8 * 3600, "2 d 4 h"),
        (8 * 3600 * 2 - 60, 8 * 3600, "2 d"),
        (3600, 1800, "2 d"),
    ],
)
def test_waits_in_words(seconds, length, said):
    assert words.wait(seconds, length) == said


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [(112, 100, "+12 %"), (92, 100, "−8 %"), (100, 100, "as many"), (5, 3, "before: 3")],
)
def test_comparisons_in_words(now, before, said):
    assert words.change(now, before) == said
