"""Senders' names of files, of every evil kind."""

import unicodedata
from email.message import Message
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some
from werkzeug.http import parse_options_header

from helpdesk.files import clean_name, content_disposition

ANY_TEXT = some.text(some.characters(exclude_categories=()), max_size=300)  # surrogates too
EVIL_TEXT = some.text(some.sampled_from("a./\\ \r\n\0\"';%=*é\u0301你\u202e\u200d\ud800\t"))


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("lamp.png", "lamp.png"),
        ("My lamp (2).tar.gz", "My lamp (2).tar.gz"),
        ("../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        ("C:\\Users\\Ana\\lamp.png", "lamp.png"),
        ("C:\\a/b\\lamp.png", "lamp.png"),
        ("..", "file"),
        ("...", "file"),
        (". . .", "file"),
        (".htaccess", "htaccess"),
        ("...a", "a"),
        ("lamp.png. .", "lamp.png"),
        ("folder/", "file"),
        ("", "file"),
        (None, "file"),
        (" \t\r\n", "file"),
        ("a\r\nSet-Cookie: x=1.png", "a Set-Cookie: x=1.png"),
        ("a\0b.png", "ab.png"),
        ("a\x1b[31mb\x7f\x9f.png", "a[31mb.png"),
        ("lamp\u202egnp.exe", "lampgnp.exe"),
        ("\u2066a\u2069\u200e\u200f\u061c.png", "a.png"),
        ("\ufeffa\u200b\u2060.png", "a.png"),
        ("a\u2028b\u2029c.png", "a b c.png"),
        ("a\u00a0 \u3000b.png", "a b.png"),
        ("half\ud83d.png", "half.png"),
        ("\ud800\udfff", "file"),
        ("e\u0301.png", "é.png"),
        ("\u0645\u06cc\u200c\u0634\u0648\u062f.pdf", "\u0645\u06cc\u200c\u0634\u0648\u062f.pdf"),
        ("👩\u200d👧.png", "👩\u200d👧.png"),
        ("con.txt", "_con.txt"),
        ("NUL", "_NUL"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("lpt\u00b9.txt", "_lpt\u00b9.txt"),
        ("console.txt", "console.txt"),
        ("com10.txt", "com10.txt"),
        ("<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.png"),
    ],
)
def test_a_name_is_made_safe(raw, clean):
    assert clean_name(raw) == clean


@pytest.mark.parametrize(
    ("raw", "end", "size"),
    [
        ("a" * 500 + ".png", "a.png", 200),
        ("é" * 500 + ".png", "é.png", 200),
        ("你" * 500 + ".png", "你.png", 199),
        ("👋" * 500, "👋", 200),
        ("a" * 500, "a", 200),
        ("a." + "b" * 500, "b", 200),
        ("a" * 195 + " " * 3 + "b" * 99 + ".png", "a b.png", None),
        ("a" * 195 + " . " + "b" * 99 + ".png", "a.png", None),
    ],
)
def test_a_long_name_is_shortened_between_characters_and_keeps_its_extension(raw, end, size):
    name = clean_name(raw)
    assert name.endswith(end) or size is None
    assert len(name.encode()) <= 200
    if size is not None:
        assert len(name.encode()) == size
    else:
        assert name.endswith(".png")
        assert " .png" not in name


@given(raw=ANY_TEXT | EVIL_TEXT)
@example("é" * 99 + "e\u0301" * 99)
@example("\u0958" * 100)  # NFC makes two characters of it
@settings(max_examples=300)
def test_whatever_comes_a_clean_name_is_short_plain_and_stays_as_it_is(raw):
    name = clean_name(raw)
    assert 0 < len(name.encode("utf-8")) <= 200
    assert not set(name) & set("/\\\0\r\n\u202e\u2066")
    assert not name.startswith((".", " "))
    assert all(unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp") for char in name)
    assert unicodedata.is_normalized("NFC", name)
    assert clean_name(name) == name


@pytest.mark.parametrize(
    ("name", "inline", "header"),
    [
        ("lamp.png", True, 'inline; filename="lamp.png"'),
        ("my lamp.png", False, 'attachment; filename="my lamp.png"'),
        ("a;b=c.png", False, 'attachment; filename="a;b=c.png"'),
        (
            'a"; filename=b.exe',
            False,
            "attachment; filename=\"a_; filename=b.exe\";"
            " filename*=UTF-8''a%22%3B%20filename%3Db.exe",
        ),
        ("50%.txt", False, "attachment; filename=\"50_.txt\"; filename*=UTF-8''50%25.txt"),
        ("Zoë.pdf", False, "attachment; filename=\"Zoe.pdf\"; filename*=UTF-8''Zo%C3%AB.pdf"),
        ("灯.png", True, "inline; filename=\"file.png\"; filename*=UTF-8''%E7%81%AF.png"),
        ("灯", False, "attachment; filename=\"file\"; filename*=UTF-8''%E7%81%AF"),
        ("a.灯", False, "attachment; filename=\"a\"; filename*=UTF-8''a.%E7%81%AF"),
        ("x\r\nSet-Cookie: a=b", False, 'attachment; filename="x Set-Cookie: a=b"'),
        ("it's*.txt", False, 'attachment; filename="it\'s*.txt"'),
        ("灯'*.a", False, "attachment; filename=\"'*.a\"; filename*=UTF-8''%E7%81%AF%27%2A.a"),
    ],
)  # fmt: skip
def test_a_header_names_the_file_for_old_and_new_programs(name, inline, header):
    assert content_disposition(name, inline) == header


@given(raw=ANY_TEXT | EVIL_TEXT, inline=some.booleans())
@settings(max_examples=300)
def test_no_name_breaks_out_of_its_header(raw, inline):
    header = content_disposition(raw, inline)
    assert all(" " <= char <= "~" for char in header)
    kind, options = parse_options_header(header)
    assert kind == ("inline" if inline else "attachment")
    assert set(options) == {"filename"}
    assert options["filename"] == clean_name(raw)  # werkzeug prefers filename*, as browsers do
    other = Message()  # a second opinion
    other["Content-Disposition"] = header
    assert {key.rstrip("*") for key, _ in other.get_params(header="Content-Disposition")[1:]} == {
        "filename"
    }
    if "filename*=" in header:
        assert unquote(header.rpartition("''")[2]) == clean_name(raw)
