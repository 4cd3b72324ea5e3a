"""Links that work once: set-up, a forgotten password, an invitation, an address.

A link's token is its row's id and a signature over the row, so the admin's page can show a link
again although the database alone can't: a copy of the database without the key opens nothing.
"""

import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from .. import clock
from ..database import db, transaction
from ..errors import NotFound
from ..i18n import gettext as _
from .models import LinkPurpose, OneTimeLink, Role, User
from .secrets import signature

LASTS = {
    LinkPurpose.SETUP: None,  # until an admin exists
    LinkPurpose.RESET: timedelta(hours=1),
    LinkPurpose.INVITE: timedelta(days=7),
    LinkPurpose.CONFIRM: timedelta(days=3),
    LinkPurpose.EMAIL: timedelta(days=1),
}


def make(
    purpose: LinkPurpose, user: User | None = None, *, address: str | None = None
) -> OneTimeLink:
    """A new link (that confirms *address*); it ends the earlier ones of its purpose and user."""
    now, lasts = clock.now(), LASTS[purpose]
    user_id = None if user is None else user.id
    with transaction():
        end_all(user_id, purpose)
        link = OneTimeLink(
            purpose=purpose,
            user_id=user_id,
            nonce=secrets.token_urlsafe(32),
            address=address,
            created_at=now,
            expires_at=None if lasts is None else now + lasts,
        )
        db.session.add(link)
        db.session.flush()
    return link


def token_of(link: OneTimeLink) -> str:
    """What goes into the address of *link*."""
    return f"{link.id}-{signature(f'{link.purpose}:{link.id}:{link.nonce}')}"


def find(token: str, *purposes: LinkPurpose) -> OneTimeLink:
    """The link behind *token*, still good. Raises NotFound for any other token."""
    number = token.partition("-")[0]
    known = number.isascii() and number.isdigit() and len(number) < 18
    link = db.session.get(OneTimeLink, int(number)) if known else None
    if (
        link is None
        or link.purpose not in purposes
        or not is_open(link)
        or not hmac.compare_digest(token_of(link).encode(), token.encode("utf-8", "replace"))
    ):
        raise NotFound(_("This link has expired or was used already."))
    return link


def use(link: OneTimeLink) -> None:
    """Spend *link*. Only inside the transaction of what it allows."""
    if not is_open(link):
        raise NotFound(_("This link has expired or was used already."))
    link.used_at = clock.now()


def end_all(user_id: int | None, purpose: LinkPurpose | None = None) -> None:
    """Spend every open link of a user (of one purpose), because something better came."""
    query = sa.update(OneTimeLink).where(
        OneTimeLink.user_id == user_id if user_id is not None else OneTimeLink.user_id.is_(None),
        OneTimeLink.used_at.is_(None),
    )
    if purpose is not None:
        query = query.where(OneTimeLink.purpose == purpose)
    with transaction():
        db.session.execute(query.values(used_at=clock.now()))


def end_resets() -> None:
    """Spend every link for a forgotten password."""
    query = sa.update(OneTimeLink).where(
        OneTimeLink.purpose == LinkPurpose.RESET, OneTimeLink.used_at.is_(None)
    )
    with transaction():
        db.session.execute(query.values(used_at=clock.now()))


def open_resets(user: User | None = None) -> Sequence[OneTimeLink]:
    """The password links that still work (of *user*), for the admin's page, the newest first."""
    query = (
        sa.select(OneTimeLink)
        .options(joinedload(OneTimeLink.user))
        .where(
            OneTimeLink.purpose.in_([LinkPurpose.RESET, LinkPurpose.INVITE]),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > clock.now(),
        )
        .order_by(OneTimeLink.id.desc())
        .limit(200)
    )
    if user is not None:
        query = query.where(OneTimeLink.user_id == user.id)
    return db.session.scalars(query).all()


def setup_token() -> str | None:
    """The token of the set-up page, or None when an admin exists. The same until it is used."""
    if db.session.scalar(sa.select(User.id).where(User.role == Role.ADMIN).limit(1)):
        return None
    query = sa.select(OneTimeLink).where(
        OneTimeLink.purpose == LinkPurpose.SETUP, OneTimeLink.used_at.is_(None)
    )
    link = db.session.scalar(query.order_by(OneTimeLink.id.desc())) or make(LinkPurpose.SETUP)
    return token_of(link)


def is_open(link: OneTimeLink) -> bool:
    """Whether *link* can still be used."""
    return link.used_at is None and (link.expires_at is None or link.expires_at > clock.now())
