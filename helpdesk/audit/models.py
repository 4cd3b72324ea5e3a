"""The tables of the audit trail."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Base, Instant


class AuditRow(Base):
    """One deed. Rows are never changed or removed (triggers see to it).

    Ids of users are plain numbers and no foreign keys: a row says what was, whatever becomes of it.
    """

    __tablename__ = "audit"
    __table_args__ = (
        sa.Index("ix_audit_actor", "actor_id", "id"),
        sa.Index("ix_audit_subject", "subject_id", "id"),
        sa.Index("ix_audit_kind", "kind", "id"),
        sa.Index("ix_audit_created", "created_at", "id"),
        {"sqlite_autoincrement": True},  # so that a gap at the end shows, too
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    actor_id: Mapped[int | None]  # None: the desk, or nobody who is known
    subject_id: Mapped[int | None]  # the account that it is about
    way: Mapped[str] = mapped_column(sa.String(16))  # by which it came (origin.py)
    ip: Mapped[str] = mapped_column(sa.String(45))
    device: Mapped[str] = mapped_column(sa.String(160))
    details: Mapped[str] = mapped_column(sa.Text)  # JSON, to the letter as it was hashed
    count: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Instant)
    previous: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))
    seal: Mapped[str] = mapped_column(sa.String(64))


class FailureCount(Base):
    """Failures of a minute that came after the first, which has a row of the trail."""

    __tablename__ = "audit_failures"
    __table_args__ = (sa.Index("ix_audit_failures_minute", "minute"),)

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[int | None]
    ip: Mapped[str] = mapped_column(sa.String(45))
    minute: Mapped[int] = mapped_column(sa.BigInteger)  # since 1970
    count: Mapped[int] = mapped_column(default=0)
