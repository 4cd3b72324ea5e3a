"""The table of the answers that a retried POST gets again."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Base, Instant


class IdempotencyKey(Base):
    """The answer to the first POST that came with a key, kept for 24 hours (API.md)."""

    __tablename__ = "idempotency_keys"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    key_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    request_hash: Mapped[str] = mapped_column(sa.String(64))
    answer: Mapped[str] = mapped_column(sa.Text)  # the JSON body, as it was sent
    created_at: Mapped[datetime] = mapped_column(Instant, index=True)
    # The deed that it tells of (Event.batch): the answer goes with what was deleted for good.
    batch: Mapped[str | None] = mapped_column(sa.String(32), index=True)
