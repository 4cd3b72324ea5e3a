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
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_harmless(heading) for heading in headings])
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return (MARK + out.getvalue()).encode()


def _harmless(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA):
        return f"'{cell}"
    return cell
