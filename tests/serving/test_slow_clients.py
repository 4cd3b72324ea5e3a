"""A client that is slow or silent costs a connection, never a thread."""

import threading
import time

from tests.serving.conftest import PATIENCE

MEGABYTE = 1024 * 1024
HASTY = {"channel_timeout": 0.1, "cleanup_interval": 0.05, "asyncore_loop_timeout": 0.05}


def test_half_a_request_holds_no_thread(serving, echo):
    running = serving(echo, threads=1)
    with running.connect() as headers, running.connect() as body:
        headers.sendall(b"GET / HTTP/1.1\r\nHost:")
        body.sendall(b"POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf")
        assert running.get("/").startswith(b"HTTP/1.1 200 OK")


def test_a_large_answer_that_nobody_reads_holds_no_thread(serving):
    def large(environ, start_response):
        start_response("200 OK", [("Content-Length", str(40 * MEGABYTE))])
        pieces = 40 if environ["PATH_INFO"] == "/large" else 0
        return (b"x" * MEGABYTE for _ in range(pieces))

    running = serving(large, threads=1)
    with running.connect(receive_buffer=4096) as client:
        client.sendall(b"GET /large HTTP/1.1\r\n\r\n")
        client.recv(1)
        assert running.get("/small").startswith(b"HTTP/1.1 200 OK")


def test_a_client_that_takes_nothing_loses_its_connection_and_frees_its_thread(serving):
    ended = threading.Event()

    def endless(environ, start_response):
        start_response("200 OK", [("Content-Length", str(10**12))])
        try:
            while True:
                yield b"x" * MEGABYTE
        finally:
            ended.set()

    running = serving(endless, HASTY | {"outbuf_high_watermark": MEGABYTE}, threads=1)
    with running.connect(receive_buffer=4096) as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert ended.wait(PATIENCE)


def test_a_silent_connection_is_closed_and_a_slow_application_is_not(serving):
    def slow(environ, start_response):
        time.sleep(0.3)
        start_response("204 No Content", [])
        return []

    running = serving(slow, HASTY)
    with running.connect() as silent:
        assert running.get("/").startswith(b"HTTP/1.1 204 ")
        assert silent.recv(1) == b""


def test_the_promised_limits_are_in_force(serving, echo):
    running = serving(echo, threads=3, max_upload_bytes=5 * MEGABYTE)
    adjustments = running.server.adj
    assert adjustments.connection_limit == 1000
    assert adjustments.channel_timeout == 20
    assert adjustments.max_request_body_size == 11 * MEGABYTE
    assert running.server.turns.most == 3


def test_more_connections_than_select_could_watch_are_answered(serving, echo):
    import resource

    from helpdesk.serving.sockets import allow_many_open_files

    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, limits[1]))
        allow_many_open_files()
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= min(4096, limits[1])
        running = serving(echo)
        clients = [running.connect() for _ in range(600)]  # two files each: theirs and ours
        assert running.get("/").startswith(b"HTTP/1.1 200 OK")
        for client in clients:
            client.close()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
