"""The reports: the same figures as the page's, the documented shapes, and what is refused."""

import json
from datetime import UTC, datetime

import msgspec
import pytest

from helpdesk.api import report_examples
from helpdesk.tickets import actions
from helpdesk.tickets.models import Status
from tests.reports import many

REPORTS = "/support-ticket/reports"
RANGE = "?from=2026-02-01&to=2026-03-31&timeZone=Europe/Berlin"
NAMES = ("volume", "waiting", "backlog", "subjects", "people")


@pytest.fixture
def api(desk, agent):
    many.tickets(150, datetime(2026, 1, 10, tzinfo=UTC), datetime(2026, 4, 20, tzinfo=UTC))
    return desk.api(agent)


def data_of(answer):
    assert answer.status_code == 200, answer.text
    assert answer.json["status"] == "success"
    assert answer.json["message"] == "Support ticket report retrieved successfully."
    return answer.json["data"]


def shape_of(value):
    """Names and JSON types; a list by its first thing."""
    if isinstance(value, dict):
        return {name: shape_of(one) for name, one in value.items()}
    if isinstance(value, list):
        return [shape_of(value[0])] if value else []
    return "number or null" if value is None or isinstance(value, int) else type(value).__name__


@pytest.mark.parametrize(
    ("name", "example"),
    [
        ("volume", report_examples.VOLUME),
        ("waiting", report_examples.WAITING),
        ("backlog", report_examples.BACKLOG),
        ("subjects", report_examples.SUBJECTS),
        ("people", report_examples.PEOPLE),
    ],
)
def test_answers_have_the_shape_of_the_examples(api, name, example):
    golden, found = (
        json.loads(msgspec.json.encode(example)),
        data_of(api.get(f"{REPORTS}/{name}{RANGE}")),
    )
    if name == "waiting":
        for before in ("firstAnswerBefore", "resolutionBefore"):
            golden[before]["slices"] = golden["firstAnswer"]["slices"]
    if name == "people":
        golden["companies"] = []
    if name == "subjects":
        found["categories"][0]["parentName"] = golden["categories"][0]["parentName"]
    assert shape_of(found) == shape_of(golden)


def test_the_figures_by_hand(desk, alice, agent, travel):
    travel(seconds=(datetime(2026, 3, 2, 9, tzinfo=UTC) - datetime.now(UTC)).total_seconds())
    lamps = desk.category("Lamps")
    desk.ticket(alice)
    ticket = desk.ticket(alice, category_id=lamps.id, tags=["vip"])
    actions.update(agent, ticket, actions.Changes(assignee_id=agent.id))
    travel(seconds=(datetime(2026, 3, 2, 11, tzinfo=UTC) - datetime.now(UTC)).total_seconds())
    desk.reply(agent, ticket, status=Status.RESOLVED)
    api, days = desk.api(agent), "?from=2026-03-02&to=2026-03-02"
    volume = data_of(api.get(f"{REPORTS}/volume{days}"))
    assert volume["range"] == {"from": "2026-03-02", "to": "2026-03-02", "timeZone": "UTC"}
    assert (volume["step"], volume["opened"], volume["solved"]) == ("day", 2, 1)
    assert volume["parts"] == [
        {"from": "2026-03-02", "to": "2026-03-02", "opened": 2, "solved": 1, "unsolved": 1}
    ]
    waiting = data_of(api.get(f"{REPORTS}/waiting{days}&time=business"))
    assert waiting["firstAnswer"]["median"] == pytest.approx(7200, abs=2)
    assert (waiting["unanswered"], waiting["daySeconds"]) == (1, 8 * 3600)
    assert waiting["firstAnswer"]["slices"][1] == {
        "fromSeconds": 3600,
        "toSeconds": 14_400,
        "tickets": 1,
    }
    backlog = data_of(api.get(f"{REPORTS}/backlog"))
    assert backlog[0] == {"fromDays": 0, "toDays": 1, "open": 1, "pending": 0}
    subjects = data_of(api.get(f"{REPORTS}/subjects{days}"))
    assert [one["name"] for one in subjects["categories"]] == ["Lamps", "Without a category"]
    assert [(one["name"], one["opened"], one["solved"]) for one in subjects["tags"]] == [
        ("vip", 1, 1)
    ]
    people = data_of(api.get(f"{REPORTS}/people{days}&assigneeId=me"))
    (found,) = people["agents"]
    assert found.pop("firstAnswerMedian") == pytest.approx(7200, abs=2)
    assert found == {
        "id": agent.id,
        "name": "Ana Gent",
        "ticketsAnswered": 1,
        "answers": 1,
        "solved": 1,
    }


def test_filters_and_times(api):
    whole = data_of(api.get(f"{REPORTS}/volume{RANGE}"))["opened"]
    for query in ("tag=vip", "userType=vendor", "assigneeId=none", "categoryId=1"):
        assert 0 < data_of(api.get(f"{REPORTS}/volume{RANGE}&{query}"))["opened"] < whole, query
    business, calendar = (
        data_of(api.get(f"{REPORTS}/waiting{RANGE}&time={time}"))["resolution"]["median"]
        for time in ("business", "calendar")
    )
    assert business < calendar


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=0001-01-01&to=9999-12-31", "from"),
        ("to=0001-01-01", "to"),
        ("from=2000-01-01&to=2026-01-01", "to"),
        ("from=2026-03-02&to=2026-03-01", "to"),
        ("from=2026-02-31", "from"),
        ("from=tomorrow", "from"),
        ("from=20260301", "from"),
        ("timeZone=Mars/Base", "timeZone"),
        ("timeZone=../../etc/passwd", "timeZone"),
        ("timeZone=" + "x" * 5000, "timeZone"),
        ("time=sometimes", "time"),
        ("categoryId=lamps", "categoryId"),
        ("assigneeId=nobody", "assigneeId"),
        ("userType=king", "userType"),
        ("from=2026-03-01&from=2026-03-02", "from"),
    ],
)
def test_what_does_not_parse_is_400_with_the_field(desk, agent, name, query, field):
    answer = desk.api(agent).get(f"{REPORTS}/{name}?{query}")
    assert answer.status_code == 400, answer.text
    assert field in answer.json["errors"]


@pytest.mark.parametrize("query", ["categoryId=9007199254740992", "tag=%00", "tag=" + "x" * 9000])
def test_what_finds_nothing_is_no_error(desk, agent, query):
    for name in NAMES:
        assert desk.api(agent).get(f"{REPORTS}/{name}?{query}").status_code == 200


def test_only_staff_get_reports(desk, alice, vendor):
    for name in NAMES:
        assert desk.api(alice).get(f"{REPORTS}/{name}").status_code == 403
        assert desk.api(vendor).get(f"{REPORTS}/{name}").status_code == 403
        assert desk.api().get(f"{REPORTS}/{name}").status_code == 401


def test_a_report_with_an_empty_desk(desk, agent):
    for name in NAMES:
        assert desk.api(agent).get(f"{REPORTS}/{name}").status_code == 200
