"""What answers about customers and companies are made of."""

from collections.abc import Sequence
from datetime import datetime

from ..accounts.models import DESK, User
from ..fields import queries as fields
from ..fields.models import About
from ..people import models, queries
from ..people.queries import Found, TicketCounts
from . import examples, shaping
from .shapes import Answered, CustomFields, Person, Time


class CustomerRow(Answered):
    """A customer or a vendor in a list; *openTickets* wait for the shop."""

    user_id: int
    user_name: str
    email_id: str
    user_type: str
    is_active: bool
    company_id: int | None
    company_name: str | None
    tickets: int
    open_tickets: int
    created_date: Time
    custom_fields: CustomFields


class Note(Answered):
    """What staff have noted about a customer; never theirs to read."""

    id: int
    user_id: int
    body: str
    posted_by: Person
    created_date: Time


class Customer(CustomerRow):
    """A customer with all that staff know; *mergedInto* is the account that has their tickets."""

    language: str
    last_seen: Time | None
    merged_into: int | None
    merged: list[int]
    notes: list[Note]


class Company(Answered):
    """A company: whoever has an address at one of its domains belongs to it."""

    id: int
    company_name: str
    domains: list[str]
    people: int
    created_date: Time


class Merged(Answered):
    """Two accounts that were made one, or two again; *batch* is what undo takes back.

    *stayed* are tickets that could not be given back.
    """

    user_id: int
    other_id: int
    tickets: int
    stayed: list[int]
    batch: str | None


def rows(found: Found) -> list[CustomerRow]:
    """A page of customers, with their custom fields, in two queries."""
    ids = [one.id for one in found.people]
    filled = fields.facts(DESK, About.CUSTOMER, ids)
    return [
        CustomerRow(
            user_id=one.id,
            user_name=one.name,
            email_id=one.email,
            user_type=one.role,
            is_active=one.is_active,
            company_id=one.company_id,
            company_name=one.company or None,
            tickets=one.tickets.all,
            open_tickets=one.tickets.open,
            created_date=one.created_at,
            custom_fields=filled[one.id],
        )
        for one in found.people
    ]


def customer(actor: User, user: User) -> Customer:
    """*user* with all that staff know of them."""
    counts = queries.ticket_counts(actor, [user.id]).get(user.id, TicketCounts())
    works_at = None if user.company_id is None else queries.company(actor, user.company_id)
    return Customer(
        user_id=user.id,
        user_name=user.name,
        email_id=user.email,
        user_type=user.role,
        is_active=user.is_active,
        company_id=user.company_id,
        company_name=None if works_at is None else works_at.name,
        tickets=counts.all,
        open_tickets=counts.open,
        created_date=user.created_at,
        custom_fields=fields.facts(actor, About.CUSTOMER, [user.id])[user.id],
        language=user.language,
        last_seen=queries.last_seen(user),
        merged_into=user.merged_into_id,
        merged=[other.id for other in queries.merged_into(user)],
        notes=notes(queries.notes(actor, user)),
    )


def notes(found: Sequence[models.CustomerNote]) -> list[Note]:
    """Notes, as they are found."""
    return [note(one) for one in found]


def note(one: models.CustomerNote) -> Note:
    """A note about a customer."""
    return Note(
        id=one.id,
        user_id=one.user_id,
        body=one.body,
        posted_by=shaping.person(one.author),
        created_date=one.created_at,
    )


def company(one: models.Company, people: int) -> Company:
    """A company to which so many people belong."""
    return Company(
        id=one.id,
        company_name=one.name,
        domains=[its.domain for its in one.domains],
        people=people,
        created_date=one.created_at,
    )


_SINCE: datetime = examples.CREATED_AT
_ROW = {
    "user_id": 123,
    "user_name": "Ana Ruiz",
    "email_id": "ana@acme.example",
    "user_type": "customer",
    "is_active": True,
    "company_id": 4,
    "company_name": "Acme",
    "tickets": 12,
    "open_tickets": 1,
    "created_date": _SINCE,
    "custom_fields": {"account": "K-1042", "regular": True},
}
NOTE = Note(
    id=5,
    user_id=123,
    body="Rings before she writes.",
    posted_by=Person(id=7, name="Bo Lind"),
    created_date=_SINCE,
)
ROW = CustomerRow(**_ROW)  # type: ignore[arg-type]
CUSTOMER = Customer(
    **_ROW,  # type: ignore[arg-type]
    language="en",
    last_seen=_SINCE,
    merged_into=None,
    merged=[124],
    notes=[NOTE],
)
COMPANY = Company(
    id=4, company_name="Acme", domains=["acme.example"], people=3, created_date=_SINCE
)
MERGED = Merged(
    user_id=123,
    other_id=124,
    tickets=4,
    stayed=[],
    batch="0123456789abcdef0123456789abcdef",
)
