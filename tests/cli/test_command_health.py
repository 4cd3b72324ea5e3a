"""``helpdesk health``: what a container's health check and other watchdogs ask."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from helpdesk.serving import bind
from tests import warm
from tests.started import environment, helpdesk, started


def asked(*words, **settings):
    return warm.run(
        [*helpdesk(), *words],
        capture_output=True,
        text=True,
        check=False,
        env=environment(**settings),
        timeout=60,
    )


def test_a_desk_that_is_served_is_well(tmp_path):
    folder = tmp_path / "desk"
    with started(folder, "--host", "0.0.0.0") as desk:
        port = desk.url.rpartition(":")[2]
        by_option = asked("--data", str(folder), "health", "--port", port)
        by_setting = asked("health", HELPDESK_PORT=port, HELPDESK_HOST="0.0.0.0")

        assert (by_option.returncode, by_option.stdout, by_option.stderr) == (0, "ok\n", "")
        assert (by_setting.returncode, by_setting.stdout) == (0, "ok\n")
        assert desk.stop() == 0
    assert asked("health", "--port", port).returncode == 1


def test_where_nobody_listens_it_says_so_and_makes_nothing(tmp_path):
    with bind("127.0.0.1", 0) as sock:
        port = sock.getsockname()[1]
    run = asked("--data", str(tmp_path / "none"), "health", "--port", str(port))

    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith(f"No desk answers at 127.0.0.1, port {port}: ")
    assert len(run.stderr.splitlines()) == 1
    assert not (tmp_path / "none").exists()


@contextmanager
def answering(status, words):
    """Somebody who answers everything with *status* and *words*."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response_only(status)
            self.end_headers()
            self.wfile.write(words)

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("status", "words", "told"),
    [
        (503, b"The disk is nearly full: 3 MB are left.\n", "The disk is nearly full: 3 MB are"),
        (200, b"<html>Welcome to another program", "<html>Welcome to another program"),
        (404, b"\xff\xfe", "\ufffd\ufffd"),
    ],
)
def test_a_desk_that_is_ill_says_why(tmp_path, status, words, told):
    with answering(status, words) as port:
        run = asked("--data", str(tmp_path), "health", "--port", str(port))

    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith(told)
