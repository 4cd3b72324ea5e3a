"""A row as a line of JSON: its columns by their names, in the order of the table."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from ...database import Instant, db
from ...errors import HelpdeskError
from .kinds import SECRET_COLUMNS, SECRET_KINDS, Kind

_AT_ONCE = 1000  # rows
_NUL = b"\\u0000"
_encode = msgspec.json.Encoder().encode


def lines(kind: Kind, *, secrets: bool) -> Iterator[bytes]:
    """Each row of *kind* as a line, read in the transaction at hand, a few at a time.

    Raises HelpdeskError for a row that can't be written as JSON.
    """
    if kind.name in SECRET_KINDS and not secrets:
        return
    reads = [_reader(kind, column, secrets=secrets) for column in kind.columns]
    rows = db.session.connection().execute(kind.query(), execution_options={"yield_per": _AT_ONCE})
    for row in rows:
        try:
            yield _line(kind.names, reads, row)
        except (ValueError, OverflowError, OSError, TypeError, RecursionError) as error:
            key = ", ".join(str(getattr(row, name)) for name in kind.keys)
            raise HelpdeskError(
                f"A row of {kind.name} ({key}) can't be written: {error}."
            ) from None


def _line(names: Sequence[str], reads: Sequence[Callable[[Any], Any]], row: Sequence[Any]) -> bytes:
    values = {
        name: None if value is None else read(value)
        for name, read, value in zip(names, reads, row, strict=True)
    }
    line = _encode(values)
    if _NUL in line:  # what no form keeps; a mail server's last words may have one
        line = _encode(_without_nul(values))
    return line + b"\n"


def _reader(kind: Kind, column: sa.Column[Any], *, secrets: bool) -> Callable[[Any], Any]:
    """What makes a value of *column*, as the database has it, one that JSON can hold."""
    if not secrets and (kind.name, column.name) in SECRET_COLUMNS:
        instead = SECRET_COLUMNS[kind.name, column.name]
        return lambda _value: instead
    if isinstance(column.type, Instant):
        return lambda value: datetime.fromtimestamp(value, UTC)
    if isinstance(column.type, sa.Boolean):
        return bool
    if isinstance(column.type, sa.JSON) and db.engine.dialect.name == "sqlite":
        return _document  # which PostgreSQL's driver has read already
    return _itself


def _document(value: Any) -> Any:
    """What a column of JSON says: to SQLite, the text ``12`` there is a number."""
    return json.loads(value) if isinstance(value, str) else value


def _itself(value: Any) -> Any:
    return value


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_nul(item) for item in value]
    return value
