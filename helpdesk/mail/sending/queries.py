"""How many mails are in which state."""

from typing import NamedTuple

import sqlalchemy as sa

from ...database import db
from ..models import OutgoingMail, Sending


class Counts(NamedTuple):
    """How many mails wait, can't be sent, and may have been."""

    waiting: int
    failed: int
    uncertain: int


def counts() -> Counts:
    """How many mails wait (or are being sent), failed, and are uncertain: from an index alone."""
    shown = (Sending.WAITING, Sending.SENDING, Sending.FAILED, Sending.UNCERTAIN)
    query = (
        sa.select(OutgoingMail.state, sa.func.count())
        .where(OutgoingMail.state.in_(shown))
        .group_by(OutgoingMail.state)
    )
    of = {row[0]: row[1] for row in db.session.execute(query)}
    waiting = of.get(Sending.WAITING, 0) + of.get(Sending.SENDING, 0)
    return Counts(waiting, of.get(Sending.FAILED, 0), of.get(Sending.UNCERTAIN, 0))


def ever() -> int:
    """How many mails were ever put into the outbox: rows are numbered, and never removed."""
    return db.session.scalar(sa.select(sa.func.max(OutgoingMail.id))) or 0


def sent_count() -> int:
    """How many mails were ever sent."""
    query = sa.select(sa.func.count()).where(OutgoingMail.state == Sending.SENT)
    return db.session.scalar(query) or 0
