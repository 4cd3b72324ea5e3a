"""The tables of the saved replies and the macros."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import User
from ..database import Base, Instant


class SavedReply(Base):
    """Words to answer with, in Markdown; ``{{requester.name}}`` and the like are filled in."""

    __tablename__ = "saved_replies"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    is_shared: Mapped[bool] = mapped_column(default=False)
    folder: Mapped[str] = mapped_column(sa.String(60), default="")
    name: Mapped[str] = mapped_column(sa.String(100))
    body: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    modified_at: Mapped[datetime] = mapped_column(Instant)

    owner: Mapped[User] = relationship()


class Macro(Base):
    """Several deeds in one: words, status, assignee, tags, category, priority (``steps``)."""

    __tablename__ = "macros"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    is_shared: Mapped[bool] = mapped_column(default=False)
    folder: Mapped[str] = mapped_column(sa.String(60), default="")
    name: Mapped[str] = mapped_column(sa.String(100))
    steps: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    created_at: Mapped[datetime] = mapped_column(Instant)
    modified_at: Mapped[datetime] = mapped_column(Instant)

    owner: Mapped[User] = relationship()
