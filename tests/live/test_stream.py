"""The event stream of a desk that is served on a real port."""

import http.client

import pytest

from helpdesk.accounts import actions as accounts
from helpdesk.accounts import sessions
from helpdesk.accounts.models import Role
from helpdesk.database import db, transaction
from helpdesk.serving import server as server_module
from helpdesk.tickets import actions
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.models import Priority
from tests.desk import PASSWORD
from tests.headers import require_headers
from tests.live.conftest import PATIENCE


def test_a_reply_is_told_to_the_staff_that_listens(served, desk, alice, agent):
    ticket = desk.ticket(alice)
    listener = served.listen(agent, f"?ticket={ticket.id}")
    assert listener.status == 200
    assert listener.headers["Content-Type"] == "text/event-stream"
    assert listener.headers["Cache-Control"] == "no-store"
    require_headers(listener.headers)
    assert listener.headers["X-Accel-Buffering"] == "no"
    assert [one["id"] for one in listener.hear("people")["here"]] == [agent.id]
    message = desk.reply(alice, ticket, "Secret words")
    told = listener.hear("ticket")
    event = told.pop("event")
    assert isinstance(event, int)
    assert told == {
        "ticket": ticket.id,
        "kind": "replied",
        "by": {"id": alice.id, "name": "Alice Moor"},
        "message": message.id,
    }


def test_a_notice_is_announced_to_whom_it_is_for(served, desk, alice, agent, admin):
    ticket = desk.ticket(alice)
    mine, other = served.listen(agent), served.listen(admin)
    served.wait_for_streams(2)
    actions.update(admin, ticket, Changes(assignee_id=agent.id))
    assert mine.hear("notice") == {}
    served.stop()
    assert other.hear("notice") is None


def test_a_client_of_http_1_0_hears_it_too(served, desk, alice, agent):
    ticket = desk.ticket(alice)
    listener = served.listen(agent, version="1.0")
    assert "Transfer-Encoding" not in listener.headers
    desk.note(agent, ticket, "Only for us")
    assert listener.hear("ticket")["kind"] == "noted"


def test_what_is_undone_before_it_is_committed_is_never_told(served, desk, alice, agent):
    ticket = desk.ticket(alice)
    listener = served.listen(agent)
    served.wait_for_streams(1)
    with pytest.raises(ZeroDivisionError), transaction():
        desk.reply(alice, ticket, "Never said")
        _ = 1 / 0
    actions.update(agent, ticket, Changes(priority=Priority.HIGH))
    assert listener.hear("ticket")["kind"] == "priority"


def test_a_page_catches_up_from_where_it_was_read(served, desk, alice, agent):
    ticket = desk.ticket(alice)
    mark = desk.app.extensions["helpdesk.live"].mark
    desk.note(agent, ticket)
    assert served.listen(agent, f"?since={mark}").hear("ticket")["kind"] == "noted"
    assert served.listen(agent, "?since=other-7").hear("missed") == {}


def test_fifty_streams_leave_both_threads_to_ordinary_pages(served, desk, alice, agent):
    ticket = desk.ticket(alice)
    agents = [desk.user("agent") for _ in range(50)]
    listeners = [served.listen(one, f"?ticket={ticket.id}") for one in agents]
    served.wait_for_streams(50)
    cookie = served.cookie(agent)
    for _ in range(10):
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=PATIENCE)
        connection.request("GET", "/desk/views/open", headers={"Cookie": cookie})
        assert connection.getresponse().status == 200
        connection.close()
    desk.reply(alice, ticket)
    assert {listener.hear("ticket")["kind"] for listener in listeners} == {"replied"}
    for listener in listeners:
        listener.close()
    served.wait_for_streams(0)
    assert len(served.server.active_channels) == 0


def test_those_who_listen_don_t_delay_a_stop(served, desk, agent, monkeypatch):
    for limit in ("STOP_SECONDS", "STOP_QUIET_SECONDS"):  # who delays it delays it for ever
        monkeypatch.setattr(server_module, limit, 3600.0)
    listeners = [served.listen(agent) for _ in range(10)]
    served.wait_for_streams(10)
    served.stop()
    assert all(listener.hear("ticket") is None for listener in listeners)


def test_a_sign_out_ends_the_stream_of_that_browser_only(served, desk, agent):
    cookie = served.cookie(agent)
    gone, other = served.listen(agent, cookie=cookie), served.listen(agent)
    served.wait_for_streams(2)
    token = desk.app.session_interface.get_signing_serializer(desk.app).loads(cookie[9:])
    sessions.end(token["_user_id"])
    assert gone.hear("bye") == {"why": "signed-out"}
    assert gone.hear("ticket") is None
    served.wait_for_streams(1)
    other.close()


@pytest.mark.parametrize(
    "shut_out",
    [
        lambda admin, agent: accounts.disable_user(admin, agent),
        lambda admin, agent: accounts.change_role(admin, agent, Role.CUSTOMER),
        lambda admin, agent: accounts.set_password(admin, agent, PASSWORD + " and a door"),
        lambda admin, agent: sessions.end_one(agent, sessions.sessions_of(agent)[0].id),
    ],
    ids=["disabled", "another role", "a new password", "a device signed out"],
)
def test_whoever_is_shut_out_hears_nothing_more(served, desk, admin, agent, shut_out):
    listener = served.listen(agent)
    served.wait_for_streams(1)
    shut_out(admin, agent)
    assert listener.hear("bye") == {"why": "signed-out"}
    served.wait_for_streams(0)


def test_what_another_process_does_to_a_session_is_noticed_at_the_next_heartbeat(
    served, desk, agent
):
    listener = served.listen(agent)
    served.wait_for_streams(1)
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM sessions")
    hub = desk.app.extensions["helpdesk.live"]
    hub._next_beat = 0
    hub.tell()
    assert listener.hear("bye") == {"why": "signed-out"}


def test_customers_and_strangers_hear_nothing(served, desk, alice, vendor):
    for somebody in (alice, vendor):
        assert served.listen(somebody).status == 403
    stranger = served.listen()
    assert (stranger.status, stranger.headers["Location"][:8]) == (302, "/sign-in")
    assert served.streams == []


@pytest.mark.parametrize("ticket", ["", "x", "999999", "9" * 99])
def test_a_ticket_that_isn_t_there_is_no_room(served, agent, ticket):
    listener = served.listen(agent, f"?ticket={ticket}")
    assert listener.status == 200
    served.wait_for_streams(1)
    assert served.streams[0].tickets == frozenset()


def test_the_oldest_stream_of_somebody_makes_room(served, agent):
    cookie = served.cookie(agent)
    oldest = served.listen(agent, cookie=cookie)
    served.wait_for_streams(1)  # a stream counts from a moment after its first words on
    for _ in range(20):
        served.listen(agent, cookie=cookie)
    assert oldest.hear("bye") == {"why": "limit"}
    served.wait_for_streams(20)
