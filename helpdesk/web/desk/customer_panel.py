"""What stands beside a ticket about its customer: where they work, notes, the shop's own fields."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from ...accounts.models import Person
from ...fields import queries as fields
from ...fields.models import About
from ...people.policy import CUSTOMERS
from ...people.queries.opened import MOST_NOTES
from .. import custom
from ..addresses import address
from .opened import Opened


class Panel(Struct, frozen=True):
    """A customer at a glance; *url* is their page, empty for staff, who have none."""

    url: str = ""
    company: Any = None
    facts: Sequence[tuple[str, str]] = ()  # the label and the value of fields that are filled in
    notes: Sequence[Any] = ()
    has_more_notes: bool = False


def panel_of(opened: Opened, me: Person) -> Panel:
    """The panel of a ticket's requester."""
    ticket = opened.ticket
    if ticket.requester_role not in CUSTOMERS:
        return Panel()
    filled = fields.by_key(opened.customer_fields)
    known = fields.fields(me, About.CUSTOMER) if filled else ()
    return Panel(
        url=address("web.desk.customer", customer_id=ticket.requester_id),
        company=opened.company,
        facts=[
            (one.label, custom.in_words(one, filled[one.key])) for one in known if one.key in filled
        ],
        notes=opened.notes[:MOST_NOTES],
        has_more_notes=len(opened.notes) > MOST_NOTES,
    )
