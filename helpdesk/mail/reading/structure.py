"""A mail as a tree of parts, read from the bytes in time that grows with their number only.

The standard parser takes a multiple of what lines cost for each level of nesting, and minutes for
sixty megabytes of empty lines; this one looks for boundaries, a level at a time, in whole.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from . import guards
from .message import Remarks
from .parameters import Value, parsed

TOO_LONG = "headers too long to be read"
_BLANK = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)", re.DOTALL)
_KNOWN = re.compile(rb"(?:[A-Z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*)[ \t]*:")
_FIRST_BOUNDARY = re.compile(rb"\n--([^\s-](?:[^\r\n]{0,198}\S)?)[ \t]*+\r?\nContent-", re.I)


@dataclass(slots=True)
class Part:
    """One part of a mail: its header fields, and its body or the parts in it."""

    fields: list[tuple[str, bytes]]  # names in lower case, values unfolded
    body: bytes = b""
    parts: list["Part"] = field(default_factory=list)
    default: str = "text/plain"
    too_deep: bool = False  # a multipart that was not opened any more

    def first(self, name: str) -> bytes:
        return next((value for key, value in self.fields if key == name), b"")

    def value(self, name: str) -> Value:
        return parsed(self.first(name))

    @property
    def type(self) -> str:
        """Such as text/plain; what RFC 2045 says (5.2) where none or nonsense is given."""
        said = self.value("content-type").word.lower()
        if _TYPE.fullmatch(said):
            return said
        return self.default if not said or "/" not in said else "application/octet-stream"


_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}")


class Tree:
    """Reads parts; counts them and the bytes looked through, over all levels."""

    def __init__(self, raw: bytes, remarks: Remarks) -> None:
        self.raw = raw
        self.remarks = remarks
        self.parts = 0
        self.scanned = 0
        self.header_bytes = 0

    def read(self, start: int, end: int, default: str = "text/plain", depth: int = 0) -> Part:
        """The part that stands from *start* to *end*; nothing is copied but what a leaf holds."""
        self.parts += 1
        fields, body_at = self._head(start, end, depth)
        part = Part(fields, default=default)
        if not part.type.startswith("multipart/"):
            part.body = self.raw[body_at:end]
        elif depth >= guards.DEEPEST or self.parts >= guards.MOST_PARTS:
            self.remarks.add(f"nested deeper than {guards.DEEPEST} parts: kept as a file")
            part.body, part.too_deep = self.raw[body_at:end], True
        else:
            self._open(part, body_at, end, depth)
        return part

    def _head(self, start: int, end: int, depth: int) -> tuple[list[tuple[str, bytes]], int]:
        longest = guards.MOST_INNER_HEADER_BYTES if depth else guards.MOST_HEADER_BYTES
        left = guards.MOST_HEADER_BYTES * 2 - self.header_bytes
        fields, body_at = head(self.raw, self.remarks, start, end, min(longest, left))
        self.header_bytes += body_at - start
        return fields, body_at

    def _open(self, part: Part, start: int, end: int, depth: int) -> None:
        boundary = part.value("content-type").parameter("boundary").encode("utf-8", "replace")
        pieces = self._pieces(boundary, start, end) if boundary.strip() else None
        if pieces is None and (
            guess := _FIRST_BOUNDARY.search(self.raw, start - 1, start + 65_536)
        ):
            pieces = self._pieces(guess[1], start, end)
            self.remarks.add("its boundary was missing and had to be guessed")
        if not pieces:
            self.remarks.add("a multipart without parts")
        if pieces is None:
            pieces = []
            part.parts.append(Part([], body=self.raw[start:end]))
        inner = "message/rfc822" if part.type == "multipart/digest" else "text/plain"
        part.parts.extend(self.read(*piece, inner, depth + 1) for piece in pieces)

    def _pieces(self, boundary: bytes, start: int, end: int) -> list[tuple[int, int]] | None:
        """From where to where the parts between the boundaries stand; None without any."""
        self.scanned += end - start
        if self.scanned > guards.MOST_SCANNED:
            self.remarks.add("too much to look through: kept as one part")
            return None
        starts: list[int] = []
        pieces: list[tuple[int, int]] = []
        for before, after, last in self._lines(boundary, start, end):
            if starts:
                pieces.append((starts[-1], max(before, starts[-1])))
            if last:
                return pieces
            starts.append(after)
            if self.parts + len(starts) >= guards.MOST_PARTS:
                self.remarks.add("more parts than can be read: the rest is kept in the last")
                break
        else:
            if starts:
                self.remarks.add("its last boundary was missing")
        return [*pieces, (starts[-1], end)] if starts else None

    def _lines(self, boundary: bytes, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
        """Each line that is the boundary: where it and the line end before it begin, where the
        next line does, and whether it is the last."""
        sign = b"\n--" + boundary
        line = re.compile(rb"(--)?[ \t]*(?:\r?\n|\Z)|(--)")
        at = start - 1
        for _ in range(_MOST_LOOKS):
            at = self.raw.find(sign, at, end)
            if at < 0:
                return
            if match := line.match(self.raw, at + len(sign), end):
                before = at - 1 if self.raw[at - 1 : at] == b"\r" else at
                yield before, match.end(), bool(match[1] or match[2])
            at += len(sign) - 1


_MOST_LOOKS = guards.MOST_PARTS * 10


def head(
    raw: bytes, remarks: Remarks, start: int, end: int, most: int = guards.MOST_HEADER_BYTES
) -> tuple[list[tuple[str, bytes]], int]:
    """The header fields from *start* on, unfolded, and where the body after them begins."""
    for newline in (b"\n", b"\r\n"):
        if raw.startswith(newline, start, end):
            return [], start + len(newline)
    blank = _BLANK.search(raw, start, min(end, start + most))
    if blank is None and end > start + most:
        remarks.add(TOO_LONG)
        return [], start
    lines = raw[start : blank.start() if blank else end].split(b"\n")
    fields: list[tuple[str, list[bytes]]] = []
    at = start
    for index, line in enumerate(lines):
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1][1].append(line)
        elif match := _FIELD.match(line):
            fields.append((match[1].decode("ascii").lower(), [match[2]]))
        elif not _goes_on(fields, lines, index):
            return _unfolded(fields, remarks), at
        elif line.strip():
            remarks.add("a header line without a colon")
        at += len(line) + 1
    return _unfolded(fields, remarks), blank.end() if blank else end


def _goes_on(fields: list[tuple[str, list[bytes]]], lines: list[bytes], index: int) -> bool:
    """Whether a line that is no field is a slip among fields, and not the body already."""
    if not fields:
        return False
    rest = lines[index + 1 : index + 2]
    return not rest or bool(_KNOWN.match(rest[0])) or rest[0][:1] in (b" ", b"\t")


def _unfolded(fields: list[tuple[str, list[bytes]]], remarks: Remarks) -> list[tuple[str, bytes]]:
    if len(fields) > guards.MOST_FIELDS:
        remarks.add(f"more than {guards.MOST_FIELDS} header lines")
    return [
        (name, b" ".join(line.strip() for line in lines))
        for name, lines in fields[: guards.MOST_FIELDS]
    ]
