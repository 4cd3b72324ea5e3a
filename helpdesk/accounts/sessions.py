"""Signed-in browsers: opened at sign-in, dead at once when their row is gone."""

import json
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

import sqlalchemy as sa
from flask import Flask, current_app

from .. import audit, clock
from ..audit import Kind
from ..database import (
    Instant,
    Prepared,
    after_commit,
    db,
    rows,
    sql,
    transaction,
    until_written,
    write_if_possible,
)
from ..database.reading import columns
from ..errors import NotFound
from ..i18n import gettext as _
from .models import STAFF, BrowserSession, EmailState, Known, User, initials_of
from .secrets import digest, new_token

LASTS = timedelta(days=30)  # without use
TOUCHED_EVERY = timedelta(minutes=5)
PROVED = timedelta(minutes=15)  # for which one needn't show again who one is


def open_session(user: User, ip: str, user_agent: str, *, needs_factor: bool = False) -> str:
    """Open a session for *user* and return its token, which only the browser keeps.

    With *needs_factor* it opens nothing but the set-up of a second factor.
    """
    token, now = new_token(), clock.now()
    with transaction():
        db.session.add(
            BrowserSession(
                user_id=user.id,
                token_hash=digest(token),
                ip=ip,
                last_ip=ip,
                user_agent=user_agent[:300],
                created_at=now,
                last_seen_at=now,
                expires_at=now + LASTS,
                needs_factor=needs_factor,
                proved_at=now,
            )
        )
    return token


class Reader(Known, frozen=True):
    """Whoever is signed in with a browser, as pages need them that change nothing."""

    email: str
    language: str
    session_id: int
    session_token: str
    last_seen_at: datetime
    expires_at: datetime
    email_state: EmailState
    needs_factor: bool
    proved_at: datetime | None

    is_authenticated: ClassVar[bool] = True  # for flask-login
    is_anonymous: ClassVar[bool] = False

    def get_id(self) -> str:
        return self.session_token

    @property
    def must_confirm(self) -> bool:
        return self.email_state is EmailState.DOUBTED

    @property
    def was_proved(self) -> bool:
        """Whether they have shown a moment ago that it is them."""
        return self.proved_at is not None and clock.now() - self.proved_at < PROVED

    @property
    def initials(self) -> str:
        return initials_of(self.name)


_reader = Prepared(
    sa.select(
        User.id,
        User.name,
        User.role,
        User.created_at,
        User.email,
        User.language,
        BrowserSession.id.label("session_id"),
        sa.bindparam("token", type_=sa.String()).label("session_token"),
        BrowserSession.last_seen_at,
        BrowserSession.expires_at,
        User.email_state,
        BrowserSession.needs_factor,
        BrowserSession.proved_at,
    )
    .join(BrowserSession.user)
    .where(
        BrowserSession.token_hash == sa.bindparam("token_hash"),
        User.disabled_at.is_(None),
    ),
    into=Reader,
)


def reader(token: str, ip: str = "") -> Reader | None:
    """Whose browser has *token*, unless it expired or the user is disabled; seen at *ip*."""
    hashed = digest(token)
    found: Sequence[Reader] = until_written(
        ("reader", hashed), lambda: rows(_reader, token=token, token_hash=hashed)
    )
    now = clock.now()
    if not found or found[0].expires_at <= now:
        return None
    _touch(found[0], now, ip)
    return found[0]


def find(token: str, ip: str = "") -> User | None:
    """The same as the user's entity, which can be changed."""
    found = reader(token, ip)
    user = None if found is None else db.session.get(User, found.id)
    if found is not None and user is not None:
        user.session_token = token
        user.needs_factor, user.was_proved = found.needs_factor, found.was_proved
    return user


def _touch(reader: Reader, now: datetime, ip: str) -> None:
    """Note that a session is in use, at most once in five minutes.

    Bookkeeping, and the one write that a GET may cause: lost, nobody would miss it.
    """
    if now - reader.last_seen_at < TOUCHED_EVERY:
        return
    write_if_possible(
        sa.update(BrowserSession)
        .where(BrowserSession.id == reader.session_id)
        .values(last_seen_at=now, expires_at=now + LASTS, last_ip=ip or BrowserSession.last_ip)
    )


def sessions_of(user: User | Reader) -> Sequence[BrowserSession]:
    """The browsers in which *user* is signed in, the latest used first."""
    query = (
        sa.select(BrowserSession)
        .where(BrowserSession.user_id == user.id, BrowserSession.expires_at > clock.now())
        .order_by(BrowserSession.last_seen_at.desc(), BrowserSession.id.desc())
    )
    return db.session.scalars(query).all()


def note_proof(user: User) -> None:
    """*user* has just shown again who they are."""
    with transaction():
        db.session.execute(
            sa.update(BrowserSession)
            .where(BrowserSession.token_hash == digest(user.session_token))
            .values(proved_at=clock.now())
        )


def is_complete(user: User) -> None:
    """*user* has a second factor now: their sessions open everything."""
    with transaction():
        db.session.execute(
            sa.update(BrowserSession)
            .where(BrowserSession.user_id == user.id)
            .values(needs_factor=False)
        )


def is_current(session: BrowserSession, user: User | Reader) -> bool:
    """Whether *session* is the one that this request of *user* came with."""
    return session.token_hash == digest(user.session_token)


def fingerprint(user: User | Reader) -> str:
    """What the session that this request of *user* came with is known by, without its token."""
    return digest(user.session_token)


def open_for_staff(fingerprints: Collection[str]) -> set[str]:
    """Those of *fingerprints* with which somebody of the staff is still signed in."""
    found = columns(_open_for_staff, fingerprints=json.dumps(sorted(fingerprints)), now=clock.now())
    return set(found[0])


_open_for_staff = Prepared(
    sa.select(BrowserSession.token_hash)
    .join(BrowserSession.user)
    .where(
        BrowserSession.token_hash.in_(sa.select(sql.words_in("fingerprints").c.value)),
        BrowserSession.expires_at > sa.bindparam("now", type_=Instant),
        BrowserSession.needs_factor.is_(False),
        User.disabled_at.is_(None),
        User.role.in_(STAFF),
    )
)


def on_end(app: Flask, call: Callable[[], None]) -> None:
    """Call *call* each time after sessions of *app* have been ended before their time."""
    app.extensions.setdefault("helpdesk.sessions_ended", []).append(call)


def tell_end() -> None:
    """Inside a transaction, once it commits."""
    for call in current_app.extensions.get("helpdesk.sessions_ended", ()):
        after_commit(call)


def end(token: str) -> None:
    """Sign out the browser that has *token*."""
    with transaction():
        tell_end()
        db.session.execute(
            sa.delete(BrowserSession).where(BrowserSession.token_hash == digest(token))
        )


def end_one(user: User, session_id: int) -> None:
    """Sign out one of *user*'s own browsers. Raises NotFound."""
    if session_id >= 2**63:
        raise NotFound(_("There is no such device."))
    with transaction():
        tell_end()
        ended = db.session.execute(
            sa.delete(BrowserSession)
            .where(BrowserSession.id == session_id, BrowserSession.user_id == user.id)
            .returning(BrowserSession.id)
        ).first()
        if ended is None:
            raise NotFound(_("There is no such device."))
        audit.record(Kind.DEVICE_SIGNED_OUT, actor=user, subject=user)


def end_others(user: User) -> None:
    """Sign *user* out everywhere but in the browser that this request came with."""
    with transaction():
        end_all(user, but=user.session_token)
        audit.record(Kind.DEVICE_SIGNED_OUT, actor=user, subject=user, details={"all": True})


def end_all(user: User, *, but: str = "") -> None:
    """Sign *user* out everywhere, but for the browser that has the token *but*."""
    with transaction():
        tell_end()
        db.session.execute(
            sa.delete(BrowserSession).where(
                BrowserSession.user_id == user.id, BrowserSession.token_hash != digest(but)
            )
        )


def end_everybodys() -> int:
    """Sign everybody out everywhere; from how many browsers."""
    with transaction():
        tell_end()
        ended = db.session.execute(sa.delete(BrowserSession).returning(BrowserSession.id))
        return len(ended.all())


def sweep() -> None:
    """Remove the sessions that have expired."""
    with transaction():
        db.session.execute(
            sa.delete(BrowserSession).where(BrowserSession.expires_at <= clock.now())
        )
