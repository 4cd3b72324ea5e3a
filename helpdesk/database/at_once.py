"""Several statements read in one step: to ask the driver costs as much as a small query.

They come from one moment anyway. Each of them alone would be read by ``rows``.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from . import sql
from .columns import db
from .reading import Prepared


class AtOnce:
    """Statements that are made once, and asked together with the same values.

    Lists of values (``expanding``) can't be among these.
    """

    def __init__(self, *statements: Prepared) -> None:
        self.statements = statements

    def rows(self, **values: Any) -> Sequence[Sequence[Any]]:
        """All rows of each statement, in the order of the statements."""
        session: Any = db.session()
        dialect = session.dialect
        found = self._whole.made(dialect).row(session, values)
        return [
            one.made(dialect).read(text) for one, text in zip(self.statements, found, strict=True)
        ]

    @cached_property
    def _whole(self) -> Prepared:
        """One row: of each statement all its rows as one text."""
        texts = [_as_text(one.statement, f"part_{n}") for n, one in enumerate(self.statements)]
        return Prepared(sa.select(*texts))


def _as_text(statement: Any, name: str) -> sa.ColumnElement[str]:
    found = statement.subquery(name)
    cells = [sql.json(column) if isinstance(column.type, sa.JSON) else column for column in found.c]
    text = sql.json_text(sql.json_group_array(sql.json_array(*cells)))
    return sa.select(text).select_from(found).scalar_subquery()
