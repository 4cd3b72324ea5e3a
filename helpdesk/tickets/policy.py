"""Who may do what to a ticket. Who may *see* it is `queries.visible_to`."""

from collections.abc import Callable

import sqlalchemy as sa

from ..accounts.models import Actor
from ..accounts.queries import accounts_of
from ..database import db
from ..errors import NotAllowed
from ..i18n import gettext as _
from .models import Follower, Status, Ticket

# A customer may reopen, resolve and close their own (API.md); to wait for them is ours to say.
REQUESTERS_STATUSES = (Status.OPEN, Status.RESOLVED, Status.CLOSED)

_RULES: dict[str, Callable[[Actor, Ticket | None], bool]] = {
    "open": lambda actor, _ticket: True,
    "open_for_others": lambda actor, _ticket: actor.is_staff,
    "reply": lambda actor, ticket: actor.is_staff or takes_part(actor, ticket),
    "note": lambda actor, _ticket: actor.is_staff,
    "change_status": lambda actor, ticket: actor.is_staff or _is_requester(actor, ticket),
    "change_fields": lambda actor, _ticket: actor.is_staff,
    "mark": lambda actor, _ticket: actor.is_staff,
    "merge": lambda actor, _ticket: actor.is_staff,
    "split": lambda actor, _ticket: actor.is_staff,
    "follow": lambda actor, ticket: actor.is_staff or _is_requester(actor, ticket),
    "link": lambda actor, _ticket: actor.is_staff,
    "place": lambda actor, _ticket: actor.is_staff,
    "purge": lambda actor, _ticket: actor.is_admin,
    "move": lambda actor, _ticket: actor.is_staff,
    "bring": lambda actor, _ticket: actor.is_admin,
    "upload": lambda actor, _ticket: actor.id is not None,
    "see_events": lambda actor, _ticket: actor.is_staff,
    "see_inactive_categories": lambda actor, _ticket: actor.is_staff,
    "manage_categories": lambda actor, _ticket: actor.is_staff,
}


def may(actor: Actor, deed: str, ticket: Ticket | None = None) -> bool:
    """Whether *actor* may do *deed* (to *ticket*)."""
    return actor.is_active and _RULES[deed](actor, ticket)


def require(actor: Actor, deed: str, ticket: Ticket | None = None) -> None:
    """Raise NotAllowed unless *actor* may do *deed* (to *ticket*)."""
    if not may(actor, deed, ticket):
        raise NotAllowed(_("Your account may not do this."))


def may_set_status(actor: Actor, ticket: Ticket, status: Status) -> bool:
    """Whether *actor* may move *ticket* to *status*."""
    return may(actor, "change_status", ticket) and (actor.is_staff or status in REQUESTERS_STATUSES)


def takes_part(actor: Actor, ticket: Ticket | None) -> bool:
    """Whether *ticket* is *actor*'s own, or they follow it: their mails are part of it."""
    if ticket is None or actor.id is None:
        return False
    if _is_requester(actor, ticket):
        return True
    follows = sa.select(Follower.user_id).where(
        Follower.ticket_id == ticket.id, Follower.user_id.in_(accounts_of(actor.id))
    )
    return db.session.scalar(follows.limit(1)) is not None


def _is_requester(actor: Actor, ticket: Ticket | None) -> bool:
    return ticket is not None and actor.id is not None and ticket.requester_id == actor.id
