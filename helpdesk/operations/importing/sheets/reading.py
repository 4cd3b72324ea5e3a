"""The rows of a CSV file, whatever wrote it: its encoding and what stands between its cells."""

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ....errors import HelpdeskError
from ..opening import opened_by_name

LONGEST_CELL = 5_000_000  # characters, all lines of a row together twice that
_LONGEST_LINE = 2 * LONGEST_CELL
_HEAD = 65_536
_BLOCK = 1024 * 1024
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS = ",;\t|"


class Row(NamedTuple):
    """A row, and the number of its first line."""

    line: int
    cells: list[str]


class Sheet:
    """A CSV file: how it is written, its header, and its rows, read as they are asked for."""

    def __init__(self, path: Path, *, encoding: str = "", delimiter: str = "") -> None:
        """Raises HelpdeskError where it is no file, has no header, or *encoding* is unknown."""
        self.path = path
        self.encoding = _known(encoding) if encoding else _encoding_of(path)
        self.delimiter = delimiter or self._sniffed()
        self.header = [name.strip() for name in next(self._rows(), Row(1, [])).cells]
        if not any(self.header):
            raise HelpdeskError(f"{path} has no line with the names of its columns.")

    def count(self) -> int:
        """How many rows there are. Raises HelpdeskError where one of them can't be read."""
        return sum(1 for _row in self.rows())

    def rows(self) -> Iterator[Row]:
        """Those below the header that have anything in them.

        Raises HelpdeskError where the rest can't be read.
        """
        rows = self._rows()
        next(rows, None)
        return (row for row in rows if any(cell.strip() for cell in row.cells))

    def _rows(self) -> Iterator[Row]:
        csv.field_size_limit(LONGEST_CELL)
        with opened_by_name(self.path) as file:
            text = io.TextIOWrapper(file, encoding=self.encoding, newline="")
            reader = csv.reader(_lines(text), delimiter=self.delimiter)
            while True:
                line = reader.line_num + 1
                try:
                    yield Row(line, next(reader))
                except StopIteration:
                    return
                except (csv.Error, UnicodeError) as error:
                    raise HelpdeskError(
                        f"From line {line} on {self.path} can't be read: {_words(error)}"
                    ) from None

    def _sniffed(self) -> str:
        with opened_by_name(self.path) as file:
            head = file.read(_HEAD).decode(self.encoding, "replace")
        line = head.lstrip("\r\n").splitlines()[:1]
        unquoted = "".join(line[0].split('"')[::2]) if line else ""
        return max(_DELIMITERS, key=unquoted.count)


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise csv.Error("a line is too long")
        yield line


def _words(error: Exception) -> str:
    if isinstance(error, UnicodeError):
        return "it is written in another encoding (--encoding)."
    if "field larger" in str(error):
        return "a quote is not closed, or a cell is too long."
    return f"{error}."


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except (LookupError, ValueError):
        raise HelpdeskError(f"There is no encoding {encoding}.") from None


def _encoding_of(path: Path) -> str:
    """By its first bytes, else UTF-8 if all of it is; else what Windows writes in the West."""
    with opened_by_name(path) as file:
        head = file.read(_HEAD)
        for mark, encoding in _BOMS:
            if head.startswith(mark):
                return encoding
        if head[1::2].count(0) > len(head) // 4:
            return "utf-16-le"
        if head[::2].count(0) > len(head) // 4:
            return "utf-16-be"
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while head:
                decoder.decode(head)
                head = file.read(_BLOCK)
            decoder.decode(b"", final=True)
        except UnicodeError:
            return "cp1252"
    return "utf-8"
