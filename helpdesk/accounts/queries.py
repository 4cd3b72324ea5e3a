"""Reads of accounts."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from ..database import Prepared, Row, db, rows, until_written
from ..errors import NotFound
from ..i18n import gettext as _
from . import policy
from .finding import named
from .models import STAFF, Actor, Role, User


def normal_email(email: str) -> str:
    """How an address is kept and compared."""
    return email.strip().lower()


def by_email(email: str) -> User | None:
    """The user with this address, in any case of letters, disabled ones too."""
    return db.session.scalar(sa.select(User).where(User.email == normal_email(email)))


def person_at(email: str) -> User | None:
    """Who is written to at this address: its user, or whom that one was merged into.

    For staff who look for somebody. Signing in goes by the account: :func:`by_email`.
    """
    user, seen = by_email(email), set[int]()
    while user is not None and user.merged_into_id is not None and user.id not in seen:
        seen.add(user.id)
        user = db.session.get(User, user.merged_into_id)
    return user


def accounts_of(user_id: int) -> sa.Select[tuple[int]]:
    """The ids of an account and of all that were merged into it."""
    every = sa.select(User.id).where(User.id == user_id).cte("every_account", recursive=True)
    every = every.union(sa.select(User.id).where(User.merged_into_id == every.c.id))
    return sa.select(every.c.id)


def people_at(emails: Collection[str]) -> dict[str, User]:
    """:func:`person_at` for many addresses, in one query (and some for each merged account)."""
    wanted = {normal_email(email): email for email in emails}
    if not wanted:
        return {}
    found = db.session.scalars(sa.select(User).where(User.email.in_(wanted))).all()
    people = {
        user.email: user if user.merged_into_id is None else person_at(user.email) for user in found
    }
    return {wanted[email]: person for email, person in people.items() if person is not None}


def get(actor: Actor, user_id: int) -> User:
    """A user. Raises NotFound when there is none or *actor* is a customer who asks for another."""
    user = db.session.get(User, user_id) if user_id < 2**63 else None
    if user is None or not (actor.id == user.id or policy.may(actor, "see_users")):
        raise NotFound(_("There is no such user."))
    return user


def users(
    actor: Actor, *, roles: Sequence[Role] = (), keyword: str = "", limit: int = 0, offset: int = 0
) -> Sequence[User]:
    """Users by name, those of *roles* only (none: all), with *keyword* in their name or address."""
    policy.require(actor, "see_users")
    name: Any = User.name_folded
    wanted = _filtered(sa.select(User.id, name), roles, keyword).order_by(name, User.id)
    # Whoever comes before the page is passed over in the index.
    page = (wanted.limit(limit).offset(offset) if limit else wanted).subquery()
    query = sa.select(User).join(page, page.c.id == User.id)
    return db.session.scalars(query.order_by(page.c.name_folded, User.id)).all()


def count_users(actor: Actor, *, roles: Sequence[Role] = (), keyword: str = "") -> int:
    """How many :func:`users` there are."""
    policy.require(actor, "see_users")
    query = _filtered(sa.select(sa.func.count()).select_from(User), roles, keyword)
    return db.session.scalar(query) or 0


class Colleague(Row, frozen=True):
    """Somebody of the staff, as a choice."""

    id: int
    name: str
    email: str


# Active staff, by name: whom a ticket may be given to.
ASSIGNEES = Prepared(
    sa.select(User.id, User.name, User.email)
    .where(User.role.in_(STAFF), User.disabled_at.is_(None))
    .order_by(User.name_folded, User.id),
    into=Colleague,
)


def assignees() -> Sequence[Colleague]:
    """All of ``ASSIGNEES``."""
    found: Sequence[Colleague] = until_written("assignees", lambda: rows(ASSIGNEES))
    return found


def names_of(user_ids: Collection[int]) -> dict[int, str]:
    """What these users are called, disabled ones too: for what is told of the past."""
    if not user_ids:
        return {}
    query = sa.select(User.id, User.name).where(User.id.in_(user_ids))
    return {row[0]: row[1] for row in db.session.execute(query)}


def has_admin() -> bool:
    """Whether the desk has been set up."""
    return db.session.scalar(sa.select(User.id).where(User.role == Role.ADMIN).limit(1)) is not None


def _filtered(query: sa.Select[Any], roles: Sequence[Role], keyword: str) -> sa.Select[Any]:
    if roles and keyword:  # said by whom it leaves out, so that it starts at who was found
        query = query.where(User.role.not_in([role for role in Role if role not in roles]))
    elif roles:
        query = query.where(User.role.in_(roles))
    return query.where(*named(keyword))
