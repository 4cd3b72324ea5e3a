"""Reading fast: the text of a statement is made once, and all its rows come in one step.

The driver lets other threads run at each row that it fetches, and then waits for its turn again:
with eight threads, fifty rows cost more in turns than in work. Here the database writes all rows
into one text, which is read into structs. To make a statement's text costs more than to run it, so
it is kept, by the statement's shape. Only columns can be read so, no entities.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any

import msgspec
import sqlalchemy as sa

from . import sql
from .columns import Instant, db
from .dialects import Dialect
from .glance import Glance, glanced
from .session import Session

MOST_KEPT = 1000  # shapes of statements
Select = sa.Select[*tuple[Any, ...]] | sa.CompoundSelect[*tuple[Any, ...]]


Reads = Session | Glance


def at_hand() -> Any:
    """What is read with: the glance that was begun, or else the session."""
    return glanced.get() or db.session()


class Row(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A row: its columns are attributes, by the names that they have in the statement."""

    def __iter__(self) -> Iterator[Any]:
        return iter(msgspec.structs.astuple(self))


class Prepared:
    """A statement that is made once, at import or in a function with ``functools.cache``.

    What changes from call to call is a ``sa.bindparam`` in it; all other values stay as they are.
    Rows become *into*, whose fields are the columns, or a class of their own.
    """

    def __init__(self, statement: Select, into: type[Row] | None = None) -> None:
        names = list(statement.selected_columns.keys())
        if into is not None and list(into.__struct_fields__) != names:
            raise TypeError(f"{into.__name__} has other fields than {names}")
        self.statement, self._into = statement, into
        self._made: dict[str, _Made] = {}

    def made(self, dialect: Dialect) -> "_Made":
        made = self._made.get(dialect.name)
        if made is None:
            made = self._made[dialect.name] = _Made(self.statement, dialect, into=self._into)
        return made


class Settled:
    """A statement with the values in it, for whoever keeps it and reads it again and again.

    Those with other values share the text of its shape. What changes from call to call is a
    ``sa.bindparam`` in it, as in a :class:`Prepared`.
    """

    def __init__(self, statement: Select) -> None:
        self.statement = statement
        self._made: dict[str, _Made] = {}

    def made(self, dialect: Dialect) -> "_Made":
        settled = self._made.get(dialect.name)
        if settled is None:
            made, values = _made(self.statement, dialect, {}, are_all=False)
            settled = self._made[dialect.name] = made.settled(values)
        return settled


Statement = Select | Prepared | Settled


def rows(statement: Statement, **values: Any) -> Sequence[Any]:
    """All rows of *statement*, each value as the type of its column says.

    *values* are those of its ``sa.bindparam``. It is read in the session's transaction.
    """
    reads = at_hand()
    made, given = _made(statement, reads.dialect, values)
    return made.rows(reads, given)


def columns(statement: Statement, **values: Any) -> Sequence[Sequence[Any]]:
    """The same as :func:`rows`, a list a column: what is counted needs no object a row."""
    reads = at_hand()
    made, given = _made(statement, reads.dialect, values)
    return made.columns(reads, given)


def scalar(statement: Statement, **values: Any) -> Any:
    """The first column of the first row as the driver gives it (no enum, no time); None: no row."""
    reads = at_hand()
    made, given = _made(statement, reads.dialect, values)
    return made.scalar(reads, given)


_kept: dict[str, dict[Any, "_Made"]] = {}  # of each dialect


def _made(
    statement: Statement, dialect: Dialect, values: Mapping[str, Any], *, are_all: bool = True
) -> tuple["_Made", Mapping[str, Any]]:
    """What was made of *statement*, and all values for it, or those that it has itself."""
    if isinstance(statement, Prepared | Settled):
        return statement.made(dialect), values
    key = statement._generate_cache_key()
    if key is None:
        return _Made(statement, dialect), values
    kept = _kept.setdefault(dialect.name, {})
    made = kept.get(key.key)
    if made is None:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        made = kept[key.key] = _Made(statement, dialect, key)
    given = made.compiled.construct_params(
        values, extracted_parameters=key.bindparams, _check=are_all
    )
    return made, given


class _Made:
    """The text of a statement, and what reads its rows.

    With *key*, that of its shape, all values are given each time; else those that it has are kept.
    """

    def __init__(
        self,
        statement: Select,
        dialect: Dialect,
        key: Any = None,
        into: type[Row] | None = None,
    ) -> None:
        options = {} if key is None else {"cache_key": key}
        self.compiled: Any = statement.compile(dialect=dialect.named, **options)
        self._dialect = dialect
        self._text = str(self.compiled)
        self._processors: dict[str, Any] = dict(self.compiled._bind_processors)
        # With lists of values, and values that are written into the text.
        self._grows = bool(self.compiled.post_compile_params | self.compiled.literal_execute_params)
        self._values: dict[str, Any] = {}
        if key is None:
            self._keep_values()
        self._columns = [(name, one.type) for name, one in statement.selected_columns.items()]
        self._finish: Any = None  # of a scalar that the driver doesn't give as it should be
        if dialect.name == sql.POSTGRESQL and isinstance(self._columns[0][1], sql.Compact):
            self._finish = dialect.reading(self._columns[0][1])
        self._into = into
        self._of = self  # whose ways to read rows it shares

    def settled(self, values: Mapping[str, Any]) -> "_Made":
        """The same with *values* for all but what comes with each call."""
        binds = self.compiled.bind_names.items()
        asked = {name for bind, name in binds if bind.required}
        one = copy.copy(self)
        one._text, ready = self._ready(values)
        one._values = {name: value for name, value in ready.items() if name not in asked}
        one._grows, one._of = False, self._of
        return one

    @cached_property
    def _rows(self) -> tuple[tuple[str, str], Any]:
        row = self._into or _row(self._columns)
        decoder = msgspec.json.Decoder(list[row], strict=False)  # type: ignore[valid-type]
        return self._in_one_text(self._dialect.rows), decoder

    @cached_property
    def _lists(self) -> tuple[tuple[str, str], Any]:
        types = tuple(list[_type(kind)] for _name, kind in self._columns)  # type: ignore[misc]
        decoder = msgspec.json.Decoder(tuple[types], strict=False)  # type: ignore[valid-type]
        return self._in_one_text(self._dialect.lists, self._dialect.column), decoder

    def _in_one_text(self, all_in: str, each_in: str = "{}") -> tuple[str, str]:
        """What to write before and after the statement so that all its rows come in one."""
        names = [f"c{number}" for number in range(len(self._columns))]
        as_json = self._dialect.json
        cells = [
            each_in.format(as_json.format(name) if isinstance(kind, sa.JSON) else name)
            for name, (_label, kind) in zip(names, self._columns, strict=True)
        ]
        into_one = all_in.format(", ".join(cells))
        return f"WITH found ({', '.join(names)}) AS (", f") SELECT {into_one} FROM found"  # noqa: S608

    def _keep_values(self) -> None:
        binds = self.compiled.bind_names
        asked = {name: None for bind, name in binds.items() if bind.required}
        self._values = {n: bind.effective_value for bind, n in binds.items() if n not in asked}
        if any(bind.required for bind in self.compiled.post_compile_params):
            return  # a list comes with each call: the text is not known before
        if self._grows:
            expanded = self.compiled.construct_expanded_state({**self._values, **asked})
            self._text, self._grows = expanded.statement, False
            self._processors |= expanded.processors
            self._values = {k: v for k, v in expanded.parameters.items() if k not in asked}
        self._values = self._processed(self._values)

    def rows(self, session: Reads, values: Mapping[str, Any]) -> Sequence[Any]:
        return self._in_one(session, values, *self._of._rows)  # type: ignore[no-any-return]

    def columns(self, session: Reads, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        return self._in_one(session, values, *self._of._lists)  # type: ignore[no-any-return]

    def _in_one(
        self,
        session: Reads,
        values: Mapping[str, Any],
        around: tuple[str, str],
        decoder: Any,
    ) -> Any:
        text, given = self._ready(values)
        found = session.first_row(f"{around[0]}{text}{around[1]}", given)
        return decoder.decode(found[0])

    def scalar(self, session: Reads, values: Mapping[str, Any]) -> Any:
        found = session.first_row(*self._ready(values))
        if found is None or self._finish is None:
            return None if found is None else found[0]
        return self._finish(found[0])

    def row(self, session: Reads, values: Mapping[str, Any]) -> Any:
        """The first row as the driver gives it."""
        return session.first_row(*self._ready(values))

    def read(self, text: str) -> Sequence[Any]:
        """The rows in *text*, all of them as the database has written them."""
        return self._rows[1].decode(text)  # type: ignore[no-any-return]

    def _ready(self, values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """The text, a place in it for each value of a list, and values as the driver takes them."""
        if not self._grows:
            return self._text, {**self._values, **self._processed(values)}
        expanded = self.compiled.construct_expanded_state({**self._values, **values})
        return expanded.statement, self._processed(expanded.parameters, expanded.processors)

    def _processed(
        self, values: Mapping[str, Any], more: Mapping[str, Any] = MappingProxyType({})
    ) -> dict[str, Any]:
        processed = {}
        for name, value in values.items():
            processor = more.get(name) or self._processors.get(name)
            processed[name] = value if processor is None else processor(value)
        return processed


def _row(columns: Sequence[tuple[str, Any]]) -> Any:
    """The struct of a row."""
    fields = [(name, _type(kind)) for name, kind in columns]
    return msgspec.defstruct("Row", fields, bases=(Row,), array_like=True, frozen=True, gc=False)


def _type(kind: Any) -> Any:
    """What a value in a column of this *kind* is in Python."""
    if isinstance(kind, Instant):
        return datetime | None
    if isinstance(kind, sa.Enum) and kind.enum_class is not None:
        return kind.enum_class | None
    if isinstance(kind, sa.LargeBinary):
        raise TypeError("Bytes can't be read so.")
    return next((found for one, found in _TYPES if isinstance(kind, one)), Any)


_TYPES = (
    (sa.Boolean, bool | None),
    (sa.Integer, int | None),
    (sa.Numeric, float | None),
    (sa.String, str | None),
)
