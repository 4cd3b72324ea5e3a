"""The one row that says whose desk this is."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Base, Instant

DEFAULT_NAME = "Help desk"
DEFAULT_ACCENT = "#2f6f5e"


class Shop(Base):
    """Name, accent colour and logo. ``id`` is always 1."""

    __tablename__ = "shop"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(100), default=DEFAULT_NAME)
    accent: Mapped[str] = mapped_column(sa.String(7), default=DEFAULT_ACCENT)  # #rrggbb
    logo_name: Mapped[str | None] = mapped_column(sa.String(64))  # in the attachment store
    logo_type: Mapped[str | None] = mapped_column(sa.String(40))
    modified_at: Mapped[datetime] = mapped_column(Instant)
