"""Custom fields in filters: a field, an operator and a value as a condition on tickets or users."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from ..errors import Invalid
from ..i18n import gettext as _
from .models import About, CustomField, FieldKind, FieldValue
from .values import Wrong, normal, number_of


class Operator(StrEnum):
    """How what is in a field is compared."""

    IS = "is"
    IS_NOT = "is_not"  # an empty field is not, either
    CONTAINS = "contains"  # in any case of letters
    AT_LEAST = "at_least"  # of days: on it or later
    AT_MOST = "at_most"
    FILLED = "filled"  # without a value
    EMPTY = "empty"


_COMPARED = (
    Operator.IS,
    Operator.IS_NOT,
    Operator.AT_LEAST,
    Operator.AT_MOST,
    Operator.FILLED,
    Operator.EMPTY,
)
OPERATORS: Mapping[FieldKind, tuple[Operator, ...]] = {
    FieldKind.TEXT: (
        Operator.CONTAINS,
        Operator.IS,
        Operator.IS_NOT,
        Operator.FILLED,
        Operator.EMPTY,
    ),
    FieldKind.NUMBER: _COMPARED,
    FieldKind.DATE: _COMPARED,
    FieldKind.CHOICE: (Operator.IS, Operator.IS_NOT, Operator.FILLED, Operator.EMPTY),
    FieldKind.CHECKBOX: (Operator.IS,),
}


def condition(field: CustomField, operator: Operator, value: Any = None) -> sa.ColumnElement[bool]:
    """The condition on ``Ticket.id`` (on ``User.id`` for a field of customers) that *field* says.

    *value* is raw, as a form or JSON has it. Raises Invalid (``fields.<key>``) for an operator that
    the field doesn't have or a value that can't be in it. A removed choice can still be asked for.
    """
    if operator not in OPERATORS[field.kind]:
        raise Invalid({f"fields.{field.key}": [_("This field can't be compared like this.")]})
    is_so = _rows(field, operator, value)
    column = _about(field)
    [key] = column.property.columns[0].foreign_keys
    # By a look at the one: what common values hang on takes longer to gather than a page to find.
    subject: sa.ColumnElement[Any] = key.column
    found = is_so.where(column == subject).correlate(key.column.table).exists()
    return sa.not_(found) if _is_opposite(field, operator, value) else found


def holders(field: CustomField, operator: Operator, value: Any = None) -> sa.Select[int] | None:
    """The ids of those for whom :func:`condition` holds; None: of those who have nothing there."""
    found = _rows(field, operator, value)
    return None if _is_opposite(field, operator, value) else found


def _about(field: CustomField) -> Any:
    return FieldValue.ticket_id if field.about is About.TICKET else FieldValue.user_id


def _is_opposite(field: CustomField, operator: Operator, value: Any) -> bool:
    if field.kind is FieldKind.CHECKBOX and operator is Operator.IS:  # unticked, it has no row
        return not _wanted(field, operator, value)
    return operator in (Operator.EMPTY, Operator.IS_NOT)


def _rows(field: CustomField, operator: Operator, value: Any) -> sa.Select[int]:
    column = _about(field)
    rows = sa.select(column).where(FieldValue.field_id == field.id, column.is_not(None))
    if operator in (Operator.FILLED, Operator.EMPTY):
        return rows
    try:
        wanted = _wanted(field, operator, value)
    except Wrong as wrong:
        raise Invalid({f"fields.{field.key}": [str(wrong)]}) from None
    if field.kind is FieldKind.CHECKBOX:
        return rows
    if operator is Operator.IS_NOT:
        return rows.where(FieldValue.text == wanted)
    return rows.where(_compared(field, operator, wanted))


def _wanted(field: CustomField, operator: Operator, value: Any) -> str | bool:
    if field.kind is FieldKind.CHOICE:
        if not isinstance(value, str) or not value or "\0" in value:
            raise Wrong(_("This is not one of the choices."))
        return value
    found = normal(field, value)
    if found is None:
        raise Wrong(_("This field is required."))
    return found


def _compared(field: CustomField, operator: Operator, wanted: str | bool) -> sa.ColumnElement[bool]:
    if operator is Operator.CONTAINS:
        return FieldValue.text.icontains(str(wanted), autoescape=True)
    if operator is Operator.AT_LEAST:
        return FieldValue.number >= number_of(field, wanted)
    if operator is Operator.AT_MOST:
        return FieldValue.number <= number_of(field, wanted)
    return FieldValue.text == wanted
