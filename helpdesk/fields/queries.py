"""Reads of custom fields."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from ..accounts.models import DESK, Actor
from ..database import Prepared, db, kept, rows
from ..errors import NotFound
from ..i18n import gettext as _
from . import policy
from .conditions import OPERATORS, Operator, condition, holders
from .models import About, CustomField, FieldKind, FieldValue
from .values import Value, read

__all__ = [
    "OPERATORS",
    "Operator",
    "condition",
    "empty",
    "facts",
    "field",
    "fields",
    "holders",
    "known",
    "labels",
    "uses",
    "values",
]


def fields(
    actor: Actor | None, about: About, *, active: bool | None = True
) -> Sequence[CustomField]:
    """The fields that *actor* (None: any customer) may know of, in their order; only to read.

    With *active* None those that are switched off, too.
    """
    return [
        one
        for one in _all()
        if one.about is about and active in (None, one.is_active) and policy.may_see(actor, one)
    ]


def field(field_id: int) -> CustomField:
    """A field, for staff. Raises NotFound."""
    found = db.session.get(CustomField, field_id) if 0 < field_id < 2**63 else None
    if found is None:
        raise NotFound(_("There is no such field."))
    return found


def known(about: About, key: str) -> CustomField | None:
    """The field with this *key*, active or not; only to read."""
    return next((one for one in _all() if one.about is about and one.key == key), None)


def labels(about: About) -> dict[str, str]:
    """What every field is called, by key: for what is told of the past."""
    return {field.key: field.label for field in fields(DESK, about, active=None)}


def values(about: About, ids: Collection[int]) -> dict[int, dict[str, Value]]:
    """What is filled in, by id of the ticket or customer and by key, in one query."""
    found: dict[int, dict[str, Value]] = {id_: {} for id_ in ids}
    if not ids:
        return found
    column = FieldValue.ticket_id if about is About.TICKET else FieldValue.user_id
    by_id = {one.id: one for one in _all()}
    query = sa.select(column.label("of"), FieldValue.field_id, FieldValue.text)
    for row in rows(query.where(column.in_(ids))):
        field = by_id[row.field_id]
        found[row.of][field.key] = read(field, row.text)
    return found


# What is filled in of the ticket ``ticket_id``, for :func:`by_key`.
OF_TICKET = Prepared(
    sa.select(FieldValue.field_id, FieldValue.text).where(
        FieldValue.ticket_id == sa.bindparam("ticket_id")
    )
)


def by_key(filled: Sequence[Any]) -> dict[str, Value]:
    """Rows of ``field_id`` and ``text``, of one ticket or customer, as :func:`values` has them."""
    if not filled:
        return {}
    by_id = {one.id: one for one in _all()}
    return {by_id[row.field_id].key: read(by_id[row.field_id], row.text) for row in filled}


def facts(actor: Actor | None, about: About, ids: Collection[int]) -> dict[int, dict[str, Value]]:
    """Every active field that *actor* may know of, empty ones too, by id and key: two queries."""
    shown = fields(actor, about)
    filled = values(about, ids) if shown else {}
    return {
        id_: {one.key: filled.get(id_, {}).get(one.key, empty(one)) for one in shown} for id_ in ids
    }


_EVERY_FIELD = Prepared(
    sa.select(*CustomField.__table__.columns).order_by(CustomField.position, CustomField.id)
)


@kept("custom_fields")
def _all() -> Sequence[Any]:
    """What is in the columns of every field, in their order."""
    return rows(_EVERY_FIELD)


def empty(field: CustomField) -> Value:
    """What a field holds that nobody has filled in."""
    return False if field.kind is FieldKind.CHECKBOX else None


def uses() -> dict[int, int]:
    """How many tickets or customers have something in each field, by the field's id."""
    query = sa.select(FieldValue.field_id, sa.func.count()).group_by(FieldValue.field_id)
    return {row[0]: row[1] for row in db.session.execute(query)}
