"""Tables as CSV files: RFC 4180, in UTF-8 with a mark at its start, without which Excel guesses."""

import csv
import io
from collections.abc import Iterable, Sequence

MARK = "\ufeff"
# What spreadsheets take for a formula when a cell begins with it; the wide ones too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001

Cell = str | int | float | None


def csv_file(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """*headings* and *rows* as a file. What a spreadsheet would run gets a ``'`` before it."""
    return MARK.encode() + csv_rows([headings]) + csv_rows(rows)


def csv_rows(rows: Iterable[Sequence[Cell]]) -> bytes:
    """*rows* as a part of such a file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def _harmless(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA):
        return f"'{cell}"
    return cell
