"""The filter editor and saved views in the pages, without scripts."""

import re

import pytest

from helpdesk.tickets import actions
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.models import Priority, Status
from helpdesk.tickets.queries import Sort
from helpdesk.views import actions as views
from helpdesk.views import queries
from helpdesk.views.actions import ViewDraft


@pytest.fixture
def shelf(desk, alice, bob, agent):
    """Three tickets: an urgent one of Alice's, a pending one and a plain one of Bob's."""
    urgent = desk.ticket(alice, "Urgent lamp")
    pending = desk.ticket(bob, "Pending lamp")
    plain = desk.ticket(bob, "Plain lamp")
    actions.update(agent, urgent, Changes(priority=Priority.URGENT, tags=["vip"]))
    actions.change_status(agent, pending, Status.PENDING)
    return {"urgent": urgent, "pending": pending, "plain": plain}


def view_of(owner, name="VIPs", shared=False, **rules):
    draft = ViewDraft(name=name, rules=rules, is_shared=shared, sort=Sort.PRIORITY)
    return queries.as_view(views.save_view(owner, draft))


def test_the_address_of_a_list_takes_every_filter(desk, shelf, agent, read):
    browser = desk.browser(agent)
    for query, subjects in (
        ("priority=urgent&priority=high", {"Urgent lamp"}),
        ("priority.is_not=urgent", {"Pending lamp", "Plain lamp"}),
        ("tag=vip", {"Urgent lamp"}),
        ("tag.empty=yes&status=open", {"Plain lamp"}),
        ("status=open&status=pending&created.within=2d", {"Urgent", "Pending", "Plain"}),
        ("assignee=none&assignee=me&unanswered=yes&files=no", {"Urgent", "Pending", "Plain"}),
    ):
        found = set(read(browser, f"/desk/views/all?{query}").subjects)
        assert {s.split()[0] for s in found} == {s.split()[0] for s in subjects}, query


def test_what_is_not_understood_is_said_and_left_out(desk, shelf, agent, read):
    page = read(desk.browser(agent), "/desk/views/open?priority=hihg&colour=red&created.older=x")
    assert len(page.subjects) == 2
    assert page.text.count("Left out") == 1
    for name in ("priority", "colour", "created.older"):
        assert f"<bdi>{name}</bdi>" in page.text


def test_filters_beyond_the_form_are_chips_that_can_be_taken_off(desk, shelf, agent, read):
    page = read(desk.browser(agent), "/desk/views/open?tag.all=vip&priority=urgent&priority=low")
    assert re.search(r"Tags include all of\s*<bdi>vip</bdi>", page.text)
    assert "Priority is any of <bdi>Urgent, Low</bdi>" in page.text
    assert 'href="/desk/views/open?tag.all=vip"' in page.text
    assert 'name="tag.all" value="vip"' in page.text  # the quick form keeps it


def test_the_editor_begins_with_the_filters_of_a_list(desk, shelf, agent):
    browser = desk.browser(agent)
    answer = browser.get("/desk/filter?view=mine&priority=high&q=lamp")
    assert answer.location == (
        "/desk/filter?status=open&assignee=me&priority=high&q=lamp&of=mine&sort=waiting"
    )
    page = browser.get(answer.location)
    assert page.status_code == 200
    assert page.text.count('class="filter-row"') == 4


def test_rows_are_added_and_removed(desk, shelf, agent):
    browser = desk.browser(agent)
    form = {"0-field": "priority", "0-op": "is", "0-value": ["high", "urgent"]}
    answer = browser.post("/desk/filter", data=form | {"do": "add", "add": "created"})
    assert answer.location == "/desk/filter?priority=high&priority=urgent&created=#filter-1"
    page = browser.get(answer.location)
    assert 'name="1-value"' in page.text and "Show 1 ticket" in page.text
    form |= {"1-field": "created", "1-op": "within", "1-was": "is", "1-value": "2026-01-01"}
    answer = browser.post("/desk/filter", data=form | {"do": "look"})
    assert answer.location == "/desk/filter?priority=high&priority=urgent&created.within="
    form |= {"1-was": "within", "1-value": "3", "1-unit": "d"}
    answer = browser.post("/desk/filter", data=form | {"do": "show"})
    assert answer.location == "/desk/views/all?priority=high&priority=urgent&created.within=3d"
    answer = browser.post("/desk/filter", data=form | {"do": "remove-priority"})
    assert answer.location == "/desk/filter?created.within=3d#filters"


def test_a_second_row_of_a_field_is_compared_in_another_way(desk, agent):
    browser = desk.browser(agent)
    form = {"0-field": "tag", "0-op": "is", "0-value": "vip", "do": "add", "add": "tag"}
    assert browser.post("/desk/filter", data=form).location.startswith(
        "/desk/filter?tag=vip&tag.all="
    )


def test_people_are_named_by_their_addresses(desk, shelf, agent, alice):
    browser = desk.browser(agent)
    form = {"0-field": "requester", "0-op": "is", "0-value": f"{alice.email}, nobody@x.example"}
    answer = browser.post("/desk/filter", data=form | {"do": "look"})
    page = browser.get(answer.location)
    assert "A whole number is needed here." in page.text
    form["0-value"] = alice.email
    answer = browser.post("/desk/filter", data=form | {"do": "look"})
    assert answer.location == f"/desk/filter?requester={alice.id}"
    page = browser.get(answer.location)
    assert "Show 1 ticket" in page.text and f'value="{alice.email}"' in page.text


def test_a_view_is_saved_and_stands_in_the_side_bar(desk, shelf, agent, admin, read):
    browser = desk.browser(agent)
    form = {"0-field": "priority", "0-op": "is", "0-value": "urgent", "do": "save"}
    form |= {"name": "Burning", "is_shared": "y", "sort": "priority"}
    answer = browser.post("/desk/filter", data=form)
    page = read(browser, answer.location)
    assert page.subjects == ["Urgent lamp"]
    assert page.counts["Burning"] == 1
    assert "is saved" in page.text
    page = read(desk.browser(admin), answer.location)
    assert page.subjects == ["Urgent lamp"]


def test_what_is_wrong_with_a_view_comes_back(desk, shelf, agent):
    browser = desk.browser(agent)
    form = {"0-field": "created", "0-op": "is", "0-value": "2026-13-01", "do": "save", "name": ""}
    answer = browser.post("/desk/filter", data=form)
    assert answer.status_code == 422
    assert "There is no such day." in answer.text
    assert "This field is required." in answer.text
    assert queries.saved_views(agent) == []


def test_a_view_is_changed(desk, shelf, agent, read):
    view = view_of(agent, priority=["urgent"])
    browser = desk.browser(agent)
    answer = browser.get(f"/desk/filter?view={view.name}")
    assert "Update view" in browser.get(answer.location).text
    form = {"0-field": "priority", "0-op": "is_not", "0-value": "urgent", "do": "update"}
    form |= {"of": view.name, "name": "Calm", "sort": "newest"}
    answer = browser.post("/desk/filter", data=form)
    assert answer.location == f"/desk/views/{view.name}"
    page = read(browser, answer.location)
    assert page.subjects == ["Plain lamp", "Pending lamp"]


def test_a_view_works_wherever_a_view_does(desk, shelf, agent, read):
    view = view_of(agent, priority=["urgent"])
    browser, urgent = desk.browser(agent), shelf["urgent"]
    page = browser.get(f"/desk/tickets/{urgent.id}?view={view.name}")
    assert f'data-list="?view={view.name}"' in page.text
    changes = browser.get(f"/desk/changes?view={view.name}").json
    assert changes["rows"] == [urgent.id]
    assert changes["counts"][f"/desk/views/{view.name}"] == 1
    csv = browser.post(f"/desk/views/{view.name}.csv")
    assert "Urgent lamp" in csv.text and "Plain lamp" not in csv.text
    assert "VIPs" in browser.get("/desk/palette?q=vip").text
    data = {"everything": "1", "action": "status", "status": "resolved"}
    assert browser.post(f"/desk/bulk?view={view.name}", data=data).status_code == 302
    assert desk.fresh(urgent).status is Status.RESOLVED
    assert desk.fresh(shelf["plain"]).status is Status.OPEN


def test_everything_of_a_view_that_is_gone_is_nothing(desk, shelf, agent, admin):
    view = view_of(admin, "Admin's")
    browser = desk.browser(agent)
    data = {"everything": "1", "action": "status", "status": "closed"}
    for address in (f"/desk/bulk?view={view.name}", "/desk/bulk?view=saved-99"):
        assert browser.post(address, data=data).status_code == 404
    assert browser.post("/desk/bulk?view=all&priority=hihg", data=data).status_code == 422
    assert desk.fresh(shelf["plain"]).status is Status.OPEN


def test_a_view_of_somebody_else_is_not_there(desk, agent, admin):
    view = view_of(admin, "Admin's")
    browser = desk.browser(agent)
    assert browser.get(f"/desk/views/{view.name}").status_code == 404
    assert browser.post(f"/desk/views/{view.name}.csv").status_code == 404
    assert browser.post(f"/desk/saved-views/{view.saved.id}/delete").status_code == 404
    assert "Admin&#39;s" not in browser.get("/desk/saved-views").text


def test_a_view_says_what_is_gone(desk, shelf, agent, read):
    category = desk.category("Lamps")
    view = view_of(agent, category=[str(category.id)], tag=["nope"])
    actions.delete_category(agent, category)
    page = read(desk.browser(agent), f"/desk/views/{view.name}")
    assert "names what isn" in page.text
    assert f"Category: <bdi>{category.id}</bdi>" in page.text
    assert "Tags: <bdi>nope</bdi>" in page.text
    assert page.subjects == []


def test_deleting_can_be_undone_and_views_move(desk, agent):
    first, second = view_of(agent, "First"), view_of(agent, "Second")
    browser = desk.browser(agent)
    browser.post(f"/desk/saved-views/{second.saved.id}/move", data={"to": "up"})
    page = browser.get("/desk/saved-views").text
    assert page.index("Second") < page.index("First")
    browser.post(f"/desk/saved-views/{first.saved.id}/delete")
    page = browser.get("/desk/saved-views").text
    assert browser.get(f"/desk/views/{first.name}").status_code == 404
    assert f'action="/desk/undo/view/{first.saved.id}"' in page
    browser.post(f"/desk/undo/view/{first.saved.id}")
    assert browser.get(f"/desk/views/{first.name}").status_code == 200


HOSTILE = [
    "%00",
    "x" * 5000,
    "9" * 40,
    "%F0%9F%98%80",
    "%ff",
    "' OR 1=1 --",
    "<script>",
    "..",
    "0000-00-00",
    "9999-12-31",
    "٣",
    "-1",
    "1e30",
    "%0d%0aX-Evil: 1",
]
NAMES = ["status", "assignee", "requester", "company", "category", "tag.all", "created.between"]
NAMES += ["waiting.older", "field.x", "customer.", "place", "files", "q", "of", "sort", "view"]


@pytest.mark.parametrize("value", HOSTILE)
def test_no_address_is_an_accident(desk, shelf, agent, value):
    browser = desk.browser(agent)
    for name in NAMES:
        for path in ("/desk/views/all", "/desk/filter"):
            answer = browser.get(f"{path}?{name}={value}&{name}={value}")
            assert answer.status_code < 500, (path, name)
            assert b"<script>&" not in answer.data and "X-Evil" not in answer.headers
            assert b'value="<script>' not in answer.data


@pytest.mark.parametrize("value", ["\0", "x" * 5000, "9" * 40, "<script>", "a,b,,", "\r\nX: 1"])
def test_no_form_is_an_accident(desk, shelf, agent, field, value):
    field("Amount", "number")
    browser = desk.browser(agent)
    for name in ("status", "requester", "tag", "created", "company", "field.amount", "q", value):
        for op in ("is", "between", value):
            for does in ("look", "add", "save", value):
                form = {"0-field": name, "0-op": op, "0-was": value, "0-value": [value] * 3}
                form |= {"0-to": value, "0-unit": value, "do": does, "add": value, "name": value}
                answer = browser.post("/desk/filter", data=form | {"of": value, "sort": value})
                assert answer.status_code < 500, (name, op, does)
                if answer.location:
                    assert "\n" not in answer.location
                    if name != value and op == "is":
                        assert browser.get(answer.location).status_code < 500


def test_too_many_rows_are_no_accident(desk, agent):
    browser = desk.browser(agent)
    form = {f"{number}-field": "tag" for number in range(3000)}
    assert browser.post("/desk/filter", data=form | {"do": "look"}).status_code < 500
    query = "&".join(f"tag={number}" for number in range(3000))
    assert browser.get(f"/desk/filter?{query}").status_code == 200
    query = "&".join(f"created.x{number}=1" for number in range(3000))
    assert browser.get(f"/desk/views/all?{query}").status_code == 200


def test_rows_that_follow_keep_the_view_and_its_filters(desk, alice, agent, monkeypatch):
    from helpdesk.web.desk import rows

    monkeypatch.setattr(rows, "ROWS", 2)
    for number in range(5):
        desk.ticket(alice, f"Lamp {number}")
    view = view_of(agent, status=["open"])
    browser, url, seen = desk.browser(agent), f"/desk/views/{view.name}?files=no", []
    while url:
        headers = {"HX-Request": "true", "HX-Target": "more"}
        page = browser.get(url, headers=headers).text
        seen += re.findall(r'id="row-(\d+)"', page)
        assert page.count(f"view={view.name}&amp;files=no") == page.count('class="row-link"')
        more = re.search(r'rel="next" href="([^"]+)"', page)
        url = more and more[1].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 5


def test_filters_cost_the_same_however_many_they_name(desk, shelf, agent, field):
    browser = desk.browser(agent)
    for label in ("Colour", "Size"):
        field(label, "choice")
    lamps = [desk.category(f"Lamps {number}") for number in range(6)]
    costs = []
    for many in (2, 6):
        ids = "&".join(f"category={lamp.id}&requester={lamp.id}" for lamp in lamps[:many])
        tags = "&".join(f"tag={number}" for number in range(many))
        query = f"{ids}&{tags}&field.colour=red&field.size.is_not=red&company=1"
        for path in ("/desk/views/all", "/desk/filter"):
            browser.get(f"{path}?{query}")  # what is kept in memory is read once
            desk.user()  # and the rest again once anybody has written
            with desk.counted() as statements:
                assert browser.get(f"{path}?{query}").status_code == 200
            costs.append(len(statements))
    assert costs[:2] == costs[2:]


def test_saved_views_cost_one_query_more_for_all(desk, agent):
    browser, costs = desk.browser(agent), []
    for many in (1, 9):
        for number in range(many):
            view_of(agent, f"View {number}", tag=[f"t{number}"])
        browser.get("/desk/views/all")
        desk.user()  # something is written: the page is made anew
        with desk.counted() as statements:
            browser.get("/desk/views/all")
        costs.append(len(statements))
    assert costs[0] == costs[1]
