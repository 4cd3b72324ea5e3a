"""Who belongs to which company: it follows from their address, whenever one of the two changes."""

import sqlalchemy as sa
from flask import Flask

from ...accounts.finding import maybe_named
from ...accounts.models import STAFF, User
from ...database import db
from ...events import Event, subscribe
from .. import domains
from ..models import CompanyDomain
from ..policy import CUSTOMERS


def install(app: Flask) -> None:
    """Ask to be told when somebody gets an address, another one, or another role."""
    for kind in ("user.added", "user.profile", "user.role"):
        subscribe(app, kind, _settle)


def _settle(event: Event) -> None:
    """Let the user of *event* belong where their address says; staff belong to no company."""
    user = db.session.get(User, event.user_id) if event.user_id is not None else None
    if user is None:
        return
    # A role is told of before it is changed.
    role = event.after if event.kind == "user.role" else user.role
    home = db.session.get(CompanyDomain, domains.of_address(user.email))
    user.company_id = home.company_id if home is not None and role in CUSTOMERS else None


def gather(domain: str, company_id: int | None) -> None:
    """Let everybody with an address at *domain* belong to this company, or to none: one UPDATE."""
    ids = maybe_named([f"@{domain}"])
    among = sa.true() if ids is None else User.id.in_(ids)
    at_domain = User.email.endswith(f"@{domain}", autoescape=True)
    db.session.execute(
        sa.update(User)
        .where(among, at_domain, User.role.not_in(STAFF))
        .values(company_id=company_id)
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()
