"""Categories: made, renamed, switched off; never deleted under their tickets."""

from dataclasses import dataclass

import sqlalchemy as sa

from ... import clock
from ...accounts.models import Actor
from ...database import db, transaction
from ...errors import WrongState
from ...events import record
from ...i18n import gettext as _
from ...text import Fields
from .. import policy
from ..counts import BY_CATEGORY
from ..models import Category


@dataclass(frozen=True)
class CategoryDraft:
    """All that a category is: its name, the category above it, and whether it may be chosen."""

    name: str
    parent_id: int | None = None
    is_active: bool = True


def add_category(actor: Actor, draft: CategoryDraft) -> Category:
    """Add a category. Raises NotAllowed, Invalid (fields ``name``, ``parent_id``)."""
    policy.require(actor, "manage_categories")
    with transaction():
        name = check_category(draft)
        now = clock.now()
        category = Category(
            name=name,
            parent_id=draft.parent_id,
            is_active=draft.is_active,
            created_by=actor.role.value,
            created_at=now,
            modified_by=actor.role.value,
            modified_at=now,
        )
        db.session.add(category)
        db.session.flush()
        record(actor.id, "category.added", after=_facts(category))
    return category


def update_category(actor: Actor, category: Category, draft: CategoryDraft) -> Category:
    """Make *category* what *draft* says. Raises NotAllowed, Invalid."""
    policy.require(actor, "manage_categories")
    with transaction():
        name = check_category(draft, category)
        before = _facts(category)
        category.name = name
        category.parent_id = draft.parent_id
        category.is_active = draft.is_active
        if _facts(category) == before:
            return category
        category.modified_by, category.modified_at = actor.role.value, clock.now()
        record(actor.id, "category.updated", before=before, after=_facts(category))
    return category


def delete_category(actor: Actor, category: Category) -> None:
    """Remove a category that nothing uses.

    Raises NotAllowed; WrongState when it is in use, after switching it off instead (API.md).
    """
    policy.require(actor, "manage_categories")
    with transaction():
        in_use = _is_in_use(category)
        before = _facts(category)
        if in_use:
            category.is_active = False
        else:
            category.deleted_at = clock.now()
        category.modified_by, category.modified_at = actor.role.value, clock.now()
        kind = "category.updated" if in_use else "category.deleted"
        record(actor.id, kind, before=before, after=_facts(category) if in_use else None)
    if in_use:
        raise WrongState(
            _("Tickets or sub-categories use this category: it was deactivated, not deleted.")
        )


def check_category(draft: CategoryDraft, category: Category | None = None) -> str:
    """The clean name of *draft* (for *category*). Raises Invalid with every bad field."""
    fields = Fields()
    name = fields.line("name", draft.name, 100)
    own_id = None if category is None else category.id
    beside = sa.select(Category.name).where(
        Category.parent_id == draft.parent_id
        if draft.parent_id is not None
        else Category.parent_id.is_(None),
        Category.deleted_at.is_(None),
    )
    if own_id is not None:
        beside = beside.where(Category.id != own_id)
    if name and any(one.casefold() == name.casefold() for one in db.session.scalars(beside)):
        fields.add("name", _("There is a category with this name already."))
    if draft.parent_id is not None and not _may_be_parent(draft.parent_id, category):
        fields.add("parent_id", _("This is not a top-level category."))
    fields.raise_if_any()
    return name


def _may_be_parent(parent_id: int, category: Category | None) -> bool:
    parent = db.session.get(Category, parent_id) if parent_id < 2**63 else None
    if parent is None or parent.deleted_at is not None or parent.parent_id is not None:
        return False
    return category is None or (parent.id != category.id and not _has_children(category))


def _has_children(category: Category) -> bool:
    query = sa.select(Category.id).where(
        Category.parent_id == category.id, Category.deleted_at.is_(None)
    )
    return db.session.scalar(query.limit(1)) is not None


def _is_in_use(category: Category) -> bool:
    of = BY_CATEGORY.c
    tickets = sa.select(of.number).where(
        sa.or_(of.category_id == category.id, of.subcategory_id == category.id), of.number > 0
    )
    return _has_children(category) or db.session.scalar(tickets.limit(1)) is not None


def _facts(category: Category) -> dict[str, object]:
    return {
        "id": category.id,
        "name": category.name,
        "parent_id": category.parent_id,
        "is_active": category.is_active,
    }
