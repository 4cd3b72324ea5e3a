"""Connections that stay open for things to come: no thread each, and no way to stall the desk."""

import threading

import pytest

from tests.serving.conftest import PATIENCE

HASTY = {"cleanup_interval": 0.05, "asyncore_loop_timeout": 0.05, "channel_timeout": 0.1}
ASK = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


class Board:
    """An application that parks who asks for ``/``, and answers everybody else."""

    def __init__(self):
        self.lines, self.ended = [], []
        self.there = threading.Condition()

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"] != "/":
            start_response("200 OK", [("Content-Length", "5")])
            return [b"plain"]
        park = environ.get("helpdesk.park")
        if park is None:
            start_response("204 No Content", [])
            return []
        park(self.opened)
        start_response("200 OK", [("Content-Type", "text/event-stream")])
        return iter([b"hello\n"])

    def opened(self, line):
        with self.there:
            self.lines.append(line)
            self.there.notify_all()
        return lambda: self._gone(line)

    def _gone(self, line):
        with self.there:
            self.ended.append(line)
            self.there.notify_all()

    def wait(self, condition):
        with self.there:
            assert self.there.wait_for(condition, PATIENCE)


@pytest.fixture
def board():
    return Board()


def listen(running, board, request=ASK, **options):
    """A client whose connection is parked, after the first words."""
    known = len(board.lines)
    client = running.connect(**options)
    client.sendall(request)
    seen = b""
    while b"hello" not in seen:
        seen += client.recv(1000)
    board.wait(lambda: len(board.lines) > known)
    return client, seen


def test_what_is_said_later_arrives_in_chunks(serving, board):
    running = serving(board)
    client, head = listen(running, board)
    assert b"\r\nTransfer-Encoding: chunked\r\n" in head
    assert b"\r\nConnection: close\r\n" in head
    assert head.endswith(b"\r\n\r\n6\r\nhello\n\r\n")
    assert board.lines[0].send(b"news\n") is True
    assert client.recv(100) == b"5\r\nnews\n\r\n"
    board.lines[0].close(b"bye\n")
    assert client.makefile("rb").read() == b"4\r\nbye\n\r\n0\r\n\r\n"
    board.wait(lambda: board.ended == board.lines)
    assert board.lines[0].send(b"more") is False
    client.close()


def test_a_client_of_http_1_0_listens_without_chunks(serving, board):
    client, head = listen(serving(board), board, b"GET / HTTP/1.0\r\n\r\n")
    assert b"chunked" not in head
    board.lines[0].send(b"news\n")
    assert client.recv(100) == b"news\n"
    client.close()


def test_a_head_request_is_not_parked(serving, board):
    answer = serving(board).ask(b"HEAD / HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 204 ")


def test_sixty_parked_connections_leave_the_only_thread_free(serving, board):
    running = serving(board, threads=1)
    clients = [listen(running, board)[0] for _ in range(60)]
    assert running.get("/plain").endswith(b"plain")
    for line in board.lines:
        assert line.send(b"x")
    for client in clients:
        assert client.recv(100) == b"1\r\nx\r\n"
        client.close()
    board.wait(lambda: len(board.ended) == 60)
    assert set(running.server.active_channels.values()) == set()


def test_a_parked_connection_outlives_the_silence_that_ends_others(serving, board):
    running = serving(board, HASTY)
    client, _ = listen(running, board)
    with running.connect() as silent:
        assert silent.recv(1) == b""
    assert board.ended == []
    assert board.lines[0].send(b"news")
    assert client.recv(100) == b"4\r\nnews\r\n"
    client.close()


def test_who_doesn_t_read_is_dropped_and_delays_nobody(serving, board):
    running = serving(board, HASTY)
    deaf, _ = listen(running, board, receive_buffer=4096)
    keen, _ = listen(running, board)
    slow, quick = board.lines
    said = 0
    while slow.send(b"x" * 1000):
        said += 1
    assert said < 1000  # a megabyte: most of it in the system's buffers
    board.wait(lambda: board.ended == [slow])
    assert quick.send(b"news") is True
    assert keen.recv(100) == b"4\r\nnews\r\n"
    deaf.close()
    keen.close()


def test_a_little_that_is_never_read_ends_it_too(serving, board, monkeypatch):
    monkeypatch.setattr("helpdesk.serving.channel.UNREAD_SECONDS", 0.2)
    running = serving(board, HASTY)
    deaf, _ = listen(running, board, receive_buffer=4096)
    line = board.lines[0]
    while not line._channel.total_outbufs_len:
        assert line.send(b"x" * 1000)
    board.wait(lambda: board.ended == [line])
    deaf.close()


def test_requests_that_come_after_it_are_not_answered(serving, board):
    running = serving(board)
    client, head = listen(running, board, ASK + b"GET /plain HTTP/1.1\r\nHost: x\r\n\r\n")
    board.lines[0].send(b"news")
    assert (head + client.recv(100)).count(b"HTTP/1.1") == 1
    client.sendall(b"GET /plain HTTP/1.1\r\nHost: x\r\n\r\n")
    board.wait(lambda: len(board.ended) == 1)
    client.close()


def test_a_stop_ends_them_at_once(serving, board, endless_stops):
    running = serving(board)
    clients = [listen(running, board)[0] for _ in range(5)]
    assert running.stop() is True
    for client in clients:
        assert client.makefile("rb").read() == b"0\r\n\r\n"
        client.close()
    assert len(board.ended) == 5
    assert board.lines[0].send(b"late") is False


def test_many_threads_speak_at_once_and_nothing_is_torn(serving, board):
    running = serving(board)
    client, _ = listen(running, board)
    line = board.lines[0]

    def speak(number):
        for count in range(200):
            while not line.send(b"%d:%d;" % (number, count)):
                raise AssertionError("dropped")

    threads = [threading.Thread(target=speak, args=(number,)) for number in range(5)]
    reader = client.makefile("rb")
    for thread in threads:
        thread.start()
    heard = []
    while len(heard) < 1000:
        size = int(reader.readline(), 16)
        heard.append(reader.read(size))
        assert reader.readline() == b"\r\n"
    for thread in threads:
        thread.join()
    assert len(set(heard)) == 1000
    reader.close()
    client.close()


def test_lines_that_come_and_go_while_somebody_speaks(serving, board):
    running = serving(board)
    stop = threading.Event()

    def speak():
        while not stop.is_set():
            for line in list(board.lines):
                line.send(b"x" * 100)

    speaker = threading.Thread(target=speak)
    speaker.start()
    try:
        for _ in range(40):
            listen(running, board)[0].close()
        board.wait(lambda: len(board.ended) == 40)
    finally:
        stop.set()
        speaker.join()
    assert running.get("/plain").endswith(b"plain")
