"""The tables of the accounts, and behaviour that needs only the row."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

import sqlalchemy as sa
from flask_login import UserMixin
from msgspec import Struct
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from .. import clock
from ..database import Base, Instant, Row, one_of
from ..words import fold


class Role(StrEnum):
    """What somebody is to the shop."""

    CUSTOMER = "customer"
    VENDOR = "vendor"
    AGENT = "agent"
    ADMIN = "admin"


STAFF = (Role.AGENT, Role.ADMIN)
NOBODYS = "erased.invalid"  # where the addresses of accounts are whose people were erased


class EmailState(StrEnum):
    """What is known of an account's address (confirming.py)."""

    CONFIRMED = "confirmed"
    CLAIMED = "claimed"  # by who signed up, and nobody else was heard of
    DOUBTED = "doubted"  # words came from it by another way: the account is closed meanwhile


class _WithRole:
    """What follows from a role."""

    __slots__ = ()
    role: Any

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN

    @property
    def kind(self) -> str:
        """``customer``, ``vendor`` or ``admin``: the ``userType`` of API.md."""
        return kind_of(self.role)


class User(_WithRole, UserMixin, Base):  # type: ignore[misc]
    """Somebody with an account. ``get_id`` is the token of a session (sessions.py)."""

    __tablename__ = "users"
    __table_args__ = (
        sa.Index("ix_users_name_folded", "name_folded", "id"),
        sa.Index("ix_users_role", "role", "name_folded", "id"),
        sa.Index("ix_users_company", "company_id", "merged_into_id", "name_folded", "id"),
        {"sqlite_autoincrement": True},  # an id is never given to somebody else
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)  # lower case
    name: Mapped[str] = mapped_column(sa.String(100))
    name_folded: Mapped[str] = mapped_column(sa.Text)  # follows the name: to find and sort by
    role: Mapped[Role] = mapped_column(one_of(Role))
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    language: Mapped[str] = mapped_column(sa.String(12), default="en")
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)
    email_state: Mapped[EmailState] = mapped_column(
        one_of(EmailState), default=EmailState.CONFIRMED
    )
    company_id: Mapped[int | None] = mapped_column(sa.ForeignKey("companies.id"))
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    modified_at: Mapped[datetime] = mapped_column(Instant)

    # The token of the browser session that this request came with; not a column.
    session_token = ""
    # What of that session is asked for, and the token by which the browser is known again.
    needs_factor = False
    was_proved = False
    device_token = ""

    @validates("name")
    def _fold_name(self, _key: str, name: str) -> str:
        self.name_folded = fold(name)
        return name

    def get_id(self) -> str:
        return self.session_token

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None

    @property
    def is_erased(self) -> bool:
        """Whether nobody can find out any more who it was (privacy/)."""
        return self.email.endswith(f"@{NOBODYS}")

    @property
    def must_confirm(self) -> bool:
        """Whether nothing is open before the address is confirmed."""
        return self.email_state is EmailState.DOUBTED

    @property
    def initials(self) -> str:
        return initials_of(self.name)


def initials_of(name: str) -> str:
    """The letters that stand for *name* in a circle: those of its first and its last word."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def kind_of(role: Role) -> str:
    """The ``userType`` of API.md for *role*: all staff are ``admin`` there."""
    return "admin" if role in STAFF else role.value


class Desk(Struct, frozen=True):
    """The desk itself as an actor: the command line, set-up and jobs act as this."""

    id: None = None
    name: str = "Help desk"
    role: Role = Role.ADMIN
    kind: str = "admin"
    is_staff: bool = True
    is_admin: bool = True
    is_active: bool = True


class Known(Row, _WithRole, frozen=True):
    """An active user as reads need one: a row, and no entity."""

    id: int
    name: str
    role: Role
    created_at: datetime
    is_active: ClassVar[bool] = True


DESK = Desk()
Person = User | Known
Actor = Person | Desk


class BrowserSession(Base):
    """A browser that is signed in. The cookie has the token, the row only its hash."""

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    ip: Mapped[str] = mapped_column(sa.String(45))  # of the sign-in
    last_ip: Mapped[str] = mapped_column(sa.String(45))  # where it was seen last
    user_agent: Mapped[str] = mapped_column(sa.String(300))
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_seen_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    # Nothing but the set-up of a second factor is open in it.
    needs_factor: Mapped[bool] = mapped_column(default=False)
    proved_at: Mapped[datetime | None] = mapped_column(Instant)  # that it is them

    user: Mapped[User] = relationship()


class ApiToken(Base):
    """A token of a script, shown once and kept as a hash. It can do what its owner can."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    from_login: Mapped[bool] = mapped_column(default=False)  # made by a log-in of the API
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)

    user: Mapped[User] = relationship()

    @property
    def is_valid(self) -> bool:
        expired = self.expires_at is not None and self.expires_at <= clock.now()
        return self.revoked_at is None and not expired


class LinkPurpose(StrEnum):
    """What a one-time link is for."""

    SETUP = "setup"
    RESET = "reset"
    INVITE = "invite"
    CONFIRM = "confirm"  # that the account's address is theirs
    EMAIL = "email"  # that another one is, which the account is to have then


class OneTimeLink(Base):
    """A link that works once. Its token is computed from ``nonce`` and the secret key."""

    __tablename__ = "one_time_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[LinkPurpose] = mapped_column(one_of(LinkPurpose))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    nonce: Mapped[str] = mapped_column(sa.String(43))
    address: Mapped[str | None] = mapped_column(sa.String(254))  # that it confirms
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)

    user: Mapped[User | None] = relationship()


class RateLimit(Base):
    """How often something was tried in the window that began at ``started_at``."""

    __tablename__ = "rate_limits"

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)  # a hash: no address in it
    count: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant, index=True)
