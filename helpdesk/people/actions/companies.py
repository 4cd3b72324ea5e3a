"""Companies: a name and the domains of their addresses."""

from collections.abc import Sequence

import sqlalchemy as sa

from ... import clock
from ...accounts.models import Actor
from ...database import db, transaction
from ...errors import NotFound
from ...events import record
from ...i18n import gettext as _
from ...text import Fields
from ...words import fold
from .. import domains, policy
from ..models import Company, CompanyDomain
from .belonging import gather

LONGEST_NAME, MOST_DOMAINS = 100, 100


def add_company(actor: Actor, name: str, its_domains: Sequence[str] = ()) -> Company:
    """Add a company; whoever has an address at one of its domains belongs to it from now on.

    Raises NotAllowed; Invalid (``name``, ``domains``).
    """
    policy.require_staff(actor)
    with transaction():
        errors = Fields()
        name = _name(errors, name)
        wanted = _domains(errors, its_domains)
        errors.raise_if_any()
        company = Company(name=name, created_at=clock.now())
        db.session.add(company)
        db.session.flush()
        record(actor.id, "company.added", after={"id": company.id, "name": name})
        _set_domains(actor, company, wanted)
    return company


def update_company(
    actor: Actor,
    company: Company,
    *,
    name: str | None = None,
    its_domains: Sequence[str] | None = None,
) -> Company:
    """Change what is given, all or none. Raises NotAllowed; Invalid (``name``, ``domains``)."""
    policy.require_staff(actor)
    with transaction():
        errors = Fields()
        if name is not None:
            name = _name(errors, name, company)
        wanted = None if its_domains is None else _domains(errors, its_domains, company)
        errors.raise_if_any()
        if name is not None and name != company.name:
            before, company.name = {"id": company.id, "name": company.name}, name
            after = {"id": company.id, "name": name}
            record(actor.id, "company.renamed", before=before, after=after)
        if wanted is not None:
            _set_domains(actor, company, wanted)
    return company


def add_domain(actor: Actor, company: Company, domain: str) -> None:
    """Give *company* one more domain. Raises NotAllowed; Invalid (``domain``)."""
    policy.require_staff(actor)
    with transaction():
        errors = Fields()
        kept = _free_domain(errors, domain, "domain", company)
        now = [one.domain for one in company.domains]
        if len(now) >= MOST_DOMAINS:
            errors.add("domain", _too_many())
        errors.raise_if_any()
        _set_domains(actor, company, [*now, kept])


def remove_domain(actor: Actor, company: Company, domain: str) -> None:
    """Take a domain away; whoever has an address there belongs to no company any more.

    Raises NotAllowed, NotFound.
    """
    policy.require_staff(actor)
    with transaction():
        now = [one.domain for one in company.domains]
        if domain not in now:
            raise NotFound(_("This company has no such domain."))
        _set_domains(actor, company, [one for one in now if one != domain])


def delete_company(actor: Actor, company: Company) -> None:
    """Forget *company*; its people stay and belong to none. Raises NotAllowed."""
    policy.require_staff(actor)
    with transaction():
        before = {
            "id": company.id,
            "name": company.name,
            "domains": [one.domain for one in company.domains],
        }
        _set_domains(actor, company, [])
        db.session.delete(company)
        db.session.flush()
        record(actor.id, "company.deleted", before=before)


def _set_domains(actor: Actor, company: Company, wanted: Sequence[str]) -> None:
    before = sorted(one.domain for one in company.domains)
    after = sorted(set(wanted))
    if before == after:
        return
    company.domains = [one for one in company.domains if one.domain in after] + [
        CompanyDomain(domain=domain) for domain in after if domain not in before
    ]
    db.session.flush()
    company_id = company.id
    record(
        actor.id,
        "company.domains",
        before={"id": company_id, "domains": before},
        after={"id": company_id, "domains": after},
    )
    for domain in set(before) - set(after):
        gather(domain, None)
    for domain in set(after) - set(before):
        gather(domain, company_id)


def _name(errors: Fields, name: str, company: Company | None = None) -> str:
    name = errors.line("name", name, LONGEST_NAME)
    alike = sa.select(Company.name).where(Company.name_folded == fold(name))
    if company is not None:
        alike = alike.where(Company.id != company.id)
    # Möller and Moller are two, MÖLLER and Möller are one.
    if name and any(one.casefold() == name.casefold() for one in db.session.scalars(alike)):
        errors.add("name", _("There is a company with this name already."))
    return name


def _domains(errors: Fields, given: Sequence[str], company: Company | None = None) -> list[str]:
    if len(given) > MOST_DOMAINS:
        errors.add("domains", _too_many())
        return []
    return [_free_domain(errors, domain, "domains", company) for domain in given]


def _free_domain(errors: Fields, given: str, name: str, company: Company | None) -> str:
    """*given* as it is kept, unless it is another company's."""
    found = Fields()
    domain = domains.checked(found, given, name)
    holder = db.session.get(CompanyDomain, domain) if not found.errors else None
    if holder is not None and (company is None or holder.company_id != company.id):
        other = db.session.get(Company, holder.company_id)
        found.add(
            name,
            _(
                "%(domain)s belongs to %(company)s already.",
                domain=domain,
                company=other.name if other else "?",
            ),
        )
    for sentence in found.errors.get(name, []):
        errors.add(name, sentence)
    return domain


def _too_many() -> str:
    return _("At most %(most)s domains.", most=MOST_DOMAINS)
