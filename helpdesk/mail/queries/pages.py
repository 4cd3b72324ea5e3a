"""Pages of rows by their ids, newest first: as quick at the end of a long list as at its start."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from ...database import db

Row = TypeVar("Row")
ROWS = 50


@dataclass(frozen=True)
class Page:
    """Which rows: those older than the id *before*, or newer than *after*; else the newest."""

    before: int | None = None
    after: int | None = None
    limit: int = ROWS


@dataclass(frozen=True)
class Paged(Generic[Row]):
    """The rows of a page; *older* and *newer* are the ids that the pages beside it begin at."""

    rows: Sequence[Row]
    older: int | None
    newer: int | None


def paged(query: sa.Select[Any], id_: Any, page: Page) -> Paged[Any]:
    """The page of *query* that is asked for, in one query; *id_* is the column of the ids."""
    limit = page.limit
    if page.after is not None:
        query = query.where(id_ > page.after).order_by(id_)
    else:
        query = query.order_by(id_.desc())
        if page.before is not None:
            query = query.where(id_ < page.before)
    found = db.session.scalars(query.limit(limit + 1)).all()
    more, rows = len(found) > limit, list(found[:limit])
    if page.after is not None:
        rows.reverse()
        has_older, has_newer = True, more
    else:
        has_older, has_newer = more, page.before is not None
    return Paged(
        rows,
        rows[-1].id if rows and has_older else None,
        rows[0].id if rows and has_newer else None,
    )
