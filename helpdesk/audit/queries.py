"""Reads of the trail, for admins."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa

from ..database import db
from ..errors import NotAllowed
from ..i18n import gettext as _
from .kinds import Kind
from .models import AuditRow

ROWS = 50  # a page
BATCH = 1000


class Reader(Protocol):
    """Who reads."""

    @property
    def is_admin(self) -> bool: ...


@dataclass(frozen=True)
class Filters:
    """What is looked for. *until* is exclusive."""

    kind: Kind | None = None
    user_id: int | None = None  # who did it, or to whom it was done
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Page:
    """Rows, the newest first, and whether there are older and newer ones."""

    rows: Sequence[AuditRow]
    has_older: bool
    has_newer: bool


def page(reader: Reader, filters: Filters, *, before: int = 0, after: int = 0) -> Page:
    """A page: the newest, or those *before* or *after* the row with this id. NotAllowed."""
    _require_admin(reader)
    newer_first = not after
    found = _some(filters, before=before, after=after, limit=ROWS + 1, newer_first=newer_first)
    rows, more = found[:ROWS], len(found) > ROWS
    if newer_first:
        return Page(rows, has_older=more, has_newer=bool(before))
    return Page(rows[::-1], has_older=True, has_newer=more)


def after(reader: Reader, filters: Filters, id_: int) -> list[AuditRow]:
    """Some rows after the one with this id, the oldest first; none at the end. NotAllowed."""
    _require_admin(reader)
    return list(_some(filters, before=0, after=id_, limit=BATCH, newer_first=False))


def _some(
    filters: Filters, *, before: int, after: int, limit: int, newer_first: bool
) -> Sequence[AuditRow]:
    """At most *limit* rows between two ids, read along an index from one end."""
    bounds: list[Any] = []
    if before:
        bounds.append(AuditRow.id < before)
    if after:
        bounds.append(AuditRow.id > after)
    bounds += _of_time(filters)
    if filters.kind is not None:
        bounds.append(AuditRow.kind == filters.kind)
    order = AuditRow.id.desc() if newer_first else AuditRow.id
    query = sa.select(AuditRow)
    if filters.user_id is None:
        return db.session.scalars(query.where(*bounds).order_by(order).limit(limit)).all()
    ids = sa.union(
        *(
            sa.select(
                sa.select(AuditRow.id)
                .where(column == filters.user_id, *bounds)
                .order_by(order)
                .limit(limit)
                .subquery()
                .c.id
            )
            for column in (AuditRow.actor_id, AuditRow.subject_id)
        )
    )
    query = query.where(AuditRow.id.in_(ids)).order_by(order).limit(limit)
    return db.session.scalars(query).all()


def _of_time(filters: Filters) -> Iterator[Any]:
    """Moments as ids, which the rows are read by. They agree, but for a clock that jumped."""
    if filters.since is not None:
        first = sa.select(AuditRow.id).where(AuditRow.created_at >= filters.since)
        found = db.session.scalar(first.order_by(AuditRow.created_at, AuditRow.id).limit(1))
        yield AuditRow.id >= found if found is not None else sa.false()
    if filters.until is not None:
        last = sa.select(AuditRow.id).where(AuditRow.created_at < filters.until)
        last = last.order_by(AuditRow.created_at.desc(), AuditRow.id.desc()).limit(1)
        found = db.session.scalar(last)
        yield AuditRow.id <= found if found is not None else sa.false()


def _require_admin(reader: Reader) -> None:
    if not reader.is_admin:
        raise NotAllowed(_("Your account may not do this."))
