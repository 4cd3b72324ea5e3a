"""Reads of categories."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ...database import db
from ...errors import NotFound
from ...i18n import gettext as _
from ...words import fold
from ..models import Category

TOP_LEVEL = 0  # as a parent: the categories above which there is none


def categories(
    *,
    active: bool | None = True,
    parent_id: int | None = None,
    keyword: str = "",
    limit: int | None = None,
    offset: int = 0,
) -> Sequence[Category]:
    """Undeleted categories by id; *parent_id* None: of all, 0: top level.

    *active*: those that a ticket may have, which one below an inactive category may not; False:
    the others; None: both.
    """
    query = sa.select(Category).where(Category.deleted_at.is_(None)).order_by(Category.id)
    if active is not None:
        query = query.where(_is_offered() if active else sa.not_(_is_offered()))
    if parent_id is not None:
        query = query.where(
            Category.parent_id.is_(None)
            if parent_id == TOP_LEVEL
            else Category.parent_id == parent_id
        )
    found = db.session.scalars(query).all()
    if keyword:  # few enough to look at each, without case and accents in any script
        found = [category for category in found if fold(keyword) in fold(category.name)]
    return found[offset : None if limit is None else offset + limit]


def _is_offered() -> sa.ColumnElement[bool]:
    parent = aliased(Category)
    is_usable = sa.select(parent.id).where(
        parent.id == Category.parent_id, parent.is_active, parent.deleted_at.is_(None)
    )
    return sa.and_(
        Category.is_active,
        Category.deleted_at.is_(None),
        sa.or_(Category.parent_id.is_(None), is_usable.exists()),
    )


def category(category_id: int) -> Category:
    """An undeleted category. Raises NotFound."""
    found = db.session.get(Category, category_id) if 0 < category_id < 2**63 else None
    if found is None or found.deleted_at is not None:
        raise NotFound(_("There is no such category."))
    return found


def category_choices() -> list[tuple[Category, list[Category]]]:
    """Active top-level categories by name, each with its active sub-categories: for a form."""
    found = sorted(categories(), key=lambda category: (fold(category.name), category.id))
    return [
        (top, [child for child in found if child.parent_id == top.id])
        for top in found
        if top.parent_id is None
    ]


def category_names(category_ids: Collection[int]) -> dict[int, str]:
    """What these categories are called, deleted ones too: for what is told of the past."""
    if not category_ids:
        return {}
    query = sa.select(Category.id, Category.name).where(Category.id.in_(category_ids))
    return dict(db.session.execute(query).all())
