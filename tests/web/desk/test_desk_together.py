"""What the desk's pages ask for to see what others do, where the server keeps no connections."""

import pytest

from helpdesk.live import hub

STREAM = {"Accept": "text/event-stream"}


def test_without_parking_the_browser_is_told_not_to_come_back(desk, agent):
    answer = desk.browser(agent).get("/desk/stream", headers=STREAM)
    assert (answer.status_code, answer.data) == (204, b"")
    assert desk.browser(agent).head("/desk/stream", headers=STREAM).status_code == 204
    assert desk.browser(agent).get("/desk/stream").status_code == 406


def test_asking_now_and_then_tells_the_same(desk, alice, agent, admin):
    ticket = desk.ticket(alice)
    first = desk.browser(agent).get(f"/desk/together?ticket={ticket.id}").json
    assert (first["news"], first["stream"]) == ([], False)
    desk.reply(alice, ticket, "Secret words")
    answer = desk.browser(admin).get(f"/desk/together?ticket={ticket.id}&since={first['mark']}")
    assert "Secret" not in answer.text
    assert [(one["kind"], one["by"]["name"]) for one in answer.json["news"]] == [
        ("replied", "Alice Moor")
    ]
    assert [one["initials"] for one in answer.json["people"][0]["here"]] == ["AM", "AG"]
    assert desk.browser(admin).get("/desk/together?since=nonsense").json["news"] is None


def test_typing_is_shown_to_the_others(desk, alice, agent, admin):
    ticket = desk.ticket(alice)
    assert desk.browser(agent).post(f"/desk/tickets/{ticket.id}/writing").status_code == 204
    people = desk.browser(admin).get(f"/desk/together?ticket={ticket.id}").json["people"][0]["here"]
    assert [(one["name"], one["writing"]) for one in people] == [
        ("Ada Min", False),
        ("Ana Gent", True),
    ]
    assert desk.browser(agent).post("/desk/tickets/999999/writing").status_code == 404


def test_several_pages_of_a_browser_ask_at_once(desk, alice, agent):
    first, second = desk.ticket(alice), desk.ticket(alice)
    many = "".join(f"&ticket={odd}" for odd in ("x", "", "0", "9" * 30, *range(10_000, 10_200)))
    path = f"/desk/together?ticket={first.id}&ticket={second.id}&ticket={first.id}{many}"
    told = desk.browser(agent).get(path).json["people"]
    assert {one["ticket"] for one in told} == {first.id, second.id}


def test_typing_needs_the_token_of_the_page(desk, alice, agent):
    ticket = desk.ticket(alice)
    desk.app.config["WTF_CSRF_ENABLED"] = True
    assert desk.browser(agent).post(f"/desk/tickets/{ticket.id}/writing").status_code == 400


def test_changes_tell_counts_and_the_rows_of_the_list(desk, alice, agent):
    first, second = desk.ticket(alice), desk.ticket(alice)
    told = desk.browser(agent).get("/desk/changes?view=unassigned").json
    assert told["rows"] == [first.id, second.id]
    assert told["counts"]["/desk/views/unassigned"] == 2
    assert told["counts"]["/desk/views/mine"] == 0
    assert "/desk/views/closed" not in told["counts"]
    assert desk.browser(agent).get("/desk/changes?view=nonsense").json["rows"] == []


def test_a_searched_list_is_as_new_as_any_other(desk, alice, agent):
    ticket = desk.ticket(alice, "A lamp that hums")
    desk.ticket(alice, "A chair")
    browser = desk.browser(agent)
    told = browser.get(f"/desk/changes?view=all&q=lamp&touched={ticket.id}").json
    page = browser.get(f"/desk/tickets/{ticket.id}?view=all&q=lamp").text
    assert (told["rows"], told["unread"]) == ([ticket.id], [ticket.id])
    assert "A <mark>lamp</mark> that hums" in page
    assert "A chair" not in page.partition('id="rows"')[2].partition("</ol>")[0]


def test_neither_costs_more_with_more_tickets(desk, alice, agent):
    browser, costs = desk.browser(agent), []

    def ask(ticket):
        browser.get(f"/desk/changes?view=open&ticket={ticket.id}")
        browser.get(f"/desk/together?ticket={ticket.id}")
        browser.post(f"/desk/tickets/{ticket.id}/writing")

    for many in (2, 20):
        for _ in range(many):
            ticket = desk.ticket(alice)
        ask(ticket)  # what is kept in memory is read once
        desk.user()  # and the rest again once anybody has written
        with desk.counted() as statements:
            ask(ticket)
        costs.append(len(statements))
    assert costs[0] == costs[1]


@pytest.mark.parametrize("name", ["alice", "vendor"])
def test_customers_are_told_nothing(desk, alice, vendor, name):
    browser = desk.browser({"alice": alice, "vendor": vendor}[name])
    ticket = desk.ticket(alice)
    before = hub().mark
    for path in ("/desk/stream", "/desk/together", "/desk/changes"):
        assert browser.get(path, headers=STREAM).status_code == 403
    assert browser.post(f"/desk/tickets/{ticket.id}/writing").status_code == 403
    assert hub().mark == before
