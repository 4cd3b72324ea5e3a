"""Somebody sets the clock back by an hour, or forward, while connections are open."""

import time


def test_silence_is_as_long_as_it_was_however_the_clock_is_set(serving, monkeypatch):
    def answer(environ, start_response):
        start_response("204 No Content", [])
        return []

    running = serving(answer, {"cleanup_interval": 0.02, "asyncore_loop_timeout": 0.02})
    real = time.time
    with running.connect() as silent:
        assert running.get("/").startswith(b"HTTP/1.1 204 ")
        for moved in (-3600, 3600):
            monkeypatch.setattr(time, "time", lambda moved=moved: real() + moved)
            for _ in range(3):
                assert running.get("/").startswith(b"HTTP/1.1 204 ")
            assert abs(running.server.next_channel_cleanup - time.time()) < 60
            for channel in list(running.server.active_channels.values()):
                assert abs(channel.last_activity - time.time()) < 60
        silent.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert silent.recv(9) == b"HTTP/1.1 "
