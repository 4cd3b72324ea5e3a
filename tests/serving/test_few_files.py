"""A process that may open few files takes fewer connections, and does not spin for more."""

import resource
import socket
import time
from contextlib import contextmanager

import pytest

from helpdesk.serving.server import CONNECTIONS, connections_for
from tests.serving.conftest import PATIENCE


@contextmanager
def no_more_files():
    """Nobody can open another file meanwhile."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    with socket.socket() as last:
        resource.setrlimit(resource.RLIMIT_NOFILE, (last.fileno() + 1, limits[1]))
    spare = []
    try:
        with pytest.raises(OSError):
            while True:
                spare.append(socket.socket())
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        for one in spare:
            one.close()


@pytest.mark.parametrize(
    ("open_files", "connections"), [(4096, CONNECTIONS), (1024, 482), (100, 20), (20, 10)]
)
def test_there_are_as_many_connections_as_files_allow(open_files, connections):
    assert connections_for(open_files) == connections


def test_a_connection_that_can_t_be_had_waits_and_is_said_once(serving, echo, caplog):
    running = serving(echo)
    assert running.get("/").startswith(b"HTTP/1.1 200 ")
    with socket.socket() as client:
        client.settimeout(PATIENCE)
        with no_more_files():
            client.connect((running.host, running.port))
            client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            until = time.monotonic() + PATIENCE
            while not caplog.records and time.monotonic() < until:
                time.sleep(0.01)
        assert client.recv(12) == b"HTTP/1.1 200"
    assert 1 <= len(caplog.records) < 20
    assert "No more connections" in caplog.text
