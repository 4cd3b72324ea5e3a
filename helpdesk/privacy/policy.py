"""Who may have a copy of somebody's data, and who may erase it."""

from ..accounts.models import Actor, User
from ..errors import NotAllowed
from ..i18n import gettext as _


def require_copy(actor: Actor, user: User, *, with_notes: bool) -> None:
    """Raise NotAllowed unless *actor* may have what there is of *user*.

    That is an admin, and everybody for themselves. What staff have noted about somebody goes along
    only where an admin says so: notes may name others, so a person looks at them first.
    """
    if actor.is_active and actor.is_admin:
        return
    if not actor.is_active or actor.id != user.id or with_notes:
        raise NotAllowed(_("Your account may not do this."))


def require_erase(actor: Actor) -> None:
    """Raise NotAllowed unless *actor* may erase people: admins may."""
    if not (actor.is_active and actor.is_admin):
        raise NotAllowed(_("Only an admin may erase somebody."))
