"""Which request begins when, and on which thread."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from helpdesk.serving import turns
from helpdesk.waiting import waits, waits_aside

LONG = 10  # seconds that nothing here takes


class Held:
    """An application whose requests to ``/held…`` end when they are told to."""

    def __init__(self):
        self.begun, self.threads = [], set()
        self.let_go = threading.Event()
        self._news = threading.Condition()

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        with self._news:
            self.begun.append(path)
            self.threads.add(threading.get_ident())
            self._news.notify_all()
        if path.startswith("/held"):
            self.let_go.wait(LONG)
        start_response("204 No Content", [])
        return []

    def has_begun(self, path):
        with self._news:
            return self._news.wait_for(lambda: path in self.begun, LONG)


@pytest.fixture
def held():
    held = Held()
    yield held
    held.let_go.set()


@pytest.fixture
def clients():
    with ThreadPoolExecutor(8) as pool:
        yield pool


@pytest.fixture
def patient(monkeypatch):
    """Nobody's request counts as a long one."""
    monkeypatch.setattr(turns, "PATIENCE", LONG)


def is_waiting(running, count):
    """Whether so many requests come to be under way or waiting."""
    pause = threading.Event()
    return any(running.server.turns.unfinished == count or pause.wait(0.01) for _ in range(1000))


def test_a_request_begins_when_the_one_before_has_ended(serving, held, clients, patient):
    running = serving(held, threads=4)
    answers = [clients.submit(running.get, "/held")]
    assert held.has_begun("/held")
    answers.append(clients.submit(running.get, "/next"))
    assert is_waiting(running, 2)
    assert held.begun == ["/held"]
    held.let_go.set()
    assert all(one.result(LONG).startswith(b"HTTP/1.1 204") for one in answers)
    assert len(held.threads) == 1


def test_who_takes_long_holds_up_nobody(serving, held, clients):
    running = serving(held, threads=4)
    answers = [clients.submit(running.get, f"/held{number}") for number in range(3)]
    assert all(held.has_begun(f"/held{number}") for number in range(3))
    assert running.get("/short").startswith(b"HTTP/1.1 204")
    held.let_go.set()
    assert all(one.result(LONG).startswith(b"HTTP/1.1 204") for one in answers)


def test_who_waits_lets_the_next_begin(serving, held, clients, patient):
    def waiting(environ, start_response):
        if environ["PATH_INFO"].startswith("/held"):
            waits()
        return held(environ, start_response)

    running = serving(waiting, threads=4)
    answers = [clients.submit(running.get, f"/held{number}") for number in range(3)]
    assert all(held.has_begun(f"/held{number}") for number in range(3))
    assert running.get("/short").startswith(b"HTTP/1.1 204")
    held.let_go.set()
    assert all(one.result(LONG).startswith(b"HTTP/1.1 204") for one in answers)


def test_no_more_threads_are_made_than_asked_for(serving, held, clients):
    running = serving(held, threads=3)
    answers = [clients.submit(running.get, f"/held{number}") for number in range(5)]
    assert is_waiting(running, 5)
    pause = threading.Event()
    assert any(len(held.begun) == 3 or pause.wait(0.01) for _ in range(1000))
    assert not pause.wait(0.05) and len(held.begun) == 3
    held.let_go.set()
    assert all(one.result(LONG).startswith(b"HTTP/1.1 204") for one in answers)
    assert len(held.threads) == 3


def test_who_waits_in_another_line_takes_no_place_from_others(serving, held, clients, monkeypatch):
    """Somebody else's process holds up all who write: who reads is answered meanwhile."""
    monkeypatch.setattr(turns, "MOST_ASIDE", 3)

    def in_line(environ, start_response):
        if not environ["PATH_INFO"].startswith("/held"):
            return held(environ, start_response)
        goes_on = waits_aside()
        try:
            return held(environ, start_response)
        finally:
            goes_on()

    running = serving(in_line, threads=2)
    answers = [clients.submit(running.get, f"/held{number}") for number in range(4)]
    assert all(held.has_begun(f"/held{number}") for number in range(4))
    for _ in range(3):
        assert running.get("/short").startswith(b"HTTP/1.1 204")
    held.let_go.set()
    assert all(one.result(LONG).startswith(b"HTTP/1.1 204") for one in answers)
    assert len(held.threads) <= 2 + 3
    assert running.get("/last").startswith(b"HTTP/1.1 204")
    assert is_waiting(running, 0)


def test_one_thread_takes_who_came_first(serving, held, clients):
    running = serving(held, threads=1)
    answers = [clients.submit(running.get, "/held")]
    assert held.has_begun("/held")
    for number in range(3):
        answers.append(clients.submit(running.get, f"/{number}"))
        assert is_waiting(running, number + 2)
    held.let_go.set()
    assert all(one.result(LONG).startswith(b"HTTP/1.1 204") for one in answers)
    assert held.begun == ["/held", "/0", "/1", "/2"]


def test_all_who_write_come_before_all_who_read(serving, held, clients):
    running = serving(held, threads=1)
    answers = [clients.submit(running.get, "/held")]
    assert held.has_begun("/held")
    for number, method in enumerate(("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS")):
        request = f"{method} /{number} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        answers.append(clients.submit(running.ask, request.encode()))
        assert is_waiting(running, number + 2)
    held.let_go.set()
    assert all(one.result(LONG).startswith(b"HTTP/1.1 204") for one in answers)
    assert held.begun == ["/held", "/1", "/3", "/4", "/0", "/2", "/5"]


def test_who_comes_later_waits_for_the_next_time_of_its_kind():
    line = turns.Waiting()

    def come(*names):
        for name in names:
            line.append(SimpleNamespace(name=name, writes=name.startswith("w")))

    def taken(count):
        return " ".join(line.popleft().name for _ in range(count))

    come("r1", "w1", "w2", "r2")
    assert taken(1) == "w1"
    come("w3", "r3")
    assert taken(3) == "w2 r1 r2"
    come("r4", "w4")
    assert taken(2) == "r3 w3"
    assert len(line) == 2
    assert taken(2) == "w4 r4"
    come("r5", "r6")
    assert taken(2) == "r5 r6"


def test_nobody_begins_beside_who_goes_on_writing(serving, held, clients, patient):
    """Whoever has the lock of those who write says so for the next one, before it waits itself."""
    ways = {}

    def in_line(environ, start_response):
        path = environ["PATH_INFO"]
        if path == "/held":
            ways[path] = waits_aside()
        elif path == "/before":
            ways["/held"]()
            waits()
        return held(environ, start_response)

    running = serving(in_line, threads=4)
    answers = [clients.submit(running.get, "/held")]
    assert held.has_begun("/held")
    assert running.get("/before").startswith(b"HTTP/1.1 204")
    answers.append(clients.submit(running.get, "/next"))
    assert is_waiting(running, 2)
    assert held.begun == ["/held", "/before"]
    held.let_go.set()
    assert all(one.result(LONG).startswith(b"HTTP/1.1 204") for one in answers)


def test_a_connection_that_fails_leaves_its_thread_at_work(serving, held, monkeypatch):
    running = serving(held, threads=1)
    service = running.server.channel_class.service

    def fail(channel):
        if channel.requests[0].path == "/fails":
            channel.will_close = True
            channel.server.pull_trigger()
            raise MemoryError
        service(channel)

    monkeypatch.setattr(running.server.channel_class, "service", fail)
    assert running.get("/fails") == b""
    assert running.get("/next").startswith(b"HTTP/1.1 204")


def test_the_end_cuts_off_who_has_no_turn_yet(serving, held, clients):
    running = serving(held, threads=1)
    answers = [clients.submit(running.get, "/held")]
    assert held.has_begun("/held")
    answers.append(clients.submit(running.get, "/late"))
    assert is_waiting(running, 2)
    running.server.stop()
    running.server.stop()  # a second signal: at once
    assert running.wait() is False
    assert answers[1].result(LONG) == b""
    assert held.begun == ["/held"]
