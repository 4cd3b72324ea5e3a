"""The tables of a dump that matter, in a database of SQLite's for as long as they are needed."""

import json
import re
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from ....errors import HelpdeskError
from .. import Progress, Report
from ..opening import opened_by_name
from .sql import Dump, Insert, Table, Value

Schema = Mapping[str, Sequence[str]]  # table, without its prefix → the columns that are wanted
_AT_ONCE, _BYTES_AT_ONCE = 500, 8_000_000
_BLOCK, _OVERLAP = 1024 * 1024, 200
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"


class Staged:
    """What was read. Rows are read by SQL over the tables' names without prefixes."""

    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base

    def rows(self, statement: str, *values: Any) -> Iterator[sqlite3.Row]:
        """The rows that *statement* has."""
        return iter(self._base.execute(statement, values))

    def all(self, statement: str, *values: Any) -> list[sqlite3.Row]:
        return self._base.execute(statement, values).fetchall()

    def first(self, statement: str, *values: Any) -> sqlite3.Row | None:
        found: sqlite3.Row | None = self._base.execute(statement, values).fetchone()
        return found

    def has(self, table: str) -> bool:
        """Whether *table* has any row."""
        return self.first(f"SELECT 1 FROM {_quoted(table)} LIMIT 1") is not None  # noqa: S608


@contextmanager
def scratch(schema: Schema, indexes: Sequence[str]) -> Iterator[sqlite3.Connection]:
    """An empty database with the tables of *schema*, gone after the block (in ``TMPDIR``)."""
    with (
        tempfile.TemporaryDirectory(prefix="helpdesk-import-") as folder,
        closing(sqlite3.connect(Path(folder) / "dump.db", isolation_level=None)) as base,
    ):
        base.row_factory = sqlite3.Row
        base.execute("PRAGMA journal_mode = OFF")
        base.execute("PRAGMA synchronous = OFF")
        for table, columns in schema.items():
            base.execute(f"CREATE TABLE {_quoted(table)} ({', '.join(map(_defined, columns))})")
        for number, index in enumerate(indexes):
            base.execute(f"CREATE INDEX i{number} ON {index}")
        yield base


def _defined(column: str) -> str:
    """Numbers of rows are numbers, although some programs put quotes round them."""
    return f"{_quoted(column)}{' INTEGER' if column.endswith('id') else ''}"


@contextmanager
def staged(
    path: Path,
    schema: Schema,
    indexes: Sequence[str],
    report: Report,
    *,
    telltale: str,
    prefix: str | None = None,
    progress: Progress = lambda more: None,
) -> Iterator[Staged]:
    """The tables of *schema* in the dump at *path*, with *indexes* (``table (column)``).

    *telltale* is a table that tells by its name what the prefix is, if none is said. *progress*
    is called with bytes. Raises HelpdeskError where the dump is none, or has no such tables.
    """
    if prefix is None:
        prefix = _prefix_of(path, telltale)
    with scratch(schema, indexes) as base:
        base.execute("BEGIN")
        _Loader(base, schema, prefix, report).load(path, progress)
        base.execute("COMMIT")
        yield Staged(base)


class _Loader:
    """Puts rows of a dump into the tables of *schema*."""

    def __init__(
        self, base: sqlite3.Connection, schema: Schema, prefix: str, report: Report
    ) -> None:
        self._base, self._schema, self._prefix, self._report = base, schema, prefix, report
        self._tables: dict[str, Table] = {}
        self._waiting: dict[str, list[list[Any]]] = {}
        self._bytes = 0

    def load(self, path: Path, progress: Progress) -> None:
        with opened_by_name(path) as file:
            if (head := file.read(4)).startswith((_GZIP, _ZIP)):
                raise HelpdeskError(f"{path} is packed: unpack it first.")
            if not head:
                raise HelpdeskError(f"{path} is empty.")
            file.seek(0)
            dump, done = Dump(file, self._is_wanted), 0
            for thing in dump:
                if isinstance(thing, Table):
                    self._tables[thing.name] = thing
                else:
                    self._keep(thing, dump)
                progress(dump.position - done)
                done = dump.position
        self._flush()

    def _is_wanted(self, table: str) -> bool:
        return table.startswith(self._prefix) and table[len(self._prefix) :] in self._schema

    def _keep(self, row: Insert, dump: Dump) -> None:
        table = self._tables.get(row.table)
        columns = row.columns or (table.columns if table else ())
        if len(columns) != len(row.values):
            self._report.leave_out(
                f"{row.table}, before byte {dump.position:,}",
                f"Its values and columns differ in number: {len(row.values)}, {len(columns)}.",
            )
            return
        blobs = table.blobs if table else frozenset()
        name = row.table[len(self._prefix) :]
        wanted = self._schema[name]
        values = {
            column: _stored(value, "" if column in blobs else dump.encoding)
            for column, value in zip(columns, row.values, strict=True)
            if column in wanted
        }
        self._waiting.setdefault(name, []).append([values.get(column) for column in wanted])
        self._bytes += sum(len(one) for one in row.values if isinstance(one, bytes))
        if len(self._waiting[name]) >= _AT_ONCE or self._bytes > _BYTES_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        for name, rows in self._waiting.items():
            marks = ", ".join("?" * len(self._schema[name]))
            self._base.executemany(f"INSERT INTO {_quoted(name)} VALUES ({marks})", rows)  # noqa: S608
        self._waiting.clear()
        self._bytes = 0


def _stored(value: Value, encoding: str) -> Any:
    """*value* as SQLite has it: text where it is text, bytes where it is a blob's."""
    if not isinstance(value, bytes) or not encoding:
        return value
    try:
        return value.decode(encoding)
    except UnicodeDecodeError:
        return value.decode("cp1252", "replace")


def _prefix_of(path: Path, telltale: str) -> str:
    """What stands before the names of all tables, by the one whose name tells."""
    made = re.compile(
        rb"CREATE TABLE (?:IF NOT EXISTS )?`?(?:\w+`?\.`?)?(\w{0,60})"
        + telltale.encode()
        + rb"`?\s*\("
    )
    found: dict[str, None] = {}
    with opened_by_name(path) as file:
        before = b""
        while block := file.read(_BLOCK):
            for match in made.finditer(before + block):
                found[match[1].decode("ascii", "replace")] = None
            before = block[-_OVERLAP:]
    if not found:
        raise HelpdeskError(f"{path} has no table …{telltale}: it is no such dump.")
    if len(found) > 1:
        raise HelpdeskError(
            f"{path} has several tables …{telltale}: say which by --prefix, one of "
            f"{', '.join(found)[:500]}."
        )
    return next(iter(found))


def json_of(text: Any, default: Any) -> Any:
    """What *text*, of a column with JSON in it, says; *default* where it is none of its type."""
    try:
        found = json.loads(text) if isinstance(text, str) and len(text) < 1_000_000 else None
    except (ValueError, RecursionError):
        return default
    return found if isinstance(found, type(default)) else default


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
