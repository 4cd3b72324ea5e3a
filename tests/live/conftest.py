"""A desk on a real port, in the test's own process, and browsers that listen to it."""

import json
import socket
import threading
import time

import pytest

from helpdesk.accounts import sessions
from helpdesk.serving import Server

PATIENCE = 30  # seconds, for a machine that is busy


class Listener:
    """A client of the event stream: what it hears, event by event."""

    def __init__(self, port, cookie, query="", version="1.1"):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.socket.sendall(
            f"GET /desk/stream{query} HTTP/{version}\r\nHost: desk\r\n"
            f"Accept: text/event-stream\r\nCookie: {cookie}\r\n\r\n".encode()
        )
        self.reader = self.socket.makefile("rb")
        self.status = int(self.reader.readline().split()[1])
        self.headers = {}
        while line := self.reader.readline().strip():
            name, _, value = line.decode().partition(": ")
            self.headers[name] = value

    def _pieces(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            yield from iter(lambda: self.reader.read1(), b"")
            return
        while size := int(self.reader.readline() or b"0", 16):
            piece = self.reader.read(size)
            self.reader.readline()
            yield piece

    def hear(self, name):
        """The data of the next event of this name; None: the stream has ended before."""
        for piece in self._pieces():
            for event in piece.decode().split("\n\n"):
                lines = dict(line.split(": ", 1) for line in event.split("\n") if ": " in line)
                if lines.get("event") == name:
                    return json.loads(lines["data"])
        return None

    def close(self):
        self.reader.close()
        self.socket.close()


class Served:
    """The desk, answering on a port."""

    def __init__(self, desk, sock):
        self.desk, self.port = desk, sock.getsockname()[1]
        self.server = Server(desk.app, desk.app.config["HELPDESK"], sock)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        self.listeners = []

    def cookie(self, user):
        client = self.desk.app.test_client()
        token = sessions.open_session(user, "192.0.2.1", "A test")
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
        return f"helpdesk={client.get_cookie('helpdesk').value}"

    def listen(self, user=None, query="", cookie="", **options):
        cookie = cookie or (self.cookie(user) if user else "")
        self.listeners.append(Listener(self.port, cookie, query, **options))
        return self.listeners[-1]

    def stop(self):
        self.server.stop()
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()

    @property
    def streams(self):
        return self.desk.app.extensions["helpdesk.live"]._streams

    def wait_for_streams(self, count):
        until = time.monotonic() + PATIENCE
        while len(self.streams) != count:
            assert time.monotonic() < until, f"{len(self.streams)} streams instead of {count}"
            time.sleep(0.01)


@pytest.fixture
def served(make_desk, port):
    sock = port.dup()
    desk = make_desk(HELPDESK_PORT=str(sock.getsockname()[1]), HELPDESK_THREADS="2")
    served = Served(desk, sock)
    yield served
    for listener in served.listeners:
        listener.close()
    served.stop()


@pytest.fixture
def desk(served):
    return served.desk
