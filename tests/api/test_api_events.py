"""``GET …/events``: whoever goes on where they were misses nothing and is told nothing twice."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from helpdesk.accounts.models import DESK, User
from helpdesk.database import db
from helpdesk.tickets import actions, queries
from helpdesk.tickets.models import Place, Status
from helpdesk.tickets.queries import events

EVENTS = "/support-ticket/events"


@pytest.fixture
def api(desk, agent):
    return desk.api(agent)


def told(answer):
    assert answer.status_code == 200, answer.text
    return [(one["type"], one["data"]["event"]["ticketId"]) for one in answer.json["data"]]


def after(answer):
    return int(answer.headers["X-Next-After"])


def test_it_tells_what_happened_in_order_as_webhooks_do(desk, api, alice, agent):
    ticket = desk.ticket(alice, "Broken lamp")
    desk.reply(agent, ticket, "A new one leaves today.")
    desk.note(agent, ticket, "She is a regular")
    answer = api.get(EVENTS)
    of_type = {one["type"]: one for one in answer.json["data"]}
    opened, replied, noted = (of_type[f"ticket.{kind}"] for kind in ("opened", "replied", "noted"))
    assert (opened["type"], opened["data"]["message"]["message"]) == (
        "ticket.opened",
        "It is broken.",
    )
    assert replied["data"]["ticket"]["subject"] == "Broken lamp"
    assert noted["data"]["message"]["internal"] is True
    assert opened["timestamp"].endswith("Z")
    ids = [one["data"]["event"]["id"] for one in answer.json["data"]]
    assert ids == sorted(ids)
    assert after(answer) == ids[-1]


def test_who_goes_on_is_told_the_rest_and_only_that(desk, api, alice):
    for number in range(5):
        desk.ticket(alice, f"Number {number}")
    every = told(api.get(EVENTS))
    seen, place = [], 0
    while True:
        answer = api.get(f"{EVENTS}?after={place}&limit=2")
        if not told(answer):
            break
        seen += told(answer)
        place = after(answer)
        assert f"after={place}" in answer.headers["Link"]
        assert "limit=2" in answer.headers["Link"]
    assert seen == every
    assert after(api.get(f"{EVENTS}?after={place}")) == place
    desk.ticket(alice, "One more")
    assert [kind for kind, _id in told(api.get(f"{EVENTS}?after={place}"))] == ["ticket.opened"]


def test_of_one_type_and_of_one_ticket(desk, api, alice, agent):
    first, second = desk.ticket(alice), desk.ticket(alice)
    desk.reply(agent, first, status=Status.RESOLVED)
    kinds = {kind for kind, _id in told(api.get(f"{EVENTS}?type=ticket.status"))}
    assert kinds == {"ticket.status"}
    both = told(api.get(f"{EVENTS}?type=ticket.status&type=ticket.opened"))
    assert [kind for kind, _id in both] == ["ticket.opened", "ticket.opened", "ticket.status"]
    assert {id_ for _kind, id_ in told(api.get(f"{EVENTS}?ticketId={second.id}"))} == {second.id}
    # Where nothing is found, it still goes on.
    nothing = api.get(f"{EVENTS}?type=ticket.purged")
    assert told(nothing) == []
    assert after(nothing) == after(api.get(EVENTS))


def test_a_rare_type_is_found_however_far_it_is(desk, api, alice, agent, monkeypatch):
    monkeypatch.setattr(events, "LOOKED_THROUGH", 3)
    for _time in range(4):
        desk.ticket(alice)
    ticket = desk.ticket(alice)
    actions.change_status(agent, ticket, Status.CLOSED)
    place, seen = 0, []
    while True:
        answer = api.get(f"{EVENTS}?after={place}&type=ticket.status")
        seen += told(answer)
        if after(answer) == place:
            break
        place = after(answer)
    assert seen == [("ticket.status", ticket.id)]


def test_a_ticket_that_is_deleted_for_good_is_told_and_nothing_of_it(desk, api, alice, admin):
    ticket = desk.ticket(alice, "Secret words", files=[desk.file()])
    actions.place(admin, ticket, Place.BIN)
    assert "Secret words" in api.get(EVENTS).text
    actions.purge(admin, desk.fresh(ticket))
    answer = api.get(EVENTS)
    assert told(answer) == [("ticket.purged", ticket.id)]
    assert answer.json["data"][0]["data"]["ticket"] is None
    assert "Secret words" not in answer.text


def test_what_is_no_place_of_the_list(desk, api, alice):
    desk.ticket(alice)
    newest = after(api.get(EVENTS))
    ahead = api.get(f"{EVENTS}?after={newest + 1}")
    assert ahead.status_code == 422
    assert "restored" in ahead.json["errors"]["after"][0]
    for bad in ("-1", "abc", "1.5", str(2**53 + 1), "%00", "9" * 400):
        assert api.get(f"{EVENTS}?after={bad}").status_code == 400
    for query in ("type=nonsense", "type=", "limit=101", "ticketId=0", "after=1&after=2"):
        assert api.get(f"{EVENTS}?{query}").status_code in (200, 400), query
    assert api.get(f"{EVENTS}?type=nonsense").status_code == 400


def test_it_is_for_staff(desk, alice, vendor):
    desk.ticket(alice)
    for person in (alice, vendor):
        assert desk.api(person).get(EVENTS).status_code == 403
        for side in ("customer", "vendor"):
            path = f"/{side}-support-ticket/events"
            assert desk.api(person).get(path).status_code in (403, 404)
    assert desk.api().get(EVENTS).status_code == 401


def test_sixteen_write_at_once_and_a_reader_misses_nothing(desk, api, alice):
    """Whatever was told by one answer, nothing with a smaller number comes later."""
    tickets = [desk.ticket(alice).id for _time in range(16)]
    done, seen = threading.Event(), []
    begun = after(api.get(EVENTS))
    person = alice.id

    def write(ticket_id):
        with desk.app.app_context():
            for number in range(5):
                actor = db.session.get(User, person)
                actions.reply(actor, queries.get(DESK, ticket_id), f"Number {number}")

    def read():
        place, is_last = begun, False
        while True:
            answer = api.get(f"{EVENTS}?after={place}&limit=7")
            seen.extend(one["data"]["event"]["id"] for one in answer.json["data"])
            if after(answer) == place and is_last:
                return
            place, is_last = after(answer), done.is_set()

    reader = threading.Thread(target=read)
    reader.start()
    with ThreadPoolExecutor(16) as writers:
        list(writers.map(write, tickets))
    done.set()
    reader.join(120)
    answer = api.get(f"{EVENTS}?after={begun}&limit=100")
    every = [one["data"]["event"]["id"] for one in answer.json["data"]]
    assert len(every) == 80
    assert seen == every
