"""Who may see how the desk is: admins."""

from ..accounts.models import Actor
from ..errors import NotAllowed
from ..i18n import gettext as _


def require(actor: Actor) -> None:
    """Raise NotAllowed unless *actor* is an admin: it names files, servers and weaknesses."""
    if not (actor.is_active and actor.is_admin):
        raise NotAllowed(_("Your account may not do this."))
