"""Single rows by the driver itself, as objects that the session knows from then on.

The session's unit of work takes 0.3 ms to add a row, and 0.1 ms to read one again; this takes a
tenth of it. It is for what is done by the thousand: a ticket, its words, an event, a job, and who
writes them. Listeners of the session's flushes don't hear of these rows.
"""

from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm.attributes import instance_state, manager_of_class

from . import sql
from .columns import Base, db
from .dialects import Dialect
from .driver import run
from .writing import writing

Row = TypeVar("Row", bound=Base)

KEY = "id"  # of every table whose rows are added or read here


def insert(model: type[Row], **values: Any) -> Row:
    """Add a row with *values* at once and return it. Only inside a ``transaction()``.

    A column that is not given has its default, which is no function, or NULL.
    """
    session: Any = writing().session
    has_key = values.get(KEY) is not None
    adding = made_once(_Insert, model, session.dialect, has_key)
    return _known(session, model, adding.run(session.driver_connection(), values))


def load(model: type[Row], key: int) -> Row:
    """The row with this *key*, as the session knows it or read now. Raises NoResultFound."""
    session: Any = db.session()
    known: Row | None = session.identity_map.get(_identity(model, key))
    if known is not None:
        return _reread(session, known)
    reading = made_once(_Select, model, session.dialect)
    return _known(session, model, reading.run(session.driver_connection(), key))


def reread(row: Row) -> Row:
    """*row*, what the session has forgotten of it read again. Raises NoResultFound: it is gone."""
    return _reread(db.session(), row)


def _reread(session: Any, row: Row) -> Row:
    state = instance_state(row)
    forgotten = state.expired_attributes.difference(state.dict)
    if not forgotten:
        return row
    [key] = state.identity or (None,)
    reading = made_once(_Select, state.class_, session.dialect)
    values = reading.run(session.driver_connection(), key)
    known = {name: values[name] for name in forgotten & values.keys()}
    state.dict.update(known)
    state._commit(state.dict, known)
    return row


def _known(session: Any, model: type[Row], values: dict[str, Any]) -> Row:
    """A row with these *values*, as the session makes one of what it has read."""
    row: Row = manager_of_class(model).new_instance()
    state = instance_state(row)
    state.dict.update(values)
    state.key = _identity(model, values[KEY])
    state.session_id = session.hash_key
    session.identity_map.add(state)
    return row


def _identity(model: type[Row], key: int) -> tuple[Any, ...]:
    """What the session knows a row by."""
    return model, (key,), None


class _Insert:
    """The INSERT of a table, compiled once, with what makes our values the driver's."""

    def __init__(self, model: type[Base], dialect: Dialect, has_key: bool) -> None:
        columns = columns_of(model)
        marks: Any = {
            column.name: sa.bindparam(name, type_=column.type)
            for name, column in columns.items()
            if has_key or name != KEY
        }
        adding: Any = sa.insert(model).values(marks)
        self._tells_key = dialect.name == sql.POSTGRESQL  # the other one's driver knows it
        if self._tells_key:
            adding = adding.returning(columns[KEY])
        compiled: Any = adding.compile(dialect=dialect.placed)
        self._sql = str(compiled)
        self._order = compiled.positiontup
        self._empty = {name: _default(column) for name, column in columns.items()}
        self._binding = {name: dialect.binding(one.type) for name, one in columns.items()}

    def run(self, driver: Any, values: dict[str, Any]) -> dict[str, Any]:
        """Add the row; what is in all of its columns."""
        filled = self._empty | values
        if len(filled) != len(self._empty):
            raise TypeError(f"No such column: {values.keys() - self._empty.keys()}")
        binding, bound = self._binding, []
        for name in self._order:
            bind = binding[name]
            bound.append(filled[name] if bind is None else bind(filled[name]))
        added = run(driver, self._sql, bound)
        filled[KEY] = added.fetchone()[0] if self._tells_key else added.lastrowid
        return filled


class _Select:
    """The SELECT of a row by its key, compiled once."""

    def __init__(self, model: type[Base], dialect: Dialect) -> None:
        columns = columns_of(model)
        query = sa.select(*columns.values()).where(columns[KEY] == sa.bindparam(KEY))
        self._sql = str(query.compile(dialect=dialect.placed))
        self._reading = [(name, dialect.reading(one.type)) for name, one in columns.items()]

    def run(self, driver: Any, key: Any) -> dict[str, Any]:
        """What is in all columns of the row."""
        found = run(driver, self._sql, [key]).fetchone()
        if found is None:
            raise sa.exc.NoResultFound("The row is gone.")
        return {
            name: value if read is None else read(value)
            for (name, read), value in zip(self._reading, found, strict=True)
        }


_made: dict[Any, Any] = {}


def made_once(kind: Any, model: type[Base], dialect: Dialect, *more: Any) -> Any:
    """What a *kind* makes of these, from the second time on the same."""
    key = kind, model, dialect.name, *more
    if key not in _made:
        _made[key] = kind(model, dialect, *more)
    return _made[key]


def columns_of(model: type[Base]) -> dict[str, sa.Column[Any]]:
    """The columns of *model*, by the names that its rows have them by."""
    mapper = sa.inspect(model)
    return {one.key: mapper.columns[one.key] for one in mapper.column_attrs}


def _default(column: sa.Column[Any]) -> Any:
    default = column.default
    if default is None:
        return None
    if not isinstance(default, sa.ColumnDefault) or not default.is_scalar:
        raise TypeError(f"The default of {column} is none that stands for itself.")
    return default.arg
