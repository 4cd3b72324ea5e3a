"""Notices to staff who want them by mail: rows written in the transaction of the notice itself.

They wait half a minute, so that one mail tells of all tickets that a deed gave, and none of what
was seen on the desk meanwhile, or undone.
"""

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from ... import clock, notices
from ...accounts.models import User
from ...database import db
from ...events import Event
from ...notices.kinds import Kind
from ...notices.queries import is_unseen
from ...notices.wishes import wanting_by_mail
from ...tickets.models import Message, Ticket
from ..models import MailKind, MailThread, OutgoingMail, Sending
from . import outbox, sender
from .recipients import participants

WAITS = timedelta(seconds=30)
MOST_NOTICES = 60  # to one member of staff, an hour
LONGEST = timedelta(minutes=10)  # that one deed takes
# What the customer wrote: an answer to these may go to the customer. To the others it never does,
# for whoever answers a colleague's note means the colleague.
_CUSTOMERS_WORDS = (Kind.ANSWERED, Kind.OPENED)


def install(app: Flask) -> None:
    """Ask to be told of notices."""
    notices.tell_also(app, _told)


def is_wanted(row: OutgoingMail, user: User | None) -> bool:
    """Whether the notice that *row* tells of still waits for somebody who may know of it."""
    details = row.details
    return (
        user is not None
        and user.is_staff
        and is_unseen(
            user.id, details["kind"], event_id=details["event"], batch=details.get("batch")
        )
    )


def _told(event: Event, kind: Kind, user_ids: list[int]) -> None:
    if not outbox.is_open():
        return
    ticket = db.session.get_one(Ticket, event.ticket_id)
    message_id = _message_id(event)
    by_mail = wanting_by_mail(kind, user_ids)
    told_anyway = _told_anyway(ticket, message_id) if by_mail else set()
    for user_id in by_mail:
        user = db.session.get_one(User, user_id)
        if user_id in told_anyway or _goes_along(event, kind, user):
            continue
        if not _are_too_many(user):
            _put(event, kind, user, ticket, message_id)


def _put(event: Event, kind: Kind, user: User, ticket: Ticket, message_id: int | None) -> None:
    is_answered = kind in _CUSTOMERS_WORDS and _knows_staff(ticket)
    details = {
        "kind": kind.value,
        "event": event.id,
        "batch": event.batch,
        "tickets": [ticket.id],
        "who": event.actor_id,
        "is_answered": is_answered,
    }
    outbox.put(
        MailKind.NOTICE,
        user,
        ticket=ticket,
        message_id=message_id,
        details=details,
        is_answered=is_answered,
        due_at=clock.now() + WAITS,
    )


def _goes_along(event: Event, kind: Kind, user: User) -> bool:
    """Whether a mail that waits tells them already: of the same event, or of the same deed."""
    query = sa.select(OutgoingMail).where(
        OutgoingMail.recipient == user.email,
        OutgoingMail.kind == MailKind.NOTICE,
        OutgoingMail.created_at >= clock.now() - LONGEST,
        OutgoingMail.state == Sending.WAITING,
        OutgoingMail.details["batch"].as_string() == event.batch,
    )
    for row in db.session.scalars(query):
        if row.details["event"] == event.id:
            return True
        if kind is Kind.ASSIGNED and row.details["kind"] == kind and not row.text:
            row.details = row.details | {"tickets": [*row.details["tickets"], event.ticket_id]}
            return True
    return False


def _are_too_many(user: User) -> bool:
    """Whether *user* got enough mails for an hour: somebody floods the desk. The bell still tells.

    A shop whose own mails are taken for a flood can't send its answers either.
    """
    recent = (
        sa.select(OutgoingMail.id)
        .where(
            OutgoingMail.recipient == user.email,
            OutgoingMail.kind == MailKind.NOTICE,
            OutgoingMail.created_at > clock.now() - outbox.HOUR,
        )
        .limit(MOST_NOTICES)
    )
    return len(db.session.scalars(recent).all()) >= MOST_NOTICES


def _told_anyway(ticket: Ticket, message_id: int | None) -> set[int]:
    """Staff who get these words as requester or follower of *ticket*."""
    message = None if message_id is None else db.session.get(Message, message_id)
    if message is None or message.internal:
        return set()
    return {user.id for user in participants(ticket, but=message.author_id)}


def _knows_staff(ticket: Ticket) -> bool:
    """Whether the mailbox that gets the answer can tell staff from who only says so."""
    mailbox = sender.mailbox_of(None, db.session.get(MailThread, ticket.id))
    return mailbox is not None and bool(mailbox.authserv_id)


def _message_id(event: Event) -> int | None:
    return event.after.get("message_id") if isinstance(event.after, dict) else None
