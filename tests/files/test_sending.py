"""What a browser gets when it asks for a file, and what it is told to do with it."""

import pytest
from flask import Flask

from helpdesk.files import (
    clean_name,
    content_disposition,
    from_base64,
    init_app,
    send,
    sniff,
    store,
)
from helpdesk.files.uploads import BadBase64
from tests.conftest import PNG


@pytest.fixture
def app(tmp_path):
    app = Flask("files")
    init_app(app, tmp_path)
    return app


@pytest.fixture
def client(app):
    with app.app_context():
        incoming = store().receive()
        incoming.write(b"0123456789")
        stored = store().keep(incoming)

    @app.get("/file")
    def file():
        return send(
            store(), stored.name, file_name="ten.txt", content_type="text/plain", etag=stored.sha256
        )

    @app.get("/picture")
    def picture():
        return send(store(), stored.name, file_name="a.png", content_type="image/png", etag="x")

    return app.test_client()


@pytest.mark.parametrize(
    ("wanted", "status", "body", "content_range"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=5-99", 206, b"56789", "bytes 5-9/10"),
        ("bytes=10-", 416, None, None),
        ("bytes=3-1", 416, None, None),
        ("lines=1-2", 416, None, None),
    ],
)
def test_ranges(client, wanted, status, body, content_range):
    answer = client.get("/file", headers={"Range": wanted})
    assert answer.status_code == status
    if body is not None:
        assert (answer.data, answer.headers["Content-Range"]) == (body, content_range)


def test_a_browser_that_has_the_file_gets_no_body(client):
    first = client.get("/file")
    assert (first.data, first.headers["Accept-Ranges"]) == (b"0123456789", "bytes")
    again = client.get("/file", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    old = client.get("/file", headers={"Range": "bytes=0-3", "If-Range": '"old"'})
    assert (old.status_code, old.data) == (200, b"0123456789")


def test_only_pictures_are_shown_in_place_and_nothing_runs(client):
    text, picture = client.get("/file"), client.get("/picture")
    assert text.headers["Content-Disposition"].startswith("attachment;")
    assert picture.headers["Content-Disposition"].startswith("inline;")
    for answer in (text, picture):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a...", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\0\0\0\0EVIL", "application/octet-stream"),
        (b"%PDF-1.7", "application/pdf"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>", "text/plain"),
        (b"<!doctype html><script>", "text/plain"),
        ("Grüße 灯".encode(), "text/plain"),
        (b"MZ\x90\0", "application/octet-stream"),
        (b"\xe7\x81", "application/octet-stream"),
        (b"", "text/plain"),
    ],
)
def test_the_type_is_told_from_the_bytes(head, expected):
    assert sniff(head, len(head)) == expected


def test_a_character_cut_by_the_end_of_the_head_is_still_text():
    assert sniff("灯".encode() * 1365 + b"\xe7", 10_000) == "text/plain"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("lamp.png", "lamp.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ana\\lamp.png", "lamp.png"),
        ("..", "file"),
        ("", "file"),
        (".htaccess", "htaccess"),
        ("a\r\nX-Evil: 1.png", "a X-Evil: 1.png"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("nul\0l.png", "null.png"),
        ("half\ud800.png", "half.png"),
        ("灯.png", "灯.png"),
    ],
)
def test_names_are_made_safe(raw, expected):
    assert clean_name(raw) == expected


def test_a_very_long_name_keeps_its_ending():
    name = clean_name("灯" * 300 + ".png")
    assert name.endswith(".png")
    assert len(name.encode()) <= 200


def test_a_name_can_not_break_out_of_its_header():
    value = content_disposition('a";x=灯%41.png', inline=False)
    assert (
        value
        == "attachment; filename=\"a__x=__41.png\"; filename*=UTF-8''a%22%3Bx%3D%E7%81%AF%2541.png"
    )


@pytest.mark.parametrize(
    "text", ["a", "a===", "ab=c", "!!!!", "é===", "data:;base64,YQ==", "YQ==YQ=="]
)
def test_what_is_not_base64_is_refused(app, text):
    with app.test_request_context(), pytest.raises(BadBase64):
        from_base64(text)


def test_base64_is_decoded_in_slices(app):
    import base64

    content = bytes(range(256)) * 1000
    with app.test_request_context():
        incoming = from_base64(base64.encodebytes(content).decode())
        incoming.seek(0)
        assert incoming.read() == content
        path = incoming.path
    assert not path.exists()  # nobody kept it
