"""The tables of companies and of what staff note about customers."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from ..accounts.models import User
from ..database import Base, Instant
from ..words import fold


class Company(Base):
    """Where customers work: whoever has an address at one of its domains belongs to it."""

    __tablename__ = "companies"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    # Follows the name: to find and sort by.
    name_folded: Mapped[str] = mapped_column(sa.Text, index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)

    domains: Mapped[list["CompanyDomain"]] = relationship(
        order_by="CompanyDomain.domain", cascade="all, delete-orphan"
    )

    @validates("name")
    def _fold_name(self, _key: str, name: str) -> str:
        self.name_folded = fold(name)
        return name


class CompanyDomain(Base):
    """What stands after the ``@`` in addresses of a company, in lower case."""

    __tablename__ = "company_domains"

    domain: Mapped[str] = mapped_column(sa.String(253), primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"), index=True)


class CustomerNote(Base):
    """What staff should know about a customer, whatever the ticket; never the customer's to see."""

    __tablename__ = "customer_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    body: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(Instant)

    author: Mapped[User | None] = relationship(foreign_keys=author_id)
