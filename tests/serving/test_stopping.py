"""A clean stop: nobody who was being answered is cut off, nobody who was idle delays it."""

import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from helpdesk.serving import Server, bind, serve
from helpdesk.serving import server as server_module
from tests.serving.conftest import PATIENCE

MEGABYTE = 1024 * 1024


def read_all(client):
    return client.makefile("rb").read()


@pytest.fixture
def gate():
    """An application whose requests wait for `open`; `entered` is set once one is there."""

    class Gate:
        def __init__(self):
            self.entered, self.open = threading.Event(), threading.Event()

        def __call__(self, environ, start_response):
            self.entered.set()
            self.open.wait(PATIENCE)
            start_response("200 OK", [("Content-Length", "5")])
            return [b"ready"]

    gate = Gate()
    yield gate
    gate.open.set()


def stopping(running):
    """Ask for the stop and wait until the server has seen it."""
    running.server.stop()
    wait_until_closed(running.port)


def wait_until_closed(port):
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=PATIENCE).close()
        except ConnectionError:
            return
        time.sleep(0.01)
    raise AssertionError("it still lets people in")


def test_a_request_that_is_being_answered_is_finished(serving, gate):
    running = serving(gate)
    with running.connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        gate.entered.wait(PATIENCE)
        stopping(running)
        gate.open.set()
        answer = read_all(client)
    assert answer.endswith(b"ready")
    assert b"\r\nConnection: close\r\n" in answer
    assert running.wait() is True


def test_a_request_that_waits_for_a_thread_is_answered_too(serving, gate):
    running = serving(gate, threads=1)
    with running.connect() as first, running.connect() as second:
        first.sendall(b"GET / HTTP/1.1\r\n\r\n")
        gate.entered.wait(PATIENCE)
        second.sendall(b"GET / HTTP/1.1\r\n\r\n")
        stopping(running)
        gate.open.set()
        assert read_all(first).endswith(b"ready")
        assert read_all(second).endswith(b"ready")


def test_an_answer_that_is_slowly_read_is_sent_to_its_end(serving):
    def large(environ, start_response):
        start_response("200 OK", [("Content-Length", str(8 * MEGABYTE))])
        return [b"x" * MEGABYTE for _ in range(8)]

    running = serving(large)
    with running.connect(receive_buffer=4096) as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        begun = client.recv(1)
        stopping(running)
        answer = begun + read_all(client)
    assert len(answer.partition(b"\r\n\r\n")[2]) == 8 * MEGABYTE
    assert running.wait() is True


def test_a_body_that_is_on_its_way_is_awaited(serving, echo):
    running = serving(echo)
    with running.connect() as client:
        client.sendall(b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
        client.recv(65536)  # it waits for the body now
        stopping(running)
        client.sendall(b"rest")
        assert read_all(client).startswith(b"HTTP/1.1 200 OK")


def test_a_body_that_does_not_come_is_not_awaited_for_long(
    serving, echo, endless_stops, monkeypatch
):
    monkeypatch.setattr(server_module, "STOP_QUIET_SECONDS", 0.1)
    running = serving(echo)
    with running.connect() as client:
        client.sendall(b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
        client.recv(65536)
        running.stop()


def test_a_request_whose_client_has_gone_is_finished_all_the_same(serving, gate):
    running = serving(gate)
    with running.connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        gate.entered.wait(PATIENCE)
    [channel] = running.server.active_channels.values()
    running.server.trigger.pull_trigger(channel.handle_close)
    stopping(running)
    assert running.finished is None
    gate.open.set()
    assert running.wait() is True


def test_idle_connections_are_closed_at_once(serving, echo, endless_stops):
    running = serving(echo)
    with running.connect() as used, running.connect() as fresh:
        used.sendall(b"GET / HTTP/1.1\r\n\r\n")
        answer = used.makefile("rb")
        while b"REMOTE_ADDR" not in answer.readline():
            pass
        assert running.stop() is True
        assert not answer.read().startswith(b"HTTP")
        assert fresh.recv(1) == b""


def test_who_was_let_in_by_the_system_just_before_is_answered(make_settings, echo):
    settings = make_settings()
    sock = bind(settings.host, settings.port)
    server = Server(echo, settings, sock)
    with socket.create_connection(sock.getsockname(), timeout=PATIENCE) as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        server.stop()
        assert server.run() is True
        assert read_all(client).startswith(b"HTTP/1.1 200 OK")


def test_what_takes_too_long_is_cut_off_and_told(serving, gate, monkeypatch, caplog):
    monkeypatch.setattr(server_module, "STOP_SECONDS", 0.2)
    running = serving(gate)
    with running.connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        gate.entered.wait(PATIENCE)
        assert running.stop() is False
        assert client.recv(1) == b""
    assert "Stopped before every request was finished (1)" in caplog.text


def test_a_second_stop_ends_it_at_once(serving, gate):
    running = serving(gate)
    with running.connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        gate.entered.wait(PATIENCE)
        stopping(running)
        assert running.stop() is False
        running.server.stop()  # and a third does no harm


PROGRAM = """
import sys, time
from pathlib import Path
from helpdesk.serving import bind, serve
from helpdesk.settings import Settings

def app(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        print("entered", flush=True)
        time.sleep(0.3)
    if environ["PATH_INFO"] == "/endless":
        print("entered", flush=True)
        time.sleep(60)
    start_response("200 OK", [("Content-Length", "5")])
    return [b"ready"]

settings = Settings(data=Path("."), port=0, base_url="", secret_key="", database_url="")
sock = bind(settings.host, 0)
settings = settings.with_port(sock.getsockname()[1])
sys.exit(0 if serve(app, settings, sock, lambda _server: print(settings.port, flush=True)) else 1)
"""


@pytest.fixture
def program():
    """A server in a process of its own; its port is its first line."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", PROGRAM], **pipes) as process:
        process.port = int(process.stdout.readline())
        yield process
        process.kill()


def ask(process, path):
    client = socket.create_connection(("127.0.0.1", process.port), timeout=PATIENCE)
    client.sendall(f"GET {path} HTTP/1.1\r\n\r\n".encode())
    assert process.stdout.readline() == "entered\n"
    return client


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_cleanly(program, number):
    with ask(program, "/slow") as client:
        program.send_signal(number)
        assert read_all(client).endswith(b"ready")
    assert program.wait(5) == 0
    assert "Traceback" not in program.stderr.read()


def test_a_second_signal_stops_it_at_once(program):
    with ask(program, "/endless") as client:
        program.send_signal(signal.SIGTERM)
        wait_until_closed(program.port)
        assert program.poll() is None
        program.send_signal(signal.SIGTERM)
        assert program.wait(5) == 1
        assert client.recv(1) == b""
    assert "Traceback" not in program.stderr.read()


def test_a_signal_that_comes_before_anybody_asked_stops_it_too(program):
    program.send_signal(signal.SIGTERM)
    assert program.wait(5) == 0


def test_serving_leaves_the_signals_as_they_were(make_settings, echo):
    before = signal.getsignal(signal.SIGTERM)
    settings = make_settings()

    def stop_now(_server):
        assert signal.getsignal(signal.SIGTERM) != before
        signal.raise_signal(signal.SIGTERM)

    assert serve(echo, settings, bind(settings.host, settings.port), stop_now) is True
    assert signal.getsignal(signal.SIGTERM) == before
