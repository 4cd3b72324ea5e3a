"""The append-only list of what happened: who, what, when, before, after.

Every action records here, in its own transaction. A room that cares about another room's events
registers with :func:`subscribe` in ``create_app``; the room that records never knows it.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.orm import Mapped, mapped_column

from . import clock
from .database import Base, Instant, db, in_transaction

Handler = Callable[["Event"], None]


class Event(Base):
    """One thing that happened. Rows are never changed or removed (a trigger sees to it)."""

    __tablename__ = "events"
    __table_args__ = (
        sa.Index("ix_events_ticket", "ticket_id", "id"),
        sa.Index("ix_events_user", "user_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    ticket_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tickets.id"))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # whom it is about
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # None: the desk
    before: Mapped[Any] = mapped_column(sa.JSON, default=None)
    after: Mapped[Any] = mapped_column(sa.JSON, default=None)
    created_at: Mapped[datetime] = mapped_column(Instant)


def init_app(app: Flask) -> None:
    """Give *app* its own, empty list of subscribers."""
    app.extensions["helpdesk.subscribers"] = defaultdict(list)


def subscribe(app: Flask, kind: str, handler: Handler) -> None:
    """Call *handler* for every event of *kind*, inside the transaction that records it."""
    app.extensions["helpdesk.subscribers"][kind].append(handler)


def record(
    actor_id: int | None,
    kind: str,
    *,
    ticket_id: int | None = None,
    user_id: int | None = None,
    before: Any = None,
    after: Any = None,
) -> Event:
    """Append an event and tell its subscribers. Only inside a ``transaction()``."""
    if not in_transaction():
        raise RuntimeError("An event belongs to the transaction of what it tells.")
    event = Event(
        kind=kind,
        ticket_id=ticket_id,
        user_id=user_id,
        actor_id=actor_id,
        before=before,
        after=after,
        created_at=clock.now(),
    )
    db.session.add(event)
    db.session.flush()
    for handler in current_app.extensions["helpdesk.subscribers"][kind]:
        handler(event)
    return event
