"""The tables of the notices and of who wants which."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..database import Base, Instant
from ..events import Event


class Notice(Base):
    """An event that concerns somebody; ``kind`` says why.

    Where one deed gave somebody several tickets, one notice tells of all of them: ``ticket_id`` is
    the first of so many ``tickets``.
    """

    __tablename__ = "notices"
    __table_args__ = (sa.Index("ix_notices_user", "user_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(sa.String(24))
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), index=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id"))
    batch: Mapped[str | None] = mapped_column(sa.String(32), index=True)  # the event's
    tickets: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime | None] = mapped_column(Instant)

    event: Mapped[Event] = relationship()


class NoticeChoice(Base):
    """Where somebody wants notices of one kind; without a row it is as the kind has it.

    What comes once a day (``digest``) is chosen here too, and is off without a row.
    """

    __tablename__ = "notice_choices"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    in_page: Mapped[bool]
    in_browser: Mapped[bool]
    by_mail: Mapped[bool] = mapped_column(default=False)
