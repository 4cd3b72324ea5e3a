"""Followers: people who get a ticket's answers by mail, by an agent's or the requester's choice."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ... import clock
from ...accounts.models import Actor, User
from ...accounts.queries import accounts_of
from ...database import db, transaction
from ...errors import Invalid, WrongState
from ...events import Event, record
from ...i18n import gettext as _
from .. import policy
from ..models import Follower, Ticket
from .changes import Undo
from .checking import require_in_place

MOST_FOLLOWERS = 50  # of one ticket
MOST_BY_REQUESTER = 10  # nobody has their words sent to a crowd in the shop's name


def follow(actor: Actor, ticket: Ticket, user: User) -> Event | None:
    """Let *user* get the ticket's answers by mail, and answer them; None where they do already.

    It opens no page of the ticket to them. Raises NotAllowed; Invalid (field ``user``) for the
    requester, for staff and for a disabled account; WrongState on a merged or deleted ticket and
    where there are too many.
    """
    policy.require(actor, "follow", ticket)
    with transaction():
        require_in_place(actor, ticket)
        if user.id == ticket.requester_id or user.is_staff:
            raise Invalid({"user": [_("They get the answers already.")]})
        if not user.is_active:
            raise Invalid({"user": [_("This account is disabled.")]})
        if _found(ticket, user.id):
            return None
        most = MOST_FOLLOWERS if actor.is_staff else MOST_BY_REQUESTER
        if _count(ticket) >= most:
            raise WrongState(_("At most %(most)s people follow a ticket.", most=most))
        return _follow(actor, ticket, user.id)


def unfollow(actor: Actor, ticket: Ticket, user_id: int) -> Event | None:
    """Let *user_id* get nothing more of the ticket; None where they got nothing. NotAllowed."""
    policy.require(actor, "follow", ticket)
    with transaction():
        return _unfollow(actor, ticket, user_id)


def stop_following(user: User, ticket: Ticket) -> Event | None:
    """Let *user* get nothing more of *ticket*, by their own wish; None where they got nothing."""
    with transaction():
        return _unfollow(user, ticket, user.id)


def _follow(actor: Actor, ticket: Ticket, user_id: int) -> Event:
    db.session.add(
        Follower(ticket_id=ticket.id, user_id=user_id, added_by_id=actor.id, created_at=clock.now())
    )
    after: dict[str, Any] = {"id": user_id}
    return record(actor.id, "ticket.followed", ticket_id=ticket.id, user_id=user_id, after=after)


def _unfollow(actor: Actor, ticket: Ticket, user_id: int) -> Event | None:
    found = _found(ticket, user_id)
    if not found:
        return None
    for follower in found:
        db.session.delete(follower)
    before: dict[str, Any] = {"id": user_id}
    return record(
        actor.id, "ticket.unfollowed", ticket_id=ticket.id, user_id=user_id, before=before
    )


def _found(ticket: Ticket, user_id: int) -> Sequence[Follower]:
    """By what the user follows: by accounts that were merged into theirs, too."""
    query = sa.select(Follower).where(
        Follower.ticket_id == ticket.id, Follower.user_id.in_(accounts_of(user_id))
    )
    return db.session.scalars(query).all()


def _count(ticket: Ticket) -> int:
    query = sa.select(sa.func.count()).where(Follower.ticket_id == ticket.id)
    return db.session.scalar(query) or 0


def _undo_follow(actor: Actor, ticket: Ticket, event: Event) -> bool:
    _unfollow(actor, ticket, event.after["id"])
    return True


def _undo_unfollow(actor: Actor, ticket: Ticket, event: Event) -> bool:
    user = db.session.get(User, event.before["id"])
    if user is None or not user.is_active or user.id == ticket.requester_id:
        return False
    if not _found(ticket, user.id):
        _follow(actor, ticket, user.id)
    return True


UNDOS: dict[str, Undo] = {
    "ticket.followed": _undo_follow,
    "ticket.unfollowed": _undo_unfollow,
}
