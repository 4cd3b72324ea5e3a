"""Letting held replies leave when their time has come, each exactly once."""

import logging
from datetime import datetime

import sqlalchemy as sa

from ... import clock
from ...accounts.models import DESK
from ...database import db, transaction
from ...errors import HelpdeskError, NotAllowed
from ...events import record
from ...i18n import gettext as _
from ..models import AuthorKind, HeldReply, Message, Place, Status, Ticket
from ..queries.visibility import get
from .along import Along, apply_what_still_fits
from .drafting import give_back
from .holding import name_of
from .merging import end_of
from .writing import reply

_log = logging.getLogger(__name__)


def next_departure() -> datetime | None:
    """When the next held reply leaves; None: none is held."""
    return db.session.scalar(sa.select(sa.func.min(HeldReply.leaves_at)))


def release_due() -> int:
    """Let every reply leave whose time has come, and return how many did.

    One that fails is logged and keeps none of the others; it is tried again the next time.
    """
    now, gone = clock.now(), 0
    due = sa.select(HeldReply.id).where(_is_due(now)).order_by(HeldReply.leaves_at, HeldReply.id)
    for held_id in db.session.scalars(due).all():
        try:
            gone += release(held_id)
        except Exception:
            _log.exception("A held reply could not leave")
    return gone


def release(held_id: int) -> bool:
    """Let this held reply leave if its time has come; whether it was there to leave.

    In one transaction it becomes a message and is held no more. Where that can't be (the ticket was
    closed or deleted meanwhile) it is its author's draft again, which says why; where the ticket
    was merged it goes to the ticket that its words are in now.
    """
    with transaction(together=True):
        held = db.session.scalar(
            sa.select(HeldReply).where(HeldReply.id == held_id, _is_due(clock.now()))
        )
        if held is None:
            return False  # another process was faster, or it was called back
        ticket = end_of(get(DESK, held.ticket_id))
        try:
            with db.session.begin_nested():
                _leave(held, ticket)
        except HelpdeskError:
            db.session.expire_all()  # what the savepoint took back
            _return(held, ticket, _why_not(held, ticket))
    return True


def return_all() -> int:
    """Make every held reply its author's draft again, and return how many those were.

    For a desk that was restored: whether they have left since the backup, nobody here knows.
    """
    with transaction():
        everything = db.session.scalars(sa.select(HeldReply).order_by(HeldReply.id)).all()
        for held in everything:
            _return(held, end_of(get(DESK, held.ticket_id)), "restored")
    return len(everything)


def _is_due(now: datetime) -> sa.ColumnElement[bool]:
    """Also where the clock was set back: nothing waits for hours."""
    return sa.or_(HeldReply.leaves_at <= now, HeldReply.created_at > now)


def _leave(held: HeldReply, ticket: Ticket) -> Message:
    """Make *held* a message, as if it had been sent now."""
    author, choices = held.author, held.choices
    if not author.is_staff:
        raise NotAllowed(_("Your account may not do this."))
    along, is_here = Along.from_json(choices), ticket.id == choices["ticket"]
    newcomer = _customers_words_since(ticket, held)
    body, format, files = held.body, held.format, list(held.attachments)
    for file in files:
        file.held_reply_id = None
    db.session.flush()
    db.session.expire(held, ["attachments"])
    db.session.delete(held)
    db.session.flush()
    if newcomer is not None:
        status: Status | None = Status.OPEN
    else:  # what somebody else has set meanwhile stays
        same = is_here and ticket.status == choices["seen"]["status"]
        status = along.status if same else None if not is_here else ticket.status
    if is_here:  # before the words, for a status may need a field that comes along
        apply_what_still_fits(author, ticket, along, choices["seen"])
    message = reply(author, ticket, body, files, status, format=format)
    if newcomer is not None:  # whom nobody has answered: they must not wait unseen
        ticket.waiting_since = newcomer
    return message


def _why_not(held: HeldReply, ticket: Ticket) -> str:
    if not held.author.is_active or not held.author.is_staff:
        return "account"
    if ticket.place is not Place.INBOX:
        return ticket.place.value
    return "closed" if ticket.status is Status.CLOSED else "other"


def _return(held: HeldReply, ticket: Ticket, why: str) -> None:
    """Make *held*, which can't leave, its author's draft again, with the reason."""
    give_back(held, ticket.id, why)
    record(
        None,
        "ticket.reply_returned",
        ticket_id=ticket.id,
        user_id=held.author_id,
        after={"held": name_of(held), "why": why},
    )
    db.session.delete(held)


def _customers_words_since(ticket: Ticket, held: HeldReply) -> datetime | None:
    """When somebody who is no staff first wrote on *ticket* since *held* waits."""
    query = sa.select(sa.func.min(Message.created_at)).where(
        Message.ticket_id == ticket.id,
        Message.id > held.choices["after"],
        Message.created_at >= held.created_at,
        Message.internal.is_(False),
        Message.author_kind != AuthorKind.ADMIN,
    )
    return db.session.scalar(query)
