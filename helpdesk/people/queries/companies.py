"""Companies: by name, with their people and tickets counted."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import selectinload

from ...accounts.finding import MOST_WORDS, can_be_found, words_of
from ...accounts.models import Actor, User
from ...database import are_few, db
from ...errors import NotFound
from ...i18n import gettext as _
from ...text import storable
from ...tickets.queries import Filters, Page, listing
from ...words import fold, has_words, words
from .. import policy
from ..finding import COMPANY_NAMES
from ..models import Company, CompanyDomain

MOST_LOOKED_AT = 1000
_BEHIND_ALL = "\U0010ffff"


class Workplace(Struct, frozen=True):
    """A company in a list, with how many people belong to it."""

    company: Company
    people: int

    @property
    def domains(self) -> list[str]:
        return [one.domain for one in self.company.domains]


def companies(
    actor: Actor, *, keyword: str = "", limit: int = 50, offset: int = 0
) -> Sequence[Workplace]:
    """Companies by name, with *keyword* in name or domain: two queries. Raises NotAllowed."""
    policy.require_staff(actor)
    members = (
        sa.select(sa.func.count())
        .where(User.company_id == Company.id, User.merged_into_id.is_(None))
        .scalar_subquery()
    )
    query = (
        _filtered(sa.select(Company, members), keyword)
        .options(selectinload(Company.domains))
        .order_by(Company.name_folded, Company.id)
        .limit(limit)
        .offset(offset)
    )
    return [Workplace(row[0], row[1]) for row in db.session.execute(query)]


def count_companies(actor: Actor, *, keyword: str = "") -> int:
    """How many :func:`companies` there are."""
    policy.require_staff(actor)
    query = _filtered(sa.select(sa.func.count()).select_from(Company), keyword)
    return db.session.scalar(query) or 0


def company(actor: Actor, company_id: int) -> Company:
    """A company. Raises NotAllowed, NotFound."""
    policy.require_staff(actor)
    found = db.session.get(Company, company_id) if 0 < company_id < 2**63 else None
    if found is None:
        raise NotFound(_("There is no such company."))
    return found


def company_names(ids: Collection[int]) -> dict[int, str]:
    """What these companies are called."""
    if not ids:
        return {}
    query = sa.select(Company.id, Company.name).where(Company.id.in_(ids))
    return {row[0]: row[1] for row in db.session.execute(query)}


def companies_called(text: str, limit: int) -> Sequence[tuple[int, str, str]]:
    """The ids, names and domains of companies that *text* names, at most *limit*.

    Its words begin words of the name, or it begins a domain. The one of this very name is first;
    where *text* is empty, all are meant.
    """
    wanted = words(text)
    if not storable(text) or (text.strip() and not wanted):
        return []
    of_company = CompanyDomain.company_id == Company.id
    domains = sa.select(sa.func.aggregate_strings(CompanyDomain.domain, ", ")).where(of_company)
    order: list[Any] = [Company.name_folded, Company.id]
    query = sa.select(Company.id, Company.name, domains.scalar_subquery(), sa.true())
    if wanted:
        at_domain = _at_domain(text.strip().lower())
        ids = COMPANY_NAMES.ids([{word} for word in wanted[:MOST_WORDS]])
        named = [Company.name_folded.contains(word, autoescape=True) for word in wanted]
        query = sa.select(
            Company.id, Company.name, domains.scalar_subquery(), Company.id.in_(at_domain)
        ).where(sa.or_(Company.id.in_(at_domain), sa.and_(*named[:MOST_WORDS])))
        if ids is not None:
            query = query.where(Company.id.in_(sa.union_all(ids, at_domain)))
        order.insert(0, Company.name_folded != fold(text.strip()))
    query = query.order_by(*order).limit(MOST_LOOKED_AT)
    found = [
        (id_, name, its or "")
        for id_, name, its, is_at in db.session.execute(query)
        if is_at or has_words(name, wanted)
    ]
    return found[:limit]


def company_choices(limit: int) -> Sequence[tuple[int, str]]:
    """Companies by name, to choose from."""
    query = sa.select(Company.id, Company.name).order_by(Company.name_folded, Company.id)
    return [(row[0], row[1]) for row in db.session.execute(query.limit(limit))]


def people_count(company: Company) -> int:
    """How many people belong to *company*."""
    query = sa.select(sa.func.count()).where(
        User.company_id == company.id, User.merged_into_id.is_(None)
    )
    return db.session.scalar(query) or 0


def latest_tickets(actor: Actor, company: Company, limit: int = 10) -> Sequence[Any]:
    """The newest tickets of the people of *company*, as rows of a list with ``requester_name``."""
    members = sa.select(User.id).where(User.company_id == company.id)
    return listing(actor, Filters(people=members), Page(limit=limit), people=True).rows


def _at_domain(begins: str) -> sa.Select[int]:
    """The ids of companies with a domain that begins so."""
    column = CompanyDomain.domain
    return sa.select(CompanyDomain.company_id).where(
        column >= begins, column < begins + _BEHIND_ALL
    )


def _filtered(query: sa.Select[Any], keyword: str) -> sa.Select[Any]:
    words = words_of(keyword)
    if not can_be_found(words):
        return query.where(sa.false())
    for word in words:
        has_domain = sa.exists().where(
            CompanyDomain.company_id == Company.id,
            CompanyDomain.domain.contains(word.lower(), autoescape=True),
        )
        named = Company.name_folded.contains(fold(word), autoescape=True)
        query = query.where(sa.or_(named, has_domain))
    ids = COMPANY_NAMES.ids([{fold(word), word.lower()} for word in words])
    return query if ids is None or not are_few(ids) else query.where(Company.id.in_(ids))
