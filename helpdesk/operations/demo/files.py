"""The demo's files, made as they are needed: pictures, a PDF, a text."""

import struct
import zlib
from collections.abc import Callable

WIDTH, HEIGHT = 320, 240
Colour = tuple[int, int, int]

_WALLS: tuple[Colour, ...] = ((233, 225, 210), (205, 216, 214), (222, 208, 214), (214, 220, 203))
_SHADES: tuple[Colour, ...] = ((168, 84, 48), (47, 111, 94), (66, 84, 122), (120, 72, 104))
_FLOOR, _METAL, _DARK = (151, 118, 87), (90, 84, 78), (38, 33, 30)


def content_of(name: str) -> bytes:
    """A file that fits its *name*: a ``.png``, a ``.pdf``, or a text. Always the same one."""
    kinds: dict[str, Callable[[str], bytes]] = {"png": _picture, "pdf": _document}
    return kinds.get(name.rpartition(".")[2], _text)(name)


def _picture(name: str) -> bytes:
    """A lamp before a wall, in colours of its own, with a mark where the name speaks of one."""
    number = zlib.crc32(name.encode())
    wall, shade = _WALLS[number % 4], _SHADES[number // 4 % 4]
    is_marked = any(word in name for word in ("crack", "scratch", "ring", "corner", "wet"))
    rows = b"".join(_row(y, wall, shade, is_marked) for y in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _row(y: int, wall: Colour, shade: Colour, is_marked: bool) -> bytes:
    middle = WIDTH // 2
    light = 1 + max(0.0, 1 - abs(y - 100) / 90) * 0.1
    row = bytearray(_lit(wall if y < 190 else _FLOOR, light) * WIDTH)

    def draw(left: int, right: int, colour: Colour) -> None:
        row[left * 3 : right * 3] = bytes(colour) * (right - left)

    if 45 <= y < 105:  # the shade widens downwards
        half = 26 + (y - 45) // 2
        draw(middle - half, middle + half, shade)
    elif 105 <= y < 195:
        draw(middle - 3, middle + 3, _METAL)
    elif 195 <= y < 203:
        draw(middle - 34, middle + 34, _METAL)
    if is_marked and 50 <= y < 150:
        bend = middle - 24 + (y - 50) // 5 + abs(y % 16 - 8)
        draw(bend, bend + 3, _DARK)
    return b"\0" + bytes(row)


def _lit(colour: Colour, light: float) -> bytes:
    return bytes(min(255, round(channel * light)) for channel in colour)


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def _document(name: str) -> bytes:
    """One page of PDF 1.4 that says what it is."""
    title = name.removesuffix(".pdf").replace("-", " ").capitalize()
    text = f"BT /F1 28 Tf 72 740 Td ({title}) Tj 0 -40 Td /F1 12 Tf (Marlowe & Light) Tj ET"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    count = len(objects) + 1
    return (
        f"{body}xref\n0 {count}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    ).encode("ascii")


def _text(name: str) -> bytes:
    lines = {
        "statement.txt": "12 Nov  Bakery             -4.20\n13 Nov  Rent             -780.00\n"
        "14 Nov  Tram              -2.90\n15 Nov  Salary          2,410.00\n",
        "voucher.txt": "Happy birthday! Marlowe & Light, 50 euros: MLQ7-40PO\n",
    }
    return lines.get(name, f"{name}\n").encode()
