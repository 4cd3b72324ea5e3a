"""Filters and saved views for scripts."""

import pytest

from helpdesk.tickets import actions
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.models import Place, Priority, Status
from helpdesk.views import queries

TICKETS = "/support-ticket"
VIEWS = f"{TICKETS}/views"
VIPS = {"viewName": "VIPs", "filters": {"tag": ["vip"]}, "sort": "priority", "isShared": True}


@pytest.fixture
def shelf(desk, alice, bob, agent, travel):
    """Three tickets: an urgent VIP's, a pending one and a plain one."""
    urgent = desk.ticket(alice, "Urgent")
    travel(minutes=1)
    pending = desk.ticket(bob, "Pending")
    travel(minutes=2)
    desk.ticket(bob, "Plain")
    actions.update(agent, urgent, Changes(priority=Priority.URGENT, tags=["vip"]))
    actions.change_status(agent, pending, Status.PENDING)
    actions.place(agent, desk.ticket(bob, "Spam"), Place.SPAM)


def subjects(api, query):
    answer = api.get(f"{TICKETS}?{query}")
    assert answer.status_code == 200, answer.json
    return [row["subject"] for row in answer.json["data"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("filter=priority:urgent", ["Urgent"]),
        ("filter=status:open&filter=status:pending", ["Plain", "Pending", "Urgent"]),
        ("filter=tag.is_not:vip&filter=created.within:1d", ["Plain", "Pending"]),
        ("filter=place:spam", ["Spam"]),
        ("filter=place:spam&place=inbox", ["Plain", "Pending", "Urgent"]),
        ("filter=priority:urgent&status=pending", []),
        ("view=open", ["Urgent", "Plain"]),
        ("view=open&sort=newest", ["Plain", "Urgent"]),
        ("view=spam", ["Spam"]),
        ("view=pending&status=open", []),
        ("sort=priority", ["Urgent", "Plain", "Pending"]),
    ],
)
def test_tickets_are_filtered(desk, shelf, agent, query, found):
    assert subjects(desk.api(agent), query) == found


def test_a_page_of_a_filtered_list_leads_to_the_next(desk, shelf, agent):
    api = desk.api(agent)
    answer = api.get(f"{TICKETS}?filter=status:open&filter=status:pending&limit=1&sort=priority")
    seen = []
    while True:
        seen += [row["subject"] for row in answer.json["data"]]
        link = answer.headers.get("Link", "")
        if 'rel="next"' not in link:
            break
        [address] = [part for part in link.split(", ") if 'rel="next"' in part]
        assert address.count("filter=") == 2
        answer = api.get(address[1:].partition(">")[0].partition("/backend/api/api")[2])
    assert seen == ["Urgent", "Plain", "Pending"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("filter=priority:hihg", "filter.priority"),
        ("filter=colour:red", "filter.colour"),
        ("filter=waiting.older:long", "filter.waiting.older"),
        ("filter=priority", "filter"),
        ("filter=", "filter"),
        ("filter=:", "filter."),
        ("filter=created:9999-12-31", "filter.created"),
        ("filter=created:0000-00-00", "filter.created"),
        ("filter=requester:" + "9" * 30, "filter.requester"),
        ("filter=tag:%00", "filter.tag"),
        ("view=nowhere", "view"),
        ("view=99", "view"),
        ("view=saved-0", "view"),
    ],
)
def test_what_makes_no_sense_is_told_by_its_name(desk, agent, query, field):
    answer = desk.api(agent).get(f"{TICKETS}?{query}")
    assert answer.status_code == 422
    assert answer.json["errors"].keys() == {field}


def test_a_very_long_query_is_no_accident(desk, agent):
    query = "&".join(f"filter=tag:{number}" for number in range(2000))
    assert desk.api(agent).get(f"{TICKETS}?{query}").status_code == 422
    query = "&".join(f"filter=field.x{number}:1" for number in range(2000))
    assert desk.api(agent).get(f"{TICKETS}?{query}").status_code == 422


def test_the_table_of_filters_names_the_shops_own_fields(desk, agent, field):
    field("Colour", "choice")
    field("Wholesale", "checkbox", about="customer")
    found = {one["name"]: one for one in desk.api(agent).get(f"{TICKETS}/filters").json["data"]}
    assert found["priority"]["choices"] == ["low", "normal", "high", "urgent"]
    assert found["field.colour"]["kind"] == "own_choice"
    assert found["customer.wholesale"]["operators"] == ["is"]


def test_a_view_is_made_read_changed_and_deleted(desk, shelf, agent, admin):
    api = desk.api(agent)
    made = api.post(VIEWS, json=VIPS).json["data"]
    assert made["name"] == f"saved-{made['id']}"
    assert (made["count"], made["isCountExact"], made["ownerId"]) == (1, True, agent.id)
    assert (
        subjects(api, f"view={made['id']}") == subjects(api, f"view={made['name']}") == ["Urgent"]
    )
    assert made in desk.api(admin).get(VIEWS).json["data"]
    where = f"{VIEWS}/{made['id']}"
    changed = api.put(where, json={"filters": {"tag.is_not": "vip"}}).json["data"]
    assert changed["filters"] == {"tag.is_not": ["vip"]}
    assert (changed["viewName"], changed["count"]) == ("VIPs", 2)
    assert api.delete(where).status_code == 200
    assert api.get(where).status_code == 404
    assert api.post(f"{where}/restore", json={}).json["data"]["id"] == made["id"]
    assert api.get(where).json["data"]["viewName"] == "VIPs"


def test_views_are_put_in_order(desk, agent):
    api = desk.api(agent)
    ids = [api.post(VIEWS, json={"viewName": name}).json["data"]["id"] for name in "ABC"]
    api.put(f"{VIEWS}/{ids[2]}", json={"position": 1})
    listed = [one["viewName"] for one in api.get(VIEWS).json["data"] if one["id"]]
    assert listed == ["C", "A", "B"]


def test_views_of_others_are_not_there_and_shared_ones_not_theirs(desk, agent, admin):
    own = desk.api(admin).post(VIEWS, json={"viewName": "Own"}).json["data"]["id"]
    shared = desk.api(admin).post(VIEWS, json=VIPS).json["data"]["id"]
    api = desk.api(agent)
    for method in ("GET", "PUT", "DELETE"):
        assert api.open(method, f"{VIEWS}/{own}", json={}).status_code == 404
    assert api.post(f"{VIEWS}/{own}/restore", json={}).status_code == 404
    assert api.get(f"{TICKETS}?view={own}").status_code == 422
    assert api.get(f"{VIEWS}/{shared}").status_code == 200
    assert api.put(f"{VIEWS}/{shared}", json={"viewName": "X"}).status_code == 403
    assert api.delete(f"{VIEWS}/{shared}").status_code == 403


@pytest.mark.parametrize("role", ["customer", "vendor"])
def test_nothing_of_it_is_for_customers(desk, role, agent):
    api = desk.api(desk.user(role))
    assert api.get(VIEWS).status_code == 403
    assert api.get(f"{TICKETS}/filters").status_code == 403
    desk.ticket(desk.user(role))
    side = {"customer": "/customer-support-ticket", "vendor": "/vendor-support-ticket"}[role]
    answer = api.get(f"{side}?filter=priority:urgent&view=mine")
    assert (answer.status_code, answer.json["data"]) == (200, [])


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"viewName": ""}, {"viewName"}),
        ({"viewName": "x" * 61}, {"viewName"}),
        (
            {"viewName": "V", "filters": {"priority": "hihg", "x": ["x"]}},
            {"filters.priority", "filters.x"},
        ),
        ({"viewName": "V", "filters": {"tag": ["\0"]}}, {"filters.tag"}),
        ({"viewName": "V", "filters": {"tag": [1]}}, {"filters"}),
        ({"viewName": "V", "filters": []}, {"filters"}),
        ({"viewName": "V", "filters": {"tag": {"a": "b"}}}, {"filters"}),
        ({"viewName": "V", "filters": {f"x{n}": "1" for n in range(51)}}, {"filters"}),
        ({"viewName": "", "filters": {"tag": []}, "sort": "x"}, {"viewName", "sort"}),
        (
            {"viewName": "V", "filters": {"created.between": "2026-01-01.."}},
            {"filters.created.between"},
        ),
    ],
)
def test_what_is_wrong_with_a_view(desk, agent, body, fields):
    answer = desk.api(agent).post(VIEWS, json=body)
    assert answer.status_code == 422
    assert answer.json["errors"].keys() == fields
    assert queries.saved_views(agent) == []
