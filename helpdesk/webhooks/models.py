"""The tables of the webhooks: where to, what for, and what became of each delivery."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..database import Base, Instant, one_of, only_where


class Webhook(Base):
    """An address that is told of events, and how it fares.

    Secrets are sealed. Who sends has the *lease*: a job that was taken for dead and is not finds
    another one there, and sends no more.
    """

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    url: Mapped[str] = mapped_column(sa.String(2000))
    kinds: Mapped[list[str]] = mapped_column(sa.JSON)
    secret: Mapped[str] = mapped_column(sa.Text, default="")
    old_secret: Mapped[str | None] = mapped_column(sa.Text)  # signs as well until then
    old_secret_until: Mapped[datetime | None] = mapped_column(Instant)
    is_active: Mapped[bool] = mapped_column(default=True)
    why_paused: Mapped[str] = mapped_column(sa.Text, default="")  # by the desk itself
    created_at: Mapped[datetime] = mapped_column(Instant)
    delivered_at: Mapped[datetime | None] = mapped_column(Instant)  # the last time
    failing_since: Mapped[datetime | None] = mapped_column(Instant)
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    last_error: Mapped[str] = mapped_column(sa.Text, default="")
    rests_until: Mapped[datetime | None] = mapped_column(Instant)  # nothing is tried before
    lease: Mapped[str | None] = mapped_column(sa.String(32))


class DeliveryState(StrEnum):
    """What became of a delivery."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"  # given up


class Delivery(Base):
    """An event that one webhook is told of, under a *key* that stays the same.

    The *body* is made when it is first sent, and sent again to the letter.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        sa.Index("ix_webhook_deliveries_webhook", "webhook_id", "id"),
        sa.Index("ix_webhook_deliveries_state", "webhook_id", "state", "id"),
        # Which come before which: those of one ticket are sent one after the other.
        sa.Index(
            "ix_webhook_deliveries_waiting",
            "webhook_id",
            "ticket_id",
            "id",
            **only_where("state = 'waiting'"),
        ),
        # What is next: read from the start, however much waits.
        sa.Index(
            "ix_webhook_deliveries_due",
            "webhook_id",
            "due_at",
            "id",
            **only_where("state = 'waiting'"),
        ),
        sa.Index("ix_webhook_deliveries_ticket", "ticket_id"),
        sa.Index("ix_webhook_deliveries_created", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    webhook_id: Mapped[int] = mapped_column(sa.ForeignKey("webhooks.id"))
    kind: Mapped[str] = mapped_column(sa.String(40))
    event_id: Mapped[int | None] = mapped_column(  # None: a test
        sa.ForeignKey("events.id"), index=True
    )
    ticket_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tickets.id"))
    state: Mapped[DeliveryState] = mapped_column(one_of(DeliveryState))
    attempts: Mapped[int] = mapped_column(default=0)  # since it was last asked for
    due_at: Mapped[datetime] = mapped_column(Instant)
    body: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)

    tries: Mapped[list["Attempt"]] = relationship(order_by="Attempt.id.desc()")


class Attempt(Base):
    """One time that it was sent: the *answer*, or the *error* that kept us from having one."""

    __tablename__ = "webhook_attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(sa.ForeignKey("webhook_deliveries.id"), index=True)
    begun_at: Mapped[datetime] = mapped_column(Instant)
    took_ms: Mapped[int]
    status: Mapped[int | None]
    answer: Mapped[str] = mapped_column(sa.Text, default="")  # shortened
    error: Mapped[str] = mapped_column(sa.Text, default="")
