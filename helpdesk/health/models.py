"""The one row that has what the doctor found last, and how far it is now."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Base, Instant

THE_ROW = 1


class HealthReport(Base):
    """The last report; ``id`` is always 1."""

    __tablename__ = "health_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    errors: Mapped[int] = mapped_column(default=0)
    is_deep: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime | None] = mapped_column(Instant)
    failure: Mapped[str] = mapped_column(sa.Text, default="")  # why there is none; empty: it is
    # While it looks: checks that are made, and all.
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None] = mapped_column(Instant)  # when it looks by itself
