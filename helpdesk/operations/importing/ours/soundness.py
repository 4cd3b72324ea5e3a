"""Whether the rows of an export fit together, once all of them are there."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from ....database import db
from ...exporting.kinds import Kind
from ...exporting.manifest import Manifest
from .rows import line_with
from .sources import Bad, Source


def require_sound(source: Source, kinds: Mapping[str, Kind], manifest: Manifest) -> None:
    """Each row that another one names is there, and none is above itself. Raises Bad."""
    connection = db.session.connection()
    for kind, key in [(one, key) for one in kinds.values() for key in one.table.foreign_keys]:
        if (row := _astray(connection, kind, key)) is not None:
            line = line_with(source, kind, manifest.kinds[kind.name], row)
            target, name = key.column.table.name, key.parent.name
            raise Bad(kind.file, f"There is no row in {target} that its {name} names.", line)
    for kind in kinds.values():
        for column in kind.columns:
            if any(key.column.table is kind.table for key in column.foreign_keys):
                ring = _ring(connection, kind, column)
                if ring is not None:
                    line = line_with(source, kind, manifest.kinds[kind.name], (ring,))
                    raise Bad(kind.file, f"Who follows its {column.name} comes back to it.", line)


def _astray(connection: sa.Connection, kind: Kind, key: sa.ForeignKey) -> tuple[Any, ...] | None:
    """The key of the first row that names one by *key* which is not there."""
    target = key.column.table.alias()
    name, named = kind.table.c[key.parent.name], target.c[key.column.name]
    columns = [kind.table.c[name] for name in kind.keys]
    is_there = sa.exists().where(named == name)
    query = sa.select(*columns).where(name.is_not(None), ~is_there).order_by(*columns).limit(1)
    row = connection.execute(query).first()
    return None if row is None else tuple(row)


def _ring(connection: sa.Connection, kind: Kind, column: sa.Column[Any]) -> int | None:
    """A row from which *column* leads, from row to row, back to one on the way."""
    [key] = kind.table.primary_key
    rows = connection.execute(sa.select(key, column).where(column.is_not(None)))
    above: dict[int, int] = {row[0]: row[1] for row in rows}
    done: set[int] = set()
    for start in above:
        way: set[int] = set()
        here = start
        while here in above and here not in done:
            if here in way:
                return here
            way.add(here)
            here = above[here]
        done |= way
    return None
