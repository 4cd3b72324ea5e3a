"""Who may do what to an account."""

from collections.abc import Callable

from ..errors import NotAllowed, WrongState
from ..i18n import gettext as _
from .models import Actor, User

_RULES: dict[str, Callable[[Actor, User | None], bool]] = {
    "add_customers": lambda actor, _user: actor.is_staff,  # to open a ticket for somebody new
    "change_profile": lambda actor, user: _is_self(actor, user) or actor.is_admin,
    "change_tokens": lambda actor, user: _is_self(actor, user) or actor.is_admin,
    "manage_users": lambda actor, _user: actor.is_admin,
    "see_users": lambda actor, _user: actor.is_staff,
    "see_links": lambda actor, _user: actor.is_admin,
}


def may(actor: Actor, deed: str, user: User | None = None) -> bool:
    """Whether *actor* may do *deed* (to *user*)."""
    return actor.is_active and _RULES[deed](actor, user)


def require(actor: Actor, deed: str, user: User | None = None) -> None:
    """Raise NotAllowed unless *actor* may do *deed* (to *user*)."""
    if not may(actor, deed, user):
        raise NotAllowed(_("Your account may not do this."))


def require_there(user: User) -> None:
    """Raise WrongState for somebody who was erased: nothing is known of them, or learnt again."""
    if user.is_erased:
        raise WrongState(_("This person was erased."))


def _is_self(actor: Actor, user: User | None) -> bool:
    return user is not None and actor.id is not None and actor.id == user.id
