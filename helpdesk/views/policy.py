"""Who may see and change a saved view."""

import sqlalchemy as sa

from ..accounts.models import Actor
from ..errors import NotAllowed
from ..i18n import gettext as _
from .models import SavedFacts, SavedView


def require_staff(actor: Actor) -> None:
    """Raise NotAllowed unless *actor* is staff: views are theirs alone."""
    if not (actor.is_active and actor.is_staff):
        raise NotAllowed(_("Your account may not do this."))


def seen_by(actor: Actor) -> sa.ColumnElement[bool]:
    """The condition on SavedView that *actor* may know of it."""
    if not actor.is_staff:
        return sa.false()
    shared = sa.or_(SavedView.is_shared, SavedView.owner_id == actor.id)
    return sa.and_(SavedView.deleted_at.is_(None), shared)


def sees(actor: Actor, view: SavedFacts) -> bool:
    """The same of one that is not deleted."""
    return actor.is_staff and (view.is_shared or view.owner_id == actor.id)


def may_change(actor: Actor, view: SavedView | SavedFacts) -> bool:
    """Whether it is *actor*'s own, or a shared one and *actor* an admin."""
    return actor.is_staff and (view.owner_id == actor.id or (view.is_shared and actor.is_admin))


def require_change(actor: Actor, view: SavedView) -> None:
    """Raise NotAllowed unless *actor* may change *view*."""
    require_staff(actor)
    if not may_change(actor, view):
        raise NotAllowed(_("Only whoever shared this view, or an admin, may change it."))
