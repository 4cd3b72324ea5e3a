"""The one row that says when backups are made, which are kept, and how the last one went."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Base, Instant

THE_ROW = 1
LONGEST_FAILURE = 1000


class BackupPlan(Base):
    """The plan; ``id`` is always 1. Without a row it is what the defaults say."""

    __tablename__ = "backup_plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    is_on: Mapped[bool] = mapped_column(default=True)
    hour: Mapped[int] = mapped_column(default=3)  # of the day, in the shop's time zone
    # How many are kept: the newest of each day, week and month.
    days: Mapped[int] = mapped_column(default=7)
    weeks: Mapped[int] = mapped_column(default=4)
    months: Mapped[int] = mapped_column(default=6)
    next_at: Mapped[datetime | None] = mapped_column(Instant)
    made_at: Mapped[datetime | None] = mapped_column(Instant)  # the last one that went well
    failed_at: Mapped[datetime | None] = mapped_column(Instant)
    failure: Mapped[str] = mapped_column(sa.Text, default="")  # in words; empty: it went well
