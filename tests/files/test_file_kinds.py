"""The kind of a file is told from its bytes; only four kinds are ever shown in a page."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from helpdesk.files import INLINE, sniff

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01"
BINARY = "application/octet-stream"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (PNG, "image/png"),
        (b"\x89PNG\r\n\x1a\n" + b"<script>alert(1)</script>", BINARY),
        (b"\x89PNG\n\x1a\n\0\0\0\rIHDR", BINARY),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
        (b"\xff\xd8\xff\xe1\0\x10Exif", "image/jpeg"),
        (b"\xff\xd8\0", BINARY),
        (b"GIF87a\x01\0", "image/gif"),
        (b"GIF89a\x01\0", "image/gif"),
        (b"GIF88a\x01\0", BINARY),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\x24\0\0\0WEBPVP8L", "image/webp"),
        (b"RIFF\x24\0\0\0WEBPVP8X", "image/webp"),
        (b"RIFF\x24\0\0\0WEBPEVIL", BINARY),
        (b"RIFF\x24\0\0\0WEBPVP8?", BINARY),
        (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
        (b"RIFF\x24\0\0\0AVI LIST", "video/x-msvideo"),
        (b"%PDF-1.7\n%\xe2\xe3", "application/pdf"),
        (b"\n%PDF-1.7", "text/plain"),
        (b"PK\x03\x04\x14\0", "application/zip"),
        (b"PK\x05\x06" + bytes(18), "application/zip"),
        (b"\x1f\x8b\x08\0", "application/gzip"),
        (b"\0\0\0\x20ftypisom\0\0", "video/mp4"),
        (b"\0\0\0\x20ftypmp42\0\0", "video/mp4"),
        (b"\0\0\0\x14ftypqt  \0\0", "video/quicktime"),
        (b"\0\0\0\x20ftypM4A \0\0", "audio/mp4"),
        (b"\0\0\0\x20ftypheic\0\0", "image/heic"),
        (b"\0\0\0\x20ftypavif\0\0", "image/avif"),
        (b"abc ftyp is a word", "text/plain"),
        (b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "video/webm"),
        (b"\x1a\x45\xdf\xa3\xa3B\x86\x81\x01B\x82\x88matroska", "video/x-matroska"),
        (b"ID3\x04\0\0", "audio/mpeg"),
        (b"ID3 tags are odd", "text/plain"),
        (b"\xff\xfb\x90\x44", "audio/mpeg"),
        (b"\xff\xfb\xf0\x44", BINARY),
        (b"OggS\0\x02\0\0", "audio/ogg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "text/plain"),
        (b"<?xml version='1.0'?><svg/>", "text/plain"),
        (b"<!doctype html><script>alert(1)</script>", "text/plain"),
        (b"\xef\xbb\xbf<html>", "text/plain"),
        (b"#!/bin/sh\necho", "text/plain"),
        ("Grüße, 你好, 👋".encode(), "text/plain"),
        ("Grüße".encode("latin-1"), BINARY),
        ("hello".encode("utf-16"), BINARY),
        (b"hello\0world", BINARY),
        (b"MZ\x90\0\x03", BINARY),
        (b"\x7fELF\x02\x01\x01\0", BINARY),
        (b"", "text/plain"),
    ],
)
def test_the_kind_is_told_from_the_first_bytes(head, kind):
    assert sniff(head) == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.b.XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
        ("a.odt", "application/vnd.oasis.opendocument.text"),
        ("a.zip", "application/zip"),
        ("a.jar", "application/zip"),
        ("a.png", "application/zip"),
        ("docx.", "application/zip"),
    ],
)
def test_the_name_only_decides_between_kinds_of_zip(name, kind):
    assert sniff(b"PK\x03\x04....", name) == kind
    assert sniff(b"hello", name) == "text/plain"
    assert sniff(b"\x80\0", name) == BINARY


def test_a_character_that_is_cut_off_by_the_end_of_the_head_is_still_text():
    assert sniff(("a" * 4095 + "é").encode()[:4096]) == "text/plain"


@given(start=some.sampled_from([b"<", b"<?xml", b"\xef\xbb\xbf<"]), rest=some.binary(max_size=60))
@settings(max_examples=100)
def test_nothing_that_begins_like_markup_is_shown_or_run(start, rest):
    assert sniff(start + rest, "a.svg") in {"text/plain", BINARY}


def test_four_kinds_are_shown_in_a_page():
    assert {"image/png", "image/jpeg", "image/gif", "image/webp"} == INLINE
