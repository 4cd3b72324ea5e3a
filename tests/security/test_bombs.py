"""Requests that are small to send and would take all memory or time to read."""

import resource
import time

import pytest

from tests.desk import PREFIX, upload

MB = 1024 * 1024
FORM = "application/x-www-form-urlencoded"
HEAD = b'--cut\r\nContent-Disposition: form-data; name="a"'


def post(desk, body, kind=FORM, path="/sign-in"):
    return desk.browser().post(path, data=body, content_type=kind)


@pytest.mark.parametrize(
    ("head", "piece", "times"),
    [
        (b"", b"a&", 5000),
        (b"", b"a=b&", 5000),
        (b"", b"&", 5000),
        (b"a=", b"%41", MB),
        (b"a=", b"+", 4 * MB),
    ],
)
def test_a_form_of_too_many_or_too_long_fields_is_413(desk, head, piece, times):
    assert post(desk, head + piece * times).status_code == 413


def test_a_form_without_files_may_be_as_long_as_a_message(desk, alice):
    words = "👋" * 99_000  # twelve bytes each, as browsers write them
    browser = desk.browser(alice)
    answer = browser.post("/tickets", data={"subject": "Lamp", "message": words})
    assert answer.status_code == 302


@pytest.mark.parametrize(
    "body",
    [
        lambda: HEAD + b'; filename="' + b'\\"' * MB + b'"\r\n\r\nx\r\n--cut--\r\n',
        lambda: HEAD + b"; a=b" * MB,
        lambda: HEAD + b"\r\n" + b"A: b\r\n" * MB,
        lambda: b"x" * MB + HEAD,
    ],
    ids=["a name", "values", "headers", "before all parts"],
)
def test_a_part_whose_head_does_not_end_is_400(desk, body):
    assert post(desk, body(), "multipart/form-data; boundary=cut").status_code == 400


def test_many_files_are_refused_before_they_are_read(desk, alice):
    form = {"subject": "x", "files": [upload(name=f"{n}.png") for n in range(200)]}
    assert desk.browser(alice).post("/tickets", data=form).status_code == 413
    assert not list((desk.folder / "attachments").rglob("*.part"))


@pytest.mark.parametrize("kind", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
def test_nothing_that_is_sent_is_unpacked(desk, alice, kind):
    packed = b"\x1f\x8b" + b"\0" * 1000
    answer = desk.api(alice).post(
        "/customer-support-ticket",
        data=packed,
        content_type="application/json",
        headers={"Content-Encoding": kind},
    )
    assert answer.status_code == 415


HEADERS = {
    "Accept-Language": ["a;q=0.5,", "a,", "-", ";", '"'],
    "Accept-Encoding": ["gzip;", "*;q=0,", ","],
    "Cookie": ["a=b;", 'a="\\0', "helpdesk=."],
    "Authorization": ["Bearer ", " ", "Basic a"],
    "Range": ["bytes=0-1,", "-", "9"],
    "If-None-Match": ['"a",', 'W/"', '"'],
    "Content-Type": ["multipart/form-data; boundary=a", "a/b;c*1=d;", '\\"'],
    "Referer": ["http://a", "http://[:", "@"],
    "User-Agent": ["Mozilla/5.0 (", "Edg", "iPhone"],
    "X-Forwarded-For": ["1,", "[", "1.1.1.1, "],
    "Host": ["a.", "[:"],
}


@pytest.mark.parametrize("name", HEADERS)
def test_no_header_takes_long_to_read(desk, name):
    """CPU time, of the longest that the server takes: what is quadratic takes minutes."""
    for piece in HEADERS[name]:
        value = (piece * 60_000)[: 60 * 1024]
        for method, path in (("POST", "/sign-in"), ("GET", f"{PREFIX}/customer-support-ticket")):
            began = time.process_time()
            answer = desk.browser().open(path, method=method, headers={name: value})
            assert answer.status_code < 500
            assert time.process_time() - began < 5


def test_a_form_of_the_largest_size_takes_little_memory(desk):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    post(desk, b"a&" * 12 * MB)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150 * 1024  # kB
