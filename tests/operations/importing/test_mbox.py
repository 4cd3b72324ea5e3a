"""Mails found in mbox files, as programs write them."""

import os

import pytest

from helpdesk.errors import HelpdeskError
from helpdesk.mail.reading import MOST_BYTES
from helpdesk.operations.importing.mails import letters
from helpdesk.operations.importing.mails.mbox import letters_of
from helpdesk.operations.importing.opening import opened

POSTMARK = b"From alice@shop.example Wed Nov 25 10:00:00 2026\n"
MAIL = b"From: alice@shop.example\nDate: Wed, 25 Nov 2026 10:00:00 +0000\n\nIt is broken.\n"


@pytest.fixture
def contents(tmp_path):
    def contents(raw):
        path = tmp_path / "inbox.mbox"
        path.write_bytes(raw)
        return [letter.read() for letter in letters_of(path)]

    return contents


def test_each_mail_is_found_without_the_lines_between(contents):
    assert contents(POSTMARK + MAIL + b"\n" + POSTMARK + MAIL + b"\n") == [MAIL, MAIL]


def test_line_ends_of_windows_and_a_missing_last_line(contents):
    raw = (POSTMARK + MAIL + b"\n" + POSTMARK + MAIL).replace(b"\n", b"\r\n")
    windows = MAIL.replace(b"\n", b"\r\n")
    assert contents(raw) == [windows, windows]
    assert contents(POSTMARK + MAIL.rstrip()) == [MAIL.rstrip()]


@pytest.mark.parametrize(
    ("quoted", "meant"),
    [
        (b">From here on it is dark.\n", b"From here on it is dark.\n"),
        (b">>From an answer\n", b">From an answer\n"),
        (b"> From a quote\n", b"> From a quote\n"),
    ],
)
def test_words_that_had_to_be_quoted_are_as_they_were(contents, quoted, meant):
    assert contents(POSTMARK + MAIL + quoted + b"\n" + POSTMARK + MAIL)[0] == MAIL + meant


def test_words_that_only_begin_like_a_mail_are_words(contents):
    words = b"\nFrom now on, at 10:00 we open.\nPlease note.\n\nFrom me: too\nHello: you\n"
    assert contents(POSTMARK + MAIL + words + b"\n" + POSTMARK + MAIL) == [MAIL + words, MAIL]


def test_a_length_that_leads_to_the_next_mail_is_believed(contents):
    forwarded = b"See:\n\n" + POSTMARK + b"Subject: inner\n\n>From it\n"
    head = b"From: a@shop.example\nContent-Length: %d\n\n" % len(forwarded)
    raw = POSTMARK + head + forwarded + b"\n" + POSTMARK + MAIL
    assert contents(raw) == [head + forwarded, MAIL]


def test_a_length_that_lies_is_not(contents):
    for length in (b"3", b"99999999999", b"-1", b"x"):
        mail = MAIL.replace(b"\n\n", b"\nContent-Length: " + length + b"\n\n", 1)
        assert contents(POSTMARK + mail + b"\n" + POSTMARK + MAIL) == [mail, MAIL]


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"PK\x03\x04 zip", MAIL, b"\0" * 5000])
def test_what_is_no_mbox_is_told(contents, raw):
    with pytest.raises(HelpdeskError, match="is no mbox"):
        contents(raw)


def test_a_mail_across_the_edge_of_a_block_is_found(contents):
    for size in range(1024 * 1024 - 90, 1024 * 1024 - 70):
        first = MAIL + b"x" * (size - len(POSTMARK) - len(MAIL)) + b"\n"
        assert contents(POSTMARK + first + b"\n" + POSTMARK + MAIL) == [first, MAIL]


def test_a_mail_is_put_where_its_date_says_or_else_its_postmark(tmp_path):
    path = tmp_path / "inbox.mbox"
    undated = MAIL.replace(b"Date", b"X-Date")
    path.write_bytes(POSTMARK.replace(b"2026", b"2020") + undated + b"\n" + POSTMARK + MAIL)
    assert [one.at for one in letters_of(path)] == [1606298400, 1795600800]


def test_years_that_cant_be_are_no_dates():
    for date in (b"Mon, 1 Jan 1900 00:00:00 +0000", b"Fri, 31 Dec 9999 23:59:59 -1200", b"\xff"):
        assert letters.seconds_of(date) is None


def test_a_mail_that_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "huge.mbox"
    path.write_bytes(POSTMARK + MAIL)
    with path.open("ab") as file:
        file.truncate(MOST_BYTES + 1000)
    [huge] = letters_of(path)
    with pytest.raises(HelpdeskError, match="larger than"):
        huge.read()


def test_a_pipe_or_a_link_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    for name in ("pipe", "link"):
        with pytest.raises(HelpdeskError):
            opened(tmp_path / name)
