"""Who wants which notices, and where."""

from collections.abc import Callable, Collection, Mapping, Sequence

import sqlalchemy as sa

from ..accounts.models import STAFF, Actor, User
from ..database import Prepared, db, kept, rows, transaction
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


def wanting(kind: Kind, user_ids: Collection[int] | None = None) -> Sequence[int]:
    """Active staff (of *user_ids*, where given) who want notices of *kind* somewhere."""
    return _among(_readers()[kind], user_ids)


def wanting_by_mail(kind: Kind, user_ids: Collection[int]) -> Sequence[int]:
    """Active staff of *user_ids* who want notices of *kind* by mail."""
    return _among(_readers_of_mail()[kind], user_ids)


def _among(found: Sequence[int], user_ids: Collection[int] | None) -> Sequence[int]:
    return found if user_ids is None else [id_ for id_ in found if id_ in user_ids]


@kept("notice_choices", "staff")
def _readers() -> Mapping[Kind, Sequence[int]]:
    return _who(lambda wish: wish.is_any)


@kept("notice_choices", "staff")
def _readers_of_mail() -> Mapping[Kind, Sequence[int]]:
    return _who(lambda wish: wish.by_mail)


def _who(wants: Callable[[Wish], bool]) -> Mapping[Kind, Sequence[int]]:
    """Active staff who have chosen, or have by itself, what is wanted so; by kind."""
    chosen = {
        (row.user_id, row.kind): Wish(row.in_page, row.in_browser, row.by_mail)
        for row in rows(_ALL_CHOICES)
    }
    staff = [row.id for row in rows(_STAFFS_IDS)]
    return {
        kind: [id_ for id_ in staff if wants(chosen.get((id_, kind.value), DEFAULTS[kind]))]
        for kind in Kind
    }


def _staff() -> sa.Select[User]:
    return sa.select(User).where(User.role.in_(STAFF), User.disabled_at.is_(None))


_STAFFS_IDS = Prepared(_staff().with_only_columns(User.id).order_by(User.id))
_ALL_CHOICES = Prepared(sa.select(*NoticeChoice.__table__.columns))


def _keep(actor: Actor, kind: str, wish: Wish) -> None:
    if actor.id is None or not actor.is_staff or not actor.is_active:
        raise NotAllowed(_("Your account may not do this."))
    key = {"user_id": actor.id, "kind": kind}
    row = db.session.get(NoticeChoice, key)
    if row is None:
        row = NoticeChoice(**key)
        db.session.add(row)
    row.in_page, row.in_browser, row.by_mail = wish.in_page, wish.in_browser, wish.by_mail
