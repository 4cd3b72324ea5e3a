"""The hub by itself: who is told what, and when. Its thread is not started: `hub.tell()` is it."""

import json
import re

import pytest

from helpdesk.live import Hub, Viewer, switchboard
from helpdesk.live.log import Author, News

EVA, BO = Viewer(1, "Eva Moreau", "EM"), Viewer(2, "Bo Lind", "BL")


class Ear:
    """A line that keeps what it was told."""

    def __init__(self):
        self.heard, self.is_gone, self.closed = b"", False, None

    def send(self, data):
        self.heard += data
        return not self.is_gone

    def close(self, farewell=b""):
        self.closed = farewell

    def events(self, name):
        """The data of the events of this name, in order; what was heard is forgotten."""
        found = re.findall(rb"event: (\w+)\ndata: (.*)\n\n", self.heard)
        self.heard = b""
        return [json.loads(data) for kind, data in found if kind == name.encode()]

    @property
    def last_id(self):
        return re.findall(rb"id: (\S+)\n", self.heard)[-1].decode()


class Quiet(Hub):
    """A hub whose thread never runs, with a clock that stands still."""

    def __init__(self):
        self.now = 1000.0
        self.valid = {"session"}
        super().__init__(lambda asked: self.valid & set(asked), lambda: self.now)

    def _wake(self):
        self._wakes = True

    def listen(self, viewer=EVA, ticket=None, mark="", session="session"):
        ear = Ear()
        tickets = ticket if isinstance(ticket, tuple) else (ticket,) if ticket else ()
        ear.end = self.open(ear, viewer, session, tickets, mark)
        self.tell()
        return ear


@pytest.fixture
def hub():
    return Quiet()


def news(number=1, kind="replied", by=None, ticket=42, message=None):
    return News(ticket, kind, by, number, message)


def names(people):
    return [(one["name"], one["writing"]) for one in people["here"]]


def test_news_reach_everybody_and_carry_no_words(hub):
    first, second = hub.listen(EVA), hub.listen(BO, ticket=7)
    hub.publish(news(5, by=Author(9, "Ana Ruiz"), message=3))
    hub.tell()
    told = {
        "ticket": 42,
        "kind": "replied",
        "by": {"id": 9, "name": "Ana Ruiz"},
        "event": 5,
        "message": 3,
    }
    assert first.events("ticket") == second.events("ticket") == [told]


def test_a_name_cannot_forge_an_event(hub):
    ear = hub.listen()
    hub.publish(news(by=Author(9, "Ana\n\nevent: bye\ndata: {}\n\n\u2028")))
    hub.tell()
    assert ear.heard.count(b"\n\n") == 1
    assert ear.events("ticket")[0]["by"]["name"].startswith("Ana\n\nevent: bye")


def test_who_comes_back_is_told_what_was_missed(hub):
    ear = hub.listen()
    hub.publish(news(1))
    hub.tell()
    mark = ear.last_id
    hub.publish(news(2))
    hub.publish(news(3))
    back = hub.listen(mark=mark)
    assert [one["event"] for one in back.events("ticket")] == [2, 3]
    assert hub.listen(mark=hub.mark).events("ticket") == []


@pytest.mark.parametrize(
    "mark", ["other-1", "1", "-1", "{}-99", "{}--1", "{}-" + "9" * 5000, "{}-\u0661", "x" * 9999]
)
def test_a_mark_that_says_nothing_makes_the_page_look_for_itself(hub, mark):
    hub.publish(news())
    ear = hub.listen(mark=mark.replace("{}", hub.mark.partition("-")[0]))
    assert ear.events("missed") == [{}]


def test_who_is_far_behind_looks_for_themselves(hub):
    ear = hub.listen()
    for number in range(1000):
        hub.publish(news(number))
    hub.tell()
    assert ear.last_id == hub.mark
    assert ear.events("missed") == [{}]
    hub.publish(news(1000))
    hub.tell()
    assert [one["event"] for one in ear.events("ticket")] == [1000]


def test_those_at_a_ticket_see_each_other_and_nobody_else_does(hub):
    eva, other = hub.listen(EVA, ticket=42), hub.listen(BO, ticket=7)
    bo = hub.listen(BO, ticket=42)
    assert names(eva.events("people")[-1]) == [("Bo Lind", False), ("Eva Moreau", False)]
    assert names(bo.events("people")[-1]) == [("Bo Lind", False), ("Eva Moreau", False)]
    assert names(other.events("people")[-1]) == [("Bo Lind", False)]


def test_the_pages_of_a_browser_share_a_stream_and_are_each_at_their_ticket(hub):
    eva, bo = hub.listen(EVA, ticket=(42, 43)), hub.listen(BO, ticket=42)
    there = {one["ticket"]: names(one) for one in eva.events("people")}
    assert there == {42: [("Bo Lind", False), ("Eva Moreau", False)], 43: [("Eva Moreau", False)]}
    hub.writing(BO, 42)
    hub.tell()
    assert [one["ticket"] for one in eva.events("people")] == [42]
    bo.events("people")
    eva.end()
    hub.now += 4
    hub.tell()
    assert names(bo.events("people")[-1]) == [("Bo Lind", True)]


def test_who_reloads_the_page_was_not_away_and_who_leaves_is_gone_soon(hub):
    eva, bo = hub.listen(EVA, ticket=42), hub.listen(BO, ticket=42)
    eva.events("people")
    bo.end()
    hub.tell()
    bo = hub.listen(BO, ticket=42)
    hub.now += 10
    hub.tell()
    assert eva.events("people") == []
    bo.end()
    hub.tell()
    assert not hub._is_due()
    assert hub._patience() == 3
    hub.now += 3.5  # no thread wakes up in time to the microsecond
    assert hub._is_due()
    hub.tell()
    assert names(eva.events("people")[-1]) == [("Eva Moreau", False)]


def test_writing_is_seen_until_it_stops(hub):
    eva = hub.listen(EVA, ticket=42)
    hub.listen(BO, ticket=42)
    hub.writing(BO, 42)
    hub.tell()
    assert ("Bo Lind", True) in names(eva.events("people")[-1])
    hub.now += 5
    hub.writing(BO, 42)
    hub.now += 5
    hub.tell()
    assert eva.events("people") == []
    hub.now += 3
    hub.tell()
    assert ("Bo Lind", False) in names(eva.events("people")[-1])


def test_what_is_sent_is_not_being_written_any_more(hub):
    eva = hub.listen(EVA, ticket=42)
    hub.writing(BO, 42)
    hub.tell()
    assert ("Bo Lind", True) in names(eva.events("people")[-1])
    hub.publish(news(by=Author(BO.id, BO.name), message=8))
    hub.tell()
    assert ("Bo Lind", False) in names(eva.events("people")[-1])


def test_a_heartbeat_every_25_seconds_and_silence_between(hub):
    ear = hub.listen()
    assert hub._patience() == 25
    hub.now += 24
    hub.tell()
    assert ear.heard == b""
    hub.now += 1
    hub.tell()
    assert ear.heard == b":\n\n"
    ear.end()
    assert hub._patience() is None


def test_who_is_gone_or_too_slow_is_forgotten(hub):
    eva, bo = hub.listen(EVA, ticket=42), hub.listen(BO, ticket=42)
    eva.is_gone = True
    hub.publish(news())
    hub.tell()
    eva.end()
    hub.now += 10
    hub.tell()
    assert names(bo.events("people")[-1]) == [("Bo Lind", False)]
    assert len(hub._streams) == 1


def test_the_21st_stream_of_somebody_ends_their_first(hub):
    ears = [hub.listen(EVA, ticket=42) for _ in range(switchboard.MOST_OF_ONE)]
    bo = hub.listen(BO)
    assert all(ear.closed is None for ear in ears)
    hub.listen(EVA, ticket=42)
    assert b'"why":"limit"' in ears[0].closed
    assert [ear.closed for ear in [*ears[1:], bo]] == [None] * len(ears)
    ears[0].end()
    assert len(hub._streams) == switchboard.MOST_OF_ONE + 1


def test_a_full_hub_says_so(hub, monkeypatch):
    monkeypatch.setattr(switchboard, "MOST", 2)
    hub.listen(EVA)
    assert hub.has_room
    hub.listen(BO)
    assert not hub.has_room


def test_an_ended_session_ends_its_streams_at_once_or_at_the_next_heartbeat(hub):
    hub.valid = {"a", "b", "c"}
    ears = {name: hub.listen(EVA, session=name) for name in "abc"}
    hub.valid.remove("a")
    hub.tell()
    assert ears["a"].closed is None
    hub.check_sessions()
    hub.tell()
    assert b'"why":"signed-out"' in ears["a"].closed
    hub.valid.remove("b")
    hub.now += 25
    hub.tell()
    assert ears["b"].closed
    assert ears["c"].closed is None


def test_who_asks_now_and_then_is_told_the_same_and_counts_as_there(hub):
    eva = hub.listen(EVA, ticket=42)
    told = hub.look(BO, [42], "")
    assert told["news"] == []
    assert names(told["people"][0]) == [("Bo Lind", False), ("Eva Moreau", False)]
    hub.tell()
    assert ("Bo Lind", False) in names(eva.events("people")[-1])
    hub.publish(news(4))
    told = hub.look(BO, [42], told["mark"])
    assert [one["event"] for one in told["news"]] == [4]
    assert hub.look(BO, [], "nonsense")["news"] is None
    hub.now += switchboard.POLLS_LAST
    hub.tell()
    assert names(eva.events("people")[-1]) == [("Eva Moreau", False)]


def test_rooms_in_which_nobody_is_are_forgotten(hub):
    for ticket in range(100):
        hub.writing(EVA, ticket)
        hub.listen(BO, ticket=ticket).end()
    hub.now += 60
    hub.writing(EVA, 1)
    assert list(hub._rooms._rooms) == [1]


def test_a_notice_is_told_to_the_pages_of_whom_it_is_for(hub):
    eva, evas_other, bo = hub.listen(), hub.listen(), hub.listen(BO)
    hub.notify([EVA.id])
    hub.tell()

    assert eva.events("notice") == evas_other.events("notice") == [{}]
    assert bo.events("notice") == []
    hub.tell()
    assert eva.events("notice") == []
