"""The one row that says whose desk this is."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Base, Instant

DEFAULT_NAME = "Help desk"
DEFAULT_ACCENT = "#2f6f5e"
DEFAULT_ZONE = "UTC"
DEFAULT_HOLD = 10  # seconds
LONGEST_HOLD = 120


def office_hours() -> list[list[int] | None]:
    """From nine to five, Monday to Friday."""
    return [[9 * 60, 17 * 60]] * 5 + [None, None]


class Shop(Base):
    """Name, accent colour, logo, and when the shop is at work. ``id`` is always 1."""

    __tablename__ = "shop"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(100), default=DEFAULT_NAME)
    accent: Mapped[str] = mapped_column(sa.String(7), default=DEFAULT_ACCENT)  # #rrggbb
    logo_name: Mapped[str | None] = mapped_column(sa.String(64))  # in the attachment store
    logo_type: Mapped[str | None] = mapped_column(sa.String(40))
    time_zone: Mapped[str] = mapped_column(sa.String(64), default=DEFAULT_ZONE)  # an IANA name
    # Opening and closing minute of the day for each weekday, Monday first; None: closed all day.
    business_hours: Mapped[list[list[int] | None]] = mapped_column(sa.JSON, default=office_hours)
    hold_seconds: Mapped[int] = mapped_column(default=DEFAULT_HOLD)  # before a reply leaves
    # Whether a mail is sent again of which nobody knows whether it was: it may arrive twice.
    repeats_uncertain: Mapped[bool] = mapped_column(default=False)
    modified_at: Mapped[datetime] = mapped_column(Instant)
