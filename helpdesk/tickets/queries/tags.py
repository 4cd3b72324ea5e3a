"""Reads of tags."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from ...database import db
from ..models import Tag


def known_tags(names: Collection[str]) -> set[str]:
    """Which of *names* are tags."""
    if not names:
        return set()
    return set(db.session.scalars(sa.select(Tag.name).where(Tag.name.in_(names))))


def tag_names(limit: int) -> Sequence[str]:
    """Tags by name, to choose from."""
    return db.session.scalars(sa.select(Tag.name).order_by(Tag.name).limit(limit)).all()
