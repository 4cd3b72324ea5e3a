"""What is in custom fields: checked, made fit to keep, and written.

A value is a text, for a checkbox True or False, and None where nothing is filled in. Numbers are
decimal text without exponents (``12.5``), days ``YYYY-MM-DD``, a choice is one of the field's.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import sqlalchemy as sa

from ..accounts.models import Actor
from ..database import db
from ..i18n import gettext as _
from ..text import Fields
from . import policy
from .models import About, CustomField, FieldKind, FieldValue

Value = str | bool | None
Values = Mapping[str, Value]  # by the fields' keys

LONGEST_TEXT = 1000
MOST_DIGITS = 15  # of a number: so many a filter compares exactly
_NUMBER = re.compile(
    r"[+-]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})([eE][+-]?[0-9]{1,3})?", re.ASCII
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TICKS = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False}


class Wrong(ValueError):
    """A value that a field can't have; the argument is what a person is told."""


def checked(
    actor: Actor,
    known: Sequence[CustomField],
    given: Mapping[str, Any],
    errors: Fields,
    now: Values | None = None,
) -> dict[str, Value]:
    """What *actor* gives, raw text or JSON by key, as it is kept; for those of *known* that fit.

    What is wrong goes into *errors*, each under ``fields.<key>``. *now* is what the fields hold: a
    choice that was removed since may stay.
    """
    by_key = {field.key: field for field in known if policy.may_see(actor, field)}
    found: dict[str, Value] = {}
    for key, raw in given.items():
        field = by_key.get(key)
        if field is None:
            errors.add(f"fields.{_shortened(key)}", _("There is no such field."))
            continue
        before = (now or {}).get(key)
        if raw is not None and raw != "" and raw == before:
            found[key] = before
            continue
        try:
            found[key] = normal(field, raw)
        except Wrong as wrong:
            errors.add(f"fields.{key}", str(wrong))
    return found


def require_filled(
    actor: Actor, known: Iterable[CustomField], values: Values, errors: Fields
) -> None:
    """Tell *errors* of every field that *actor* must fill in and that is empty."""
    for field in known:
        name = f"fields.{field.key}"
        is_empty = values.get(field.key) in (None, False, "")
        if is_empty and policy.must_fill(actor, field) and name not in errors.errors:
            errors.add(name, _("This field is required."))


def normal(field: CustomField, raw: Any) -> Value:
    """*raw*, text of a form or a JSON value, as *field* keeps it. Raises Wrong."""
    if field.kind is FieldKind.CHECKBOX:
        return _tick(raw)
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    if field.kind is FieldKind.NUMBER:
        return _number(raw)
    if field.kind is FieldKind.DATE:
        return _day(raw)
    if not isinstance(raw, str):
        raise Wrong(_("A text is needed here."))
    if field.kind is FieldKind.TEXT:
        return _line(raw)
    if raw not in field.choices:
        raise Wrong(_("This is not one of the choices."))
    return raw


def _tick(raw: Any) -> bool:
    if raw is None or raw == "":
        return False
    if isinstance(raw, bool):
        return raw
    found = (
        _TICKS.get(raw.lower()) if isinstance(raw, str) else {0: False, 1: True}.get(_whole(raw))
    )
    if found is None:
        raise Wrong(_("True or false is needed here."))
    return found


def _whole(raw: Any) -> int:
    return raw if type(raw) is int else -1


def _line(raw: str) -> str | None:
    errors = Fields()
    line = errors.line("", raw, LONGEST_TEXT, required=False)
    if errors.errors:
        raise Wrong(" ".join(errors.errors[""]))
    return line or None


def _number(raw: Any) -> str:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal):
        raise Wrong(_("A number is needed here."))
    if isinstance(raw, int) and abs(raw) >= 10**MOST_DIGITS:
        raise Wrong(_too_long())  # before it is made text: it may have thousands of digits
    text = str(raw).strip()
    if not _NUMBER.fullmatch(text):
        raise Wrong(_("A number is needed here."))
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Wrong(_("A number is needed here.")) from None
    if number == 0:
        return "0"
    digits = number.normalize().as_tuple()
    if len(digits.digits) > MOST_DIGITS or not -MOST_DIGITS <= number.adjusted() < MOST_DIGITS:
        raise Wrong(_too_long())
    return f"{number.normalize():f}"


def _too_long() -> str:
    return _("This number has too many digits: at most %(most)s.", most=MOST_DIGITS)


def _day(raw: Any) -> str:
    text = raw.strip() if isinstance(raw, str) else raw
    if isinstance(text, date):
        return text.isoformat()[:10]
    if not isinstance(text, str) or not _DAY.fullmatch(text):
        raise Wrong(_("A day is written YYYY-MM-DD."))
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Wrong(_("There is no such day.")) from None


def _shortened(key: Any) -> str:
    """An unknown key as an error names it: whatever was sent, a short printable word."""
    return "".join(char for char in str(key)[:40] if char.isprintable())


def number_of(field: CustomField, value: Value) -> float | None:
    """What filters compare: a number, a day as seconds since 1970 (UTC), a tick as 1."""
    if field.kind is FieldKind.CHECKBOX:
        return 1.0 if value else 0.0
    if field.kind is FieldKind.NUMBER:
        return float(str(value))
    if field.kind is FieldKind.DATE:
        day = datetime.fromisoformat(str(value)).replace(tzinfo=UTC)
        return (day - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
    return None


def read(field: CustomField, text: str | None) -> Value:
    """The value that a row's *text* is; no row, no value."""
    return text == "true" if field.kind is FieldKind.CHECKBOX else text


def write(field: CustomField, subject_id: int, value: Value) -> Value:
    """Put *value* into *field* of a ticket or a customer and return what was in it before.

    Inside the caller's transaction, which has checked the value and the policy. An empty field has
    no row.
    """
    column = FieldValue.ticket_id if field.about is About.TICKET else FieldValue.user_id
    query = sa.select(FieldValue).where(FieldValue.field_id == field.id, column == subject_id)
    row = db.session.scalar(query)
    before = read(field, row.text if row else None)
    if value == before:
        return before
    if value is None or value is False:
        if row is not None:
            db.session.delete(row)
    else:
        if row is None:
            row = FieldValue(field_id=field.id)
            setattr(row, column.key, subject_id)
            db.session.add(row)
        row.text = "true" if value is True else value
        row.number = number_of(field, value)
    db.session.flush()
    return before
