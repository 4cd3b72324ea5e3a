"""The shop's own fields in filters: ``field.colour`` of tickets, ``customer.vip`` of people."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ...accounts.models import User
from ...database import are_few
from ...errors import Invalid
from ...fields import queries as fields
from ...fields.models import About, CustomField, FieldKind
from ...tickets.queries import Few, asked_for_by
from .asking import Asking
from .conditions import yes_or_no
from .field import Condition, FilterField, Kind, Operator, Wrong
from .moments import ends_of

MOST_PEOPLE = 5000  # of more, a page is found sooner in the order of their names
PREFIXES = {About.TICKET: "field.", About.CUSTOMER: "customer."}
_KINDS = {
    FieldKind.TEXT: Kind.TEXT,
    FieldKind.NUMBER: Kind.NUMBER,
    FieldKind.DATE: Kind.DATE,
    FieldKind.CHOICE: Kind.OWN_CHOICE,
    FieldKind.CHECKBOX: Kind.CHECKBOX,
}


def own_fields(asking: Asking) -> list[FilterField]:
    """All of them that are in use, those of tickets first."""
    return [
        filter_field(one)
        for about in About
        for one in asking.custom[about].values()
        if one.is_active
    ]


def own_field(asking: Asking, name: str) -> FilterField | None:
    """The one that *name* means in an address, switched off or not."""
    for about, prefix in PREFIXES.items():
        if name.startswith(prefix):
            found = asking.custom[about].get(name.removeprefix(prefix))
            return None if found is None else filter_field(found)
    return None


def filter_field(custom: CustomField) -> FilterField:
    return FilterField(
        name=PREFIXES[custom.about] + custom.key,
        label=custom.label,
        kind=_KINDS[custom.kind],
        condition=_condition(custom),
        choices=custom.choices,
        custom=custom,
    )


def compared(custom: CustomField, operator: Operator, values: Sequence[str]) -> Any:
    """The condition on Ticket, or on User for a field of customers. Raises Wrong."""
    if operator is Operator.BETWEEN:
        low, high = ends_of(values[0])
        return sa.and_(_one(custom, Operator.AT_LEAST, low), _one(custom, Operator.AT_MOST, high))
    conditions = [_one(custom, operator, value) for value in values]
    return sa.and_(*conditions) if operator is Operator.IS_NOT else sa.or_(*conditions)


def few_of(custom: CustomField, operator: Operator, values: Sequence[str]) -> list[Few]:
    """How tickets are found that have this, where that is one value or a range without end."""
    found = _holders(custom, operator, values)
    return [] if found is None else [Few.numbers(found)]


def few_people(
    custom: CustomField, operator: Operator, values: Sequence[str]
) -> list[sa.ColumnElement[bool]]:
    """That somebody is one of those who have this, where these are few: then they are looked up."""
    found = _holders(custom, operator, values)
    if found is None or not are_few(found, MOST_PEOPLE):
        return []
    return [User.id.in_(found)]


def people_with(custom: CustomField, operator: Operator, values: Sequence[str]) -> sa.Select[int]:
    """The ids of people who have this. Raises Wrong."""
    found = compared(custom, operator, values)
    return sa.select(User.id).where(found, *few_people(custom, operator, values))


def _holders(
    custom: CustomField, operator: Operator, values: Sequence[str]
) -> sa.Select[int] | None:
    if operator is Operator.BETWEEN or len(values) > 1:
        return None
    wanted = yes_or_no(values[0]) if custom.kind is FieldKind.CHECKBOX else values[0]
    return fields.holders(custom, fields.Operator(operator.value), wanted)


def _condition(custom: CustomField) -> Condition:
    def condition(_asking: Asking, operator: Operator, values: Sequence[str]) -> Any:
        found = compared(custom, operator, values)
        if custom.about is About.TICKET:
            return found
        return asked_for_by(sa.select(User.id).where(found))

    return condition


def _one(custom: CustomField, operator: Operator, value: str) -> sa.ColumnElement[bool]:
    wanted = yes_or_no(value) if custom.kind is FieldKind.CHECKBOX else value
    try:
        return fields.condition(custom, fields.Operator(operator.value), wanted)
    except Invalid as error:
        raise Wrong(error.message) from None
