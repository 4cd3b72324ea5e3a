"""The table of the saved views."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import User
from ..database import Base, Instant, Row


class SavedView(Base):
    """A list that somebody gave a name: theirs alone, or shared with all staff.

    ``filters`` is what narrows it, as its address says it: ``{"status": ["open"], "tag": ["vip"]}``
    (filters/). One that was deleted is kept for a while, so that it can be had back.
    """

    __tablename__ = "saved_views"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    is_shared: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(sa.String(60))
    filters: Mapped[dict[str, list[str]]] = mapped_column(sa.JSON)
    sort: Mapped[str] = mapped_column(sa.String(16))
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    modified_at: Mapped[datetime] = mapped_column(Instant)
    deleted_at: Mapped[datetime | None] = mapped_column(Instant)

    owner: Mapped[User] = relationship()


class SavedFacts(Row, frozen=True):
    """What a saved view is, without its row."""

    id: int
    owner_id: int
    is_shared: bool
    name: str
    filters: dict[str, list[str]]
    sort: str
