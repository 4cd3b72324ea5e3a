"""Bytes to text, for the names and the mistakes that mails have."""

import codecs

import pytest

from helpdesk.mail.reading.charsets import clean, clean_line, decoded
from helpdesk.mail.reading.message import Remarks


@pytest.mark.parametrize(
    "name",
    [
        "unicode_escape",
        "raw_unicode_escape",
        "rot13",
        "punycode",
        "idna",
        "undefined",
        "hex",
        "zlib",
        "charmap",
    ],
)
def test_a_codec_that_is_no_charset_is_not_used(name):
    codecs.lookup(name)  # it is there
    remarks = Remarks()
    assert decoded(b"\\x41bc", name, remarks) == "\\x41bc"
    assert "unknown character set" in remarks.all()[0]


@pytest.mark.parametrize(
    "name", ["UTF-8", '"utf-8"', " utf8 ", "utf_8", "utf-8; format=flowed", "UTF8MB4"]
)
def test_a_name_may_be_written_in_many_ways(name):
    remarks = Remarks()
    assert decoded("ä".encode(), name, remarks) == "ä"
    assert remarks.all() == ()


def test_what_is_said_to_be_utf8_and_is_nothing_of_the_kind_is_read_as_what_it_is():
    assert decoded("äöü".encode("cp1252"), "utf-8", Remarks()) == "äöü"


def test_one_broken_character_does_not_spoil_the_others():
    remarks = Remarks()
    assert decoded("äöü".encode() + b"\xff" + "äöü".encode(), "utf-8", remarks) == "äöü\ufffdäöü"
    assert remarks.all() == ("some characters could not be read",)


def test_text_that_can_be_kept():
    assert clean("a\r\nb\rc\u2028d\x85e\x0cf") == "a\nb\nc\nd\ne\nf"
    assert clean("\ufeffa\x00\x1b\x7f\x9fb") == "ab"
    assert clean("\ud800x") == "\ufffdx"
    assert clean("u\u0308") == "ü"


def test_marks_that_are_piled_up_are_thinned_and_nothing_else_is():
    line = "─" * 200 + "👍🏽" * 100 + "…" * 100
    assert clean(line) == line
    assert len(clean("a" + "\u0323" * 5000)) < 50


def test_a_line_keeps_letters_from_right_to_left_and_loses_what_turns_others_round():
    assert clean_line("\u202e\u05d3\u05d5\u05d3 \u200f\n x\u2066") == "\u05d3\u05d5\u05d3 x"
