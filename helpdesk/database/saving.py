"""What has changed of one row, written by the driver: a flush takes ten times as long."""

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import instance_state

from .columns import Base
from .driver import run
from .single import KEY, SQLITE, columns_of
from .writing import writing


def save(row: Base) -> None:
    """Write what has changed of *row* at once. Only inside a ``transaction()``.

    Listeners of the session's flushes don't hear of it. Raises NoResultFound: the row is gone.
    """
    session: Any = writing().session
    state = instance_state(row)
    changed = tuple(sorted(state.committed_state))
    update = _update_of(type(row), changed) if session.is_sqlite else None
    if update is None:
        session.flush()
    elif changed:
        with session.no_autoflush:
            update.run(session.driver_connection(), state.dict, state.identity)
        state._commit_all(state.dict, session.identity_map)


def put(model: type[Base], **values: Any) -> None:
    """Add the row with all of these *values*, or let the one with its primary key have them.

    Only inside a ``transaction()``.
    """
    session: Any = writing().session
    if not session.is_sqlite:
        session.merge(model(**values))
        session.flush()
        return
    driver = session.driver_connection()
    key = _put_of(model).run(driver, values)
    known = session.identity_map.get((model, key, None))
    if known is not None:
        session.expire(known)


class _Update:
    """An UPDATE of some columns of the row with a key, compiled once."""

    def __init__(self, model: type[Base], names: tuple[str, ...]) -> None:
        columns = columns_of(model)
        self._names = names
        self._binding = [
            columns[name].type.dialect_impl(SQLITE).bind_processor(SQLITE) for name in self._names
        ]
        marks = ", ".join(f"{_quote(columns[name].name)} = ?" for name in names)
        self._sql = f"UPDATE {model.__tablename__} SET {marks} WHERE {KEY} = ?"  # noqa: S608

    def run(self, driver: Any, values: dict[str, Any], key: Any) -> None:
        bound = [
            values[name] if bind is None else bind(values[name])
            for name, bind in zip(self._names, self._binding, strict=True)
        ]
        if run(driver, self._sql, [*bound, *key]).rowcount != 1:
            raise sa.exc.NoResultFound("The row is gone.")


class _Put:
    """The INSERT of a table that replaces a row with the same primary key, compiled once."""

    def __init__(self, model: type[Base]) -> None:
        columns = columns_of(model)
        self._keys = [name for name, column in columns.items() if column.primary_key]
        quoted = {name: _quote(column.name) for name, column in columns.items()}
        keys = [quoted.pop(name) for name in self._keys]
        others = ", ".join(f"{name} = excluded.{name}" for name in quoted.values())
        self._binding = {
            name: column.type.dialect_impl(SQLITE).bind_processor(SQLITE)
            for name, column in columns.items()
        }
        self._sql = (
            f"INSERT INTO {model.__tablename__} "  # noqa: S608
            f"({', '.join(_quote(column.name) for column in columns.values())}) "
            f"VALUES ({', '.join('?' * len(columns))}) "
            f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {others}"
        )

    def run(self, driver: Any, values: dict[str, Any]) -> tuple[Any, ...]:
        bound = [
            values[name] if bind is None else bind(values[name])
            for name, bind in self._binding.items()
        ]
        run(driver, self._sql, bound)
        return tuple(values[name] for name in self._keys)


_put_of = cache(_Put)
_quote = SQLITE.identifier_preparer.quote


@cache
def _update_of(model: type[Base], names: tuple[str, ...]) -> _Update | None:
    """None where not all *names* are columns: the session knows how to write the others."""
    return _Update(model, names) if columns_of(model).keys() >= set(names) else None
