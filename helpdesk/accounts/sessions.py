"""Signed-in browsers: opened at sign-in, dead at once when their row is gone."""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.orm import joinedload

from .. import clock
from ..database import after_commit, db, transaction
from ..errors import NotFound
from ..i18n import gettext as _
from .models import STAFF, BrowserSession, User
from .secrets import digest, new_token

LASTS = timedelta(days=30)  # without use
TOUCHED_EVERY = timedelta(minutes=5)


def open_session(user: User, ip: str, user_agent: str) -> str:
    """Open a session for *user* and return its token, which only the browser keeps."""
    token, now = new_token(), clock.now()
    with transaction():
        db.session.add(
            BrowserSession(
                user_id=user.id,
                token_hash=digest(token),
                ip=ip,
                user_agent=user_agent[:300],
                created_at=now,
                last_seen_at=now,
                expires_at=now + LASTS,
            )
        )
    return token


def find(token: str) -> User | None:
    """The user whose browser has *token*, unless it expired or the user is disabled."""
    query = (
        sa.select(BrowserSession)
        .options(joinedload(BrowserSession.user))
        .where(BrowserSession.token_hash == digest(token))
    )
    session = db.session.scalar(query)
    if session is None or session.expires_at <= clock.now() or not session.user.is_active:
        return None
    _touch(session)
    session.user.session_token = token
    return session.user


def _touch(session: BrowserSession) -> None:
    """Note that *session* is in use, at most once in five minutes.

    Bookkeeping, and the one write that a GET may cause: lost, nobody would miss it.
    """
    now = clock.now()
    if now - session.last_seen_at < TOUCHED_EVERY:
        return
    session_id = session.id
    with transaction():
        db.session.execute(
            sa.update(BrowserSession)
            .where(BrowserSession.id == session_id)
            .values(last_seen_at=now, expires_at=now + LASTS)
        )


def sessions_of(user: User) -> Sequence[BrowserSession]:
    """The browsers in which *user* is signed in, the latest used first."""
    query = (
        sa.select(BrowserSession)
        .where(BrowserSession.user_id == user.id, BrowserSession.expires_at > clock.now())
        .order_by(BrowserSession.last_seen_at.desc(), BrowserSession.id.desc())
    )
    return db.session.scalars(query).all()


def is_current(session: BrowserSession, user: User) -> bool:
    """Whether *session* is the one that this request of *user* came with."""
    return session.token_hash == digest(user.session_token)


def fingerprint(user: User) -> str:
    """What the session that this request of *user* came with is known by, without its token."""
    return digest(user.session_token)


def open_for_staff(fingerprints: Collection[str]) -> set[str]:
    """Those of *fingerprints* with which somebody of the staff is still signed in."""
    query = (
        sa.select(BrowserSession.token_hash)
        .join(BrowserSession.user)
        .where(
            BrowserSession.token_hash.in_(fingerprints),
            BrowserSession.expires_at > clock.now(),
            User.disabled_at.is_(None),
            User.role.in_(STAFF),
        )
    )
    return set(db.session.scalars(query))


def on_end(app: Flask, call: Callable[[], None]) -> None:
    """Call *call* each time after sessions of *app* have been ended before their time."""
    app.extensions.setdefault("helpdesk.sessions_ended", []).append(call)


def _tell_end() -> None:
    """Inside a transaction, once it commits."""
    for call in current_app.extensions.get("helpdesk.sessions_ended", ()):
        after_commit(call)


def end(token: str) -> None:
    """Sign out the browser that has *token*."""
    with transaction():
        _tell_end()
        db.session.execute(
            sa.delete(BrowserSession).where(BrowserSession.token_hash == digest(token))
        )


def end_one(user: User, session_id: int) -> None:
    """Sign out one of *user*'s own browsers. Raises NotFound."""
    if session_id >= 2**63:
        raise NotFound(_("There is no such device."))
    with transaction():
        _tell_end()
        ended = db.session.execute(
            sa.delete(BrowserSession)
            .where(BrowserSession.id == session_id, BrowserSession.user_id == user.id)
            .returning(BrowserSession.id)
        ).first()
    if ended is None:
        raise NotFound(_("There is no such device."))


def end_all(user: User, *, but: str = "") -> None:
    """Sign *user* out everywhere, but for the browser that has the token *but*."""
    with transaction():
        _tell_end()
        db.session.execute(
            sa.delete(BrowserSession).where(
                BrowserSession.user_id == user.id, BrowserSession.token_hash != digest(but)
            )
        )


def sweep() -> None:
    """Remove the sessions that have expired."""
    with transaction():
        db.session.execute(
            sa.delete(BrowserSession).where(BrowserSession.expires_at <= clock.now())
        )
