"""Who may do what with custom fields."""

from ..accounts.models import Actor
from ..errors import NotAllowed
from ..i18n import gettext as _
from .models import CustomField, RequiredFor


def require_manager(actor: Actor) -> None:
    """Raise NotAllowed unless *actor* may make and change fields: they change the desk itself."""
    if not (actor.is_active and actor.is_admin):
        raise NotAllowed(_("Your account may not do this."))


def may_see(actor: Actor | None, field: CustomField) -> bool:
    """Whether *actor* (None: any customer) may know of *field*, and so fill it in."""
    return (actor is not None and actor.is_staff) or (
        field.is_active and field.is_shown_to_customers
    )


def must_fill(actor: Actor, field: CustomField) -> bool:
    """Whether *actor* must fill *field* in when they save what it belongs to.

    Staff may open a ticket without: theirs are asked for when it is solved (docs/DECISIONS.md). A
    customer is never asked for what they don't see.
    """
    if not field.is_active or field.required_for is RequiredFor.NOBODY:
        return False
    if actor.is_staff:
        return True
    return field.required_for is RequiredFor.EVERYBODY and field.is_shown_to_customers
