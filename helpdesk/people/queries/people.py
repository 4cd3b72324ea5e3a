"""Customers: found by name, address or company, page by page."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from ... import cursors
from ...accounts.finding import can_be_found, has_in_name, maybe_named, words_of
from ...accounts.models import STAFF, Actor, ApiToken, BrowserSession, Role, User
from ...database import are_few, db
from ...errors import NotFound
from ...i18n import gettext as _
from ...text import storable
from ...tickets.models import Status
from ...tickets.queries import by_status
from .. import policy
from ..finding import companies_named
from ..models import Company


class TicketCounts(Struct, frozen=True):
    """How many tickets somebody has: ``open`` ones wait for us."""

    all: int = 0
    open: int = 0


class Person(Struct, frozen=True):
    """A customer in a list."""

    id: int
    name: str
    email: str
    role: Role
    created_at: datetime
    is_active: bool
    company_id: int | None
    company: str
    merged_into_id: int | None
    tickets: TicketCounts


class Found(Struct, frozen=True):
    """A page of people, and the cursors of the pages beside it (empty: there is none)."""

    people: Sequence[Person]
    next: str
    previous: str


def people(
    actor: Actor,
    *,
    keyword: str = "",
    company_id: int | None = None,
    role: Role | None = None,
    matching: sa.ColumnElement[bool] | None = None,
    merged: bool = False,
    limit: int = 50,
    cursor: str = "",
) -> Found:
    """Customers and vendors by name, in two queries whatever their number.

    *keyword* is a part of the name, the address or the company's name. Accounts that were merged
    into another are left out unless *merged*. *matching* must hold of the account, too.
    Raises NotAllowed; Invalid (``cursor``).
    """
    policy.require_staff(actor)
    key: Any = User.name_folded
    wanted = _filtered(sa.select(User.id, key.label("key")), keyword, company_id)
    wanted = wanted.where(_is(role, among_found=bool(keyword) or matching is not None))
    if not merged:
        wanted = wanted.where(_is_themselves(in_company=company_id is not None))
    if matching is not None:
        wanted = wanted.where(matching)
    backwards = False
    if cursor:
        backwards, name, id_ = _read(cursor)
        here = sa.tuple_(key, User.id)
        there = sa.tuple_(sa.literal(name), sa.literal(id_, sa.BigInteger))
        wanted = wanted.where(here < there if backwards else here > there)
    order = (key.desc(), User.id.desc()) if backwards else (key, User.id)
    found = db.session.execute(_rows(wanted.order_by(*order).limit(limit + 1), backwards)).all()
    more, rows = len(found) > limit, list(found[:limit])
    if backwards:
        rows.reverse()
    counts = ticket_counts(actor, [row.User.id for row in rows])
    has_next, has_previous = (True, more) if backwards else (more, bool(cursor))
    return Found(
        [_person(row, counts) for row in rows],
        _write("n", rows[-1]) if rows and has_next else "",
        _write("p", rows[0]) if rows and has_previous else "",
    )


def person(actor: Actor, user_id: int) -> User:
    """A customer or a vendor, merged or not. Raises NotAllowed; NotFound (for staff's ids too)."""
    policy.require_staff(actor)
    found = db.session.get(User, user_id) if 0 < user_id < 2**63 else None
    if found is None:
        raise NotFound(_("There is no such customer."))
    policy.require_customer(found)
    return found


def person_names(ids: Collection[int]) -> dict[int, str]:
    """What these people are called, staff too; not those who were merged into another."""
    if not ids:
        return {}
    query = sa.select(User.id, User.name).where(User.id.in_(ids), User.merged_into_id.is_(None))
    return {row[0]: row[1] for row in db.session.execute(query)}


def person_emails(ids: Collection[int]) -> dict[int, str]:
    """The addresses of these people."""
    if not ids:
        return {}
    query = sa.select(User.id, User.email).where(User.id.in_(ids))
    return {row[0]: row[1] for row in db.session.execute(query)}


def merged_into(user: User) -> Sequence[User]:
    """The accounts that were merged into *user*'s, the latest first."""
    query = sa.select(User).where(User.merged_into_id == user.id)
    return db.session.scalars(query.order_by(User.modified_at.desc(), User.id.desc())).all()


def last_seen(user: User) -> datetime | None:
    """When *user* was last here, in a browser or with a script; None: never, as far as is known."""
    sessions = sa.select(sa.func.max(BrowserSession.last_seen_at)).where(
        BrowserSession.user_id == user.id
    )
    scripts = sa.select(sa.func.max(ApiToken.last_used_at)).where(ApiToken.user_id == user.id)
    row = db.session.execute(sa.select(sessions.scalar_subquery(), scripts.scalar_subquery())).one()
    return max((moment for moment in row if moment is not None), default=None)


def ticket_counts(actor: Actor, user_ids: Collection[int]) -> Mapping[int, TicketCounts]:
    """How many tickets these people have, in one query."""
    return {
        id_: TicketCounts(sum(numbers.values()), numbers[Status.OPEN])
        for id_, numbers in by_status(actor, user_ids).items()
    }


def status_counts(actor: Actor, user: User) -> Mapping[Status, int]:
    """How many tickets of each status *user* has, in one query."""
    return by_status(actor, [user.id])[user.id]


def _rows(wanted: sa.Select[int, str], backwards: bool) -> sa.Select[Any]:
    """The people that *wanted* names, whole: only so few have all their columns sorted."""
    page = wanted.subquery()
    query = (
        sa.select(User, Company.name.label("company"), page.c.key)
        .join(page, page.c.id == User.id)
        .outerjoin(Company, Company.id == User.company_id)
    )
    order = (page.c.key.desc(), User.id.desc()) if backwards else (page.c.key, User.id)
    return query.order_by(*order)


def _is_themselves(*, in_company: bool) -> sa.ColumnElement[bool]:
    """That an account was not merged: as the index of companies has it, or as no index does."""
    if in_company:
        return User.merged_into_id.is_(None)
    return sa.func.coalesce(User.merged_into_id, 0) == 0


def _is(role: Role | None, *, among_found: bool) -> sa.ColumnElement[bool]:
    """That somebody is a customer or a vendor, or the one that is asked for.

    Mostly said by whom it leaves out, which no index has: the index of the names has a page in its
    order, and who was found are few.
    """
    if role is None:
        return User.role.not_in(STAFF)
    if among_found:
        return User.role.not_in([one for one in Role if one is not role])
    return User.role == role


def _filtered(query: sa.Select[Any], keyword: str, company_id: int | None) -> sa.Select[Any]:
    if company_id is not None:
        query = query.where(User.company_id == company_id)
    words = words_of(keyword)
    if not can_be_found(words):
        return query.where(sa.false())
    there = [User.company_id.in_(companies_named(word)) for word in words]
    for word, works_there in zip(words, there, strict=True):
        query = query.where(sa.or_(has_in_name(word), works_there))
    ids = maybe_named(words)
    if ids is None:
        return query
    # Whoever has no word from their company has all of them in name and address.
    few = sa.union_all(ids, *(sa.select(User.id).where(works_there) for works_there in there))
    return query.where(User.id.in_(few)) if are_few(few) else query


def _person(row: Any, counts: Mapping[int, TicketCounts]) -> Person:
    user: User = row.User
    return Person(
        id=user.id,
        name=user.name,
        email=user.email,
        role=user.role,
        created_at=user.created_at,
        is_active=user.is_active,
        company_id=user.company_id,
        company=row.company or "",
        merged_into_id=user.merged_into_id,
        tickets=counts.get(user.id, TicketCounts()),
    )


def _write(direction: str, row: Any) -> str:
    return cursors.write(json.dumps([direction, row.key, row.User.id], ensure_ascii=True))


def _read(cursor: str) -> tuple[bool, str, int]:
    """The direction and the position behind a cursor. Raises Invalid for any other text."""
    try:
        direction, name, id_ = json.loads(cursors.read(cursor)[:2000])
    except (ValueError, TypeError, RecursionError):
        raise cursors.unknown() from None
    fits = isinstance(name, str) and storable(name)
    if direction not in ("n", "p") or not fits or type(id_) is not int or not 0 < id_ < 2**63:
        raise cursors.unknown()
    return direction == "p", name, id_
