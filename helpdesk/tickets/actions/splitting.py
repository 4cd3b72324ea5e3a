"""Splitting a message off into a ticket of its own."""

from typing import Any

import sqlalchemy as sa

from ... import clock
from ...accounts.models import Actor
from ...database import db, transaction
from ...errors import NotFound, WrongState
from ...events import Event, record
from ...i18n import gettext as _
from ...text import Fields
from .. import policy
from ..models import AuthorKind, Message, Place, Status, Ticket
from .changes import LONGEST_SUBJECT, Undo
from .checking import require_in_place
from .linking import link_rows, unlink_rows
from .moving_messages import move_messages
from .placing import set_place
from .reading import marks_follow_split
from .recounting import recount, unanswered_since
from .snapshots import put_back, taken

_CHANGED = ("waiting_since", "modified_at", "modified_by_kind")


def split(actor: Actor, message: Message, subject: str, *, following: bool = False) -> Ticket:
    """Make *message* the first of a new ticket; with *following*, all that came after it too.

    The new ticket has the requester, category, priority and assignee of the old one, is open, and
    is linked to it. Raises NotAllowed, Invalid (field ``subject``); WrongState for a note, for
    what a ticket began with, and where the ticket was merged or deleted; NotFound where the
    message was deleted for good.
    """
    policy.require(actor, "split")
    fields = Fields()
    subject = fields.line("subject", subject, LONGEST_SUBJECT)
    fields.raise_if_any()
    key = sa.inspect(message).identity or (0,)
    with transaction():
        # What was read before may be gone by now.
        found = db.session.get(Message, key, populate_existing=True)
        if found is None:
            raise NotFound(_("There is no such message."))
        message = found
        old = db.session.get_one(Ticket, message.ticket_id)
        require_in_place(actor, old)
        require_splittable(message)
        new = _new_ticket(actor, old, message, subject)
        ids = _following(message) if following else [message.id]
        before = taken(old, _CHANGED)
        _move(actor, old, new, ids)
        marks_follow_split(old, new)
        db.session.add_all(link_rows(actor, new.id, [old.id]))
        _record(actor, old, new, ids, before)
        return new


def require_splittable(message: Message) -> None:
    """Raise WrongState where *message* can't be the first of a ticket, saying why."""
    if message.internal:
        raise WrongState(
            _("A ticket can't begin with a note, which its requester never reads: split a message.")
        )
    if message.id == _opening(message.ticket_id):
        raise WrongState(
            _(
                "This is what the ticket began with: without it there would be no ticket. "
                "Split what came later, or change the subject."
            )
        )


def _opening(ticket_id: int) -> int | None:
    query = sa.select(Message.id).where(Message.ticket_id == ticket_id, Message.internal.is_(False))
    return db.session.scalar(query.order_by(Message.created_at, Message.id).limit(1))


def _following(message: Message) -> list[int]:
    """*message* and what stands after it in the conversation, notes too."""
    query = sa.select(Message.id).where(
        Message.ticket_id == message.ticket_id,
        sa.or_(
            Message.created_at > message.created_at,
            sa.and_(Message.created_at == message.created_at, Message.id >= message.id),
        ),
    )
    return list(db.session.scalars(query.order_by(Message.created_at, Message.id)))


def _new_ticket(actor: Actor, old: Ticket, message: Message, subject: str) -> Ticket:
    new = Ticket(
        subject=subject,
        description=message.body,
        requester_id=old.requester_id,
        requester_kind=old.requester_kind,
        assignee_id=old.assignee_id,
        status=Status.OPEN,
        priority=old.priority,
        category_id=old.category_id,
        subcategory_id=old.subcategory_id,
        created_by_kind=message.author_kind,
        created_at=message.created_at,
        modified_by_kind=AuthorKind(actor.kind),
        modified_at=clock.now(),
        version=0,
        place=Place.INBOX,
    )
    db.session.add(new)
    db.session.flush()
    return new


def _move(actor: Actor, from_: Ticket, to: Ticket, ids: list[int]) -> list[int]:
    """Move the messages *ids*, and let both tickets tell of what they have now."""
    moved = move_messages(from_, to, only=ids)
    for ticket in (from_, to):
        recount(ticket)
        ticket.waiting_since = unanswered_since(ticket)
        ticket.version += 1
        ticket.modified_at, ticket.modified_by_kind = clock.now(), AuthorKind(actor.kind)
    db.session.flush()
    return moved


def _record(actor: Actor, old: Ticket, new: Ticket, ids: list[int], before: dict[str, Any]) -> None:
    after = {"to": new.id, "messages": ids, "old": taken(old, _CHANGED)}
    record(actor.id, "ticket.split", ticket_id=old.id, before={"old": before}, after=after)
    record(actor.id, "ticket.split", ticket_id=new.id, after={"from": old.id})


def _unsplit(actor: Actor, old: Ticket, event: Event) -> bool | None:
    """Put the messages back, unless either ticket is somebody else's by now.

    The new ticket goes to the bin, but not if something was written on it meanwhile.
    """
    if "to" not in event.after:  # the new ticket's side of it
        return None
    new = db.session.get_one(Ticket, event.after["to"])
    if new.place is Place.MERGED or not _together(old, new):
        return False
    now = taken(old, _CHANGED)
    same = [name for name in _CHANGED if now[name] == event.after["old"][name]]
    ids = _move(actor, new, old, event.after["messages"])
    if not ids:
        return False
    put_back(old, {name: event.before["old"][name] for name in same}, taken(old, _CHANGED))
    record(actor.id, "ticket.unsplit", ticket_id=old.id, before={"to": new.id, "messages": ids})
    if not new.message_count and new.place is not Place.BIN:
        unlink_rows(old.id, [new.id])
        set_place(actor, new, Place.BIN)
    return True


def _split_again(actor: Actor, old: Ticket, event: Event) -> bool:
    new = db.session.get_one(Ticket, event.before["to"])
    if not _together(old, new) or new.place is Place.MERGED:
        return False
    before = taken(old, _CHANGED)
    ids = _move(actor, old, new, event.before["messages"])
    if not ids:
        return False
    marks_follow_split(old, new)
    unlink_rows(old.id, [new.id])
    db.session.add_all(link_rows(actor, new.id, [old.id]))
    _record(actor, old, new, ids, before)
    return True


def _together(old: Ticket, new: Ticket) -> bool:
    """Whether messages may go from one to the other without a stranger reading them."""
    return old.requester_id == new.requester_id and old.place in (Place.INBOX, Place.SPAM)


UNDOS: dict[str, Undo] = {"ticket.split": _unsplit, "ticket.unsplit": _split_again}
