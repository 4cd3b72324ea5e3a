"""The table of all fields that tickets can be filtered by."""

from collections.abc import Mapping
from enum import StrEnum

import sqlalchemy as sa

from ...i18n import lazy
from ...tickets.models import AuthorKind, Place, Priority, Status, Ticket
from . import conditions
from .asking import Asking
from .field import Condition, FilterField, Kind
from .own_fields import own_field, own_fields

PLACE, STATUS, WORDS = "place", "status", "q"  # what lists look at themselves, by name
PLACES = (Place.INBOX, Place.SPAM, Place.BIN, Place.MERGED)


def _chosen(
    name: str, label: lazy, column: object, of: type[StrEnum], *among: StrEnum
) -> FilterField:
    choices = [one.value for one in among or of]
    condition = conditions.one_of(column, choices, of)
    return FilterField(
        name=name, label=label, kind=Kind.CHOICE, condition=condition, choices=choices
    )


def _flag(name: str, label: lazy, is_so: sa.ColumnElement[bool]) -> FilterField:
    return FilterField(name=name, label=label, kind=Kind.FLAG, condition=conditions.flag(is_so))


def _moment(name: str, label: lazy, column: object, *, always: bool = False) -> FilterField:
    return FilterField(
        name=name,
        label=label,
        kind=Kind.MOMENT,
        condition=conditions.moment(column),
        is_never_empty=always,
    )


def _by(name: str, label: lazy, kind: Kind, condition: Condition) -> FilterField:
    return FilterField(name=name, label=label, kind=kind, condition=condition)


FIELDS: Mapping[str, FilterField] = {
    field.name: field
    for field in (
        _chosen(STATUS, lazy("Status"), Ticket.status, Status),
        _chosen("priority", lazy("Priority"), Ticket.priority, Priority),
        _by("assignee", lazy("Assignee"), Kind.STAFF, conditions.assignee),
        _by("category", lazy("Category"), Kind.CATEGORY, conditions.category),
        _by("tag", lazy("Tags"), Kind.TAG, conditions.tag),
        _by("requester", lazy("Requester"), Kind.PERSON, conditions.requester),
        _chosen("user", lazy("From"), Ticket.requester_kind, AuthorKind),
        _by("company", lazy("Company"), Kind.COMPANY, conditions.company),
        _moment("waiting", lazy("Waiting for us since"), Ticket.waiting_since),
        _moment("created", lazy("Opened"), Ticket.created_at, always=True),
        _moment("customer_wrote", lazy("Customer wrote last"), Ticket.last_customer_at),
        _moment("staff_wrote", lazy("We wrote last"), Ticket.last_staff_at),
        _moment("resolved", lazy("Solved"), Ticket.resolved_at),
        _flag("unanswered", lazy("Never answered"), Ticket.first_answer_at.is_(None)),
        _by("unread", lazy("Unread by me"), Kind.FLAG, conditions.unread_by_me),
        _flag("files", lazy("Has files"), Ticket.file_count > 0),
        _by(WORDS, lazy("Words"), Kind.WORDS, conditions.any_words),
        _chosen(PLACE, lazy("Place"), Ticket.place, Place, *PLACES),
    )
}


def known(asking: Asking) -> list[FilterField]:
    """All fields that somebody may choose from, the shop's own last."""
    return [*FIELDS.values(), *own_fields(asking)]


def named(asking: Asking, name: str) -> FilterField | None:
    """The field with this name."""
    return FIELDS.get(name) or own_field(asking, name)
