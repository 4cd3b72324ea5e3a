"""The table of the forms that were sent."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Base, Instant


class SentForm(Base):
    """A form whose work is done, kept for two days: sent again, it leads to the same ticket."""

    __tablename__ = "sent_forms"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    key_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"))
    created_at: Mapped[datetime] = mapped_column(Instant, index=True)
