"""The server in front of the desk, against clients that speak HTTP to harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as some
from waitress.buffers import OverflowableBuffer

from helpdesk.serving import requests as requests_module
from helpdesk.serving import server as server_module
from helpdesk.serving.chunks import LONGEST_LINE, Chunks
from tests.desk import PREFIX
from tests.headers import require_headers
from tests.serving.test_requests import API, BAD, parts

NEXT = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
CHUNKED = "Transfer-Encoding: chunked\r\n"
TWO_WAYS = {
    "a coding and a length": f"{CHUNKED}Content-Length: 4\r\n\r\n0\r\n\r\n{NEXT}",
    "a length and a coding": f"Content-Length: 4\r\n{CHUNKED}\r\n0\r\n\r\n{NEXT}",
    "two lengths": f"Content-Length: 0\r\nContent-Length: {len(NEXT)}\r\n\r\n{NEXT}",
    "a list of lengths": f"Content-Length: 0, {len(NEXT)}\r\n\r\n{NEXT}",
    "a length with a sign": f"Content-Length: +4\r\n\r\nabcd{NEXT}",
    "a length in another script": f"Content-Length: ٤\r\n\r\nabcd{NEXT}",
    "a length before a space": f"Content-Length : 4\r\n\r\nabcd{NEXT}",
    "a length in the next line": f"Content-Length:\r\n 4\r\n\r\nabcd{NEXT}",
    "a coding twice": f"{CHUNKED}{CHUNKED}\r\n0\r\n\r\n{NEXT}",
    "a list of codings": f"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n{NEXT}",
    "a coding and nothing": f"Transfer-Encoding: chunked,\r\n\r\n0\r\n\r\n{NEXT}",
    "a coding in the next line": f"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n{NEXT}",
    "a coding with a strange space": f"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n{NEXT}",
    "a coding in quotes": f'Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n{NEXT}',
    "a coding before a space": f"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{NEXT}",
    "an end of a header alone": f"A: b\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{NEXT}",
    "a return alone": f"A: b\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{NEXT}",
    "a NUL in a header": f"A: b\0c\r\n\r\n{NEXT}",
    "a size with a line feed": f"{CHUNKED}\r\n0\n\r\n\r\n{NEXT}",
    "a size that ends in a line feed": f"{CHUNKED}\r\n1\na\r\n0\r\n\r\n{NEXT}",
    "a size with a sign": f"{CHUNKED}\r\n+1\r\na\r\n0\r\n\r\n{NEXT}",
    "a size with a prefix": f"{CHUNKED}\r\n0x1\r\na\r\n0\r\n\r\n{NEXT}",
    "a size of 40 digits": f"{CHUNKED}\r\n{'0' * 40}\r\n\r\n{NEXT}",
    "an extension with a line feed": f"{CHUNKED}\r\n0;a\nb\r\n\r\n{NEXT}",
    "a chunk without its end": f"{CHUNKED}\r\n1\r\nabc\r\n0\r\n\r\n{NEXT}",
    "a trailer with a line feed": f"{CHUNKED}\r\n0\r\nA: b\nC: d\r\n\r\n{NEXT}",
    "a request for a trailer": f"{CHUNKED}\r\n0\r\n{NEXT}\r\n",
}


@pytest.mark.parametrize("what", TWO_WAYS)
def test_what_can_be_read_in_two_ways_is_refused_and_nothing_behind_it_is_read(serving, echo, what):
    request = f"POST / HTTP/1.1\r\nHost: localhost\r\n{TWO_WAYS[what]}".encode()
    answer = serving(echo).ask(request)
    assert parts(answer)[0] in (400, 501)
    assert answer.count(b"HTTP/1.") == 1 and b"/smuggled" not in answer


def test_an_old_client_sends_no_chunks(serving, echo):
    answer = serving(echo).ask(f"POST / HTTP/1.0\r\n{CHUNKED}\r\n0\r\n\r\n{NEXT}".encode())
    assert parts(answer)[0] == 400 and b"/smuggled" not in answer


def test_chunks_with_extensions_and_trailers_are_one_body(serving, echo):
    body = "3;name=value\r\nabc\r\n04 ; x\r\ndefg\r\n0\r\nTrailer: yes\r\n\r\n"
    request = f"POST / HTTP/1.1\r\nHost: localhost\r\n{CHUNKED}\r\n{body}{NEXT}"
    with serving(echo).connect() as client:
        client.sendall(request.encode())
        answer = b""
        while b"/smuggled" not in answer:  # which is a request like any other here
            answer += client.recv(65536)
    assert answer.partition(b"\r\n\r\n")[2].startswith(b"/\n7\n")


@given(some.binary(max_size=60), some.lists(some.integers(1, 20)))
def test_chunks_are_read_alike_in_whatever_pieces_they_come(content, cuts):
    rest = b"GET / HTTP/1.1"
    sent, at = b"", 0
    for cut in cuts:
        piece, at = content[at : at + cut], at + cut
        sent += b"%x\r\n%s\r\n" % (len(piece), piece) if piece else b""
    whole = content[:at]
    sent += b"0\r\n\r\n"
    chunks, taken, at = Chunks(OverflowableBuffer(10**6)), 0, 0
    stream = sent + rest
    for cut in [*cuts, len(stream)]:
        taken += chunks.received(stream[at : at + cut])
        at += cut
    assert chunks.completed and chunks.error is None
    assert (taken, chunks.getfile().read()) == (len(sent), whole)


def test_a_line_without_end_is_cut_off_early():
    chunks = Chunks(OverflowableBuffer(10**6))
    for _ in range(LONGEST_LINE // 1000 + 1):
        chunks.received(b"1" * 1000)
    assert chunks.error is not None


@pytest.mark.parametrize("what", BAD)
@pytest.mark.parametrize("path", [API, "/tickets"])
def test_the_server_s_own_errors_have_the_headers_of_all_answers(serving, desk, echo, what, path):
    for app in (desk.app, echo):
        _, headers, _ = parts(serving(app).ask(BAD[what][1].replace("{}", path).encode()))
        require_headers(headers)


KINDS = {
    "a page": ("GET", "/sign-in", 200),
    "its head": ("HEAD", "/sign-in", 200),
    "a page that leads on": ("GET", "/desk", 302),
    "no page": ("GET", "/nothing", 404),
    "no such method": ("DELETE", "/sign-in", 405),
    "a form without its token": ("POST", "/sign-in", 400),
    "what may be asked": ("OPTIONS", "/sign-in", 200),
    "health": ("GET", "/healthz", 200),
    "a style sheet": ("GET", "/static/0/css/portal.css", 200),
    "a script": ("GET", "/static/0/js/theme.js", 200),
    "an icon": ("GET", "/static/0/icons.svg", 200),
    "no file": ("GET", "/static/0/secret_key", 404),
    "colours": ("GET", "/theme.css", 200),
    "no logo": ("GET", "/logo", 404),
    "a quick answer": ("GET", f"{PREFIX}/customer-support-ticket/ticket-category", 200),
    "no token": ("GET", f"{PREFIX}/customer-support-ticket", 401),
    "no address": ("GET", f"{PREFIX}/nothing", 404),
    "a description": ("GET", "/backend/api/openapi.json", 200),
    "a page about it": ("GET", "/backend/api/docs", 200),
    "a stranger's name": ("GET", "/sign-in", 400),
}


def test_every_kind_of_answer_has_the_headers_on_the_wire(serving, desk):
    desk.app.config["WTF_CSRF_ENABLED"] = True
    running = serving(desk.app)
    for kind, (method, path, expected) in KINDS.items():
        host = "evil.example" if kind == "a stranger's name" else "localhost"
        lines = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        status, headers, _ = parts(running.ask(lines.encode()))
        assert status == expected, kind
        require_headers(headers)


def test_a_failure_of_all_has_them_too(serving):
    def fails(environ, start_response):
        raise RuntimeError

    require_headers(parts(serving(fails).get("/"))[1])


HASTY = {"cleanup_interval": 0.02, "asyncore_loop_timeout": 0.02}


def test_headers_that_never_end_are_answered_and_cut_off(serving, desk, monkeypatch):
    monkeypatch.setattr(requests_module, "HEADER_SECONDS", 0.05)
    with serving(desk.app, HASTY).connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nA: ")
        status, headers, body = parts(client.makefile("rb").read())
    assert status == 408
    assert b"did not arrive in time" in body
    require_headers(headers)


def test_a_body_that_drips_is_answered_and_cut_off(serving, echo, monkeypatch):
    monkeypatch.setattr(requests_module, "BODY_SECONDS", 0.05)
    monkeypatch.setattr(requests_module, "SLOWEST", 10**9)
    with serving(echo, HASTY).connect() as client:
        client.sendall(f"POST {API} HTTP/1.1\r\nContent-Length: 9\r\n\r\nab".encode())
        assert parts(client.makefile("rb").read())[0] == 408


def test_three_hundred_slow_clients_keep_nobody_waiting(serving, echo):
    running = serving(echo, threads=2)
    slow = [running.connect() for _ in range(300)]
    for client in slow:
        client.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx")
    for _ in range(20):
        assert running.get("/").startswith(b"HTTP/1.1 200 OK")
    for client in slow:
        client.close()


def test_one_client_can_t_have_all_connections(serving, echo, monkeypatch):
    monkeypatch.setattr(server_module, "MOST_FROM_ONE", 5)
    running = serving(echo)
    monkeypatch.setattr(running.server, "_comes_for_many", lambda address: False)
    clients = [running.connect() for _ in range(5)]
    with running.connect() as one_more:
        assert one_more.recv(1) == b""
    clients.pop().close()
    while len(running.server.active_channels) > 4:
        assert clients[0].fileno()
    assert running.get("/").startswith(b"HTTP/1.1 200 OK")
    for client in clients:
        client.close()


def test_proxies_and_this_machine_come_for_many(serving, echo):
    server = serving(echo, trusted=("9.9.9.0/24",)).server
    many = ("127.0.0.1", "::1", "::ffff:127.0.0.1", "172.17.0.1", "fd00::1", "9.9.9.7", "")
    assert all(map(server._comes_for_many, many))
    assert not server._comes_for_many("8.8.8.8")
    assert not server._comes_for_many("2606:4700::1")


@pytest.mark.parametrize("path", [API, "/tickets"])
def test_where_people_come_by_https_errors_say_so_too(serving, echo, path):
    running = serving(echo, base_url="https://help.shop.example")
    _, headers, _ = parts(running.ask(BAD["a bare line feed"][1].replace("{}", path).encode()))
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
