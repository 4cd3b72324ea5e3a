"""Browsers in which somebody has signed in before, by a cookie that lasts longer than a session."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from msgspec import Struct

from ... import audit, clock
from ...audit import Kind
from ...database import db, transaction
from ...errors import NotFound
from ...i18n import gettext as _
from ..models import User
from ..secrets import digest, new_token
from .models import Device

TRUSTED = timedelta(days=30)
KNOWN = timedelta(days=400)  # without a sign-in; browsers keep no cookie longer
MOST = 50  # that are known of a user


class Seen(Struct, frozen=True):
    """A browser that somebody signs in with now."""

    token: str  # for its cookie
    device: Device
    is_first: bool  # of this user
    is_new: bool  # to this user


def see(user: User, token: str, ip: str, user_agent: str) -> Seen:
    """Know the browser with this *token*, or one that has none yet. Inside a ``transaction()``."""
    now, known = clock.now(), find(user.id, token)
    if known is not None:
        known.last_seen_at = now
        return Seen(token, known, is_first=False, is_new=False)
    before = db.session.scalars(
        sa.select(Device.id).where(Device.user_id == user.id).order_by(Device.last_seen_at)
    ).all()
    if len(before) >= MOST:
        db.session.execute(sa.delete(Device).where(Device.id.in_(before[: -MOST + 1])))
    token = token or new_token()
    device = Device(
        user_id=user.id,
        token_hash=digest(token),
        user_agent=user_agent[:300],
        ip=ip,
        created_at=now,
        last_seen_at=now,
    )
    db.session.add(device)
    return Seen(token, device, is_first=not before, is_new=True)


def find(user_id: int, token: str) -> Device | None:
    """The browser with this *token*, if the user has signed in with it before."""
    if not token:
        return None
    query = sa.select(Device).where(Device.user_id == user_id, Device.token_hash == digest(token))
    return db.session.scalar(query)


def is_trusted(user_id: int, token: str) -> bool:
    """Whether no second step is asked for in the browser with this *token*."""
    device = find(user_id, token)
    until = None if device is None else device.trusted_until
    return until is not None and until > clock.now()


def trust(user: User, device: Device) -> str:
    """Ask for no second step there for a while: the browser's new token. In a ``transaction()``.

    A new one, for somebody may have put theirs into the browser before; whoever else signs in with
    it is known by the new one, too.
    """
    token = new_token()
    db.session.flush()
    db.session.execute(
        sa.update(Device)
        .where(Device.token_hash == device.token_hash)
        .values(token_hash=digest(token))
    )
    device.trusted_until = clock.now() + TRUSTED
    audit.record(Kind.DEVICE_TRUSTED, actor=user, subject=user)
    return token


def trusted(user_id: int) -> Sequence[Device]:
    """The user's trusted browsers, the latest used first."""
    query = (
        sa.select(Device)
        .where(Device.user_id == user_id, Device.trusted_until > clock.now())
        .order_by(Device.last_seen_at.desc(), Device.id.desc())
    )
    return db.session.scalars(query).all()


def distrust(user: User, device_id: int) -> None:
    """Ask for a second step in one of *user*'s own browsers again. Raises NotFound."""
    with transaction():
        device = db.session.get(Device, device_id) if device_id < 2**63 else None
        if device is None or device.user_id != user.id or device.trusted_until is None:
            raise NotFound(_("There is no such device."))
        device.trusted_until = None
        audit.record(Kind.DEVICE_SIGNED_OUT, actor=user, subject=user, details={"trust": False})


def distrust_all(user_id: int) -> None:
    """The same for every one. Inside a ``transaction()``."""
    db.session.execute(
        sa.update(Device).where(Device.user_id == user_id).values(trusted_until=None)
    )


def distrust_everybodys() -> None:
    """Ask for a second step everywhere again."""
    with transaction():
        db.session.execute(sa.update(Device).values(trusted_until=None))


def sweep() -> None:
    """Forget browsers that nobody has signed in with for more than a year."""
    with transaction():
        db.session.execute(sa.delete(Device).where(Device.last_seen_at <= clock.now() - KNOWN))
