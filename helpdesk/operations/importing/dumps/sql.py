"""SQL as mysqldump, mariadb-dump, phpMyAdmin and Adminer write it: what is in which table.

Only CREATE TABLE and INSERT are understood, everything else is passed over. Nothing is run.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, NamedTuple

from .scanner import Broken, Scanner

LONGEST = 64_000_000  # bytes of a value
MOST_VALUES = 1000  # of a row
Value = bytes | int | float | None

_SPACE = re.compile(rb"[\s;]*+")
_COMMENT_END, _STRING_OR_END = re.compile(rb"\*/"), re.compile(rb"['\"`;]|/\*|--\s|#")
_LINE_END = re.compile(rb"\n")
_REST = {
    b"'": re.compile(rb"[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+'", re.DOTALL),
    b'"': re.compile(rb'[^"\\]*+(?:(?:\\.|"")[^"\\]*+)*+"', re.DOTALL),
    b"`": re.compile(rb"[^`]*+`"),
}
_NAME = rb"(?:`[^`]{1,128}`|[\w$]{1,128})"
_CREATE = re.compile(
    rb"CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?((?:"
    + _NAME
    + rb"\s*\.\s*)?"
    + _NAME
    + rb")\s*\(",
    re.IGNORECASE,
)
_INSERT = re.compile(
    rb"(?:INSERT|REPLACE)\s+(?:IGNORE\s+)?(?:INTO\s+)?((?:" + _NAME + rb"\s*\.\s*)?" + _NAME + rb")"
    rb"\s*(\([^()]{0,40000}\))?\s*VALUES?\s*(?=\()",
    re.IGNORECASE,
)
_DELIMITER = re.compile(rb"DELIMITER\s", re.IGNORECASE)
_DELIMITER_BACK = re.compile(rb"\nDELIMITER ;[ \t\r]*\n")
_OPEN = re.compile(rb"\s*+\(")
_VALUE = re.compile(
    rb"\s*+(?:(?P<null>NULL)|(?P<number>[-+]?[\d.]++(?:E[-+]?\d++)?)"
    rb"|(?:_\w++\s*+)?'(?P<text>[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+)'"
    rb"|0x(?P<hex>[0-9a-f]*+)|(?:_\w++\s*+)?x'(?P<quoted>[0-9a-f]*+)'|b'(?P<bits>[01]*+)'"
    rb"|(?P<word>TRUE|FALSE))\s*+(?P<end>[,)])",
    re.IGNORECASE | re.DOTALL,
)
_NEXT = re.compile(rb"\s*+(,|;|ON\s)", re.IGNORECASE)
_NAMES_CHARSET = re.compile(rb"SET\s+NAMES\s+'?(\w+)", re.IGNORECASE)
_COLUMN = re.compile(rb"\s*`([^`]{1,128})`\s+(\w+)", re.IGNORECASE)
_MARK = re.compile(rb"['\"`(),]")
_ESCAPED = re.compile(rb"\\(.)|''", re.DOTALL)
_ESCAPES = {b"0": b"\0", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"Z": b"\x1a"}
_LATIN = {b"latin1", b"cp1252"}


class Table(NamedTuple):
    """A table that is made: its columns in their order, and which of them hold bytes."""

    name: str
    columns: Sequence[str]
    blobs: frozenset[str]


class Insert(NamedTuple):
    """A row: *columns* is what the statement names, None where it names none."""

    table: str
    columns: Sequence[str] | None
    values: Sequence[Value]


class Dump:
    """Reads *file*; rows only of tables that *wanted* says yes to."""

    def __init__(self, file: BinaryIO, wanted: Callable[[str], bool]) -> None:
        self._scanner = Scanner(file, LONGEST)
        self._wanted = wanted
        self.encoding = "utf-8"  # of what is text

    @property
    def position(self) -> int:
        return self._scanner.position

    def __iter__(self) -> Iterator[Table | Insert]:
        """What is in it, as it stands there. Raises Broken."""
        scanner = self._scanner
        while True:
            scanner.take(_SPACE)
            head = scanner.peek(2)
            if not head:
                return
            if head == b"/*":
                self._comment()
            elif head == b"--" or head[:1] == b"#":
                scanner.skip_to(_LINE_END, 1)
            elif made := self._take(_CREATE, b"CR"):
                yield self._table(made)
            elif insert := self._take(_INSERT, b"IN", b"RE"):
                yield from self._rows(insert)
            elif self._take(_DELIMITER, b"DE"):
                scanner.skip_to(_DELIMITER_BACK, 100)
            else:
                self._skip()

    def _take(self, pattern: re.Pattern[bytes], *heads: bytes) -> re.Match[bytes] | None:
        if self._scanner.peek(2).upper() not in heads:
            return None
        head = self._scanner.peek(50_000)
        found = pattern.match(head)
        if found is not None:
            self._scanner.skip(found.end())
        return found

    def _comment(self) -> None:
        if charset := _NAMES_CHARSET.search(self._scanner.peek(200).partition(b"*/")[0]):
            self.encoding = "cp1252" if charset[1].lower() in _LATIN else "utf-8"
        self._scanner.skip(2)
        self._scanner.skip_to(_COMMENT_END, 2)

    def _skip(self) -> None:
        """Go past a statement, which ends where ``;`` is no part of a string or comment."""
        scanner = self._scanner
        if charset := _NAMES_CHARSET.match(scanner.peek(100)):
            self.encoding = "cp1252" if charset[1].lower() in _LATIN else "utf-8"
        while found := scanner.skip_to(_STRING_OR_END, 3):
            if found == b";":
                return
            if found == b"/*":
                scanner.skip_to(_COMMENT_END, 2)
            elif found in _REST:
                scanner.need(_REST[found], "the end of a string")
            elif not found.endswith(b"\n"):
                scanner.skip_to(_LINE_END, 1)

    def _table(self, made: re.Match[bytes]) -> Table:
        text = self._scanner.peek(1_000_000)
        columns, blobs = [], set()
        for definition in _definitions(text):
            if column := _COLUMN.match(definition):
                name = column[1].decode("utf-8", "replace")
                columns.append(name)
                if column[2].lower().endswith((b"blob", b"binary")):
                    blobs.add(name)
        self._skip()
        return Table(_name(made[1]), columns, frozenset(blobs))

    def _rows(self, insert: re.Match[bytes]) -> Iterator[Insert]:
        table = _name(insert[1])
        if not self._wanted(table):
            self._skip()
            return
        columns = None
        if insert[2] is not None:
            columns = [_name(one) for one in insert[2][1:-1].split(b",")]
        scanner = self._scanner
        while True:
            scanner.need(_OPEN, "a row")
            yield Insert(table, columns, self._row())
            following = scanner.take(_NEXT)
            if following is None and not scanner.peek(20).strip():
                return  # the last statement of a file that was cut there
            if following is None:
                raise Broken(f"At byte {scanner.position:,} there should be another row.")
            if following[1] != b",":
                if following[1] != b";":
                    self._skip()
                return

    def _row(self) -> list[Value]:
        values: list[Value] = []
        size = 0
        while True:
            found = self._scanner.need(_VALUE, "a value")
            values.append(_value(found))
            size += len(found[0])
            if found["end"] == b")":
                return values
            if len(values) > MOST_VALUES or size > 2 * LONGEST:
                raise Broken(f"At byte {self._scanner.position:,} a row is too long.")


def _value(found: re.Match[bytes]) -> Value:
    if found["text"] is not None:
        text: bytes = found["text"]
        return _ESCAPED.sub(_unescaped, text) if b"\\" in text or b"'" in text else text
    if found["number"] is not None:
        return _number(found["number"])
    for group in ("hex", "quoted"):
        if found[group] is not None:
            digits: bytes = found[group]
            return bytes.fromhex((b"0" * (len(digits) % 2) + digits).decode("ascii"))
    if found["bits"] is not None:
        return int(found["bits"] or b"0", 2)
    if found["word"] is not None:
        return int(found["word"].upper() == b"TRUE")
    return None


def _number(text: bytes) -> Value:
    """An odd one, such as one of a thousand digits, stays what is written there."""
    try:
        if text.lstrip(b"-+").isdigit():
            return int(text) if len(text) < 19 else text
        return float(text)
    except ValueError:
        return text


def _unescaped(found: re.Match[bytes]) -> bytes:
    char: bytes | None = found[1]
    if char is None:
        return b"'"
    if char in b"%_":
        return b"\\" + char
    return _ESCAPES.get(char, char)


def _name(quoted: bytes) -> str:
    return quoted.rpartition(b".")[2].strip().strip(b"`").decode("utf-8", "replace")


def _definitions(text: bytes) -> Iterator[bytes]:
    """What stands between the commas of a CREATE TABLE, up to its closing bracket."""
    depth, start, at = 0, 0, 0
    while found := _MARK.search(text, at):
        at, char = found.end(), found[0]
        if char in _REST:
            end = _REST[char].match(text, at)
            if end is None:
                return
            at = end.end()
        elif char == b"(":
            depth += 1
        elif char == b")" and depth:
            depth -= 1
        elif not depth:
            yield text[start : found.start()]
            start = at
            if char == b")":
                return
