"""How much is asked of connections, and that none is forgotten."""

import socket
import struct
import threading
import time

import pytest

from helpdesk.serving.channel import Channel
from helpdesk.serving.watching import Watch

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
LARGE = 8_000_000  # bytes: more than any buffer of the system takes


@pytest.fixture
def counted(monkeypatch):
    """Counts how often a method is called."""

    def count(owner, name):
        calls, method = [], getattr(owner, name)

        def counting(self, *args):
            calls.append(self)
            return method(self, *args)

        monkeypatch.setattr(owner, name, counting)
        return calls

    return count


def answer_of(client, length):
    """Reads one answer of this length, head and all."""
    read = b""
    while len(read) < length:
        read += client.recv(65536)
    return read


def test_open_connections_cost_nothing_while_others_are_answered(serving, echo, counted):
    running = serving(echo)
    quiet = [running.connect() for _ in range(200)]
    for client in quiet:
        client.sendall(GET)
        length = len(client.recv(65536))
    asked, begun = counted(Channel, "writable"), time.monotonic()
    with running.connect() as client:
        for _ in range(100):
            client.sendall(GET)
            answer_of(client, length)
    looks = 2 + int(time.monotonic() - begun)  # at all of them, one a second
    assert len(asked) < looks * 2 * len(quiet) + 100 * 10
    for client in quiet:
        client.sendall(GET)
        assert answer_of(client, length)
        client.close()


def test_a_client_that_is_gone_before_its_answer_does_not_keep_the_server_busy(serving, counted):
    begun, let_go = threading.Event(), threading.Event()

    def slow(environ, start_response):
        begun.set()
        let_go.wait(10)
        start_response("204 No Content", [])
        return []

    running = serving(slow)
    client = running.connect()
    client.sendall(GET)
    assert begun.wait(10)
    waits = counted(Watch, "wait")
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()  # by a reset
    time.sleep(0.5)
    let_go.set()
    assert len(waits) < 20
    assert running.get("/").startswith(b"HTTP/1.1 204")


def test_requests_sent_at_once_are_answered_in_order(serving, echo):
    running = serving(echo, threads=2)
    asked = b"".join(b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % number for number in range(50))
    last = b"GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    answers = running.ask(asked + last)
    paths = [line for line in answers.split() if line.startswith(b"/")]
    assert paths == [b"/%d" % number for number in range(50)] + [b"/last"]


def test_who_takes_slowly_gets_all_of_it(serving):
    def large(environ, start_response):
        start_response("200 OK", [("Content-Length", str(LARGE))])
        return [b"x" * LARGE]

    running = serving(large, threads=1)
    with running.connect(receive_buffer=4096) as slow:
        slow.sendall(GET)
        time.sleep(0.2)  # the server can't send any more meanwhile
        slow.sendall(GET)  # and hears of another one
        got = 0
        while got < 2 * LARGE:
            piece = slow.recv(1 << 20)
            assert piece
            got += len(piece)
