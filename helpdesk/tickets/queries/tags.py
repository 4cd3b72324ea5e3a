"""Reads of tags."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from ...database import db, rows
from ..models import Tag
from ..tagged import TAGGED
from .filters import name_of_tag

_LOOKED_AT = 2_000  # tickets of a tag: beyond that any is as good as another


def known_tags(names: Collection[str]) -> set[str]:
    """Which of *names* are tags."""
    if not names:
        return set()
    return set(db.session.scalars(sa.select(Tag.name).where(Tag.name.in_(names))))


def tag_names(limit: int) -> Sequence[str]:
    """Tags by name, to choose from."""
    return db.session.scalars(sa.select(Tag.name).order_by(Tag.name).limit(limit)).all()


def rarest_tag(names: Sequence[str]) -> str:
    """Which of *names* the fewest tickets have."""
    hung = sa.select(TAGGED.c.ticket_id).where(TAGGED.c.tag_id == Tag.id).limit(_LOOKED_AT)
    number = sa.select(sa.func.count()).select_from(hung.correlate(Tag).subquery())
    query = sa.select(Tag.name, number.correlate(Tag).scalar_subquery().label("number"))
    query = query.where(Tag.name.in_([name_of_tag(name) for name in names]))
    numbers = {row.name: row.number for row in rows(query)}
    return min(names, key=lambda name: numbers.get(name_of_tag(name), 0))
