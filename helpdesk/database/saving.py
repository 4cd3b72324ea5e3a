"""What has changed of one row, written by the driver: a flush takes ten times as long."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import instance_state

from .columns import Base
from .dialects import Dialect
from .driver import run
from .single import KEY, columns_of, made_once
from .writing import writing


def save(row: Base) -> None:
    """Write what has changed of *row* at once. Only inside a ``transaction()``.

    Listeners of the session's flushes don't hear of it. Raises NoResultFound: the row is gone.
    """
    session: Any = writing().session
    state = instance_state(row)
    changed = tuple(sorted(state.committed_state))
    if not changed:
        return
    update = made_once(_Update, type(row), session.dialect, changed)
    if not update.are_columns:
        session.flush()  # it knows how to write the others
    else:
        with session.no_autoflush:
            update.run(session.driver_connection(), state.dict, state.identity)
        state._commit_all(state.dict, session.identity_map)


def put(model: type[Base], **values: Any) -> None:
    """Add the row with all of these *values*, or let the one with its primary key have them.

    Only inside a ``transaction()``.
    """
    session: Any = writing().session
    driver = session.driver_connection()
    key = made_once(_Put, model, session.dialect).run(driver, values)
    known = session.identity_map.get((model, key, None))
    if known is not None:
        session.expire(known)


class _Update:
    """An UPDATE of some columns of the row with a key, compiled once."""

    def __init__(self, model: type[Base], dialect: Dialect, names: tuple[str, ...]) -> None:
        columns = columns_of(model)
        self.are_columns = columns.keys() >= set(names)
        if not self.are_columns:
            return
        self._names = names
        self._binding = [dialect.binding(columns[name].type) for name in names]
        quote, mark = dialect.engine.identifier_preparer.quote, dialect.mark
        marks = ", ".join(f"{quote(columns[name].name)} = {mark}" for name in names)
        self._sql = f"UPDATE {model.__tablename__} SET {marks} WHERE {KEY} = {mark}"  # noqa: S608

    def run(self, driver: Any, values: dict[str, Any], key: Any) -> None:
        bound = [
            values[name] if bind is None else bind(values[name])
            for name, bind in zip(self._names, self._binding, strict=True)
        ]
        if run(driver, self._sql, [*bound, *key]).rowcount != 1:
            raise sa.exc.NoResultFound("The row is gone.")


class _Put:
    """The INSERT of a table that replaces a row with the same primary key, compiled once."""

    def __init__(self, model: type[Base], dialect: Dialect) -> None:
        columns = columns_of(model)
        self._keys = [name for name, column in columns.items() if column.primary_key]
        quote = dialect.engine.identifier_preparer.quote
        quoted = {name: quote(column.name) for name, column in columns.items()}
        keys = [quoted.pop(name) for name in self._keys]
        others = ", ".join(f"{name} = excluded.{name}" for name in quoted.values())
        self._binding = {name: dialect.binding(one.type) for name, one in columns.items()}
        self._sql = (
            f"INSERT INTO {model.__tablename__} "  # noqa: S608
            f"({', '.join(quote(column.name) for column in columns.values())}) "
            f"VALUES ({', '.join([dialect.mark] * len(columns))}) "
            f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {others}"
        )

    def run(self, driver: Any, values: dict[str, Any]) -> tuple[Any, ...]:
        bound = [
            values[name] if bind is None else bind(values[name])
            for name, bind in self._binding.items()
        ]
        run(driver, self._sql, bound)
        return tuple(values[name] for name in self._keys)
