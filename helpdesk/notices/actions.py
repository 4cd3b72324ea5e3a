"""Writes of notices: they are seen, and after a while forgotten."""

from datetime import timedelta

import sqlalchemy as sa

from .. import clock
from ..accounts.models import Actor
from ..database import db, transaction
from .models import Notice

KEPT = timedelta(days=90)


def see(actor: Actor, *, notice_id: int | None = None, ticket_id: int | None = None) -> int:
    """Mark notices of *actor* as seen: one, those of one ticket, or all; returns how many were new.

    Who looks at one ticket has not seen a notice of several.

    A notice of somebody else is none of *actor*'s: nothing happens.
    """
    unseen = sa.select(Notice.id).where(Notice.user_id == actor.id, Notice.seen_at.is_(None))
    if notice_id is not None:
        unseen = unseen.where(Notice.id == notice_id)
    if ticket_id is not None:
        unseen = unseen.where(Notice.ticket_id == ticket_id, Notice.tickets == 1)
    if db.session.scalar(unseen.limit(1)) is None:  # most often: then nothing is written
        return 0
    with transaction():
        update = sa.update(Notice).where(Notice.id.in_(unseen)).values(seen_at=clock.now())
        return len(db.session.execute(update.returning(Notice.id)).all())


def sweep() -> None:
    """Forget notices that are older than 90 days."""
    with transaction():
        db.session.execute(sa.delete(Notice).where(Notice.created_at <= clock.now() - KEPT))
