"""Custom fields: made, changed, put in order, switched off; what is in them stays."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from .. import clock
from ..accounts.models import Actor
from ..database import db, transaction
from ..errors import Invalid, NotFound, WrongState
from ..events import record
from ..i18n import gettext as _
from ..text import Fields
from . import policy
from .models import About, CustomField, FieldKind, FieldValue, RequiredFor

LONGEST_LABEL, LONGEST_CHOICE = 80, 100  # characters
MOST_CHOICES, MOST_FIELDS = 200, 50
_NOT_IN_KEYS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, kw_only=True)
class FieldDraft:
    """All that a field is but for what it is about, its kind and its key: these never change."""

    label: str
    choices: Sequence[str] = ()
    required_for: RequiredFor = RequiredFor.NOBODY
    is_shown_to_customers: bool = False
    is_active: bool = True


def add_field(actor: Actor, about: About, kind: FieldKind, draft: FieldDraft) -> CustomField:
    """Add a field after the others. Its key is made from its label.

    Raises NotAllowed; Invalid (``label``, ``choices``, ``required_for``); WrongState for too many.
    """
    policy.require_manager(actor)
    with transaction():
        others = _others(about)
        label, choices = check_field(about, kind, draft)
        if len(others) >= MOST_FIELDS:
            raise WrongState(_("There are %(most)s fields already: no more fit.", most=MOST_FIELDS))
        now = clock.now()
        field = CustomField(
            about=about,
            key=_key(label, {other.key for other in others}),
            label=label,
            kind=kind,
            choices=choices,
            required_for=draft.required_for,
            is_shown_to_customers=draft.is_shown_to_customers,
            is_active=draft.is_active,
            position=max((other.position for other in others), default=0) + 1,
            created_at=now,
            modified_at=now,
        )
        db.session.add(field)
        db.session.flush()
        record(actor.id, "field.added", after=_facts(field))
    return field


def update_field(actor: Actor, field: CustomField, draft: FieldDraft) -> CustomField:
    """Make *field* what *draft* says. Raises NotAllowed, Invalid.

    A value whose choice is removed stays until somebody changes it.
    """
    policy.require_manager(actor)
    with transaction():
        label, choices = check_field(field.about, field.kind, draft, field)
        before = _facts(field)
        field.label, field.choices = label, choices
        field.required_for = draft.required_for
        field.is_shown_to_customers = draft.is_shown_to_customers
        field.is_active = draft.is_active
        if _facts(field) == before:
            return field
        field.modified_at = clock.now()
        record(actor.id, "field.updated", before=before, after=_facts(field))
    return field


def move_field(actor: Actor, field: CustomField, by: int) -> None:
    """Move *field* one place up (*by* -1) or down (1) among those of its kind of thing.

    At an end it stays where it is. Raises NotAllowed; NotFound once somebody has deleted it.
    """
    policy.require_manager(actor)
    with transaction():
        order = [other.id for other in _others(field.about)]
        _require_among(field, order)
        here = order.index(field.id)
        there = min(max(here + by, 0), len(order) - 1)
        if here == there:
            return
        order.insert(there, order.pop(here))
        _put_in_order(actor, field.about, order)


def place_field(actor: Actor, field: CustomField, position: int) -> None:
    """Put *field* at this place, from 1, among those of its kind of thing. Raises NotAllowed."""
    policy.require_manager(actor)
    with transaction():
        order = [other.id for other in _others(field.about)]
        _require_among(field, order)
        order.remove(field.id)
        order.insert(max(position - 1, 0), field.id)
        _put_in_order(actor, field.about, order)


def reorder_fields(actor: Actor, about: About, ids: Sequence[int]) -> None:
    """Put all fields in the order of *ids*. Raises NotAllowed; Invalid (``ids``)."""
    policy.require_manager(actor)
    with transaction():
        if sorted(ids) != sorted(other.id for other in _others(about)):
            raise Invalid({"ids": [_("Name every field once, please.")]})
        _put_in_order(actor, about, list(ids))


def set_active(actor: Actor, field: CustomField, is_active: bool) -> None:
    """Let *field* be filled in again, or no more: what is in it is kept. Raises NotAllowed."""
    draft = FieldDraft(
        label=field.label,
        choices=field.choices,
        required_for=field.required_for,
        is_shown_to_customers=field.is_shown_to_customers,
        is_active=is_active,
    )
    update_field(actor, field, draft)


def delete_field(actor: Actor, field: CustomField) -> None:
    """Remove a field that nothing is in.

    Raises NotAllowed; WrongState when it is in use, after switching it off instead.
    """
    policy.require_manager(actor)
    with transaction():
        query = sa.select(FieldValue.id).where(FieldValue.field_id == field.id).limit(1)
        in_use = db.session.scalar(query) is not None
        before = _facts(field)
        if in_use:
            field.is_active, field.modified_at = False, clock.now()
            if _facts(field) != before:
                record(actor.id, "field.updated", before=before, after=_facts(field))
        else:
            db.session.delete(field)
            db.session.flush()
            record(actor.id, "field.deleted", before=before)
    if in_use:
        raise WrongState(_("Something is in this field: it was deactivated, not deleted."))


def check_field(
    about: About, kind: FieldKind, draft: FieldDraft, field: CustomField | None = None
) -> tuple[str, list[str]]:
    """The clean label and choices of *draft* (for *field*). Raises Invalid with every bad field."""
    errors = Fields()
    label = errors.line("label", draft.label, LONGEST_LABEL)
    taken = {
        other.label.lower() for other in _others(about) if field is None or other.id != field.id
    }
    if label.lower() in taken:
        errors.add("label", _("There is a field with this name already."))
    choices = _choices(kind, draft.choices, errors)
    if draft.required_for is RequiredFor.EVERYBODY and not draft.is_shown_to_customers:
        errors.add("required_for", _("Customers can only fill in what they are shown."))
    errors.raise_if_any()
    return label, choices


def _choices(kind: FieldKind, given: Sequence[str], errors: Fields) -> list[str]:
    if kind is not FieldKind.CHOICE:
        return []
    found: dict[str, None] = {}
    for choice in given:
        if line := errors.line("choices", choice, LONGEST_CHOICE, required=False):
            found[line] = None
        if "choices" in errors.errors or len(found) > MOST_CHOICES:
            break  # one such sentence is enough
    if len(found) > MOST_CHOICES:
        errors.add("choices", _("At most %(most)s choices.", most=MOST_CHOICES))
    if not found and "choices" not in errors.errors:
        errors.add("choices", _("At least one choice is needed."))
    return list(found)


def _key(label: str, taken: set[str]) -> str:
    """A name for the API: of the letters and digits of *label*, in snake case, once."""
    plain = unicodedata.normalize("NFKD", label.lower()).encode("ascii", "ignore").decode()
    start = _NOT_IN_KEYS.sub("_", plain).strip("_")[:32].strip("_") or "field"
    if start[0].isdigit():
        start = f"field_{start}"[:32]
    number, key = 1, start
    while key in taken:
        number += 1
        key = f"{start}_{number}"
    return key


def _others(about: About) -> Sequence[CustomField]:
    query = sa.select(CustomField).where(CustomField.about == about)
    return db.session.scalars(query.order_by(CustomField.position, CustomField.id)).all()


def _require_among(field: CustomField, order: Sequence[int]) -> None:
    if field.id not in order:
        raise NotFound(_("There is no such field."))


def _put_in_order(actor: Actor, about: About, ids: list[int]) -> None:
    others = {other.id: other for other in _others(about)}
    before = list(others)
    if before == ids:
        return
    for position, id_ in enumerate(ids, 1):
        others[id_].position = position
    record(actor.id, "field.order", before=before, after=ids)


def _facts(field: CustomField) -> dict[str, Any]:
    return {
        "id": field.id,
        "about": field.about,
        "key": field.key,
        "label": field.label,
        "kind": field.kind,
        "choices": list(field.choices),
        "required_for": field.required_for,
        "is_shown_to_customers": field.is_shown_to_customers,
        "is_active": field.is_active,
    }
