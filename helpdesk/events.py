"""The append-only list of what happened: who, what, when, before, after.

Every action records here, in its own transaction. A room that cares about another room's events
registers with :func:`subscribe` in ``create_app``; the room that records never knows it.
"""

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.orm import Mapped, mapped_column

from . import clock
from .database import Base, Instant, insert, transaction, writing

Handler = Callable[["Event"], None]

EVERYTHING = "*"  # to be told of events of every kind


class Event(Base):
    """One thing that happened. Rows are never changed or removed (a trigger sees to it).

    Only what stood in a ticket that was deleted for good is blanked: *before* and *after*.
    """

    __tablename__ = "events"
    __table_args__ = (
        sa.Index("ix_events_ticket", "ticket_id", "id"),
        sa.Index("ix_events_user", "user_id", "id"),
        sa.Index("ix_events_undoes", "undoes", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    ticket_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tickets.id"))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # whom it is about
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # None: the desk
    before: Mapped[Any] = mapped_column(sa.JSON, default=None)
    after: Mapped[Any] = mapped_column(sa.JSON, default=None)
    # What an undo needs besides, and nobody is told: {"before": …, "after": …}.
    kept: Mapped[Any] = mapped_column(sa.JSON, default=None)
    created_at: Mapped[datetime] = mapped_column(Instant)
    batch: Mapped[str | None] = mapped_column(sa.String(32), index=True)  # of one click
    undoes: Mapped[str | None] = mapped_column(sa.String(32))  # another batch


def init_app(app: Flask) -> None:
    """Give *app* its own, empty list of subscribers."""
    app.extensions["helpdesk.subscribers"] = defaultdict(list)


def subscribe(app: Flask, kind: str, handler: Handler) -> None:
    """Call *handler* for every event of *kind*, inside the transaction that records it.

    *kind* may be EVERYTHING.
    """
    app.extensions["helpdesk.subscribers"][kind].append(handler)


@contextmanager
def batch(name: str) -> Iterator[None]:
    """A ``transaction()`` that is a part of the deed *name*, which takes several of them.

    All events of a deed are undone together; without this, each transaction is one of its own.
    """
    with transaction():
        writing().batch = name
        yield


def writing_batch() -> str:
    """The name of the deed that the transaction at hand is, or belongs to."""
    deed = writing()
    deed.batch = deed.batch or new_batch()
    return deed.batch


def recorded_batch() -> str | None:
    """The name of the deed at hand, if something of it was recorded already."""
    return writing().batch or None


def new_batch() -> str:
    """A name for a deed."""
    return secrets.token_hex(16)


def recall(
    kind: str,
    *,
    at: datetime,
    actor_id: int | None = None,
    ticket_id: int | None = None,
    user_id: int | None = None,
    before: Any = None,
    after: Any = None,
) -> Event:
    """Append what happened elsewhere, at its time there. Only inside a ``transaction()``.

    It is no deed of this desk: nobody is told, and nothing of it can be undone.
    """
    return insert(
        Event,
        kind=kind,
        ticket_id=ticket_id,
        user_id=user_id,
        actor_id=actor_id,
        before=before,
        after=after,
        created_at=at,
    )


def record(
    actor_id: int | None,
    kind: str,
    *,
    ticket_id: int | None = None,
    user_id: int | None = None,
    before: Any = None,
    after: Any = None,
    kept: Any = None,
    undoes: str | None = None,
) -> Event:
    """Append an event and tell its subscribers. Only inside a ``transaction()``."""
    event = insert(
        Event,
        kind=kind,
        ticket_id=ticket_id,
        user_id=user_id,
        actor_id=actor_id,
        before=before,
        after=after,
        kept=kept,
        created_at=clock.now(),
        batch=writing_batch(),
        undoes=undoes,
    )
    subscribers = current_app.extensions["helpdesk.subscribers"]
    for handler in (*subscribers[kind], *subscribers[EVERYTHING]):
        handler(event)
    return event
