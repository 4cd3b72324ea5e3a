"""Rows of the outbox: a mail for one person, made in the transaction of what it tells of."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ... import clock
from ...accounts.models import User
from ...database import db, writing
from ...jobs import enqueue
from ...tickets.models import Ticket
from .. import tokens
from ..mailboxes import queries as mailboxes
from ..models import MailKind, OutgoingMail, Sending
from ..templates import is_on
from . import sender

JOB = "mail.send"
AUTOMATIC = (MailKind.RECEIVED, MailKind.RESOLVED)
MOST_ANSWERS = 5  # automatic ones to one address
HOUR = timedelta(hours=1)
_QUIET = "mail.quiet"


def is_open() -> bool:
    """Whether mails are written at all: there is a server that sends them, and it isn't quiet."""
    return _QUIET not in db.session().info and mailboxes.sending_is_set_up()


@contextmanager
def quiet() -> Iterator[None]:
    """Write no mails meanwhile: what is made up or brought along from elsewhere tells nobody."""
    info = db.session().info
    if _QUIET in info:
        yield
        return
    info[_QUIET] = True
    try:
        yield
    finally:
        del info[_QUIET]


def put(
    kind: MailKind,
    user: User,
    *,
    ticket: Ticket | None = None,
    message_id: int | None = None,
    details: dict[str, Any] | None = None,
    is_answered: bool = True,
    due_at: datetime | None = None,
) -> OutgoingMail | None:
    """A mail to *user*, to be sent after the ``transaction()`` at hand; None: that kind is off.

    With *is_answered*, an answer to it belongs to *ticket*. It leaves at *due_at*, or at once.
    """
    if not is_on(kind):
        return None
    thread = None if ticket is None or not is_answered else tokens.thread_of(ticket.id)
    row = OutgoingMail(
        kind=kind,
        ticket_id=None if ticket is None else ticket.id,
        message_id=message_id,
        user_id=user.id,
        recipient=user.email,
        mail_id=tokens.new_mail_id(thread, sender.domain_of(thread)),
        details=details or {},
        subject="",
        text="",
        html="",
        state=Sending.WAITING,
        attempts=0,
        said="",
        created_at=clock.now(),
        bounce="",
    )
    db.session.add(row)
    db.session.flush()
    enqueue(JOB, {"id": row.id}, key=str(row.id), due_at=due_at)
    return row


def put_answer(user: User, ticket: Ticket) -> OutgoingMail | None:
    """An automatic answer to somebody's request; beyond the limit one that is never sent."""
    recent = (
        sa.select(OutgoingMail.id)
        .where(
            OutgoingMail.recipient == user.email,
            OutgoingMail.kind == MailKind.RECEIVED,
            OutgoingMail.created_at > clock.now() - HOUR,
            OutgoingMail.state != Sending.CANCELLED,
        )
        .order_by(OutgoingMail.created_at)
        .limit(MOST_ANSWERS)
    )
    too_many = len(db.session.scalars(recent).all()) >= MOST_ANSWERS
    row = put(MailKind.RECEIVED, user, ticket=ticket)
    if row is not None and too_many:
        cancel_row(row, f"At most {MOST_ANSWERS} automatic answers an hour go to one address.")
    return row


def cancel_automatic(ticket_id: int, reason: str) -> None:
    """Let no automatic answer to *ticket_id* leave: what opened it was no person's mail.

    Only inside the ``transaction()`` that opened it.
    """
    writing()
    waiting = sa.select(OutgoingMail).where(
        OutgoingMail.ticket_id == ticket_id,
        OutgoingMail.kind.in_(AUTOMATIC),
        OutgoingMail.state == Sending.WAITING,
    )
    for row in db.session.scalars(waiting):
        cancel_row(row, reason)
    db.session.flush()


def cancel_row(row: OutgoingMail, reason: str) -> None:
    """It is never sent; its job finds nothing to do."""
    row.state, row.said = Sending.CANCELLED, reason
