"""Who may do what with customers, and who is one."""

from ..accounts.models import Actor, Role, User
from ..errors import NotAllowed, NotFound
from ..i18n import gettext as _

CUSTOMERS = (Role.CUSTOMER, Role.VENDOR)  # whom this room is about; never staff


def require_staff(actor: Actor) -> None:
    """Raise NotAllowed unless *actor* is staff: everything here is for them alone."""
    if not (actor.is_active and actor.is_staff):
        raise NotAllowed(_("Your account may not do this."))


def require_customer(user: User) -> None:
    """Raise NotFound unless *user* is a customer or a vendor."""
    if user.role not in CUSTOMERS:
        raise NotFound(_("There is no such customer."))
