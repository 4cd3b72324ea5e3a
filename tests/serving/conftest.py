"""A real server on a real socket, around a small application."""

import socket
import threading
from ipaddress import ip_network

import pytest

from helpdesk.serving import Server, bind
from helpdesk.serving import server as server_module
from helpdesk.settings import Settings

PATIENCE = 30  # seconds, for a machine that is busy


class Running:
    """A server in a thread; `finished` is what its run() returned."""

    def __init__(self, app, settings, **adjustments):
        self.sock = bind(settings.host, settings.port)
        self.port = self.sock.getsockname()[1]
        self.host = settings.host
        self.server = Server(app, settings.with_port(self.port), self.sock)
        for name, value in adjustments.items():
            setattr(self.server.adj, name, value)
        self.finished = None
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self):
        self.finished = self.server.run()

    def connect(self, receive_buffer=None):
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        client = socket.socket(family)
        if receive_buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        client.settimeout(PATIENCE)
        client.connect((self.host, self.port))
        return client

    def ask(self, request):
        """The whole answer to *request* (bytes), read until the server hangs up."""
        with self.connect() as client:
            client.sendall(request)
            return client.makefile("rb").read()

    def get(self, path, *headers):
        lines = [f"GET {path} HTTP/1.1", "Host: x", "Connection: close", *headers]
        return self.ask("\r\n".join([*lines, "", ""]).encode())

    def stop(self):
        self.server.stop()
        return self.wait()

    def wait(self):
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()
        return self.finished


@pytest.fixture
def make_settings(tmp_path):
    def make(*, trusted=(), **values):
        values = {"host": "127.0.0.1", "port": 0, "base_url": "http://127.0.0.1:0", **values}
        return Settings(
            data=tmp_path,
            secret_key="a-secret-of-some-length",
            database_url="sqlite:///desk.db",
            trusted_proxies=tuple(map(ip_network, trusted)),
            **values,
        )

    return make


@pytest.fixture
def serving(make_settings):
    """Call it with an application, and settings, to have it served until the test is over.

    *adjust* are waitress's own adjustments, for a test that cannot wait so long.
    """
    running = []

    def start(app, adjust=None, **values):
        running.append(Running(app, make_settings(**values), **(adjust or {})))
        return running[-1]

    yield start
    for one in running:
        if one.thread.is_alive():
            one.server.stop()
            one.server.stop()
            one.thread.join(PATIENCE)


@pytest.fixture
def endless_stops(monkeypatch):
    """Whoever delays a stop delays it for ever, so that no test needs a watch to see it."""
    for name in ("STOP_SECONDS", "STOP_QUIET_SECONDS"):
        monkeypatch.setattr(server_module, name, 3600.0)


@pytest.fixture
def echo():
    """An application that tells how many bytes it was sent, and whom by."""

    def app(environ, start_response):
        body = environ["wsgi.input"].read()
        lines = [environ["PATH_INFO"], str(len(body))]
        for name in sorted(environ):
            if name in ("REMOTE_ADDR", "HTTP_HOST", "wsgi.url_scheme") or "FORWARD" in name:
                lines.append(f"{name}={environ[name]}")
        lines += [f"{n}={environ[n]}" for n in ("HTTP_X_REAL_IP",) if n in environ]
        answer = "\n".join(lines).encode()
        start_response("200 OK", [("Content-Length", str(len(answer)))])
        return [answer]

    return app
