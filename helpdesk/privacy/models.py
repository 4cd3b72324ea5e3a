"""The tables of what people may ask of their own data: a copy of it, and its end."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import User
from ..database import Base, Instant


class PersonArchive(Base):
    """A copy of what there is of one person, which is kept for a week."""

    __tablename__ = "person_archives"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    with_notes: Mapped[bool] = mapped_column(default=False)  # what staff wrote about them, too
    stored_name: Mapped[str | None] = mapped_column(sa.String(64))  # None: not made yet
    size: Mapped[int] = mapped_column(sa.BigInteger, default=0)  # bytes
    sha256: Mapped[str] = mapped_column(sa.String(64), default="")
    has_failed: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)


class Erasure(Base):
    """That a person was erased: who asked for it, when it was done, what of it there was.

    It is the receipt, so nothing in it says who they were; only while it is being done, *sought*
    has what is to be found of them in others' words.
    """

    __tablename__ = "erasures"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), unique=True)
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    # True only inside a transaction that erases: then the database lets events be blanked.
    is_blanking: Mapped[bool] = mapped_column(default=False)
    done_to: Mapped[int] = mapped_column(default=0)  # the last ticket that is empty
    sought: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    counts: Mapped[dict[str, int]] = mapped_column(sa.JSON)

    user: Mapped[User] = relationship(foreign_keys=user_id)
    asked_by: Mapped[User | None] = relationship(foreign_keys=asked_by_id)
