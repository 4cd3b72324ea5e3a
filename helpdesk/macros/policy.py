"""Who may do what with saved replies and macros.

A shared one belongs to all of the staff, as a category does; a private one is its owner's alone,
and no admin sees it.
"""

from ..accounts.models import Actor
from ..errors import NotAllowed
from ..i18n import gettext as _


def require_staff(actor: Actor) -> None:
    """Raise NotAllowed unless *actor* is staff: everything here is for them alone."""
    if not (actor.is_active and actor.is_staff):
        raise NotAllowed(_("Your account may not do this."))


def may_see(actor: Actor, owner_id: int, is_shared: bool) -> bool:
    """Whether *actor* may use such a one, and so change it."""
    return actor.is_active and actor.is_staff and (is_shared or owner_id == actor.id)


def may_unshare(actor: Actor, owner_id: int) -> bool:
    """Whether *actor* may make a shared one of this owner private again."""
    return owner_id == actor.id or actor.is_admin


def require_may_keep(actor: Actor, owner_id: int, *, was_shared: bool, is_shared: bool) -> None:
    """Raise NotAllowed where *actor* would take from colleagues what is somebody else's."""
    if was_shared and not is_shared and not may_unshare(actor, owner_id):
        raise NotAllowed(_("Only whoever made it, or an admin, can make it private again."))
