"""What a browser gets when it asks for a file, and what it is told to do with it."""

import http.client
import logging
import os
from collections.abc import Iterator
from io import BytesIO
from threading import Thread

import pytest
from waitress.server import create_server

from helpdesk.files import StoredFile
from helpdesk.files.sending import SEALED

TEN = b"0123456789"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01"


@pytest.fixture
def address(client, app):
    """Keeps a file by a form and says where it is then."""

    def address(content: bytes = TEN, file_name: str = "ten.txt") -> str:
        form = {"files": [(BytesIO(content), file_name)]}
        return f"/file/{client.post('/keep', data=form).json[0]}"

    return address


@pytest.fixture
def ten(address) -> str:
    return address()


@pytest.fixture
def etag(client, ten) -> str:
    return client.get(ten).headers["ETag"]


def test_a_file_is_sent_whole_with_its_type_and_size(client, app, ten, etag):
    answer = client.get(ten)
    assert (answer.status_code, answer.data) == (200, TEN)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Length"] == "10"
    assert answer.headers["Accept-Ranges"] == "bytes"
    [(stored, _name)] = app.extensions["kept"].values()
    assert etag == f'"{stored.sha256}"'


@pytest.mark.parametrize("file_name", ["ten.txt", "ten.png"])
def test_every_answer_says_that_nothing_runs_and_nothing_is_cached(client, address, file_name):
    answer = client.get(address(PNG if file_name.endswith("png") else TEN, file_name))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == SEALED
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert set(answer.headers["Cache-Control"].split(", ")) == {"private", "no-cache"}


def test_headers_of_the_whole_app_leave_a_file_s_own_alone(app, client, address):
    @app.after_request
    def everywhere(answer):
        answer.headers.setdefault("Content-Security-Policy", "default-src 'self'")
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    headers = client.get(address()).headers
    assert headers.getlist("Content-Security-Policy") == [SEALED]
    assert len(headers.getlist("Cache-Control")) == 1


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
    ],
)
def test_a_picture_is_shown_unless_a_download_is_asked_for(client, address, content, kind):
    where = address(content, "a.bin")
    answer = client.get(where)
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Content-Disposition"] == 'inline; filename="a.bin"'
    assert client.get(where + "?download=0").headers["Content-Disposition"].startswith("inline")
    forced = client.get(where + "?download=1")
    assert forced.headers["Content-Disposition"] == 'attachment; filename="a.bin"'


@pytest.mark.parametrize(
    "content",
    [b"<svg onload='alert(1)'/>", b"<html><script>", b"%PDF-1.7", b"\0\0\0\x20ftypisom", b"\0"],
)
def test_everything_else_is_a_download_whatever_its_name(client, address, content):
    answer = client.get(address(content, "a.png") + "?download=0")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a.png"'
    assert answer.headers["Content-Type"].partition(";")[0] in {
        "text/plain",
        "application/pdf",
        "video/mp4",
        "application/octet-stream",
    }


def test_the_name_is_the_sender_s(client, address):
    answer = client.get(address(TEN, "灯.txt"))
    assert answer.headers["Content-Disposition"].endswith("filename*=UTF-8''%E7%81%AF.txt")


@pytest.mark.parametrize(
    ("wanted", "status", "body", "content_range"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=0-0", 206, b"0", "bytes 0-0/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=-10", 206, TEN, "bytes 0-9/10"),
        ("bytes=5-99", 206, b"56789", "bytes 5-9/10"),
        ("BYTES = 1-2", 206, b"12", "bytes 1-2/10"),
        ("bytes=10-", 416, None, "bytes */10"),
        ("bytes=99-100", 416, None, "bytes */10"),
        ("bytes=-99", 200, TEN, None),  # longer than the file: all of it
        ("bytes=0-1,4-5", 200, TEN, None),  # several parts: all of it
        ("bytes=0-1,99-100", 200, TEN, None),
        ("bytes=3-1", 200, TEN, None),  # what can't be read is ignored (RFC 9110, 14.2)
        ("bytes=-0", 200, TEN, None),
        ("bytes=", 200, TEN, None),
        ("bytes=a-b", 200, TEN, None),
        ("bytes=\uff11-\uff12".encode().decode("latin-1"), 200, TEN, None),
        ("bytes=0-" + "9" * 5000, 200, TEN, None),
        ("lines=0-1", 200, TEN, None),
        ("nonsense", 200, TEN, None),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_ranges(client, ten, method, wanted, status, body, content_range):
    answer = client.open(ten, method=method, headers={"Range": wanted})
    assert answer.status_code == status
    assert answer.headers.get("Content-Range") == content_range
    if body is not None:
        assert answer.data == (body if method == "GET" else b"")
        assert answer.headers["Content-Length"] == str(len(body))


def test_a_range_of_an_empty_file_is_the_empty_file(client, address):
    answer = client.get(address(b""), headers={"Range": "bytes=0-"})
    assert (answer.status_code, answer.data, answer.headers["Content-Length"]) == (200, b"", "0")


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"If-None-Match": "ETAG"}, 304),
        ({"If-None-Match": "W/ETAG"}, 304),
        ({"If-None-Match": '"other", ETAG'}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"other"'}, 200),
        ({"If-None-Match": "ETAG", "Range": "bytes=0-3"}, 304),
        ({"If-None-Match": '"other"', "Range": "bytes=0-3"}, 206),
        ({"If-None-Match": "ETAG", "Range": "bytes=99-"}, 304),
        ({"If-Modified-Since": "Wed, 01 Jan 2098 00:00:00 GMT"}, 200),
        ({"If-Match": "ETAG"}, 200),
        ({"If-Match": "ETAG", "Range": "bytes=0-3"}, 206),
        ({"If-Match": '"other"'}, 412),
        ({"If-Match": '"other"', "Range": "bytes=0-3"}, 412),
        ({"If-Range": "ETAG", "Range": "bytes=0-3"}, 206),
        ({"If-Range": '"other"', "Range": "bytes=0-3"}, 200),
        ({"If-Range": '"other"', "Range": "bytes=99-"}, 200),
        ({"If-Range": "W/ETAG", "Range": "bytes=0-3"}, 200),
        ({"If-Range": "Wed, 01 Jan 2098 00:00:00 GMT", "Range": "bytes=0-3"}, 200),
        ({"If-Range": '"other"'}, 200),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_conditions(client, ten, etag, method, asked, status):
    headers = {name: value.replace("ETAG", etag) for name, value in asked.items()}
    answer = client.open(ten, method=method, headers=headers)
    assert answer.status_code == status
    if status != 412:
        assert answer.headers["ETag"] == etag
        expected = {200: TEN, 206: b"0123", 304: b""}[status]
        assert answer.data == (expected if method == "GET" else b"")
    else:
        assert TEN not in answer.data


def test_a_browser_that_has_the_file_is_told_the_rules_again(client, ten, etag):
    headers = client.get(ten, headers={"If-None-Match": etag}).headers
    assert headers["Content-Security-Policy"] == SEALED
    assert set(headers["Cache-Control"].split(", ")) == {"private", "no-cache"}


def test_head_is_get_without_the_content(client, ten):
    got, head = client.get(ten), client.head(ten)
    assert head.data == b""
    own = {"Date"}
    assert [h for h in head.headers if h[0] not in own] == [
        h for h in got.headers if h[0] not in own
    ]


def test_a_file_that_the_disk_lost_is_a_plain_404(client, app, ten, on_disk, caplog):
    [path] = on_disk()
    path.unlink()
    with caplog.at_level(logging.WARNING):
        answer = client.get(ten)
    assert (answer.status_code, answer.text) == (404, "This file can't be found any more.")
    assert path.name in caplog.text


def test_a_row_with_no_stored_name_opens_nothing(client, app):
    app.extensions["kept"]["..%2fsecret_key"] = StoredFile("", 0, "x", "text/plain"), "a"
    assert client.get("/file/..%252fsecret_key").status_code == 404


def test_no_answer_leaves_a_descriptor_open(client, ten, etag, open_descriptors):
    before = open_descriptors()
    for method in ("GET", "HEAD"):
        for headers in (
            {},
            {"Range": "bytes=0-3"},
            {"Range": "bytes=99-"},
            {"If-None-Match": etag},
            {"If-Match": '"other"'},
        ):
            client.open(ten, method=method, headers=headers).close()
    assert open_descriptors() == before


@pytest.fixture
def served(app) -> Iterator[http.client.HTTPConnection]:
    """A connection to the app behind waitress, whose file wrapper is its own."""
    server = create_server(app, host="127.0.0.1", port=0, threads=2)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    connection = http.client.HTTPConnection("127.0.0.1", server.effective_port, timeout=30)
    yield connection
    connection.close()
    server.trigger.pull_trigger(server.close)  # in its own thread, between two rounds
    thread.join(5)
    assert not thread.is_alive()


@pytest.mark.parametrize(
    ("method", "headers", "status", "part"),
    [
        ("GET", {}, 200, slice(None)),
        ("HEAD", {}, 200, slice(0)),
        ("GET", {"Range": "bytes=100000-299999"}, 206, slice(100_000, 300_000)),
        ("GET", {"Range": "bytes=-70000"}, 206, slice(-70_000, None)),
        ("GET", {"Range": "bytes=0-1,5-6"}, 200, slice(None)),
        ("GET", {"If-None-Match": "*"}, 304, slice(0)),
    ],
)
def test_files_come_through_the_real_server(served, address, method, headers, status, part):
    content = b"\x80" + os.urandom(400_000)
    where = address(content)
    for _again in range(2):  # the connection stays in step
        served.request(method, where, headers=headers)
        answer = served.getresponse()
        assert (answer.status, answer.read()) == (status, content[part])


def test_an_upload_comes_through_the_real_server(served, on_disk):
    content = os.urandom(600_000)
    head = b'--cut\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
    body = head + content + b"\r\n--cut--\r\n"
    types = {"Content-Type": "multipart/form-data; boundary=cut"}
    for options in ({}, {"encode_chunked": True}):
        sent = iter([body[:300_000], body[300_000:]]) if options else body
        extra = {"Transfer-Encoding": "chunked"} if options else {}
        served.request("POST", "/keep", sent, {**types, **extra}, **options)
        answer = served.getresponse()
        assert answer.status == 200
        answer.read()
    assert [path.read_bytes() for path in on_disk()] == [content, content]
