"""Who wants which notices, and where."""

from collections.abc import Collection, Mapping
from functools import cache

import sqlalchemy as sa

from ..accounts.models import STAFF, Actor, User
from ..database import Prepared, db, rows, transaction
from ..errors import NotAllowed
from ..i18n import gettext as _
from .kinds import DEFAULTS, DIGEST, Kind, Wish
from .models import NoticeChoice


def wishes_of(actor: Actor) -> dict[Kind, Wish]:
    """What *actor* has chosen, or what a kind has by itself."""
    rows = db.session.scalars(sa.select(NoticeChoice).where(NoticeChoice.user_id == actor.id))
    chosen = {row.kind: Wish(row.in_page, row.in_browser, row.by_mail) for row in rows}
    return {kind: chosen.get(kind.value, DEFAULTS[kind]) for kind in Kind}


def choose(actor: Actor, wishes: Mapping[Kind, Wish]) -> None:
    """Keep where *actor* wants notices of each kind that is given. Raises NotAllowed."""
    with transaction():
        for kind, wish in wishes.items():
            _keep(actor, kind.value, wish)


def wants_digest(actor: Actor) -> bool:
    """Whether *actor* has chosen the daily mail of what waits."""
    row = db.session.get(NoticeChoice, {"user_id": actor.id, "kind": DIGEST})
    return row is not None and row.by_mail


def choose_digest(actor: Actor, wants: bool) -> None:
    """Keep whether *actor* wants the daily mail of what waits. Raises NotAllowed."""
    with transaction():
        _keep(actor, DIGEST, Wish(False, False, wants))


def digest_readers() -> list[User]:
    """Active staff who want the daily mail."""
    query = (
        _staff()
        .join(NoticeChoice, NoticeChoice.user_id == User.id)
        .where(NoticeChoice.kind == DIGEST, NoticeChoice.by_mail)
    )
    return list(db.session.scalars(query.order_by(User.id)))


def wanting(kind: Kind, user_ids: Collection[int] | None = None) -> list[int]:
    """Active staff (of *user_ids*, where given) who want notices of *kind* somewhere."""
    return _wanting(kind, user_ids, _who_chose(by_mail=False, default=DEFAULTS[kind].is_any))


def wanting_by_mail(kind: Kind, user_ids: Collection[int]) -> list[int]:
    """Active staff of *user_ids* who want notices of *kind* by mail."""
    return _wanting(kind, user_ids, _who_chose(by_mail=True, default=DEFAULTS[kind].by_mail))


def _wanting(kind: Kind, user_ids: Collection[int] | None, who_chose: Prepared) -> list[int]:
    """Staff are few: all who want it are asked for, so that the statement is always the same."""
    found = [row.id for row in rows(who_chose, kind=kind.value)]
    return found if user_ids is None else [id_ for id_ in found if id_ in user_ids]


@cache
def _who_chose(*, by_mail: bool, default: bool) -> Prepared:
    """Active staff who have chosen a kind, by mail or somewhere, or have it by *default*."""
    choice = NoticeChoice
    chosen = sa.or_(choice.in_page, choice.in_browser, choice.by_mail)
    if by_mail:
        chosen = choice.by_mail.expression
    of_kind = sa.and_(choice.user_id == User.id, choice.kind == sa.bindparam("kind"))
    return Prepared(
        _staff()
        .with_only_columns(User.id)
        .outerjoin(choice, of_kind)
        .where(chosen if not default else sa.or_(choice.user_id.is_(None), chosen))
        .order_by(User.id)
    )


def _staff() -> sa.Select[User]:
    return sa.select(User).where(User.role.in_(STAFF), User.disabled_at.is_(None))


def _keep(actor: Actor, kind: str, wish: Wish) -> None:
    if actor.id is None or not actor.is_staff or not actor.is_active:
        raise NotAllowed(_("Your account may not do this."))
    key = {"user_id": actor.id, "kind": kind}
    row = db.session.get(NoticeChoice, key)
    if row is None:
        row = NoticeChoice(**key)
        db.session.add(row)
    row.in_page, row.in_browser, row.by_mail = wish.in_page, wish.in_browser, wish.by_mail
