"""The tables of second factors."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ...database import Base, Instant


class AuthenticatorApp(Base):
    """An app that shows codes (RFC 6238); one a user. It counts once a code has confirmed it."""

    __tablename__ = "authenticator_apps"

    user_id: Mapped[int] = mapped_column(
        sa.ForeignKey("users.id"), primary_key=True, autoincrement=False
    )
    secret: Mapped[str] = mapped_column(sa.Text)  # sealed (sealing.py)
    last_step: Mapped[int] = mapped_column(sa.BigInteger, default=0)  # no code of it or before
    created_at: Mapped[datetime] = mapped_column(Instant)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)


class RecoveryCode(Base):
    """A code for when the phone is lost; each opens once."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class Passkey(Base):
    """A key pair in a phone, a computer or a stick, of which we have the public half (WebAuthn)."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    credential_id: Mapped[str] = mapped_column(sa.String(1400), unique=True)  # base64url
    public_key: Mapped[str] = mapped_column(sa.Text)  # base64url of COSE
    sign_count: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    transports: Mapped[str] = mapped_column(sa.String(100))  # words with spaces between
    name: Mapped[str] = mapped_column(sa.String(100))
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)


class Device(Base):
    """A browser in which somebody has signed in before, known by a cookie of its own.

    While it is trusted, no second step is asked for there.
    """

    __tablename__ = "devices"
    __table_args__ = (sa.Index("ix_devices_user", "user_id", "token_hash", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    token_hash: Mapped[str] = mapped_column(sa.String(64))
    user_agent: Mapped[str] = mapped_column(sa.String(300))
    ip: Mapped[str] = mapped_column(sa.String(45))  # of the first sign-in
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_seen_at: Mapped[datetime] = mapped_column(Instant, index=True)
    trusted_until: Mapped[datetime | None] = mapped_column(Instant)


class SignInStep(Base):
    """A sign-in that has shown a password, or a link, and lacks its second step."""

    __tablename__ = "sign_in_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    by: Mapped[str] = mapped_column(sa.String(16))
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)


class SpentChallenge(Base):
    """A challenge of a passkey that was answered: it is good only once."""

    __tablename__ = "spent_challenges"

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)


class SignInRules(Base):
    """What the shop wants of everybody; one row, made when it first wants something."""

    __tablename__ = "sign_in_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    second_factor_for: Mapped[str] = mapped_column(sa.String(16))
