"""Who may do what with webhooks."""

from typing import Protocol

from ..errors import NotAllowed
from ..i18n import gettext as _


class Known(Protocol):
    """Whoever asks."""

    @property
    def is_active(self) -> bool: ...

    @property
    def is_admin(self) -> bool: ...


def require_manager(actor: Known) -> None:
    """Raise NotAllowed unless *actor* may see and change webhooks: they send words of everybody."""
    if not (actor.is_active and actor.is_admin):
        raise NotAllowed(_("Your account may not do this."))
