"""Reads of notices: everybody sees their own and nobody else's."""

from collections.abc import Sequence
from typing import Any, Literal

import sqlalchemy as sa

from ..accounts.models import Actor, User
from ..database import Prepared, db, scalar, until_written
from ..events import Event
from ..tickets.models import Ticket
from .kinds import DEFAULTS, Kind
from .models import Notice, NoticeChoice

Where = Literal["in_page", "in_browser"]


def notices(
    actor: Actor, *, unseen: bool = False, before: int | None = None, limit: int = 50
) -> Sequence[Any]:
    """Notices of *actor* that belong under the bell, newest first, in one query.

    A row has ``id``, ``kind``, ``ticket_id``, ``subject``, ``tickets`` (how many it is about, that
    one the first), ``who`` (None: the desk itself), ``created_at``, ``seen_at``. *before* is the id
    of the last one of the page before.
    """
    query = _told(actor, "in_page")
    if unseen:
        query = query.where(Notice.seen_at.is_(None))
    if before is not None:
        query = query.where(Notice.id < before)
    return db.session.execute(query.order_by(Notice.id.desc()).limit(limit)).all()


def unseen_count(actor: Actor, most: int = 100) -> int:
    """How many notices *actor* has not seen, counted up to *most*."""
    question = "unseen notices", actor.id, most
    return until_written(question, lambda: scalar(_unseen, user_id=actor.id, most=most) or 0)


def for_browser(actor: Actor, after: int) -> Sequence[Any]:
    """Unseen notices newer than the one with id *after* that *actor* wants from the browser."""
    query = _told(actor, "in_browser").where(Notice.id > after, Notice.seen_at.is_(None))
    return db.session.execute(query.order_by(Notice.id).limit(5)).all()


def newest_id(actor: Actor) -> int:
    """The id of *actor*'s newest notice, 0 where there is none."""
    return (
        db.session.scalar(sa.select(sa.func.max(Notice.id)).where(Notice.user_id == actor.id)) or 0
    )


def is_unseen(user_id: int, kind: str, *, event_id: int, batch: str | None) -> bool:
    """Whether a notice of that event (or of several tickets that deed gave) still waits."""
    of_deed = sa.and_(Notice.batch == batch, Notice.kind == Kind.ASSIGNED.value)
    query = sa.select(Notice.id).where(
        Notice.user_id == user_id,
        Notice.kind == kind,
        Notice.seen_at.is_(None),
        sa.or_(Notice.event_id == event_id, of_deed),
    )
    return db.session.scalar(query.limit(1)) is not None


def _told(actor: Actor, where: Where) -> sa.Select[Any]:
    """Those with what is told of them: the columns of :func:`notices`."""
    columns: list[Any] = [
        Notice.id,
        Notice.kind,
        Notice.ticket_id,
        Ticket.subject,
        Notice.tickets,
        User.name.label("who"),
        Notice.created_at,
        Notice.seen_at,
    ]
    return (
        _wanted(actor.id, where)
        .join(Ticket, Ticket.id == Notice.ticket_id)
        .join(Event, Event.id == Notice.event_id)
        .outerjoin(User, User.id == Event.actor_id)
        .with_only_columns(*columns)
    )


def _wanted(user_id: Any, where: Where) -> sa.Select[Any]:
    """Notices of a user of the kinds that they want there."""
    by_itself = [kind.value for kind, wish in DEFAULTS.items() if getattr(wish, where)]
    chosen = getattr(NoticeChoice, where)
    return (
        sa.select(Notice)
        .outerjoin(
            NoticeChoice,
            sa.and_(
                NoticeChoice.user_id == Notice.user_id,
                NoticeChoice.kind == Notice.kind,
            ),
        )
        .where(Notice.user_id == user_id)
        .where(sa.func.coalesce(chosen, Notice.kind.in_(by_itself)))
    )


_unseen = Prepared(
    sa.select(sa.func.count()).select_from(
        _wanted(sa.bindparam("user_id"), "in_page")
        .where(Notice.seen_at.is_(None))
        .with_only_columns(Notice.id)
        .limit(sa.bindparam("most"))
        .subquery()
    )
)
