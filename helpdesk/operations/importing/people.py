"""Accounts for those who are in what is brought along. Nobody gets any right by it.

Who has an account here keeps it as it is, whatever the other program says of them: a customer
there may be staff here, and the other way round. Staff who are new here are shut out until an
admin lets them in.
"""

import re
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from ... import clock
from ...accounts import actions as accounts
from ...accounts.addresses import is_email
from ...accounts.models import DESK, Role, User
from ...accounts.queries import normal_email, person_at
from ...database import db
from ...mail.reading.charsets import clean_line
from ...people.actions import add_company
from ...people.domains import checked
from ...people.models import Company, CompanyDomain
from ...text import Fields
from ...words import fold
from . import Report, models
from .records import Person

PERSON = "person"
LONGEST_NAME, MOST_DOMAINS = 100, 20
_NOT_IN_ADDRESSES = re.compile(r"[^a-z0-9-]+")


def brought_account(
    email: str, name: str, *, role: Role, at: datetime | None, is_active: bool = True
) -> tuple[User, bool]:
    """Whose address this is, and whether their account was just made. Raises Invalid.

    Only inside a ``transaction()``. *at* is since when they were known.
    """
    found = person_at(email)
    if found is not None:
        return found, False
    name = clean_line(name)[:LONGEST_NAME].strip() or email.partition("@")[0][:LONGEST_NAME]
    user = accounts.add_user(DESK, name=name, email=email, role=role)
    now = clock.now()
    if at is not None and at < now:
        user.created_at = at
    if not is_active:
        user.disabled_at = now
    db.session.flush()
    return user, True


class Accounts:
    """Who the people of a source are here, and accounts for those who are new."""

    def __init__(self, source: str, notes: models.Notes) -> None:
        self._source, self._notes = source, notes
        self._known: dict[str, int] = {}

    def forget(self) -> None:
        """What was made since the last commit was taken back."""
        self._known.clear()

    def of(self, person: Person, report: Report) -> User:
        """The account of *person*. Only inside a ``transaction()``."""
        found = self._found(person)
        if found is None:
            found = self._taken(person, report)
            self._notes.add(PERSON, person.key, found.id)
        self._known[person.key] = found.id
        return found

    def _found(self, person: Person) -> User | None:
        our_id = self._known.get(person.key)
        if our_id is None:
            our_id = models.known(self._source, PERSON, [person.key]).get(person.key)
        return None if our_id is None else db.session.get(User, our_id)

    def _taken(self, person: Person, report: Report) -> User:
        email = good_address(person.email)
        address = email or stand_in(self._source, person.key)
        role = Role.AGENT if person.is_staff else Role.CUSTOMER
        user, is_new = brought_account(
            address,
            person.name,
            role=role,
            at=person.at,
            is_active=person.is_active and bool(email) and not person.is_staff,
        )
        if not is_new:
            if person.is_staff and not user.is_staff:
                report.remark(f"{user.email} is staff there and a customer here: it stays one.")
            return user
        report.taken["staff" if person.is_staff else "customers"] += 1
        if not email:
            report.leave_out(
                f"{person.name or person.key}, {person.email or 'without an address'}",
                f"Nobody can be written to there; the account is {address}, and disabled.",
            )
        if person.is_staff:
            report.remark(
                "Staff who are new here can't sign in: `helpdesk user enable` and `user password`."
            )
        elif person.company and user.company_id is None:
            self._employ(user, person, report)
        return user

    def _employ(self, user: User, person: Person, report: Report) -> None:
        name = clean_line(person.company)[:LONGEST_NAME].strip()
        if not name:
            return
        alike = sa.select(Company).where(Company.name_folded == fold(name))
        company = next(
            (one for one in db.session.scalars(alike) if one.name.casefold() == name.casefold()),
            None,
        )
        if company is None:
            company = _new_company(name, person.domains)
            report.taken["companies"] += 1
        user.company_id = company.id
        db.session.flush()


def _new_company(name: str, domains: Sequence[str]) -> Company:
    good = []
    for domain in domains[:MOST_DOMAINS]:
        taken = sa.select(CompanyDomain.domain).where(CompanyDomain.domain == domain.lower())
        errors = Fields()
        checked(errors, domain)
        if not errors.errors and db.session.scalar(taken) is None:
            good.append(domain)
    return add_company(DESK, name, good)


def good_address(email: str) -> str:
    """*email* as accounts have it; empty where it is none."""
    email = normal_email(email)
    return email if len(email) <= 254 and is_email(email) else ""


def stand_in(source: str, key: str) -> str:
    """An address for somebody who has none: no mail ever reaches it (RFC 2606)."""
    words = [_NOT_IN_ADDRESSES.sub("-", word.lower()).strip("-")[:60] for word in (key, source)]
    return f"{words[0] or 'nobody'}@{words[1] or 'import'}.invalid"
