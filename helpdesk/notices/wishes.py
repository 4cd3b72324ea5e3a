"""Who wants which notices, and where."""

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from ..accounts.models import STAFF, Actor, User
from ..database import db, transaction
from ..errors import NotAllowed
from ..i18n import gettext as _
from .kinds import DEFAULTS, Kind, Wish
from .models import NoticeChoice


def wishes_of(actor: Actor) -> dict[Kind, Wish]:
    """What *actor* has chosen, or what a kind has by itself."""
    rows = db.session.scalars(sa.select(NoticeChoice).where(NoticeChoice.user_id == actor.id))
    chosen = {row.kind: Wish(row.in_page, row.in_browser) for row in rows}
    return {kind: chosen.get(kind.value, DEFAULTS[kind]) for kind in Kind}


def choose(actor: Actor, wishes: Mapping[Kind, Wish]) -> None:
    """Keep where *actor* wants notices of each kind that is given. Raises NotAllowed."""
    if actor.id is None or not actor.is_staff or not actor.is_active:
        raise NotAllowed(_("Your account may not do this."))
    with transaction():
        for kind, wish in wishes.items():
            key = {"user_id": actor.id, "kind": kind.value}
            row = db.session.get(NoticeChoice, key)
            if row is None:
                row = NoticeChoice(**key)
                db.session.add(row)
            row.in_page, row.in_browser = wish.in_page, wish.in_browser


def wanting(kind: Kind, user_ids: Collection[int] | None = None) -> list[int]:
    """Active staff (of *user_ids*, where given) who want notices of *kind* somewhere."""
    default = DEFAULTS[kind].is_any
    chosen = sa.or_(NoticeChoice.in_page, NoticeChoice.in_browser)
    query = (
        sa.select(User.id)
        .outerjoin(
            NoticeChoice,
            sa.and_(NoticeChoice.user_id == User.id, NoticeChoice.kind == kind.value),
        )
        .where(User.role.in_(STAFF), User.disabled_at.is_(None))
        .where(chosen if not default else sa.or_(NoticeChoice.user_id.is_(None), chosen))
        .order_by(User.id)
    )
    if user_ids is not None:
        query = query.where(User.id.in_(user_ids))
    return list(db.session.scalars(query))
