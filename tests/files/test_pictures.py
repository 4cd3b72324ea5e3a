"""Pictures that are small to send and enormous to draw are files like any other."""

import struct
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as some

from helpdesk.files import INLINE, is_bearable
from helpdesk.files.sniff import GIF, JPEG, PNG, WEBP, sniff
from helpdesk.tickets import queries


def png(width, height):
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"\x08\2\0\0\0"


def gif(width, height, first=None, before=b"", table=b""):
    flags = 0x80 if table else 0
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, flags, 0, 0) + table + before
    return head + (b"," + struct.pack("<HHHHB", 0, 0, *first, 0) if first else b";")


def jpeg(width, height, before=b"", marker=0xC2):
    size = struct.pack(">HBHHB", 17, 8, height, width, 3)
    return b"\xff\xd8" + before + b"\xff" + bytes([marker]) + size


def webp(kind, width, height):
    if kind == b"VP8X":
        sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        body = b"\0" * 4 + sides
    elif kind == b"VP8L":
        body = b"\x2f" + struct.pack("<I", width - 1 | height - 1 << 14)
    else:
        body = b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height)
    return b"RIFF\0\0\0\0WEBP" + kind + b"\0\0\0\0" + body


EXIF = b"\xff\xe1" + struct.pack(">H", 60_000) + b"x" * 59_998  # longer than what is sniffed
THUMBNAIL = b"\xff\xe1" + struct.pack(">H", 30) + jpeg(9, 9).ljust(28, b"\0")
COMMENT = b"!\xfe\x03abc\x02de\0"
USUAL = {
    "png": png(8000, 8000),
    "gif": gif(4000, 3000, (4000, 3000)),
    "gif with colours and words": gif(400, 300, (400, 300), COMMENT, b"\0" * 6),
    "jpeg": jpeg(8000, 6000),
    "jpeg of a camera": jpeg(8000, 6000, EXIF),
    "jpeg with a small picture in it": jpeg(800, 600, THUMBNAIL + b"\xff\xff\xff\xfe\0\2"),
    "webp": webp(b"VP8 ", 8000, 6000),
    "webp without loss": webp(b"VP8L", 8000, 6000),
    "webp with more": webp(b"VP8X", 8000, 6000),
    "nothing but a head": b"\xff\xd8\xff\xe0",
}
ENORMOUS = {
    "png": png(60_000, 60_000),
    "png that is long": png(2_000_000_000, 1),
    "gif": gif(65_535, 65_535),
    "gif with a larger picture": gif(1, 1, (65_535, 65_535), COMMENT * 9, b"\0" * 6),
    "gif that says much first": gif(1, 1, (9, 9), COMMENT * 600),
    "jpeg": jpeg(65_535, 65_535),
    "jpeg behind a small one": jpeg(65_535, 65_535, THUMBNAIL),
    "jpeg behind words": jpeg(65_535, 65_535, EXIF * 3),
    "jpeg behind much": jpeg(9, 9, b"\xff\xfe\0\2" * 600),
    "jpeg behind nothing": jpeg(9, 9, b"\xff\xfe\0\2" + b"\0" * 9000),
    "webp": webp(b"VP8 ", 16_383, 16_383),
    "webp without loss": webp(b"VP8L", 16_384, 16_384),
    "webp with more": webp(b"VP8X", 16_777_216, 16_777_216),
}


@pytest.mark.parametrize("name", USUAL)
def test_a_usual_picture_is_shown(name):
    assert is_bearable(BytesIO(USUAL[name]), sniff(USUAL[name]))


@pytest.mark.parametrize("name", ENORMOUS)
def test_an_enormous_one_is_not(name):
    content = ENORMOUS[name]
    assert sniff(content) in INLINE
    assert not is_bearable(BytesIO(content), sniff(content))


def test_it_is_kept_as_a_download(desk, alice):
    bomb = desk.file("a.png", ENORMOUS["png"])
    ticket = desk.ticket(alice, files=[bomb, desk.file("b.png")])
    [one, other] = queries.conversation(alice, ticket)[0].attachments
    assert (one.content_type, other.content_type) == ("application/octet-stream", "image/png")
    page = desk.browser(alice).get(f"/tickets/{ticket.id}").text
    assert f"/files/{other.key}/b.png" in page
    answer = desk.browser(alice).get(f"/tickets/{ticket.id}/files/{one.key}/a.png")
    assert answer.headers["Content-Disposition"].startswith("attachment")


@given(some.sampled_from([PNG, GIF, JPEG, WEBP]), some.binary(max_size=200))
def test_whatever_comes_is_read_to_its_end(kind, content):
    assert is_bearable(BytesIO(content), kind) in (True, False)
