"""Mails in an mbox file (RFC 4155, and what programs really write), found without reading it whole.

A mail begins with a line ``From sender date`` after an empty one. As words of a mail may begin so,
too, the line must look like one, and a header line must follow. Where a Content-Length leads to
exactly such a line, or to the end, it is believed (mboxcl, mboxcl2): then nothing is quoted.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ....errors import HelpdeskError
from ..opening import opened_by_name
from .letters import MOST_HEADERS, Letter, date_in, seconds_of

_BLOCK = 1024 * 1024
_LONGEST_LINE = 1000
_BEGINNING = b"\nFrom "
_POSTMARK = re.compile(rb"From (?>[^\r\n]*?\d{1,2}:\d\d)[^\r\n]*+\r?\n")
_FIELD = re.compile(rb"[!-9;-~]{1,76}[ \t]*:|>?From ")
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_END = re.compile(rb"\r?\n\r?\n")
_DATE = re.compile(rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[ ,].*")


def letters_of(path: Path) -> Iterator[Letter]:
    """The mails of *path*, as they stand there. Raises HelpdeskError where there are none."""
    with opened_by_name(path) as file:
        size = file.seek(0, 2)
        start = _first(file)
        if start is None:
            raise HelpdeskError(f"{path} is no mbox: it does not begin with a line “From …”.")
        before = 0
        while start is not None:
            beginning, following, is_quoted = _bounds(file, start, size)
            before = _written_at(file, start, beginning) or before
            yield Letter(before, path, beginning, _end(file, beginning, following), is_quoted)
            start = None if following >= size else following


def _first(file: BinaryIO) -> int | None:
    """Where the first mail begins: empty lines may stand before it."""
    file.seek(0)
    head = file.read(_LONGEST_LINE)
    start = len(head) - len(head.lstrip(b"\xef\xbb\xbf\r\n\t "))
    return start if head[start:].startswith(b"From ") else None


def _bounds(file: BinaryIO, start: int, size: int) -> tuple[int, int, bool]:
    """Where the mail whose ``From`` line stands at *start* begins, where the next one's line is."""
    file.seek(start)
    beginning = start + len(file.readline(_LONGEST_LINE))
    file.seek(beginning)
    head = file.read(MOST_HEADERS)
    if (told := _told_end(file, head, beginning, size)) is not None:
        return beginning, told, False
    return beginning, _next(file, beginning - 1, size), True


def _told_end(file: BinaryIO, head: bytes, beginning: int, size: int) -> int | None:
    """Where Content-Length says that the next mail's line is, if one is there."""
    end = _END.search(head)
    length = _LENGTH.search(head[: end.start()]) if end else None
    if end is None or length is None:
        return None
    after = beginning + end.end() + int(length[1])
    if after > size:
        return None
    file.seek(after)
    rest = file.read(_LONGEST_LINE)
    at = after + len(rest) - len(rest.lstrip(b"\r\n"))
    return at if at >= size or _is_beginning(file, at) else None


def _next(file: BinaryIO, position: int, size: int) -> int:
    """Where the next line is, from the end of line at *position* on, that begins a mail."""
    overlap = len(_BEGINNING) - 1
    while position < size:
        file.seek(position)
        block = file.read(_BLOCK)
        found = block.find(_BEGINNING)
        while found >= 0:
            at = position + found + 1
            if _is_after_empty_line(file, at) and _is_beginning(file, at):
                return at
            found = block.find(_BEGINNING, found + 1)
        if len(block) <= overlap:
            break
        position += len(block) - overlap
    return size


def _is_after_empty_line(file: BinaryIO, at: int) -> bool:
    file.seek(max(0, at - 4))
    return file.read(min(4, at)).replace(b"\r", b"").endswith(b"\n\n")


def _is_beginning(file: BinaryIO, at: int) -> bool:
    file.seek(at)
    line = file.readline(_LONGEST_LINE)
    return bool(_POSTMARK.fullmatch(line)) and bool(_FIELD.match(file.readline(_LONGEST_LINE)))


def _end(file: BinaryIO, beginning: int, following: int) -> int:
    """Without the empty line that stands before the next mail."""
    file.seek(max(beginning, following - 4))
    rest = file.read(following - max(beginning, following - 4))
    for blank in (b"\n\r\n", b"\n\n"):
        if rest.endswith(blank):
            return following - len(blank) + 1
    return following


def _written_at(file: BinaryIO, start: int, beginning: int) -> int | None:
    file.seek(beginning)
    if (at := date_in(file.read(MOST_HEADERS))) is not None:
        return at
    file.seek(start)
    postmark = _DATE.search(file.readline(_LONGEST_LINE))
    return None if postmark is None else seconds_of(_reordered(postmark[0]))


def _reordered(date: bytes) -> bytes:
    """``Sat Jan 3 01:05:34 1996`` as Date has it: ``Sat, 3 Jan 1996 01:05:34``."""
    words = date.split()
    if len(words) < 5:
        return date
    day, month, number, time = words[:4]
    zone = words[4] if words[4][:1] in (b"+", b"-") else b"+0000"
    return b"%s, %s %s %s %s %s" % (day, number, month, words[-1], time, zone)
