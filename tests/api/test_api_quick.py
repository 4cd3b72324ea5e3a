"""What is answered without Flask: the very same answers, and nothing that isn't so any more.

Only SQLite is read at a glance, so what is about that is marked ``sqlite``.
"""

import gzip
import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts import actions as accounts
from helpdesk.accounts import tokens
from helpdesk.accounts.models import DESK, Role, User
from helpdesk.database import db, transaction
from helpdesk.database.glance import Glance
from helpdesk.fields import actions as fields
from helpdesk.fields.models import About, FieldKind
from helpdesk.tickets import actions, queries
from helpdesk.tickets.models import Status
from tests.desk import PREFIX

MINE, STAFFS = "/customer-support-ticket", "/support-ticket"
OF_CUSTOMERS = (
    MINE,
    f"{MINE}?limit=2",
    f"{MINE}?limit=2&offset=1&unknown=x&limit=3",
    f"{MINE}?count=1",
    f"{MINE}?status=open&createdDate=2026-01-01",
    f"{MINE}?categoryId=1&x=%C3%A4",
    f"{MINE}?limit=abc&offset=-1",
    f"{MINE}?cursor=nonsense",
    f"{MINE}?keyword=lamp",
    f"{MINE}/1",
    f"{MINE}/01",
    f"{MINE}/3",  # somebody else's
    f"{MINE}/4711",
    f"{MINE}/9999999999999999999",
    f"{MINE}/99999999999999999999999",
    f"{MINE}/x",
    f"{MINE}/ticket-category",
    f"{MINE}/ticket-category?keyword=la",
    f"{MINE}/ticket-category?status=inactive",
    f"{STAFFS}",
    f"{STAFFS}/1",
)
OF_STAFF = (
    STAFFS,
    f"{STAFFS}?limit=2",
    f"{STAFFS}?view=mine&filter=priority:urgent",
    f"{STAFFS}?tag=vip",
    f"{STAFFS}?sort=priority",
    f"{STAFFS}/1",
    f"{STAFFS}/4711",
    f"{MINE}",
)


@pytest.fixture
def carol(desk):
    """She has to be there before the tickets that are news to her."""
    return desk.user("agent", "Carol Late")


@pytest.fixture
def shop(desk, alice, bob, agent):
    top = desk.category("Lamps")
    desk.category("Desk lamps", top)
    for _ in range(3):
        ticket = desk.ticket(alice, "Broken lämp", category_id=top.id)
    desk.reply(agent, ticket, "A new one leaves today.")
    desk.note(agent, ticket, "A regular.")
    desk.ticket(bob, "Where is it?")
    return desk


@pytest.fixture(autouse=True)
def _the_clock():
    yield
    clock.shift(timedelta(0))


@pytest.fixture
def door(desk, monkeypatch):
    """What stands before Flask; ``left`` are the requests that went on to it."""
    door = desk.app.wsgi_app
    while not hasattr(door, "flask"):
        door = door.app
    door.left, flask = [], door.flask

    def noted(environ, start_response):
        door.left.append(environ["PATH_INFO"])
        return flask(environ, start_response)

    monkeypatch.setattr(door, "flask", noted)
    return door


def asked(client, path, **headers):
    answer = client.get(path, headers=headers)
    kept = [(k, v) for k, v in answer.headers if k != "X-Request-ID"]
    return answer.status_code, kept, answer.data


@pytest.mark.parametrize("path", OF_CUSTOMERS)
def test_a_customer_gets_what_flask_would_answer(shop, door, alice, monkeypatch, path):
    same_by_flask(shop.api(alice), door, monkeypatch, path)


@pytest.mark.parametrize("path", OF_STAFF)
def test_staff_get_what_flask_would_answer(shop, door, agent, monkeypatch, path):
    same_by_flask(shop.api(agent), door, monkeypatch, path)


@pytest.mark.parametrize("path", [MINE, f"{MINE}/ticket-category"])
def test_nobody_gets_what_flask_would_answer(shop, door, monkeypatch, path):
    same_by_flask(shop.api(), door, monkeypatch, path)


def same_by_flask(client, door, monkeypatch, path):
    client.get(path)  # from here on the token was just used
    quickly = asked(client, path)
    monkeypatch.setattr(type(door), "_asked_for", lambda *_: (None, {}))
    assert quickly == asked(client, path)


@pytest.mark.parametrize(
    "path", [MINE, f"{MINE}?limit=2", f"{MINE}?status=open", f"{MINE}/1", f"{MINE}/ticket-category"]
)
def test_what_goes_well_does_without_flask(shop, door, alice, path):
    client = shop.api(alice)
    client.get(path)
    door.left.clear()
    assert client.get(path).status_code == 200
    assert door.left == []


def test_what_staff_ask_does_without_flask(shop, door, agent):
    client = shop.api(agent)
    client.get(STAFFS)
    door.left.clear()
    for path in (STAFFS, f"{STAFFS}?limit=1&offset=1", f"{STAFFS}/1"):
        assert client.get(path).status_code == 200
    assert door.left == []


def test_who_polls_needs_one_statement(shop, alice):
    """Whose token it is, and what small tables hold, is remembered until somebody writes."""
    client = shop.api(alice)
    for _ in range(2):
        client.get(f"{MINE}/1")
    with shop.counted() as statements:
        client.get(f"{MINE}/2")
    assert len(statements) == 1


def test_a_token_is_useless_at_once(shop, alice, door):
    client = shop.api(alice)
    for _ in range(2):
        assert client.get(MINE).status_code == 200
    [row] = tokens.tokens_of(alice)
    tokens.revoke_token(DESK, row.id)
    assert client.get(MINE).status_code == 401


def test_so_is_that_of_somebody_who_was_disabled(shop, alice):
    client = shop.api(alice)
    for _ in range(2):
        assert client.get(MINE).status_code == 200
    accounts.disable_user(DESK, alice)
    assert client.get(MINE).status_code == 401


def test_a_token_expires_while_nobody_writes(shop, alice):
    client = shop.api(alice)
    client.token = tokens.add_token(DESK, alice, "short", days=1)
    assert client.get(MINE).status_code == 200
    clock.shift(timedelta(days=1) - timedelta(seconds=30))
    assert client.get(MINE).status_code == 200
    assert client.get(MINE).status_code == 200
    clock.shift(timedelta(days=1))
    assert client.get(MINE).status_code == 401


def test_another_role_has_other_addresses_at_once(shop, alice):
    client = shop.api(alice)
    for _ in range(2):
        assert client.get(STAFFS).status_code == 403
    accounts.change_role(DESK, alice, Role.AGENT)
    for _ in range(2):
        assert client.get(STAFFS).status_code in (200, 401)  # its tokens may end with it


def test_a_use_is_noted_once_a_minute(shop, alice, door):
    client = shop.api(alice)
    client.get(MINE)
    door.left.clear()
    client.get(MINE)
    assert door.left == []
    clock.shift(timedelta(minutes=1, seconds=1))
    client.get(MINE)
    client.get(MINE)
    assert door.left == [f"{PREFIX}{MINE}"]
    [row] = tokens.tokens_of(alice)
    assert clock.now() - row.last_used_at < timedelta(seconds=30)


def test_a_wrong_token_is_counted_once(shop, door):
    client = shop.api()
    client.token = "hd_wrong"
    codes = [client.get(MINE).status_code for _ in range(61)]
    assert codes == [401] * 60 + [429]


def test_what_was_written_is_there_at_once(shop, alice):
    client = shop.api(alice)
    client.get(f"{MINE}/1")
    assert client.get(f"{MINE}/1").json["data"]["status"] == "open"
    ticket = shop.ticket(alice, "A new one")
    actions.change_status(alice, ticket, Status.RESOLVED)
    assert client.get(f"{MINE}/{ticket.id}").json["data"]["status"] == "resolved"
    assert client.get(f"{MINE}?count=1").json["data"] == 4


def test_who_is_overtaken_by_a_change_is_answered_by_flask(shop, alice, door, monkeypatch):
    """Somebody commits between two statements of a glance: it read no single moment."""
    client = shop.api(alice)
    client.get(MINE)
    door.left.clear()
    usual = Glance.first_row

    def overtaken(self, text, values):
        monkeypatch.setattr(Glance, "first_row", usual)
        other = shop.app.extensions["helpdesk.lender"].lend()
        other.driver.execute("UPDATE tickets SET subject = 'Other words'")
        other.close()
        return usual(self, text, values)

    monkeypatch.setattr(Glance, "first_row", overtaken)
    answer = client.get(MINE).json["data"]
    assert door.left == [f"{PREFIX}{MINE}"]
    assert {one["subject"] for one in answer} == {"Other words"}


def test_it_is_compressed_for_who_takes_that(shop, door, alice):
    for _ in range(20):
        shop.ticket(alice)
    client = shop.api(alice)
    plain = client.get(MINE)
    door.left.clear()
    packed = client.get(MINE, headers={"Accept-Encoding": "gzip, deflate"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Content-Length"] == str(len(packed.data))
    refused = client.get(MINE, headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers
    assert door.left == []


def test_it_has_a_line_in_the_log(shop, alice, caplog):
    client = shop.api(alice)
    client.get(f"{MINE}/1")
    with caplog.at_level("INFO", logger="helpdesk.access"):
        answer = client.get(f"{MINE}/1?limit=5")
    line = caplog.records[-1].access
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert line["path"] == f"{PREFIX}{MINE}/1"
    assert (line["user_id"], line["status"], line["method"]) == (alice.id, 200, "GET")
    assert line["bytes"] == len(answer.data)


def test_a_new_custom_field_is_shown_at_once(shop, alice):
    client = shop.api(alice)
    client.get(f"{MINE}/1")
    assert json.loads(client.get(f"{MINE}/1").data)["data"]["customFields"] == {}
    draft = fields.FieldDraft(label="Colour", is_shown_to_customers=True)
    fields.add_field(DESK, About.TICKET, FieldKind.TEXT, draft)
    assert client.get(f"{MINE}/1").json["data"]["customFields"] == {"colour": None}


def test_the_same_answer_is_given_until_somebody_writes(shop, alice, bob):
    client = shop.api(alice)
    for _ in range(2):
        client.get(MINE)
    with shop.counted() as statements:
        first = client.get(MINE)
        assert client.get(MINE).data == first.data
        assert statements == []
        assert client.get(f"{MINE}?limit=1").data != first.data
        assert len(statements) == 1
    shop.ticket(bob)  # nothing of hers: it is read anew all the same
    with shop.counted() as statements:
        assert client.get(MINE).data == first.data
    assert statements != []
    shop.ticket(alice)
    assert len(client.get(MINE).json["data"]) == len(first.json["data"]) + 1


def test_what_another_process_writes_is_told_at_once(shop, alice, elsewhere):
    client = shop.api(alice)
    for _ in range(3):
        client.get(MINE)
    elsewhere("UPDATE tickets SET subject = 'Other words'")
    assert {one["subject"] for one in client.get(MINE).json["data"]} == {"Other words"}


def test_nobody_gets_what_somebody_else_was_told(carol, shop, alice, bob, agent):
    shop.ticket(agent)
    for _ in range(3):
        for client in map(shop.api, (alice, bob)):
            told = client.get(MINE).json["data"]
            assert len({one["userId"] for one in told}) == 1
        assert shop.api(alice).get(f"{MINE}/1").status_code == 200
        assert shop.api(bob).get(f"{MINE}/1").status_code == 404
        unread = [
            shop.api(one).get(f"{STAFFS}/1").json["data"]["isUnread"] for one in (agent, carol)
        ]
        assert unread == [True, True]
        actions.mark_read(agent, queries.get(agent, 1))
        unread = [
            shop.api(one).get(f"{STAFFS}/1").json["data"]["isUnread"] for one in (agent, carol)
        ]
        assert unread == [False, True]
        actions.mark_unread(agent, queries.get(agent, 1))


def test_few_and_small_answers_are_remembered(shop, alice, monkeypatch):
    client = shop.api(alice)
    for _ in range(2):
        client.get(MINE)
    monkeypatch.setattr("helpdesk.api.quick.MOST_ANSWERS", 2)
    with shop.counted() as statements:
        for number in (1, 2, 3, 3, 1):
            client.get(f"{MINE}?x={number}")
    assert len(statements) == 4
    monkeypatch.setattr("helpdesk.api.quick.LARGEST", 10)
    with shop.counted() as statements:
        for _ in range(2):
            client.get(f"{MINE}?x=4")
    assert len(statements) == 2
    with shop.counted() as statements:
        for _ in range(2):
            client.get(f"{MINE}?x={'4' * 300}")
    assert len(statements) == 2


@pytest.mark.parametrize(
    "path", [f"{MINE}?keyword=lamp", f"{STAFFS}?filter=created.within:1d", f"{STAFFS}?view=mine"]
)
def test_what_may_depend_on_the_moment_is_asked_anew(shop, alice, agent, path):
    client = shop.api(alice if path.startswith(MINE) else agent)
    for _ in range(3):
        client.get(path)
    with shop.counted() as statements:
        client.get(path)
    assert statements != []


def test_what_is_too_old_to_be_news_is_read_within_the_hour(shop, agent):
    with transaction():
        db.session.execute(sa.update(User).values(created_at=clock.now() - timedelta(days=100)))
    client = shop.api(agent)
    assert client.get(f"{STAFFS}/1").json["data"]["isUnread"] is True
    for shift, expected in (
        (timedelta(days=14, hours=-1), True),
        (timedelta(days=14, hours=1, minutes=1), False),
    ):
        clock.shift(shift)
        for _ in range(2):
            assert client.get(f"{STAFFS}/1").json["data"]["isUnread"] is expected


def test_all_pages_of_a_list_are_counted_once(shop, alice, agent):
    for client, path in ((shop.api(alice), MINE), (shop.api(agent), STAFFS)):
        for _ in range(2):
            client.get(f"{path}?limit=1")
        with shop.counted() as statements:
            for offset in (1, 2):
                answer = client.get(f"{path}?limit=1&offset={offset}")
        assert len(statements) == 2
        assert answer.headers["X-Total-Count"] == ("3" if path == MINE else "4")
        assert client.get(f"{path}?status=closed").headers["X-Total-Count"] == "0"
        assert client.get(f"{path}?count=1").json["data"] == (3 if path == MINE else 4)


def test_an_assignee_that_nobody_is_has_no_tickets(shop, agent):
    client = shop.api(agent)
    for _ in range(2):
        assert client.get(f"{STAFFS}?assigneeId=0").json["data"] == []
        assert len(client.get(f"{STAFFS}?assigneeId=none").json["data"]) == 4


def test_no_long_question_is_remembered(shop, agent):
    client, long = shop.api(agent), "x" * 5_000
    lender = shop.app.extensions["helpdesk.lender"]
    for path in (f"{STAFFS}?tag={long}", f"{STAFFS}?x={long}", f"{STAFFS}?limit=1"):
        assert client.get(path).status_code == 200
        lent = lender.lend()
        keys = list(lent.memory())
        lender.take_back(lent)
        assert keys
        assert long not in repr(keys)
