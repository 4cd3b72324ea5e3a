"""A list of tickets as a CSV file: every column that staff know, the shop's own fields too."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import Flask, current_app
from msgspec import Struct
from sqlalchemy.orm import joinedload, selectinload

from .. import clock
from ..accounts.models import User
from ..database import db
from ..errors import NotAllowed
from ..fields import queries as fields
from ..fields.models import About, FieldKind
from ..fields.values import Value
from ..i18n import gettext as _
from ..people.models import Company
from ..tickets import queries
from ..tickets.models import Ticket
from ..tickets.queries import Filters, Page, Sort
from .csv_file import MARK, Cell, csv_rows

ROWS_AT_ONCE = 500


def tickets_csv(actor: User, filters: Filters, sort: Sort = Sort.NEWEST) -> Iterator[bytes]:
    """The tickets of *filters* in this order, however many, as a CSV file in parts.

    Times are UTC (``YYYY-MM-DDTHH:MM:SSZ``). Each part is read when it is asked for, in an app
    context of its own, as the desk is then: between two of them nothing is held, neither rows nor a
    connection, so a slow reader costs nothing. It ends where *actor* is no longer staff.
    Raises NotAllowed at once.
    """
    if not actor.is_staff:
        raise NotAllowed(_("Your account may not do this."))
    of_tickets, of_customers = (
        [Column(one.key, one.label, one.kind) for one in fields.fields(actor, about)]
        for about in About
    )
    headings = [
        *_headings(),
        *(one.label for one in of_tickets),
        *(_("Customer: %(field)s", field=one.label) for one in of_customers),
    ]
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    listed = _Listed(actor.id, filters, sort, of_tickets, of_customers)
    return _parts(app, headings, listed)


class Column(Struct, frozen=True):
    """A custom field, apart from the session that read it."""

    key: str
    label: str
    kind: FieldKind


@dataclass
class _Listed:
    """How far the list has been read: up to *cursor*, or to its end (None)."""

    actor_id: int
    filters: Filters
    sort: Sort
    of_tickets: Sequence[Column]
    of_customers: Sequence[Column]
    cursor: str | None = ""

    def read(self) -> bytes:
        """The next part."""
        actor = db.session.get(User, self.actor_id)
        if actor is None or not (actor.is_active and actor.is_staff):
            self.cursor = None
            return b""
        page = Page(limit=ROWS_AT_ONCE, cursor=self.cursor or "", sort=self.sort)
        part = queries.listing(actor, self.filters, page)
        self.cursor = part.next or None
        return csv_rows(self._cells([row.id for row in part.rows]))

    def _cells(self, ids: Sequence[int]) -> Iterator[Sequence[Cell]]:
        tickets = _loaded(ids)
        filled = fields.values(About.TICKET, ids)
        known = fields.values(About.CUSTOMER, {ticket.requester_id for ticket in tickets})
        companies = _companies({ticket.requester.company_id for ticket in tickets})
        for ticket in tickets:
            yield [
                *_cells(ticket, companies),
                *(_cell(one, filled[ticket.id].get(one.key)) for one in self.of_tickets),
                *(_cell(one, known[ticket.requester_id].get(one.key)) for one in self.of_customers),
            ]


def _parts(app: Flask, headings: Sequence[str], listed: _Listed) -> Iterator[bytes]:
    yield MARK.encode() + csv_rows([headings])
    while listed.cursor is not None:
        with app.app_context():
            part = listed.read()
        yield part


def _headings() -> list[str]:
    return [
        _("Number"),
        _("Subject"),
        _("Status"),
        _("Priority"),
        _("Category"),
        _("Sub-category"),
        _("Tags"),
        _("Customer"),
        _("E-mail address"),
        _("Company"),
        _("Assignee"),
        _("Opened"),
        _("Last change"),
        _("First answer"),
        _("Solved"),
        _("Waiting since"),
        _("Messages"),
        _("Files"),
    ]


def _loaded(ids: Sequence[int]) -> list[Ticket]:
    """The tickets with these ids, in their order, with all that a row needs: two queries."""
    query = (
        sa.select(Ticket)
        .where(Ticket.id.in_(ids))
        .options(
            joinedload(Ticket.requester),
            joinedload(Ticket.assignee),
            joinedload(Ticket.category),
            joinedload(Ticket.subcategory),
            selectinload(Ticket.tags),
        )
    )
    by_id = {ticket.id: ticket for ticket in db.session.scalars(query)}
    return [by_id[id_] for id_ in ids if id_ in by_id]


def _companies(ids: set[int | None]) -> dict[int | None, str]:
    query = sa.select(Company.id, Company.name).where(Company.id.in_(ids - {None}))
    return {row[0]: row[1] for row in db.session.execute(query)}


def _cells(ticket: Ticket, companies: dict[int | None, str]) -> list[Cell]:
    return [
        ticket.ref,
        ticket.subject,
        ticket.status.value,
        ticket.priority.value,
        ticket.category.name if ticket.category else "",
        ticket.subcategory.name if ticket.subcategory else "",
        ", ".join(ticket.tag_names),
        ticket.requester.name,
        ticket.requester.email,
        companies.get(ticket.requester.company_id, ""),
        ticket.assignee.name if ticket.assignee else "",
        _time(ticket.created_at),
        _time(ticket.modified_at),
        _time(ticket.first_answer_at),
        _time(ticket.resolved_at),
        _time(ticket.waiting_since),
        ticket.message_count,
        ticket.file_count,
    ]


def _time(moment: datetime | None) -> str:
    return "" if moment is None else clock.iso(moment)


def _cell(field: Column, value: Value) -> Cell:
    """*value* for a spreadsheet: a number as one, so that it can be summed."""
    if field.kind is FieldKind.CHECKBOX:
        return "true" if value else "false"
    if value is None or value is True or value is False:
        return ""
    if field.kind is FieldKind.NUMBER:
        return float(value) if "." in value else int(value)
    return value
