"""``helpdesk export DEST --csv``: tables for people, with names where the rows have ids.

They are in English and UTC, and can't be brought in again as they were: that is what the JSON is
for. Cells that a spreadsheet would run are defused (reports/csv_file.py).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ... import audit, clock
from ...accounts.models import User
from ...database import Instant, db, transaction
from ...fields.models import About, CustomField, FieldValue
from ...people.models import Company, CompanyDomain
from ...reports.csv_file import MARK, Cell, csv_rows
from ...tickets.models import Attachment, Category, Message, Tag, Ticket, ref_of, ticket_tags
from .places import new_place

_AT_ONCE = 1000


@dataclass(frozen=True)
class Sheet:
    """A file: a column a heading, each what SQL says."""

    name: str
    columns: dict[str, sa.ColumnElement[Any]]
    rows: sa.FromClause
    order: Sequence[Any]


def write_sheets(dest: Path) -> dict[str, int]:
    """Put the sheets into *dest*, a new folder or ``.zip``; how many rows each has."""
    db.session.rollback()  # from here on it is one moment
    try:
        with new_place(dest) as place:
            written = {}
            for sheet in (_tickets(), _messages(), _people(), _companies()):
                written[sheet.name] = 0
                with place.add(f"{sheet.name}.csv") as member:
                    member.write(MARK.encode() + csv_rows([list(sheet.columns)]))
                    for rows in _parts(sheet):
                        member.write(csv_rows(rows))
                        written[sheet.name] += len(rows)
    finally:
        db.session.rollback()
    with transaction():
        audit.record(audit.Kind.EXPORTED, details={"what": "tables"})
    return written


def _parts(sheet: Sheet) -> Iterator[list[list[Cell]]]:
    query = sa.select(
        *(column.label(f"c{number}") for number, column in enumerate(sheet.columns.values()))
    )
    query = query.select_from(sheet.rows).order_by(*sheet.order)
    moments = [isinstance(column.type, Instant) for column in sheet.columns.values()]
    is_ref = ["Ticket" in heading for heading in sheet.columns]
    found = db.session.connection().execute(query, execution_options={"yield_per": _AT_ONCE})
    for part in found.partitions(_AT_ONCE):
        yield [[_cell(*one) for one in zip(row, moments, is_ref, strict=True)] for row in part]


def _cell(value: Any, is_moment: bool, is_ref: bool) -> Cell:
    if value is None:
        return ""
    if is_moment:
        return clock.iso(value)
    return ref_of(value) if is_ref else value


def _tickets() -> Sheet:
    sub, assignee = aliased(Category), aliased(User)
    tags = (
        sa.select(sa.func.aggregate_strings(Tag.name, ", "))
        .join(ticket_tags, ticket_tags.c.tag_id == Tag.id)
        .where(ticket_tags.c.ticket_id == Ticket.id)
        .correlate(Ticket)
        .scalar_subquery()
    )
    columns: dict[str, Any] = {
        "Ticket": Ticket.id,
        "Subject": Ticket.subject,
        "Status": sa.type_coerce(Ticket.status, sa.String),
        "Place": sa.type_coerce(Ticket.place, sa.String),
        "Priority": sa.type_coerce(Ticket.priority, sa.String),
        "Category": Category.name,
        "Sub-category": sub.name,
        "Tags": tags,
        "Customer": User.name,
        "E-mail address": User.email,
        "Company": Company.name,
        "Assignee": assignee.name,
        "Opened": Ticket.created_at,
        "Last change": Ticket.modified_at,
        "First answer": Ticket.first_answer_at,
        "Solved": Ticket.resolved_at,
        "Waiting since": Ticket.waiting_since,
        "Messages": Ticket.message_count,
        "Files": Ticket.file_count,
        **_fields(About.TICKET, FieldValue.ticket_id, Ticket.id, Ticket),
    }
    rows = (
        sa.join(Ticket, User, Ticket.requester_id == User.id)
        .outerjoin(Company, Company.id == User.company_id)
        .outerjoin(assignee, assignee.id == Ticket.assignee_id)
        .outerjoin(Category, Category.id == Ticket.category_id)
        .outerjoin(sub, sub.id == Ticket.subcategory_id)
    )
    return Sheet("tickets", columns, rows, [Ticket.id])


def _messages() -> Sheet:
    files = (
        sa.select(sa.func.aggregate_strings(Attachment.file_name, ", "))
        .where(Attachment.message_id == Message.id)
        .correlate(Message)
        .scalar_subquery()
    )
    columns: dict[str, Any] = {
        "Ticket": Message.ticket_id,
        "Written": Message.created_at,
        "Author": User.name,
        "E-mail address": User.email,
        "Kind": sa.case((Message.internal, "note"), else_="message"),
        "Words": Message.body,
        "Files": files,
    }
    rows = sa.outerjoin(Message, User, Message.author_id == User.id)
    return Sheet("messages", columns, rows, [Message.ticket_id, Message.created_at, Message.id])


def _people() -> Sheet:
    columns: dict[str, Any] = {
        "Id": User.id,
        "Name": User.name,
        "E-mail address": User.email,
        "Role": sa.type_coerce(User.role, sa.String),
        "Company": Company.name,
        "Language": User.language,
        "Since": User.created_at,
        "Disabled": User.disabled_at,
        "Is now": User.merged_into_id,
        **_fields(About.CUSTOMER, FieldValue.user_id, User.id, User),
    }
    rows = sa.outerjoin(User, Company, Company.id == User.company_id)
    return Sheet("people", columns, rows, [User.id])


def _companies() -> Sheet:
    domains = (
        sa.select(sa.func.aggregate_strings(CompanyDomain.domain, ", "))
        .where(CompanyDomain.company_id == Company.id)
        .correlate(Company)
        .scalar_subquery()
    )
    columns: dict[str, Any] = {"Id": Company.id, "Name": Company.name, "Domains": domains}
    return Sheet("companies", columns, sa.inspect(Company).local_table, [Company.id])


def _fields(about: About, of: Any, is_id: Any, owner: Any) -> dict[str, Any]:
    """What is in each custom field, by its label; active or not."""
    made = db.session.scalars(
        sa.select(CustomField).where(CustomField.about == about).order_by(CustomField.id)
    )
    return {
        f"{field.label} (field {field.key})": sa.select(FieldValue.text)
        .where(FieldValue.field_id == field.id, of == is_id)
        .correlate(owner)
        .scalar_subquery()
        for field in made
    }
