"""What a line of each kind must be: made of the tables, so that it can't say anything else."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any, get_args

import msgspec
import sqlalchemy as sa

from ....database import Base, Instant
from ...exporting.kinds import Kind
from .sources import Bad

_ID = Annotated[int, msgspec.Meta(ge=1, le=2**53)]
_NUMBER = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
_MOMENT = Annotated[datetime, msgspec.Meta(tz=True)]


def shape_of(kind: Kind, columns: Collection[str]) -> type[Any]:
    """The struct of a line of *kind*, whose export has these *columns*.

    One that an older program did not have yet gets what it is by default. Raises Bad for a column
    that is not ours, and for one that we can't do without.
    """
    unknown = set(columns) - set(kind.names)
    if unknown:
        raise Bad(kind.file, f"There is no column {min(unknown)[:60]!r} in {kind.name}.")
    fields = [
        (name, _type(kind, column))
        for name, column in zip(kind.names, kind.columns, strict=True)
        if name in columns
    ]
    for name, column in zip(kind.names, kind.columns, strict=True):
        if name not in columns and not _can_be_left_out(column):
            raise Bad(kind.file, f"It has no column {name!r}, which is needed.")
    return msgspec.defstruct(kind.name, fields, forbid_unknown_fields=True)


def _can_be_left_out(column: sa.Column[Any]) -> bool:
    return bool(column.nullable) or column.default is not None


def _type(kind: Kind, column: sa.Column[Any]) -> Any:
    found: Any = _plain(kind, column)
    return found | None if column.nullable and found is not Any else found


def _plain(kind: Kind, column: sa.Column[Any]) -> Any:
    match column.type:
        case Instant():
            return _MOMENT
        case sa.Enum(enum_class=one_of):
            return one_of
        case sa.JSON():
            return _document(kind, column)
        case sa.Boolean():
            return bool
        case sa.Float():
            return float
        case sa.Integer():
            is_id = column.primary_key or column.foreign_keys
            return _ID if is_id else _NUMBER
    return str


def _document(kind: Kind, column: sa.Column[Any]) -> Any:
    """What a column of JSON may say: as its model has it."""
    for mapper in Base.registry.mappers:
        if mapper.local_table is kind.table:
            [annotation] = get_args(mapper.class_.__annotations__[column.key])
            return annotation
    return Any
