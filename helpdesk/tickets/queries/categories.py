"""Reads of categories."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ...database import Prepared, Row, db, kept, rows
from ...errors import NotFound
from ...i18n import gettext as _
from ...words import fold
from ..models import Category

TOP_LEVEL = 0  # as a parent: the categories above which there is none


class CategoryFacts(Row, frozen=True):
    """An undeleted category as a row, and whether a ticket may have it."""

    id: int
    parent_id: int | None
    name: str
    is_active: bool
    deleted_at: None
    created_by: str
    created_at: datetime
    modified_by: str
    modified_at: datetime
    is_offered: bool


def categories(
    *,
    active: bool | None = True,
    parent_id: int | None = None,
    keyword: str = "",
    limit: int | None = None,
    offset: int = 0,
) -> Sequence[CategoryFacts]:
    """Undeleted categories by id; *parent_id* None: of all, 0: top level.

    *active*: those that a ticket may have, which one below an inactive category may not; False:
    the others; None: both.
    """
    found = _undeleted()
    if active is not None:
        found = tuple(one for one in found if one.is_offered == active)
    if parent_id is not None:
        found = tuple(one for one in found if (one.parent_id or TOP_LEVEL) == parent_id)
    if keyword:  # without case and accents in any script
        found = tuple(one for one in found if fold(keyword) in fold(one.name))
    return found[offset : None if limit is None else offset + limit]


@kept("categories")
def _undeleted() -> tuple[CategoryFacts, ...]:
    return tuple(rows(_all))


_above = aliased(Category)
_all = Prepared(
    sa.select(
        Category.id,
        Category.parent_id,
        Category.name,
        Category.is_active,
        Category.deleted_at,
        Category.created_by,
        Category.created_at,
        Category.modified_by,
        Category.modified_at,
        sa.and_(
            Category.is_active,
            sa.or_(
                Category.parent_id.is_(None),
                sa.and_(_above.is_active, _above.deleted_at.is_(None)),
            ),
        ).label("is_offered"),
    )
    .outerjoin(_above, _above.id == Category.parent_id)
    .where(Category.deleted_at.is_(None))
    .order_by(Category.id),
    into=CategoryFacts,
)


def category(category_id: int) -> Category:
    """An undeleted category. Raises NotFound."""
    found = db.session.get(Category, category_id) if 0 < category_id < 2**63 else None
    if found is None or found.deleted_at is not None:
        raise NotFound(_("There is no such category."))
    return found


@kept("categories")
def category_choices() -> list[tuple[CategoryFacts, list[CategoryFacts]]]:
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
