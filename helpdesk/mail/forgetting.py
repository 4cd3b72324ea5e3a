"""What was deleted for good is no mail any more either: its file goes, its row stays.

The ledger still counts it, and knows a copy of it by its hash.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from .. import clock, jobs
from ..database import db, transaction
from ..events import Event
from . import raw
from .models import MailKind, Outcome, OutgoingMail, ReceivedMail, Sending

FORGET = "mail.forget"  # the job
_WORDS = (Outcome.TICKET, Outcome.REPLY, Outcome.NOTE)
_AT_ONCE = 200


def on_purged(event: Event) -> None:
    """Have the mails forgotten whose words were just deleted."""
    db.session.execute(
        sa.update(OutgoingMail)
        .where(OutgoingMail.ticket_id == event.ticket_id)
        .values(subject="", text="", html="")
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
    jobs.enqueue(FORGET, key="all")


def forget(_payload: dict[str, Any]) -> None:
    """The job ``mail.forget``: remove every mail whose message is gone, and the copies of it."""
    while rows := _gone():
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
    """Mails that are not forgotten yet."""
    gone = sa.select(ReceivedMail.id).where(
        ReceivedMail.outcome.in_(_WORDS), ReceivedMail.filed_as_id.is_(None)
    )
    query = (
        sa.select(ReceivedMail)
        .where(
            ReceivedMail.forgotten_at.is_(None),
            sa.or_(ReceivedMail.id.in_(gone), ReceivedMail.duplicate_of_id.in_(gone)),
        )
        .order_by(ReceivedMail.id)
        .limit(_AT_ONCE)
    )
    db.session.rollback()
    return db.session.scalars(query).all()
