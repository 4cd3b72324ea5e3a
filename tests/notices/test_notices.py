"""What concerns an agent, and what an agent hears of it."""

import re

import pytest

from helpdesk.accounts import actions as accounts
from helpdesk.database import transaction
from helpdesk.errors import NotAllowed
from helpdesk.markdown import mention
from helpdesk.notices import actions, making, queries
from helpdesk.notices.kinds import Kind, Wish
from helpdesk.notices.wishes import choose, wants_digest, wishes_of
from helpdesk.tickets import actions as tickets
from helpdesk.tickets.actions import Change, Changes, bulk
from helpdesk.tickets.models import Format, Place


def heard(user):
    return [(row.kind, row.ticket_id) for row in queries.notices(user)]


@pytest.fixture
def mine(desk, alice, agent):
    """A ticket of the agent's, of which they know."""
    ticket = desk.ticket(alice)
    tickets.update(agent, ticket, Changes(assignee_id=agent.id))
    return ticket


def test_who_gets_a_ticket_hears_of_it_unless_they_took_it(desk, alice, agent, admin):
    given, taken = desk.ticket(alice), desk.ticket(alice)
    tickets.update(admin, given, Changes(assignee_id=agent.id))
    tickets.update(agent, taken, Changes(assignee_id=agent.id))

    assert heard(agent) == [("assigned", given.id)]
    assert heard(admin) == []


def test_the_customers_answer_and_a_colleagues_words_are_told_apart(
    desk, alice, admin, agent, mine
):
    desk.reply(alice, mine)
    desk.note(admin, mine)
    desk.reply(admin, mine)
    desk.note(agent, mine)

    kinds = [kind for kind, _ticket in heard(agent)]
    assert kinds == ["discussed", "discussed", "answered"]


def test_a_mention_is_told_once_and_to_staff_only(desk, alice, agent, admin, mine):
    words = " ".join(mention(user.name, user.id) for user in (agent, admin, alice))
    tickets.add_note(desk.user("agent"), mine, words * 2, format=Format.MARKDOWN)

    assert heard(agent) == [("mentioned", mine.id)]
    assert heard(admin) == [("mentioned", mine.id)]
    assert heard(alice) == []


def test_a_customer_mentions_nobody(desk, alice, agent, admin, mine):
    tickets.reply(alice, mine, mention(admin.name, admin.id), format=Format.MARKDOWN)

    assert heard(admin) == []


def test_a_new_ticket_is_told_to_those_who_asked_for_it(desk, alice, agent, admin):
    choose(admin, {Kind.OPENED: Wish(True, False)})
    ticket = desk.ticket(alice)

    assert heard(admin) == [("opened", ticket.id)]
    assert heard(agent) == []


def test_who_wants_no_notices_of_a_kind_gets_none(desk, alice, agent, mine):
    choose(agent, {Kind.ANSWERED: Wish(False, False)})
    desk.reply(alice, mine)

    assert heard(agent) == []
    assert wishes_of(agent)[Kind.ANSWERED] == Wish(False, False)


def test_what_only_the_browser_tells_is_not_under_the_bell(desk, alice, agent, mine):
    choose(agent, {Kind.ANSWERED: Wish(False, True)})
    desk.reply(alice, mine)

    assert queries.unseen_count(agent) == 0
    assert [row.who for row in queries.for_browser(agent, 0)] == [alice.name]


def test_a_disabled_colleague_hears_nothing_more(desk, alice, admin, agent, mine):
    accounts.disable_user(admin, agent)
    desk.reply(alice, mine)

    assert heard(agent) == []


def test_seen_is_seen_by_oneself_only(desk, alice, agent, admin, mine):
    desk.reply(alice, mine)
    [row] = queries.notices(agent)

    assert actions.see(admin, notice_id=row.id) == 0
    assert queries.unseen_count(agent) == 1
    assert actions.see(agent, ticket_id=mine.id) == 1
    assert actions.see(agent) == 0
    assert queries.unseen_count(agent) == 0
    assert queries.notices(agent)[0].seen_at is not None


def test_old_notices_are_forgotten(desk, alice, agent, mine, travel):
    desk.reply(alice, mine)
    travel(days=91)
    actions.sweep()

    assert heard(agent) == []


def test_a_customer_chooses_nothing(desk, alice):
    with pytest.raises(NotAllowed):
        choose(alice, {Kind.OPENED: Wish(True, True)})


def test_listeners_hear_after_the_commit_and_not_of_what_failed(desk, alice, agent, mine):
    told = []
    making.listen(desk.app, told.append)
    try:
        desk.reply(alice, mine)
        assert told == [[agent.id]]
        with pytest.raises(RuntimeError), transaction():
            desk.reply(alice, mine)
            raise RuntimeError
        assert told == [[agent.id]]
    finally:
        desk.app.extensions["helpdesk.notices"].clear()


def test_the_number_of_queries_does_not_grow(desk, alice, agent, mine):
    desk.reply(alice, mine)
    queries.notices(agent)
    with desk.counted() as few:
        queries.notices(agent)
    for _ in range(20):
        desk.reply(alice, mine)
    assert agent.is_staff  # read anew, once, before counting
    with desk.counted() as many:
        assert len(queries.notices(agent)) == 21

    assert len(few) == len(many)


def test_the_page_tells_and_the_bell_counts(desk, alice, agent, mine):
    desk.reply(alice, mine)
    browser = desk.browser(agent)

    page = browser.get("/desk/notices").text
    assert f"Alice Moor answered on {mine.ref}" in page
    new = browser.get("/desk/notices/new?after=0").json
    assert new["unseen"] == 1
    assert new["tell"][0]["url"] == f"/desk/tickets/{mine.id}"
    assert browser.get("/desk/notices/new").json["tell"] == []

    notice = new["tell"][0]["id"]
    answer = browser.post(f"/desk/notices/{notice}", data={"next": f"/desk/tickets/{mine.id}"})
    assert answer.location == f"/desk/tickets/{mine.id}"
    assert browser.get("/desk/notices/new?after=abc").json["unseen"] == 0
    away = browser.post(f"/desk/notices/{notice}", data={"next": "//elsewhere.example"})
    assert away.location == "/desk/notices"


def test_all_are_marked_as_seen_by_one_button(desk, alice, agent, mine):
    desk.reply(alice, mine)
    browser = desk.browser(agent)
    browser.post("/desk/notices/seen")

    assert queries.unseen_count(agent) == 0
    assert "Mark all as seen" not in browser.get("/desk/notices").text


def test_ticks_are_kept(desk, agent):
    browser = desk.browser(agent)
    ticks = ("page-opened", "browser-assigned", "mail-assigned", "digest")
    browser.post("/desk/settings/notices", data=dict.fromkeys(ticks, "on"))

    wishes = wishes_of(agent)
    assert wishes[Kind.OPENED] == Wish(True, False)
    assert wishes[Kind.ASSIGNED] == Wish(False, True, True)
    assert wishes[Kind.MENTIONED] == Wish(False, False)
    assert wants_digest(agent)
    page = browser.get("/desk/settings/notices").text
    assert all(re.search(f'name="{tick}"[^>]* checked>', page) for tick in ticks)
    assert page.count(" checked") == len(ticks)


def test_what_only_mail_tells_is_neither_under_the_bell_nor_in_the_browser(
    desk, alice, agent, mine
):
    choose(agent, {Kind.ANSWERED: Wish(False, False, True)})
    desk.reply(alice, mine)

    assert queries.unseen_count(agent) == 0
    assert list(queries.for_browser(agent, 0)) == []


def test_scripts_read_and_see_notices_of_their_own(desk, alice, agent, admin, mine):
    desk.reply(alice, mine)
    desk.reply(alice, mine)
    api = desk.api(agent)

    first = api.get("/support-ticket/notices?limit=1")
    assert [row["kind"] for row in first.json["data"]] == ["answered"]
    assert 'rel="next"' in first.headers["Link"]
    older = api.get(f"/support-ticket/notices?before={first.json['data'][0]['id']}")
    assert len(older.json["data"]) == 1
    assert desk.api(admin).get("/support-ticket/notices").json["data"] == []
    assert api.put("/support-ticket/notices", json={}).json["data"] == {"seen": 2}
    assert api.get("/support-ticket/notices?unseen=1").json["data"] == []
    assert desk.api(alice).get("/support-ticket/notices").status_code == 403


def test_scripts_choose(desk, agent):
    api = desk.api(agent)
    answer = api.put("/support-ticket/notice-choices", json={"kind": "opened", "inPage": True})

    now = {"kind": "opened", "inPage": True, "inBrowser": False, "byMail": False}
    assert now in answer.json["data"]
    assert api.get("/support-ticket/notice-choices").json["data"] == answer.json["data"]
    wrong = api.put("/support-ticket/notice-choices", json={"kind": "all", "inPage": "maybe"})
    assert (wrong.status_code, set(wrong.json["errors"])) == (422, {"kind", "inPage"})


def give(giver, taker, given):
    change = Change(fields=Changes(assignee_id=taker.id))
    return tickets.change_many(giver, [ticket.id for ticket in given], change)


def test_many_tickets_at_once_are_one_notice(desk, alice, agent, admin, monkeypatch):
    monkeypatch.setattr(bulk, "A_TIME", 2)
    given = [desk.ticket(alice, f"Lamp {n}") for n in range(5)]
    give(admin, agent, given)

    assert heard(agent) == [("assigned", given[0].id)]
    assert queries.unseen_count(agent) == 1
    browser = desk.browser(agent)
    page = browser.get("/desk/notices").text
    assert "Ada Min gave you 5 tickets" in page and "Lamp 0, and 4 more" in page
    assert 'name="next" value="/desk/views/mine"' in page
    [tell] = browser.get("/desk/notices/new?after=0").json["tell"]
    assert tell["url"] == "/desk/views/mine"
    [row] = desk.api(agent).get("/support-ticket/notices").json["data"]
    assert row["tickets"] == 5
    assert actions.see(agent, ticket_id=given[0].id) == 0  # one of five
    assert actions.see(agent, notice_id=row["id"]) == 1


def test_what_was_given_by_mistake_is_told_to_nobody(desk, alice, agent, admin):
    given, told = [desk.ticket(alice) for _n in range(3)], []
    done = give(admin, agent, given)
    making.listen(desk.app, told.append)
    try:
        undone = tickets.undo(admin, done.batch)
    finally:
        desk.app.extensions["helpdesk.notices"].clear()

    assert heard(agent) == []
    assert agent.id in told[-1]
    again = tickets.undo(admin, undone.batch)
    assert [row.tickets for row in queries.notices(agent)] == [3]
    actions.see(agent)
    tickets.undo(admin, again.batch)
    assert len(heard(agent)) == 1  # they know of it: it does not vanish under their eyes


def test_a_notice_of_many_outlives_the_first_of_them(desk, alice, agent, admin):
    given = [desk.ticket(alice) for _n in range(3)]
    give(admin, agent, given)
    for left in (2, 1):
        tickets.place(admin, given[2 - left], Place.BIN)
        tickets.purge(admin, given[2 - left])
        [row] = queries.notices(agent)
        assert (row.ticket_id, row.tickets) == (given[3 - left].id, left)
    tickets.place(admin, given[2], Place.BIN)
    tickets.purge(admin, given[2])
    assert heard(agent) == []
