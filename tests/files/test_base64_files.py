"""Files in base64, as scripts send them inside of JSON (API.md)."""

import base64
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from helpdesk.errors import HelpdeskError, TooLarge
from helpdesk.files import BadBase64, from_base64
from helpdesk.files.uploads import _SLICE


@pytest.fixture
def decode(app):
    """The bytes that some base64 becomes."""

    def decode(content, **options):
        with app.test_request_context():
            return from_base64(content, **options).read()

    return decode


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("", b""),
        ("aGVsbG8=", b"hello"),
        ("aGVsbA==", b"hell"),
        ("aGVs", b"hel"),
        ("+/+/", b"\xfb\xff\xbf"),
        ("aGVs\r\nbG8=\r\n", b"hello"),
        (" a G\tV\ns ", b"hel"),
        ("aGVsbG8=" + " " * (2 * _SLICE), b"hello"),
        (" " * _SLICE + "aGVsbG8=", b"hello"),
    ],
)
def test_base64_becomes_a_file(decode, text, content):
    assert decode(text) == content


@pytest.mark.parametrize(
    "text",
    [
        "a", "aG", "aGV", "aGVsb", "aGVsbG8",  # cut off, or without its padding
        "=", "====", "a===", "aGVsbA=", "aG=s", "aGVsbG8==", "aGVsbA===",
        "aGVsbG8=aGVs", "aGVsbG8=\naGVs", "aGVsbG8=!",
        "aGVsbG8=" + " " * (2 * _SLICE) + "aGVs",  # something after the padding, slices later
        "A" * (_SLICE - 4) + "aGU=" + "aGVs",
        "-_-_", "aGV!", "aGVs.", "aGVs\0", "aGVs\x0b", "aGVs\u00a0",
        "\uff41\uff27\uff36\uff53", "aGVs\ud800",
        "data:;base64,aGVs", "data:image/png;base64,aGVsbG8=",
    ],
)  # fmt: skip
def test_what_is_not_base64_is_refused_and_leaves_nothing(decode, on_disk, text):
    with pytest.raises(BadBase64) as caught:
        decode(text)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, HelpdeskError)
    assert on_disk() == []


def test_bad_base64_leaves_nothing_outside_of_a_request_either(app, on_disk):
    with app.app_context(), pytest.raises(BadBase64):
        from_base64("aGVsbG8=!")
    assert on_disk() == []


@given(
    content=some.binary(max_size=300),
    cuts=some.lists(some.integers(min_value=1, max_value=9), min_size=1, max_size=20),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_does_not_matter_how_base64_is_cut_into_pieces(decode, content, cuts):
    text, pieces = base64.b64encode(content).decode(), []
    while text:
        cut = cuts[len(pieces) % len(cuts)]
        pieces.append(text[:cut])
        text = text[cut:]
    assert decode(pieces) == content


@pytest.mark.parametrize("size", [_SLICE // 4 * 3 + n for n in (-2, -1, 0, 1, 2, 3)])
def test_the_edges_of_a_slice_lose_nothing(decode, size):
    content = bytes(n % 251 for n in range(size))
    assert decode(base64.encodebytes(content).decode()) == content


def test_a_file_in_base64_has_its_limit_too(decode, on_disk):
    text = base64.b64encode(bytes(1000)).decode()
    assert len(decode(text, limit=1000)) == 1000
    with pytest.raises(TooLarge):
        decode(text, limit=999)
    assert on_disk() == []


def test_the_name_in_the_json_tells_kinds_of_zip_apart(app, disk):
    text = base64.b64encode(b"PK\x03\x04....").decode()
    with app.test_request_context():
        kept = disk.keep(from_base64(text, file_name="letter.odt"))
    assert kept.content_type == "application/vnd.oasis.opendocument.text"


def test_base64_is_decoded_in_slices(decode, app):
    text = base64.b64encode(bytes(8 * 1024 * 1024)).decode()
    with app.test_request_context():
        tracemalloc.start()
        from_base64(text)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 2 * 1024 * 1024
