"""Rows on their way from one database to another: which there are, and how they are compared.

They are read past SQLAlchemy, a few at a time, as what both databases have: whole numbers (also for
yes and no), floats, and texts (also for JSON, to the letter).
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import msgspec
import sqlalchemy as sa

from ..migrate import load_models
from ..upgrading import DERIVED

AT_ONCE = 200  # rows: some of them are mails
_NUL, _SIGN = b"\\u0000", "\ufffd"
_OF_NUMBERS, _TOO_LARGE = tuple("-0123456789"), 2**63
Batch = list[tuple[Any, ...]]
Put = Callable[[sa.Table, Iterable[Batch]], None]
_encode = msgspec.json.Encoder().encode_lines


def copied() -> list[sa.Table]:
    """The tables that are copied. The others are made anew from these."""
    tables = load_models().tables
    return [tables[name] for name in sorted(tables) if not name.startswith(DERIVED)]


def names_of(table: sa.Table) -> str:
    """The columns of *table*, as SQL lists them."""
    return ", ".join(f'"{column.name}"' for column in table.columns)


def read(driver: Any, table: sa.Table) -> Iterator[Batch]:
    """The rows of *table* on a *driver*'s connection, in its transaction.

    They are in the order of its key, which is the same in both databases.
    """
    is_sqlite = not hasattr(driver, "pgconn")
    columns = ", ".join(_column(one, is_sqlite) for one in table.columns)
    keys = ", ".join(f'"{column.name}"' for column in table.primary_key)
    documents = [n for n, one in enumerate(table.columns) if isinstance(one.type, sa.JSON)]
    # With a name PostgreSQL keeps the rows until they are asked for.
    with closing(driver.cursor() if is_sqlite else driver.cursor(name="helpdesk_copy")) as cursor:
        cursor.execute(f'SELECT {columns} FROM "{table.name}" ORDER BY {keys}')  # noqa: S608
        while batch := cursor.fetchmany(AT_ONCE):
            yield [_with_texts(row, documents) for row in batch] if documents else batch


def _column(column: sa.Column[Any], is_sqlite: bool) -> str:
    if isinstance(column.type, sa.JSON) and not is_sqlite:
        return f'CAST("{column.name}" AS TEXT)'
    if isinstance(column.type, sa.Boolean):
        return f'CAST("{column.name}" AS INTEGER)'
    if isinstance(column.type, sa.Float):  # SQLite has no -0.0
        return f'"{column.name}" + 0.0'
    return f'"{column.name}"'


def _with_texts(row: tuple[Any, ...], documents: Sequence[int]) -> tuple[Any, ...]:
    values = list(row)
    for at in documents:
        values[at] = _text(values[at])
    return tuple(values)


def _text(value: Any) -> str | None:
    """JSON as text; a number as SQLite has it, for which 5.0 is 5."""
    if value is None or (isinstance(value, str) and value[:1] not in _OF_NUMBERS):
        return value
    number = json.loads(value) if isinstance(value, str) else value
    if isinstance(number, float) and number.is_integer() and abs(number) < _TOO_LARGE:
        number = int(number)
    return json.dumps(number)


@dataclass
class Tally:
    """What went by of a table: how many rows, and their hash, in their order."""

    table: sa.Table
    rows: int = 0
    hash: Any = field(default_factory=hashlib.sha256)
    changed: list[str] = field(default_factory=list)  # where, in words

    def of(self, batches: Iterator[Batch], tell: Callable[[int], object]) -> Iterator[Batch]:
        """*batches*, counted; a sign that PostgreSQL has not, U+0000, becomes U+FFFD."""
        for batch in batches:
            encoded = _encode(batch)
            if _NUL in encoded:
                batch = [self._without_nul(row) for row in batch]
                encoded = _encode(batch)
            self.hash.update(encoded)
            self.rows += len(batch)
            tell(len(batch))
            yield batch

    def is_like(self, other: "Tally") -> bool:
        return (self.rows, self.hash.digest()) == (other.rows, other.hash.digest())

    def _without_nul(self, row: Sequence[Any]) -> tuple[Any, ...]:
        columns = list(self.table.columns)
        for column, value in zip(columns, row, strict=True):
            if isinstance(value, str) and "\0" in value:
                key = ", ".join(
                    str(row[columns.index(one)]).replace("\0", _SIGN)
                    for one in self.table.primary_key
                )
                self.changed.append(f"{column.name} of {self.table.name} {key}")
        return tuple(one.replace("\0", _SIGN) if isinstance(one, str) else one for one in row)
