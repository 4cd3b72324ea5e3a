"""Who may do what with mailboxes."""

from ...accounts.models import Actor
from ...errors import NotAllowed
from ...i18n import gettext as _


def require_manager(actor: Actor) -> None:
    """Raise NotAllowed unless *actor* may see and change mailboxes: they are the desk itself."""
    if not (actor.is_active and actor.is_admin):
        raise NotAllowed(_("Your account may not do this."))
