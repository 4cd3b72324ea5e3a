"""Who may look at mail, and decide on it."""

from ..accounts.models import Actor
from ..errors import NotAllowed
from ..i18n import gettext as _


def require_staff(actor: Actor) -> None:
    """Raise NotAllowed unless *actor* is staff: what came by mail is for them alone."""
    if not (actor.is_active and actor.is_staff):
        raise NotAllowed(_("Your account may not do this."))


def require_admin(actor: Actor) -> None:
    """Raise NotAllowed unless *actor* is an admin: the ledger and the outbox as a whole."""
    if not (actor.is_active and actor.is_admin):
        raise NotAllowed(_("Your account may not do this."))
