"""What agents have read. It is theirs alone and no business data: no event, no undo."""

from collections.abc import Sequence

import sqlalchemy as sa

from ... import clock
from ...accounts.models import Actor, User
from ...database import db, put, transaction
from ...errors import Invalid
from ...i18n import gettext as _
from .. import policy
from ..models import Message, ReadMark, Ticket
from ..queries.reading import NEWS_LASTS, unread_among
from ..queries.visibility import EVERY_PLACE, visible_to
from .bulk import MOST_AT_ONCE


def mark_read(actor: User, ticket: Ticket, up_to: int | None = None) -> bool:
    """Note that *actor* has read *ticket*, as far as message *up_to*, or else all of it.

    Nothing is written where nothing was unread; whether it was. A mark never goes back.
    """
    policy.require(actor, "mark", ticket)
    if not unread_among(actor, [ticket.id]):
        return False
    with transaction(together=True):
        newest = _newest(ticket.id)
        mark = db.session.get(ReadMark, (actor.id, ticket.id))
        read = newest if up_to is None else min(max(up_to, 0), newest)
        if mark is not None and mark.message_id is not None:
            read = max(read, mark.message_id)
        put_mark(actor.id, ticket.id, read)
    return True


def mark_unread(actor: User, ticket: Ticket) -> None:
    """Let *ticket* be unread for *actor* until they open it again, whatever is in it."""
    policy.require(actor, "mark", ticket)
    with transaction(together=True):
        put_mark(actor.id, ticket.id, None)


def mark_many(actor: User, ids: Sequence[int], *, read: bool) -> int:
    """Mark the tickets *ids* as read or unread; how many were the other.

    One that isn't there counts as none. Raises NotAllowed; Invalid for none and for too many.
    """
    policy.require(actor, "mark")
    wanted = {id_ for id_ in ids if 0 < id_ < 2**63}
    if not ids:
        raise Invalid({"ids": [_("Choose at least one ticket.")]})
    if len(ids) > MOST_AT_ONCE:
        raise Invalid({"ids": [_("At most %(most)s tickets at once.", most=f"{MOST_AT_ONCE:,}")]})
    with transaction():
        visible = visible_to(actor, EVERY_PLACE).with_only_columns(Ticket.id)
        there = set(db.session.scalars(visible.where(Ticket.id.in_(wanted))))
        now_unread = unread_among(actor, there)
        changing = now_unread if read else there - now_unread
        mine = sa.and_(ReadMark.user_id == actor.id, ReadMark.ticket_id.in_(changing))
        db.session.execute(sa.delete(ReadMark).where(mine))
        newest = _newest_of(changing) if read else {}
        db.session.add_all(
            _mark(actor.id, id_, newest.get(id_, 0) if read else None) for id_ in changing
        )
        db.session.flush()
    return len(changing)


def mark_written(actor: Actor, message: Message) -> None:
    """Who writes on a ticket has read it, inside the transaction that keeps *message*."""
    if actor.is_staff and actor.id is not None:
        put_mark(actor.id, message.ticket_id, message.id)


def put_mark(user_id: int, ticket_id: int, message_id: int | None) -> None:
    """Set a mark inside the caller's transaction; None: the ticket is unread."""
    values = {"user_id": user_id, "ticket_id": ticket_id, "message_id": message_id}
    put(ReadMark, **values, marked_at=clock.now())


def _mark(user_id: int, ticket_id: int, message_id: int | None) -> ReadMark:
    return ReadMark(
        user_id=user_id, ticket_id=ticket_id, message_id=message_id, marked_at=clock.now()
    )


def _newest(ticket_id: int) -> int:
    return _newest_of([ticket_id]).get(ticket_id, 0)


def _newest_of(ids: Sequence[int] | set[int]) -> dict[int, int]:
    newest = sa.select(Message.ticket_id, sa.func.max(Message.id)).group_by(Message.ticket_id)
    rows = db.session.execute(newest.where(Message.ticket_id.in_(ids)))
    return {row.ticket_id: row[1] for row in rows}


# What becomes of marks when words move between tickets, inside the caller's transaction.


def marks_follow_split(old: Ticket, new: Ticket) -> None:
    """Who has read *old* up to a message has read as much of what is *new*'s now."""
    for mark in db.session.scalars(sa.select(ReadMark).where(ReadMark.ticket_id == old.id)).all():
        if mark.message_id is not None:
            put_mark(mark.user_id, new.id, mark.message_id)


def readers_of(*tickets: Ticket) -> dict[User, bool]:
    """Who has marks on one of *tickets*, and whether one of these is unread for them."""
    ids = [ticket.id for ticket in tickets]
    marked = sa.select(ReadMark.user_id).where(ReadMark.ticket_id.in_(ids))
    users = db.session.scalars(sa.select(User).where(User.id.in_(marked))).all()
    return {user: bool(unread_among(user, ids)) for user in users}


def marks_follow_merge(readers: dict[User, bool], target: Ticket) -> None:
    """*target* has the words of others now: it is unread for whom one of them was.

    The marks of the others stay, so that taking them apart again is exact.
    """
    newest = _newest(target.id)
    for user, was_unread in readers.items():
        put_mark(user.id, target.id, None if was_unread else newest)


def sweep() -> None:
    """Forget marks of so long ago that all that was read then counts as read without them."""
    old = sa.and_(ReadMark.marked_at < clock.now() - NEWS_LASTS, ReadMark.message_id.is_not(None))
    with transaction():
        db.session.execute(sa.delete(ReadMark).where(old))
