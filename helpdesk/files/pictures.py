"""How large a picture is once it is drawn, as its head says: nothing is decoded here.

A few kilobytes can say that they are a picture of 60,000 by 60,000, for which a browser that shows
it needs 14 GB. It is a file like any other then.
"""

import struct
from typing import BinaryIO

from .sniff import GIF, JPEG, PNG, WEBP

MOST_PIXELS = 64_000_000  # a browser needs four bytes for each
_MOST_SEGMENTS, _MOST_FILLING = 500, 4096
_SIZED = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # the segments of a JPEG that say how large
_ALONE = {0x01, *range(0xD0, 0xD8)}  # those that have no length


def is_bearable(file: BinaryIO, kind: str) -> bool:
    """Whether a browser can be asked to draw *file*, a picture of this *kind*; it is read from."""
    try:
        file.seek(0)
        pixels = {PNG: _png, GIF: _gif, JPEG: _jpeg, WEBP: _webp}[kind](file)
    except (struct.error, IndexError):
        return True  # cut off: there is nothing in it to be drawn
    return pixels <= MOST_PIXELS


def _png(file: BinaryIO) -> int:
    width, height = struct.unpack(">II", file.read(24)[16:])
    return int(width * height)


def _gif(file: BinaryIO) -> int:
    """Browsers make room for the first picture in it, too, where that is larger than the screen."""
    width, height, flags = struct.unpack("<HHB", file.read(13)[6:11])
    if flags & 0x80:
        file.seek(3 << (flags & 7) + 1, 1)
    for _ in range(_MOST_SEGMENTS):
        kind = file.read(1)
        if kind == b"!":
            file.seek(1, 1)
            while size := file.read(1)[0]:
                file.seek(size, 1)
            continue
        if kind == b",":
            first = struct.unpack("<HHHH", file.read(8))
            width, height = max(width, first[0] + first[2]), max(height, first[1] + first[3])
        return int(width * height)
    return MOST_PIXELS + 1


def _webp(file: BinaryIO) -> int:
    head = file.read(30)
    if head[12:16] == b"VP8X":
        width, height = (1 + int.from_bytes(head[at : at + 3], "little") for at in (24, 27))
    elif head[12:16] == b"VP8L":
        bits = struct.unpack("<I", head[21:25])[0]
        width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    else:
        width, height = (side & 0x3FFF for side in struct.unpack("<HH", head[26:30]))
    return width * height


def _jpeg(file: BinaryIO) -> int:
    """The size is behind segments of any length: the camera's words, a small picture."""
    file.seek(2)
    for _ in range(_MOST_SEGMENTS):
        marker = _marker(file)
        if marker is None:
            break
        if marker in _ALONE:
            continue
        [length] = struct.unpack(">H", file.read(2))
        if marker in _SIZED:
            height, width = struct.unpack(">HH", file.read(5)[1:])
            return int(width * height)
        file.seek(max(0, length - 2), 1)
    return MOST_PIXELS + 1  # no camera writes that


def _marker(file: BinaryIO) -> int | None:
    """The next one: a byte behind any number of 0xFF. None where it is too far."""
    before = b""
    for _ in range(_MOST_FILLING):
        one = file.read(1)
        if not one:
            raise struct.error("cut off")
        if before == b"\xff" and one not in (b"\xff", b"\0"):
            return one[0]
        before = one
    return None
