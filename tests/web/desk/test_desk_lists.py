"""The desk's lists: what is in them, what narrows them, page by page."""

import pytest

from helpdesk.tickets import actions
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.models import Priority, Status
from helpdesk.web.desk import rows


@pytest.fixture
def shelf(desk, alice, vendor, agent, admin, travel):
    """Tickets of every kind."""
    lamps = desk.category("Lamps")
    broken = desk.category("Broken", lamps)
    made = {"new": desk.ticket(alice, "New one", "Is anybody there?")}
    travel(minutes=1)
    made["mine"] = desk.ticket(
        vendor, "Mine", category_id=lamps.id, subcategory_id=broken.id, tags=["regular"]
    )
    actions.update(agent, made["mine"], Changes(assignee_id=agent.id, priority=Priority.URGENT))
    travel(minutes=2)
    made["hers"] = desk.ticket(alice, "Hers", category_id=lamps.id, files=[desk.file()])
    actions.update(admin, made["hers"], Changes(assignee_id=admin.id))
    travel(minutes=3)
    made["pending"] = desk.ticket(alice, "Answered")
    desk.reply(agent, made["pending"], "Here is your answer.")
    made["resolved"] = desk.ticket(alice, "Solved")
    actions.change_status(agent, made["resolved"], Status.RESOLVED)
    made["closed"] = desk.ticket(alice, "Over")
    actions.change_status(agent, made["closed"], Status.CLOSED)
    return made


def test_the_side_bar_counts_what_each_view_holds(desk, shelf, agent, admin, read):
    page = read(desk.browser(agent), "/desk/views/open")
    assert page.counts == {"Mine": 1, "Unassigned": 1, "All open": 3, "Pending": 1}
    assert read(desk.browser(admin), "/desk/views/mine").counts["Mine"] == 1


@pytest.mark.parametrize(
    ("view", "subjects"),
    [
        ("mine", ["Mine"]),
        ("unassigned", ["New one"]),
        ("open", ["New one", "Mine", "Hers"]),
        ("pending", ["Answered"]),
        ("resolved", ["Solved"]),
        ("closed", ["Over"]),
    ],
)
def test_a_view_lists_its_tickets_and_their_number(desk, shelf, agent, read, view, subjects):
    page = read(desk.browser(agent), f"/desk/views/{view}")
    assert (page.subjects, page.total) == (subjects, len(subjects))


@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ("status=open", ["Hers", "Mine", "New one"]),
        ("status=pending", ["Answered"]),
        ("priority=urgent", ["Mine"]),
        ("assignee=none&status=open", ["New one"]),
        ("tag=Regular", ["Mine"]),
        ("user=vendor", ["Mine"]),
        ("q=anybody", ["New one"]),
        ("q=moor+hers", ["Hers"]),
        ("q=%22%27--%20%2A", []),
        ("status=open&sort=waiting", ["New one", "Mine", "Hers"]),
        ("status=open&sort=newest", ["Hers", "Mine", "New one"]),
        ("status=burnt&priority=9&assignee=x&sort=up&category=zz&cursor=!&status=open", None),
    ],
)
def test_filters_narrow_and_sort(desk, shelf, agent, read, query, subjects):
    page = read(desk.browser(agent), f"/desk/views/all?{query}")
    if subjects is None:  # nothing that the address says means anything
        assert page.total == len(shelf)
    else:
        assert (page.subjects, page.total) == (subjects, len(subjects))


def test_a_category_holds_those_of_its_sub_categories(desk, shelf, agent, read):
    category = desk.fresh(shelf["mine"])
    browser = desk.browser(agent)
    above = read(browser, f"/desk/views/all?category={category.category_id}")
    below = read(
        browser, f"/desk/views/all?category={category.category_id}-{category.subcategory_id}"
    )
    assert (above.subjects, below.subjects) == (["Hers", "Mine"], ["Mine"])


def test_a_view_keeps_to_itself_whatever_the_address_says(desk, shelf, agent, admin, read):
    query = f"status=closed&assignee={admin.id}"
    assert read(desk.browser(agent), f"/desk/views/mine?{query}").subjects == ["Mine"]


def test_somebody_s_tickets_are_listed_with_their_name(desk, shelf, agent, vendor, read):
    page = read(desk.browser(agent), f"/desk/views/all?requester={vendor.id}")
    assert page.subjects == ["Mine"]
    assert "Requester is <bdi>Vera Vendor</bdi>" in page.text


def test_a_row_shows_who_what_files_and_whose(desk, shelf, agent, read):
    text = read(desk.browser(agent), "/desk/views/open").text
    row = text.partition("Hers</span>")[0].rpartition("<li")[2]
    row += text.partition("Hers</span>")[2].partition("</li>")[0]
    for part in ("Alice Moor", "It is broken.", "#paperclip", "Assigned to Ada Min", ">AM<"):
        assert part in row
    assert "data-status" not in row  # all of them are open here
    assert 'data-status="open"' in read(desk.browser(agent), "/desk/views/all").text


def test_pages_keep_the_filters_and_meet_nothing_twice(desk, alice, agent, read, monkeypatch):
    monkeypatch.setattr(rows, "ROWS", 2)
    for number in range(5):
        desk.ticket(alice, f"Lamp {number}")
    desk.ticket(alice, "Table")
    browser = desk.browser(agent)
    page = read(browser, "/desk/views/all?q=lamp&sort=newest")
    met = [page.subjects]
    while page.link("next"):
        page = read(browser, page.link("next"))
        met.append(page.subjects)
        assert page.total == 5
    assert met == [["Lamp 4", "Lamp 3"], ["Lamp 2", "Lamp 1"], ["Lamp 0"]]
    assert read(browser, page.link("prev")).subjects == met[1]


def test_a_ticket_opened_from_a_list_keeps_it_beside(desk, shelf, agent, read):
    browser = desk.browser(agent)
    page = read(browser, f"/desk/tickets/{shelf['mine'].id}?view=open")
    assert page.subjects == ["New one", "Mine", "Hers"]
    assert 'aria-current="true"' in page.text
    following = read(browser, page.link("next"))
    assert following.subjects == ["New one", "Mine", "Hers"]
    assert following.link("prev").startswith(f"/desk/tickets/{shelf['mine'].id}?view=open")


def test_a_ticket_by_itself_stands_beside_its_own_view(desk, shelf, agent, read):
    browser = desk.browser(agent)
    for name, view in (("new", "Unassigned"), ("mine", "Mine"), ("hers", "All open")):
        assert f"<h2>{view}</h2>" in read(browser, f"/desk/tickets/{shelf[name].id}").text
    assert "<h2>Closed</h2>" in read(browser, f"/desk/tickets/{shelf['closed'].id}").text


def test_the_desk_opens_where_there_is_something_to_do(desk, agent, alice):
    browser = desk.browser(agent)
    assert browser.get("/desk").location == "/desk/views/mine"
    desk.ticket(alice)
    assert browser.get("/desk").location == "/desk/views/unassigned"


def test_a_new_desk_offers_a_test_request_once(desk, agent, read):
    browser = desk.browser(agent)
    assert "Send yourself a test request" in read(browser, "/desk/views/mine").text
    answer = browser.post("/desk/test-request", follow_redirects=True)
    assert "from you to you" in answer.text
    assert "Send yourself" not in read(browser, "/desk/views/mine").text
    assert browser.post("/desk/test-request").status_code == 409


def test_an_unknown_view_is_not_there(desk, agent):
    assert desk.browser(agent).get("/desk/views/nothing").status_code == 404


def test_nothing_found_leads_to_all_tickets(desk, shelf, agent, read):
    page = read(desk.browser(agent), "/desk/views/pending?q=nobody")
    assert "Nothing found" in page.text
    assert 'href="/desk/views/all?q=nobody"' in page.text


def test_what_people_write_is_never_markup(desk, agent, read):
    evil = '<script>alert(1)</script> {{ 7*7 }} "><img src=x onerror=alert(1)> %s %(name)s'
    villain = desk.user("customer", "<b>Eve</b> Evil", "eve@shop.example")
    ticket = desk.ticket(villain, evil, evil, files=[desk.file('<i>"a".png')])
    desk.note(agent, ticket, evil)
    browser = desk.browser(agent)
    for path in (f"/desk/tickets/{ticket.id}", "/desk/views/all?tag=%3Cb%3E%22"):
        text = read(browser, path).text
        for markup in ("<script>alert", "<img src=x", "<b>", "<i>"):
            assert markup not in text
    assert read(browser, "/desk/views/all").subjects == [" ".join(evil.split())]
