"""The parent of all models, and the column types that are ours."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase

from .session import Session


class Base(DeclarativeBase):
    """The parent of every model; constraint names are fixed so that migrations can name them."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Instant(sa.TypeDecorator[datetime]):
    """A moment in UTC, kept as whole seconds since 1970: small, sortable, portable."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else int(value.timestamp())

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else datetime.fromtimestamp(value, UTC)


def one_of(choices: type[StrEnum]) -> sa.Enum:
    """A column that holds one of *choices*, kept as its plain word."""
    return sa.Enum(
        choices,
        native_enum=False,
        create_constraint=False,
        length=16,
        values_callable=lambda enum: [member.value for member in enum],
    )


def only_where(condition: str) -> dict[str, Any]:
    """What tells an ``sa.Index`` to hold only the rows for which *condition* is true.

    In one place, for SQLAlchemy imports a whole dialect for each database that an index names.
    """
    return {"sqlite_where": sa.text(condition)}


db = SQLAlchemy(
    model_class=Base,
    # A row that was just written is shown as written, not read once more.
    session_options={"class_": Session, "expire_on_commit": False},
)
