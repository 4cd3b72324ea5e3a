"""Categories by their names: those of the desk, or new ones where that is wanted."""

from collections.abc import Sequence

import sqlalchemy as sa

from ...accounts.models import DESK
from ...database import db
from ...errors import Invalid
from ...mail.reading.charsets import clean_line
from ...tickets.actions import CategoryDraft, add_category
from ...tickets.models import Category
from . import Report

LONGEST_NAME = 100
Place = tuple[int | None, int | None]  # a category and one below it


class Categories:
    """Which categories the names of another program are."""

    def __init__(self, *, make: bool) -> None:
        self._make = make

    def of(self, names: Sequence[str], report: Report) -> Place | None:
        """The category and the one below it; None where there is no such one."""
        cleaned = [name for one in names if (name := clean_line(one)[:LONGEST_NAME].strip())]
        if not cleaned:
            return None, None
        top = self._one(cleaned[0], None, report)
        if top is None:
            return None
        below = self._one(cleaned[1], top, report) if len(cleaned) > 1 else None
        return top, below

    def _one(self, name: str, parent_id: int | None, report: Report) -> int | None:
        query = sa.select(Category).where(
            Category.parent_id.is_(None) if parent_id is None else Category.parent_id == parent_id,
            Category.deleted_at.is_(None),
        )
        for category in db.session.scalars(query.order_by(Category.id)):
            if category.is_active and category.name.casefold() == name.casefold():
                return category.id
        if not self._make:
            report.remark(f"There is no category “{name}”: --make-categories would make it.")
            return None
        try:
            made = add_category(DESK, CategoryDraft(name, parent_id))
        except Invalid as error:  # one that is switched off has its name
            report.remark(f"The category “{name}” could not be made: {error.message}")
            return None
        report.taken["categories"] += 1
        return made.id
