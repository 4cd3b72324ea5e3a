"""The outbox as people read it."""

from dataclasses import dataclass

import sqlalchemy as sa

from ...accounts.models import Actor
from ...database import db
from ...errors import NotFound
from ...i18n import gettext as _
from ...tickets import queries as tickets
from .. import policy
from ..models import OutgoingMail, Sending
from .pages import Page, Paged, paged


@dataclass(frozen=True)
class OutboxFilters:
    """What the outbox is narrowed to."""

    state: Sending | None = None
    came_back: bool = False
    words: str = ""  # in the recipient's address


def outbox(actor: Actor, filters: OutboxFilters, page: Page) -> Paged[OutgoingMail]:
    """Every mail of ours, newest first; for admins."""
    policy.require_admin(actor)
    query = sa.select(OutgoingMail)
    if filters.state is not None:
        query = query.where(OutgoingMail.state == filters.state)
    if filters.came_back:
        query = query.where(OutgoingMail.bounced_at.is_not(None))
    if filters.words:
        query = query.where(OutgoingMail.recipient.icontains(filters.words, autoescape=True))
    return paged(query, OutgoingMail.id, page)


def outgoing(actor: Actor, outgoing_id: int) -> OutgoingMail:
    """A mail of ours: any for admins, for other staff those on a ticket.

    Raises NotFound where it isn't there or isn't *actor*'s to see; NotAllowed for customers.
    """
    policy.require_staff(actor)
    known = 0 < outgoing_id < 2**63
    found = db.session.get(OutgoingMail, outgoing_id) if known else None
    if found is None or not (actor.is_admin or _is_on_ticket(actor, found)):
        raise NotFound(_("There is no such mail."))
    return found


def _is_on_ticket(actor: Actor, mail: OutgoingMail) -> bool:
    return mail.ticket_id is not None and bool(tickets.visible_among(actor, [mail.ticket_id]))
