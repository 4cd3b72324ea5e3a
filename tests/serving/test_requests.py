"""What the server refuses by itself: in which words, and so that the client can read them."""

import json
import threading

import pytest

from helpdesk.serving import channel as channel_module

MEGABYTE = 1024 * 1024
API = "/backend/api/api/customer-support-ticket"


def parts(answer):
    """The status, the headers and the body of *answer*."""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    return int(first.split(" ")[1]), dict(line.split(": ", 1) for line in lines), body


BAD = {
    "a header without a name": (400, "GET {} HTTP/1.1\r\n: x\r\n\r\n"),
    "a bare line feed": (400, "GET {} HTTP/1.1\r\nA: b\nC: d\r\n\r\n"),
    "a method in small letters": (400, "get {} HTTP/1.1\r\n\r\n"),
    "a length of words": (400, "POST {} HTTP/1.1\r\nContent-Length: many\r\n\r\n"),
    "a length twice": (
        400,
        "POST {} HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
    ),
    "a length of 5,000 digits": (
        400,
        "POST {} HTTP/1.1\r\nContent-Length: " + "9" * 5000 + "\r\n\r\n",
    ),
    "a length of 30 digits": (413, "POST {} HTTP/1.1\r\nContent-Length: " + "9" * 30 + "\r\n\r\n"),
    "two lengths that differ": (
        400,
        "POST {} HTTP/1.1\r\ncontent-length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    "an unknown coding": (501, "POST {} HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n"),
    "a chunk of words": (400, "POST {} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nmany\r\n"),
    "a chunk with no end": (
        400,
        "POST {} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
    ),
    "a chunk line without end": (
        400,
        "POST {} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + "1" * 300_000,
    ),
    "a trailer without end": (
        400,
        "POST {} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: " + "1" * 300_000,
    ),
    "headers of 300 kB": (431, "GET {} HTTP/1.1\r\nA: " + "b" * 300_000 + "\r\n\r\n"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_program_is_refused_in_json(serving, echo, what):
    expected, request = BAD[what]
    status, headers, body = parts(serving(echo).ask(request.replace("{}", API).encode()))
    assert status == expected
    assert headers["Content-Type"] == "application/json"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Connection"] == "close"
    told = json.loads(body)
    assert told.pop("status") == "error"
    assert told.pop("message").endswith(".")
    assert told == {}


@pytest.mark.parametrize("what", BAD)
def test_anybody_else_is_refused_in_one_plain_sentence(serving, echo, what):
    expected, request = BAD[what]
    status, headers, body = parts(serving(echo).ask(request.replace("{}", "/tickets").encode()))
    assert status == expected
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert body.endswith(b".\n")
    assert body.count(b"\n") == 1
    assert b"waitress" not in body


@pytest.mark.parametrize("what", BAD)
def test_a_browser_is_refused_with_a_page_of_the_desk(serving, desk, what):
    expected, request = BAD[what]
    answer = serving(desk.app).ask(request.replace("{}", "/tickets").encode())
    status, headers, body = parts(answer)
    assert status == expected
    assert headers["Connection"] == "close"
    if status < 500:
        assert headers["Content-Type"] == "text/html; charset=utf-8"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert b"<h1>" in body and f">{expected}<".encode() in body
    else:
        assert headers["Content-Type"] == "text/plain; charset=utf-8"


def test_a_form_that_is_far_too_large_gets_a_page_that_says_so_in_the_reader_s_language(
    serving, make_desk
):
    desk = make_desk(HELPDESK_MAX_UPLOAD_MB="1")
    running = serving(desk.app, max_upload_bytes=MEGABYTE)
    lines = f"POST /tickets HTTP/1.1\r\nContent-Length: {20 * MEGABYTE}\r\n"
    status, _, body = parts(running.ask(f"{lines}\r\n".encode()))
    assert status == 413 and b"at most 1 MB" in body
    status, _, body = parts(running.ask(f"{lines}Accept-Language: de\r\n\r\n".encode()))
    assert status == 413 and b'<html lang="de"' in body


@pytest.mark.parametrize(
    "target", ["http://shop.example/backend/api/x", "//backend/api/x", "/backend/api"]
)
def test_a_program_is_known_however_it_writes_the_address(serving, echo, target):
    answer = serving(echo).ask(f"GET {target} HTTP/1.1\r\n: x\r\n\r\n".encode())
    assert b"application/json" in answer


def test_an_address_with_an_open_bracket_is_refused(serving, echo):
    status, _, _ = parts(serving(echo).ask(b"GET http://[::1/backend HTTP/1.1\r\n\r\n"))
    assert status == 400


def test_an_application_that_fails_is_told_without_its_trace(serving):
    def fails(environ, start_response):
        raise RuntimeError("hunter22")

    status, headers, body = parts(serving(fails).get(API))
    assert (status, headers["Content-Type"]) == (500, "application/json")
    assert json.loads(body)["message"] == "Something went wrong on our side."


def test_no_answer_names_the_server(serving, echo):
    running = serving(echo)
    assert b"\r\nServer:" not in running.get("/")
    assert b"\r\nServer:" not in running.ask(b"nonsense\r\n\r\n")


def test_a_body_that_is_a_bit_too_large_reaches_the_application(serving, echo):
    running = serving(echo, max_upload_bytes=MEGABYTE)
    body = b"x" * (2 * MEGABYTE)
    request = f"POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    status, _, told = parts(running.ask(request.encode() + body))
    assert (status, told.split(b"\n")[1]) == (200, str(len(body)).encode())


@pytest.mark.parametrize("chunked", [False, True])
def test_a_client_that_sends_far_too_much_can_read_that_it_is_too_large(serving, echo, chunked):
    running = serving(echo, max_upload_bytes=MEGABYTE)
    size = 20 * MEGABYTE
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {size}"
    with running.connect() as client:
        client.sendall(f"POST {API} HTTP/1.1\r\n{length}\r\n\r\n".encode())
        for _ in range(size // MEGABYTE):
            # As a simple client does: first all that it has, then the answer.
            client.sendall((b"100000\r\n" if chunked else b"") + b"x" * MEGABYTE + b"\r\n")
        status, _, body = parts(client.makefile("rb").read())
    assert status == 413
    assert json.loads(body) == {"status": "error", "message": "The request is too large."}


def test_a_client_that_goes_on_sending_for_ever_is_cut_off(serving, echo, monkeypatch):
    monkeypatch.setattr(channel_module, "LINGER_BYTES", 4 * MEGABYTE)
    running = serving(echo, max_upload_bytes=MEGABYTE)
    with running.connect() as client:
        client.sendall(f"POST {API} HTTP/1.1\r\nContent-Length: {10**12}\r\n\r\n".encode())
        with pytest.raises(ConnectionError):
            for _ in range(100):
                client.sendall(b"x" * MEGABYTE)


def test_a_refused_client_that_stays_silent_is_cut_off(serving, echo, monkeypatch):
    monkeypatch.setattr(channel_module, "LINGER_QUIET_SECONDS", 0.1)
    running = serving(echo, {"cleanup_interval": 0.05, "asyncore_loop_timeout": 0.05})
    with running.connect() as client:
        client.sendall(b"nonsense\r\n\r\n")
        assert parts(client.recv(65536))[0] == 400
        wait_until(lambda: not running.server.active_channels)


def wait_until(holds):
    pause = threading.Event()
    for _ in range(300):
        if holds():
            return
        pause.wait(0.01)
    raise AssertionError("it did not happen within three seconds")


def test_who_asks_whether_to_send_too_much_is_told_no_at_once(serving, echo):
    running = serving(echo, max_upload_bytes=MEGABYTE)
    request = f"POST {API} HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: {10**9}\r\n\r\n"
    assert running.ask(request.encode()).startswith(b"HTTP/1.1 413 ")


def test_who_asks_whether_to_send_a_fitting_body_is_told_to_go_on(serving, echo):
    with serving(echo).connect() as client:
        client.sendall(b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
        assert client.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"abc")
        assert client.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")


def test_who_asks_whether_to_send_nothing_gets_the_answer(serving, echo):
    request = b"GET / HTTP/1.1\r\nConnection: close\r\nExpect: 100-continue\r\n\r\n"
    assert serving(echo).ask(request).startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_refusal_is_logged_without_what_was_sent(serving, echo, caplog):
    caplog.set_level("INFO")
    serving(echo).ask(b"GET /?hunter22 HTTP/1.1\r\nAuthorization: hunter22\nx\r\n\r\n")
    assert "Refused a request with 400" in caplog.text
    assert "hunter22" not in caplog.text
