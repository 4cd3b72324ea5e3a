"""What was deleted for good is no mail any more either: its file goes, its row stays.

The ledger still counts it, and knows a copy of it by its hash.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from .. import clock, jobs
from ..database import db, transaction
from ..events import Event
from ..files import store
from ..i18n import gettext as _
from ..tickets.models import Place, Ticket
from . import raw
from .models import MailKind, Outcome, OutgoingMail, ReceivedMail, Sending

FORGET = "mail.forget"  # the job
_WORDS = (Outcome.TICKET, Outcome.REPLY, Outcome.NOTE)
_NO_WORDS: dict[str, Any] = {"subject": "", "text": "", "html": "", "bounce": ""}
_AT_ONCE = 200
_HELD_FOR = timedelta(minutes=1)


def on_purged(event: Event) -> None:
    """Have the mails forgotten whose words were just deleted."""
    db.session.execute(
        sa.update(OutgoingMail).where(OutgoingMail.ticket_id == event.ticket_id).values(**_NO_WORDS)
    )
    db.session.execute(  # those of a notice have no words in them, and say how to get no more
        sa.update(OutgoingMail)
        .where(OutgoingMail.ticket_id == event.ticket_id, OutgoingMail.kind != MailKind.NOTICE)
        .values(details={})
    )
    db.session.execute(
        sa.update(OutgoingMail)
        .where(OutgoingMail.ticket_id == event.ticket_id, OutgoingMail.state == Sending.WAITING)
        .values(state=Sending.CANCELLED)
    )
    db.session.execute(
        sa.update(Event)
        .where(Event.ticket_id == event.ticket_id, Event.kind == "ticket.mail_bounced")
        .values(after=None)
        .execution_options(synchronize_session=False)
    )
    forget_soon()


def forget_soon() -> None:
    """Have forgotten what there is to forget. Only inside a ``transaction()``."""
    jobs.enqueue(FORGET, key="all")


def forget(_payload: dict[str, Any]) -> None:
    """The job ``mail.forget``: remove every mail whose message is gone, and the copies of it."""
    with transaction():
        # Of words that had been split off, or were merged: their mail is another ticket's.
        db.session.execute(
            sa.update(OutgoingMail)
            .where(
                OutgoingMail.message_id.is_(None),
                OutgoingMail.kind == MailKind.ANSWERED,
                OutgoingMail.text != "",
            )
            .values(details={}, **_NO_WORDS)
            .execution_options(synchronize_session=False)
        )
    while rows := _gone():
        with store().removing() as may_remove:
            if not may_remove:
                raise jobs.Later(_HELD_FOR, _("A backup is being made."), counts=False)
            _forget(rows)


def _forget(rows: Sequence[ReceivedMail]) -> None:
    for sha256 in {row.sha256 for row in rows} - _needed(rows):
        raw.delete(sha256)
    with transaction():
        db.session.execute(
            sa.update(ReceivedMail)
            .where(ReceivedMail.id.in_([row.id for row in rows]))
            .values(sender="", subject="", message_id="", reason="", forgotten_at=clock.now())
        )


def _needed(rows: Sequence[ReceivedMail]) -> set[str]:
    """The files of *rows* that the words of other tickets came by, too."""
    query = sa.select(ReceivedMail.sha256).where(
        ReceivedMail.sha256.in_({row.sha256 for row in rows}), ReceivedMail.filed_as_id.is_not(None)
    )
    return set(db.session.scalars(query))


def _gone() -> Sequence[ReceivedMail]:
    """Mails that are not forgotten yet: of words that are gone, and what brought ours back."""
    gone = sa.select(ReceivedMail.id).where(
        ReceivedMail.outcome.in_(_WORDS), ReceivedMail.filed_as_id.is_(None)
    )
    purged = sa.select(Ticket.id).where(Ticket.place == Place.PURGED)
    bounces = sa.select(ReceivedMail.id).where(
        ReceivedMail.outcome == Outcome.BOUNCE, ReceivedMail.ticket_id.in_(purged)
    )
    every = sa.union_all(gone, bounces)
    query = (
        sa.select(ReceivedMail)
        .where(
            ReceivedMail.forgotten_at.is_(None),
            sa.or_(ReceivedMail.id.in_(every), ReceivedMail.duplicate_of_id.in_(every)),
        )
        .order_by(ReceivedMail.id)
        .limit(_AT_ONCE)
    )
    db.session.rollback()
    return db.session.scalars(query).all()
