"""What stands beside a ticket about its customer: where they work, notes, the shop's own fields."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_login import current_user

from ...accounts.models import User
from ...fields import queries as fields
from ...fields.models import About
from ...people import queries
from ...people.models import Company, CustomerNote
from ...people.policy import CUSTOMERS
from .. import custom
from .customers import company_of

NOTES = 3  # the latest ones


@dataclass(frozen=True)
class Panel:
    """A customer at a glance; *url* is their page, empty for staff, who have none."""

    url: str = ""
    company: Company | None = None
    facts: Sequence[tuple[str, str]] = ()  # the label and the value of fields that are filled in
    notes: Sequence[CustomerNote] = ()
    has_more_notes: bool = False


def panel_of(user: User) -> Panel:
    """The panel of *user*, in at most four queries."""
    if user.role not in CUSTOMERS:
        return Panel()
    notes = queries.notes(current_user, user, limit=NOTES + 1)
    known = fields.fields(current_user, About.CUSTOMER)
    filled = fields.values(About.CUSTOMER, [user.id])[user.id] if known else {}
    return Panel(
        url=url_for("web.desk.customer", customer_id=user.id),
        company=company_of(user),
        facts=[
            (one.label, custom.in_words(one, filled[one.key])) for one in known if one.key in filled
        ],
        notes=notes[:NOTES],
        has_more_notes=len(notes) > NOTES,
    )
