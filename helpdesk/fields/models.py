"""The tables of the custom fields and of what is in them."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..database import Base, Instant, one_of


class About(StrEnum):
    """What a field is a fact of."""

    TICKET = "ticket"
    CUSTOMER = "customer"


class FieldKind(StrEnum):
    """What may be in a field."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    CHECKBOX = "checkbox"


class RequiredFor(StrEnum):
    """Who must fill a field in."""

    NOBODY = "nobody"
    AGENTS = "agents"
    EVERYBODY = "everybody"


class CustomField(Base):
    """A field that the shop has made. ``key`` is its name in the API and never changes."""

    __tablename__ = "custom_fields"
    __table_args__ = (sa.UniqueConstraint("about", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    about: Mapped[About] = mapped_column(one_of(About))
    key: Mapped[str] = mapped_column(sa.String(40))
    label: Mapped[str] = mapped_column(sa.String(80))
    kind: Mapped[FieldKind] = mapped_column(one_of(FieldKind))
    choices: Mapped[list[str]] = mapped_column(sa.JSON)  # of a choice; else empty
    required_for: Mapped[RequiredFor] = mapped_column(one_of(RequiredFor))
    is_shown_to_customers: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    modified_at: Mapped[datetime] = mapped_column(Instant)


class FieldValue(Base):
    """What is in a field of one ticket or of one customer.

    ``text`` is the value as the API writes it; ``number`` repeats numbers, days (as seconds since
    1970, UTC) and ticks (1, 0), so that filters can compare them.
    """

    __tablename__ = "field_values"
    __table_args__ = (
        sa.UniqueConstraint("field_id", "ticket_id"),
        sa.UniqueConstraint("field_id", "user_id"),
        sa.Index("ix_field_values_ticket", "ticket_id"),
        sa.Index("ix_field_values_user", "user_id"),
        sa.Index("ix_field_values_text", "field_id", "text"),
        sa.Index("ix_field_values_number", "field_id", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    field_id: Mapped[int] = mapped_column(sa.ForeignKey("custom_fields.id"))
    ticket_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tickets.id"))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    text: Mapped[str] = mapped_column(sa.Text)
    number: Mapped[float | None] = mapped_column(sa.Float)

    field: Mapped[CustomField] = relationship()
