"""The table of jobs."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Base, Instant, one_of, only_where

LONGEST_REASON = 2000
PERIODIC = "periodic"  # the key of a job that comes due again and again


class State(StrEnum):
    """Where a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    DISMISSED = "dismissed"  # failed, and an admin needs to see it no more


class Job(Base):
    """Something to do. While it runs, whoever has the *lease* may say how it ended.

    *attempts* are counted when it begins, so one that kills its process counts too.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        sa.Index("ix_jobs_due", "state", "lane", "due_at", "id"),
        sa.Index("ix_jobs_finished", "state", "finished_at"),
        # One of a kind and key waits, however often it is asked for.
        sa.Index(
            "ix_jobs_key",
            "kind",
            "key",
            unique=True,
            **only_where("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    key: Mapped[str | None] = mapped_column(sa.String(200))
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    state: Mapped[State] = mapped_column(one_of(State), default=State.WAITING)
    lane: Mapped[str] = mapped_column(sa.String(40))
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(Instant)
    lease: Mapped[str | None] = mapped_column(sa.String(80))
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    last_error: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    started_at: Mapped[datetime | None] = mapped_column(Instant)  # the last attempt
    finished_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def is_periodic(self) -> bool:
        return self.key == PERIODIC
