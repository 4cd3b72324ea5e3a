"""JSON that the database puts together, of the shapes that answers are declared as.

A page of fifty tickets as one text costs one step and no object in Python (docs/PERFORMANCE.md).
What a shape is made of is read from its struct, so it is declared once; who uses this says where
each field comes from. Mind that SQLite forgets that a text is JSON when it comes out of a subquery
of a FROM clause: objects are put together in the outermost columns and in scalar subqueries.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, get_args

import msgspec
import sqlalchemy as sa

from ..database import sql
from .shapes import Answered

Column = Any  # an expression of SQL


def json_object(shape: type[Answered], columns: Mapping[str, Column]) -> sa.ColumnElement[str]:
    """An object of *shape*; *columns* has the expression of each of its fields, no more, no less.

    Times and flags are written as the struct would be; what is an object or a list is JSON already.
    """
    fields = msgspec.structs.fields(shape)
    if {field.name for field in fields} != set(columns):
        raise TypeError(f"{shape.__name__} has other fields than {sorted(columns)}")
    parts: list[Any] = []
    for field in fields:
        parts += [
            sa.literal_column(f"'{field.encode_name}'"),
            _written(field.type, columns[field.name]),
        ]
    return sql.json_object(*parts)


def json_list(item: sa.ColumnElement[str], source: Any) -> sa.ScalarSelect[str]:
    """A list of *item* for each row of *source*, in its order."""
    return sa.select(sql.json_group_array(item)).select_from(source).scalar_subquery()


def json_flag(value: Column) -> sa.ColumnElement[str]:
    """true or false; unknown is false."""
    if isinstance(value, bool):
        return sql.json(sa.literal_column("'true'" if value else "'false'"))
    return sql.json(
        sa.case((value, sa.literal_column("'true'")), else_=sa.literal_column("'false'"))
    )


def _written(kind: Any, value: Column) -> Column:
    if kind is bool:
        return json_flag(value)
    if datetime in _parts(kind):
        return sql.utc_time(sa.type_coerce(value, sa.BigInteger))
    return value


def _parts(kind: Any) -> tuple[Any, ...]:
    return (kind, *(part for one in get_args(kind) for part in _parts(one)))
