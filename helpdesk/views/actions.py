"""Views that people save: made, changed, put in order, deleted and had back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from .. import clock
from ..accounts.models import User
from ..database import db, transaction
from ..errors import NotFound, WrongState
from ..events import record
from ..i18n import gettext as _
from ..text import Fields
from ..tickets.queries import Sort
from . import policy
from .filters import Asking, Rules, narrowed
from .models import SavedView

LONGEST_NAME = 60  # characters
MOST_VIEWS = 30  # that are shared, and of each person's own
KEPT = timedelta(days=30)  # after it was deleted


@dataclass(frozen=True, kw_only=True)
class ViewDraft:
    """All that somebody says of a view."""

    name: str
    rules: Rules = field(default_factory=dict)
    sort: Sort = Sort.WAITING
    is_shared: bool = False


def save_view(actor: User, draft: ViewDraft) -> SavedView:
    """Keep a new view, after the others.

    Raises NotAllowed; Invalid (``name``, ``filters.<name>``); WrongState for too many.
    """
    policy.require_staff(actor)
    with transaction():
        name, rules = check_view(actor, draft)
        now = clock.now()
        view = SavedView(
            owner_id=actor.id,
            is_shared=draft.is_shared,
            name=name,
            filters=rules,
            sort=draft.sort.value,
            position=_last_place(actor.id, draft.is_shared),
            created_at=now,
            modified_at=now,
        )
        db.session.add(view)
        db.session.flush()
        record(actor.id, "view.saved", after=_facts(view))
    return view


def update_view(actor: User, view: SavedView, draft: ViewDraft) -> SavedView:
    """Make *view* what *draft* says. Raises NotAllowed, Invalid; WrongState for too many."""
    policy.require_change(actor, view)
    with transaction():
        name, rules = check_view(actor, draft)
        before = _facts(view)
        if view.is_shared is not draft.is_shared:
            view.position = _last_place(view.owner_id, draft.is_shared)
        view.name, view.filters, view.sort = name, rules, draft.sort.value
        view.is_shared = draft.is_shared
        if _facts(view) != before:
            view.modified_at = clock.now()
            record(actor.id, "view.updated", before=before, after=_facts(view))
    return view


def move_view(actor: User, view: SavedView, by: int) -> None:
    """Put *view* one place up (*by* -1) or down (1) among those that it stands with.

    At an end it stays where it is. Raises NotAllowed; NotFound once somebody has deleted it.
    """
    policy.require_change(actor, view)
    with transaction():
        order = [one.id for one in _together(view.owner_id, view.is_shared)]
        if view.id not in order:
            raise NotFound(_("There is no such view."))
        place_view(actor, view, max(order.index(view.id) + by, 0) + 1)


def place_view(actor: User, view: SavedView, position: int) -> None:
    """Put *view* at this place, from 1, among those that it stands with. Raises NotAllowed."""
    policy.require_change(actor, view)
    with transaction():
        before = [one.id for one in _together(view.owner_id, view.is_shared)]
        order = [one for one in _together(view.owner_id, view.is_shared) if one.id != view.id]
        order.insert(max(position - 1, 0), view)
        if [one.id for one in order] == before:
            return
        for number, one in enumerate(order, 1):
            one.position = number
        record(actor.id, "view.order", before=before, after=[one.id for one in order])


def delete_view(actor: User, view: SavedView) -> None:
    """Take *view* away; for a while it can be had back. Raises NotAllowed."""
    policy.require_change(actor, view)
    with transaction():
        view.deleted_at = clock.now()
        record(actor.id, "view.deleted", before=_facts(view))


def restore_view(actor: User, view_id: int) -> SavedView:
    """Have a deleted view back, under its old address. Raises NotFound, WrongState for too many."""
    policy.require_staff(actor)
    with transaction():
        view = db.session.get(SavedView, view_id) if 0 < view_id < 2**63 else None
        if view is None or not policy.may_change(actor, view):
            raise NotFound(_("There is no such view."))
        if view.deleted_at is not None:
            _require_room(view.owner_id, view.is_shared)
            view.deleted_at = None
            record(actor.id, "view.restored", after=_facts(view))
    return view


def sweep() -> None:
    """Forget views that were deleted a while ago."""
    with transaction():
        db.session.execute(sa.delete(SavedView).where(SavedView.deleted_at <= clock.now() - KEPT))


def check_view(actor: User, draft: ViewDraft) -> tuple[str, dict[str, list[str]]]:
    """The clean name and filters of *draft*. Raises Invalid with every bad field."""
    errors = Fields()
    name = errors.line("name", draft.name, LONGEST_NAME)
    found = narrowed(Asking(actor), draft.rules)
    for problem in found.problems:
        errors.add(f"filters.{problem.name}", problem.sentence)
    errors.raise_if_any()
    return name, {key: list(values) for key, values in found.rules.items()}


def _last_place(owner_id: int, is_shared: bool) -> int:
    _require_room(owner_id, is_shared)
    others = _together(owner_id, is_shared)
    return max((other.position for other in others), default=0) + 1


def _require_room(owner_id: int, is_shared: bool) -> None:
    if len(_together(owner_id, is_shared)) >= MOST_VIEWS:
        raise WrongState(_("There are %(most)s views already: no more fit.", most=MOST_VIEWS))


def _together(owner_id: int, is_shared: bool) -> Sequence[SavedView]:
    """The views of one group in its order: the shared ones, or somebody's own."""
    query = sa.select(SavedView).where(SavedView.deleted_at.is_(None))
    if is_shared:
        query = query.where(SavedView.is_shared)
    else:
        query = query.where(SavedView.is_shared.is_(False), SavedView.owner_id == owner_id)
    return db.session.scalars(query.order_by(SavedView.position, SavedView.id)).all()


def _facts(view: SavedView) -> dict[str, Any]:
    return {
        "id": view.id,
        "owner_id": view.owner_id,
        "is_shared": view.is_shared,
        "name": view.name,
        "filters": view.filters,
        "sort": view.sort,
    }
