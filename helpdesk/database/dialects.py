"""How statements that are spoken past SQLAlchemy are said to each database."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa


@dataclass(frozen=True)
class Dialect:
    """The words of one database; the engine's own dialect makes the rest of a statement."""

    name: str
    engine: sa.Dialect
    mark: str  # stands for a value, in the order of the values
    names: str  # SQLAlchemy's name for places that have a name each
    places: str  # and for those that have none
    version: str  # of the database: where two statements read the same one, they read one moment
    rows: str  # all rows as one text; in each has its columns, whatever they are
    lists: str  # the same, a list a column
    column: str  # the list of a column
    json: str  # what is JSON already, in it

    @cached_property
    def named(self) -> sa.Dialect:
        """For statements whose values have names."""
        return self._speaking(self.names)

    @cached_property
    def placed(self) -> sa.Dialect:
        """For those whose values come in their order."""
        return self._speaking(self.places)

    def _speaking(self, paramstyle: str) -> sa.Dialect:
        kind: Any = type(self.engine)
        spoken: sa.Dialect = kind(paramstyle=paramstyle)
        return spoken

    def binding(self, kind: Any) -> Any:
        """What makes a value of this *kind* of column the driver's; None: it is that."""
        return kind.dialect_impl(self.engine).bind_processor(self.engine)

    def reading(self, kind: Any) -> Any:
        """What makes the driver's value ours; None: it is that."""
        return kind.dialect_impl(self.engine).result_processor(self.engine, None)


def dialect_of(engine: sa.Engine) -> Dialect:
    """That of the database of *engine*."""
    words = _SQLITE if engine.dialect.name == "sqlite" else _POSTGRESQL
    return Dialect(engine.dialect.name, engine.dialect, **words)


_SQLITE = {
    "mark": "?",
    "names": "named",
    "places": "qmark",
    "version": "(SELECT data_version FROM pragma_data_version)",
    "rows": "json_group_array(json_array({}))",
    "lists": "json_array({})",
    "column": "json_group_array({})",
    "json": "json({})",
}
_POSTGRESQL = {
    "mark": "%s",
    "names": "pyformat",
    "places": "format",
    "version": "pg_current_snapshot()::text",
    "rows": "coalesce(json_agg(json_build_array({})), '[]')::text",
    "lists": "json_build_array({})::text",
    "column": "coalesce(json_agg({}), '[]')",
    "json": "{}::json",
}
