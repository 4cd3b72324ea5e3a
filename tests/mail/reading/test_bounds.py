"""What all parts of a mail together may cost: the bounds hold, and what is beyond them is kept."""

import pytest

from helpdesk.mail.reading import guards
from helpdesk.mail.reading.addresses import addresses, email_of
from helpdesk.mail.reading.message import Remarks
from helpdesk.mail.reading.parameters import parsed
from helpdesk.mail.reading.structure import Tree
from helpdesk.mail.reading.understanding import understood

from .corpus.case import HEAD, multipart, part


def _many(kind: str, body: str, count: int, *more: str) -> bytes:
    return HEAD + multipart("mixed", [part(kind, body, *more)] * count)


def test_bytes_looked_through_for_boundaries_are_counted_over_all_levels(monkeypatch):
    monkeypatch.setattr(guards, "MOST_SCANNED", 600)
    inner = multipart("mixed", [part("text/plain", "Hello" * 80)], "inner")
    raw = HEAD + multipart("mixed", [part("text/plain", "First"), inner])
    mail = understood(raw)
    assert "too much to look through: kept as one part" in mail.remarks
    assert "First" in mail.text
    assert "HelloHello" in mail.text


def test_lines_that_are_almost_boundaries_are_looked_at_so_many_times_only(monkeypatch):
    monkeypatch.setattr("helpdesk.mail.reading.structure._MOST_LOOKS", 5)
    raw = HEAD + multipart("mixed", [b"\n" + b"--bb\n" * 10, b"\nlater"])
    assert "later" in understood(raw).text
    tree = Tree(raw, Remarks()).read(0, len(raw))
    assert len(tree.parts) == 1


def test_headers_of_all_parts_are_counted_together(monkeypatch):
    monkeypatch.setattr(guards, "MOST_HEADER_BYTES", 400)
    raw = HEAD + multipart("mixed", [part("text/plain", "Hello", "X-A: " + "b" * 90)] * 20)
    mail = understood(raw)
    assert "headers too long to be read" in mail.remarks
    assert mail.text.count("Hello") == 20


def test_more_parts_than_are_read_stay_in_the_last(monkeypatch):
    monkeypatch.setattr(guards, "MOST_PARTS", 5)
    mail = understood(_many("text/plain", "Hello", 9))
    assert mail.text.count("Hello") == 9
    assert "more parts than can be read: the rest is kept in the last" in mail.remarks


def test_words_of_all_parts_are_counted_together_and_the_rest_are_files(monkeypatch):
    monkeypatch.setattr(guards, "MOST_TEXT", 100)
    mail = understood(_many("text/plain", "word " * 9, 5))
    assert len(mail.text) <= 110
    assert [file.content for file in mail.files] == [b"word " * 9] * 3
    mail = understood(_many("text/html", "word " * 9, 5))
    assert [file.content for file in mail.files] == [b"word " * 9] * 3


def test_characters_that_become_none_count_too(monkeypatch):
    monkeypatch.setattr(guards, "MOST_TEXT", 100)
    mail = understood(_many("text/plain; charset=iso-2022-jp", "\x1b$B" * 100, 5))
    assert len(mail.files) == 4


def test_uuencoded_parts_are_decoded_up_to_a_bound(monkeypatch):
    monkeypatch.setattr(guards, "MOST_UU_BYTES", 50)
    body = "begin 644 a\n%2&5L;&\\\n`\nend\nrest"
    how = ("Content-Transfer-Encoding: x-uuencode", "Content-Disposition: attachment; filename=a")
    mail = understood(_many("application/x-foo", body, 3, *how))
    assert [file.content for file in mail.files] == [b"Hello", body.encode(), body.encode()]


def test_invitations_are_read_in_the_first_parts_only():
    event = (
        "BEGIN:VCALENDAR\nSUMMARY:of the calendar\nBEGIN:VEVENT\nSUMMARY:Tea\nDTSTART:20261125\n"
    )
    assert understood(_many("text/calendar", event, 30)).text.count("Tea\n2026-11-25") == 10


def test_header_lines_beyond_a_bound_are_left_out():
    mail = understood(HEAD + b"X-A: b\n" * 3000 + b"\nHello\n")
    assert len(mail.fields) == guards.MOST_FIELDS


def test_a_thousand_addresses_of_a_header_are_enough():
    assert len(addresses(b",".join(b"a%d@x.example" % number for number in range(3000)))) == 1000


def test_an_address_is_looked_for_at_the_first_signs_only():
    assert email_of("@ " * 10 + "a@b.example") == "a@b.example"
    assert email_of("@ " * 1000 + "a@b.example") == ""


@pytest.mark.parametrize(
    ("raw", "name", "expected"),
    [
        (b'a/b; x="c\\"d"', "x", 'c"d'),
        (b'a/b; x="c;d"', "x", "c;d"),
        (b"a/b; X = c ", "x", "c"),
        (b"a/b; x=c; x=d", "x", "c"),
        (b"a/b; x*1=d; x*0=c", "x", "cd"),
        (b"a/b; x*0=%41; x*1*=%41", "x", "%41A"),
        (b"a/b; x*=no-quotes%41", "x", "no-quotesA"),
        (b"a/b; y=" + b"c" * 30_000 + b"; x=c", "x", ""),
        (b"a/b" + b"".join(b"; x%d=c" % number for number in range(200)), "x150", ""),
        (b"a/b", "x", ""),
    ],
)
def test_a_parameter(raw, name, expected):
    value = parsed(raw)
    assert value.word == "a/b"
    assert value.parameter(name) == expected
