"""API tokens: random, named, hashed at rest, revocable."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from .. import clock
from ..database import (
    ALL_STAMPS,
    Prepared,
    db,
    remember,
    rows,
    transaction,
    until_written,
    write_if_possible,
)
from ..errors import NotFound, WrongState
from ..events import record
from ..i18n import gettext as _
from ..text import Fields
from . import policy
from .models import Actor, ApiToken, EmailState, Known, User
from .secrets import digest, new_token

PREFIX = "hd_"  # so that a leaked one is recognised by scanners
LOGIN_LASTS = timedelta(days=30)
LONGEST_DAYS = 3650
TOUCHED_EVERY = timedelta(minutes=1)


def add_token(
    actor: Actor, user: User, name: str, days: int | None = None, *, from_login: bool = False
) -> str:
    """Make a token for *user* and return it; nobody can read it again.

    *days* is how long it lasts; None: until it is revoked. Raises Invalid, NotAllowed;
    WrongState when *user* is disabled.
    """
    policy.require(actor, "change_tokens", user)
    if not user.is_active:
        raise WrongState(_("%(email)s is disabled: a token would not work.", email=user.email))
    fields = Fields()
    name = fields.line("name", name, 100)
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        fields.add("days", _("A number of days from 1 to %(most)s.", most=LONGEST_DAYS))
    fields.raise_if_any()
    token, now = PREFIX + new_token(), clock.now()
    with transaction():
        row = ApiToken(
            user_id=user.id,
            name=name,
            token_hash=digest(token),
            from_login=from_login,
            created_at=now,
            expires_at=None if days is None else now + timedelta(days=days),
        )
        db.session.add(row)
        record(actor.id, "token.added", user_id=user.id, after={"name": name})
    return token


class Bearer(Known, frozen=True):
    """Whose token it is, and the token."""

    token_id: int
    expires_at: datetime | None
    last_used_at: datetime | None
    stamps: dict[str, int]  # of small tables, for whatever comes next


_found = Prepared(
    sa.select(
        User.id,
        User.name,
        User.role,
        User.created_at,
        ApiToken.id.label("token_id"),
        ApiToken.expires_at,
        ApiToken.last_used_at,
        ALL_STAMPS.label("stamps"),
    )
    .join(ApiToken.user)
    .where(
        ApiToken.token_hash == sa.bindparam("token_hash"),
        ApiToken.revoked_at.is_(None),
        User.disabled_at.is_(None),
        User.email_state != EmailState.DOUBTED,
    ),
    into=Bearer,
)


def find(token: str) -> Bearer | None:
    """The active owner of the valid *token*, or None; noted, at most once a minute."""
    bearer = look_up(token)
    if bearer is not None and not was_just_used(bearer):
        _note_use(bearer)
    return bearer


def look_up(token: str) -> Bearer | None:
    """The same, and nothing is noted."""
    token_hash = digest(token)
    found: Sequence[Bearer] = until_written(
        ("token", token_hash), lambda: rows(_found, token_hash=token_hash)
    )
    if not found:
        return None
    bearer = found[0]
    if bearer.expires_at is not None and bearer.expires_at <= clock.now():
        return None
    remember(bearer.stamps)
    return bearer


def was_just_used(bearer: Bearer) -> bool:
    """Whether it is noted that the token was used in the last minute."""
    used_at = bearer.last_used_at
    return used_at is not None and clock.now() - used_at < TOUCHED_EVERY


def _note_use(bearer: Bearer) -> None:
    """Bookkeeping: lost, nobody misses it."""
    write_if_possible(
        sa.update(ApiToken).where(ApiToken.id == bearer.token_id).values(last_used_at=clock.now())
    )


def tokens_of(user: User | None = None) -> Sequence[ApiToken]:
    """The tokens that work, of *user* or of everybody, the newest first."""
    query = (
        sa.select(ApiToken)
        .options(joinedload(ApiToken.user))
        .where(ApiToken.revoked_at.is_(None))
        .where(sa.or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > clock.now()))
        .order_by(ApiToken.id.desc())
    )
    if user is not None:
        query = query.where(ApiToken.user_id == user.id)
    return db.session.scalars(query).all()


def revoke_token(actor: Actor, token_id: int) -> None:
    """Make a token useless at once. Raises NotFound when it isn't there or isn't *actor*'s."""
    if token_id >= 2**63:
        raise NotFound(_("There is no such token."))
    with transaction():
        row = db.session.get(ApiToken, token_id, options=[joinedload(ApiToken.user)])
        if (
            row is None
            or row.revoked_at is not None
            or not policy.may(actor, "change_tokens", row.user)
        ):
            raise NotFound(_("There is no such token."))
        row.revoked_at = clock.now()
        record(actor.id, "token.revoked", user_id=row.user_id, before={"name": row.name})


def revoke_all(user: User, *, only_logins: bool = False) -> None:
    """End every token of *user*, or only those that a log-in made."""
    query = sa.update(ApiToken).where(ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None))
    if only_logins:
        query = query.where(ApiToken.from_login)
    with transaction():
        db.session.execute(query.values(revoked_at=clock.now()))
