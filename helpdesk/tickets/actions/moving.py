"""Moving a ticket to another requester, who then reads all of it; the one before loses sight."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ... import clock
from ...accounts.models import Actor, User
from ...database import db, transaction
from ...errors import Invalid, WrongState
from ...events import Event, record
from ...i18n import gettext as _
from .. import policy
from ..models import AuthorKind, HeldReply, Message, Ticket
from .changes import Undo
from .checking import require_in_place


def move(actor: Actor, ticket: Ticket, requester: User) -> Event | None:
    """Make *ticket* one of *requester*'s; None where it is already.

    Raises NotAllowed; Invalid (field ``requester``) for a disabled account; WrongState where the
    ticket was merged or deleted or lies in spam, or a held reply would reach the wrong person.
    """
    policy.require(actor, "move", ticket)
    with transaction():
        require_in_place(actor, ticket)
        if ticket.requester_id == requester.id:
            return None
        if not requester.is_active:
            raise Invalid({"requester": [_("This account is disabled.")]})
        if db.session.scalar(sa.select(HeldReply.id).where(HeldReply.ticket_id == ticket.id)):
            raise WrongState(
                _(
                    "A reply to the requester is about to leave: wait some seconds, or call it "
                    "back. Somebody else would get it."
                )
            )
        return _move(actor, ticket, requester)


def _move(actor: Actor, ticket: Ticket, requester: User) -> Event:
    before = ticket.requester_id
    ticket.requester_id = requester.id
    ticket.requester_kind = AuthorKind(requester.kind)
    ticket.version += 1
    ticket.modified_by_kind, ticket.modified_at = AuthorKind(actor.kind), clock.now()
    db.session.flush()
    db.session.expire(ticket, ["requester"])
    after: dict[str, Any] = {"id": requester.id, "messages": list(_public(ticket))}
    return record(
        actor.id,
        "ticket.requester",
        ticket_id=ticket.id,
        user_id=requester.id,
        before={"id": before},
        after=after,
    )


def _public(ticket: Ticket) -> Sequence[int]:
    query = sa.select(Message.id).where(Message.ticket_id == ticket.id, Message.internal.is_(False))
    return db.session.scalars(query.order_by(Message.id)).all()


def _undo_move(actor: Actor, ticket: Ticket, event: Event) -> bool:
    """Give it back, unless there are words in it now that the one before never could read."""
    if ticket.requester_id != event.after["id"]:
        return False
    if not set(_public(ticket)) <= set(event.after["messages"]):
        return False
    owner = db.session.get(User, event.before["id"])
    if owner is None or not owner.is_active:
        return False
    _move(actor, ticket, owner)
    return True


UNDOS: dict[str, Undo] = {"ticket.requester": _undo_move}
