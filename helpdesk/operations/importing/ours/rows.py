"""Putting the rows of an export into an empty desk's tables; whatever is wrong has its line."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa

from ....database import db
from ...exporting.kinds import Kind
from ...exporting.manifest import Part
from .. import Progress
from .reading import lines
from .shapes import shape_of
from .sources import Bad, Source

_AT_ONCE = 1000
_SAME = re.compile("UNIQUE constraint failed: (.*)", re.DOTALL)
_SAME_IN_POSTGRESQL = re.compile(r"Key \((.*?)\)=\(")
_COLOUR = re.compile(r"#[0-9a-f]{6}\Z", re.ASCII)
Row = tuple[int, dict[str, Any]]  # with the number of its line


def load(source: Source, kind: Kind, part: Part, progress: Progress) -> None:
    """Add the rows of *kind*. Only inside a ``transaction()``. Raises Bad."""
    connection = db.session.connection()
    for some in _batched(_checked(kind, _rows(source, kind, part))):
        try:
            with _taken_back_alone(connection):
                connection.execute(sa.insert(kind.table), [row for _number, row in some])
        except sa.exc.IntegrityError as error:
            raise Bad(kind.file, _why(error), _first_refused(connection, kind, some)) from None
        except RecursionError:
            raise Bad(kind.file, "It nests too deep.", some[0][0]) from None
        progress(len(some))


def _rows(source: Source, kind: Kind, part: Part) -> Iterator[Row]:
    shape = shape_of(kind, part.columns)
    for number, line in lines(source, kind.file, part, shape):
        yield number, msgspec.structs.asdict(line)


def _checked(kind: Kind, rows: Iterable[Row]) -> Iterator[Row]:
    """*rows*, whose keys grow from line to line: so no two are the same."""
    one_line = [
        column.name
        for column in kind.columns
        if isinstance(column.type, sa.String) and not isinstance(column.type, sa.Text | sa.Enum)
    ]
    last: tuple[Any, ...] | None = None
    for number, row in rows:
        key = tuple(row[name] for name in kind.keys)
        if last is not None and key <= last:
            raise Bad(
                kind.file, f"The lines are not in the order of {', '.join(kind.keys)}.", number
            )
        for name in one_line:
            if "\n" in (text := row.get(name) or "") or "\r" in text:
                raise Bad(kind.file, f"{name!r} has several lines.", number)
        if kind.name == "shop":
            _check_shop(kind.file, row, number)
        last = key
        yield number, row


def _check_shop(file: str, row: Mapping[str, Any], number: int) -> None:
    """What no page could be shown without."""
    if row["id"] != 1:
        raise Bad(file, "There is one shop, with the id 1.", number)
    if not _COLOUR.match(row["accent"]):
        raise Bad(file, "'accent' is no colour like #2f6f5e.", number)
    try:
        ZoneInfo(row["time_zone"])
    except (ValueError, OSError, LookupError):
        raise Bad(file, "There is no such 'time_zone'.", number) from None


def _batched(rows: Iterator[Row]) -> Iterator[list[Row]]:
    for first in rows:
        yield [first, *islice(rows, _AT_ONCE - 1)]


def line_with(source: Source, kind: Kind, part: Part, key: tuple[Any, ...]) -> int | None:
    """The line of the row with this *key*."""
    rows = _rows(source, kind, part)
    return next((n for n, row in rows if tuple(row[name] for name in kind.keys) == key), None)


def _taken_back_alone(connection: sa.Connection) -> AbstractContextManager[Any]:
    """SQLite leaves the rows before a refused one; PostgreSQL must be told whereto to go back."""
    return nullcontext() if connection.dialect.name == "sqlite" else connection.begin_nested()


def _first_refused(connection: sa.Connection, kind: Kind, rows: Iterable[Row]) -> int | None:
    """The line of the first of *rows* that can't be added; those before it are added then."""
    for number, row in rows:
        is_it = [kind.table.c[name] == row[name] for name in kind.keys]
        if connection.execute(sa.select(sa.literal(1)).where(*is_it)).first() is not None:
            continue
        try:
            with _taken_back_alone(connection):
                connection.execute(sa.insert(kind.table), row)
        except sa.exc.IntegrityError:
            return number
    return None


def _why(error: sa.exc.IntegrityError) -> str:
    diagnosis = getattr(error.orig, "diag", None)  # of PostgreSQL's driver
    said = str(error.orig)
    if diagnosis is None:
        same = _SAME.match(said)
    else:
        same = _SAME_IN_POSTGRESQL.match(diagnosis.message_detail or "")
    if same:
        names = ", ".join(name.rpartition(".")[2] for name in same[1].split(", "))
        return f"An earlier line has the same {names}."
    return f"The database refuses it: {said}."
