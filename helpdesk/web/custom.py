"""Custom fields in forms: each becomes a field of the form, named ``fields.`` and its key."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, Form, HiddenField, SelectField, StringField
from wtforms.form import BaseForm
from wtforms.widgets import DateInput, NumberInput

from ..accounts.models import Actor
from ..fields.models import CustomField, FieldKind
from ..fields.policy import must_fill
from ..fields.values import LONGEST_TEXT, Value, Values
from ..i18n import gettext as _
from .forms import Needed

PREFIX = "fields."


def add_to(
    form: Form,
    known: Sequence[CustomField],
    *,
    formdata: Any = None,
    now: Values | None = None,
    asks: Actor | None = None,
    with_seen: bool = False,
) -> list[str]:
    """Give *form* a field for each of *known* and return their names.

    They show *formdata*, the form that was sent, or else what is filled in *now*. Where it *asks*
    somebody, those that they must fill in say so. *with_seen* adds a hidden ``seen_…`` for each.
    """
    for field in known:
        value = (now or {}).get(field.key)
        needed = asks is not None and must_fill(asks, field)
        _put(form, PREFIX + field.key, _control(field, needed=needed), formdata, value)
        offer(form, field, value)
        if with_seen:
            _put(form, f"seen_{PREFIX}{field.key}", HiddenField(), formdata, written(value))
    return [PREFIX + field.key for field in known]


def given(form: Form, known: Sequence[CustomField]) -> dict[str, Any]:
    """What *form* says of its custom fields, by key, for an action to check."""
    return {field.key: form[PREFIX + field.key].data for field in known}


def seen(form: Form, known: Sequence[CustomField]) -> dict[str, Value]:
    """What the person saw in them, as the form's hidden fields tell."""
    said = ((field, form[f"seen_{PREFIX}{field.key}"].data) for field in known)
    return {field.key: read(field, text) for field, text in said if text is not None}


def written(value: Value) -> str:
    """*value* as a hidden field has it."""
    return "true" if value is True else str(value or "")


def read(field: CustomField, text: str) -> Value:
    """What :func:`written` wrote."""
    return text == "true" if field.kind is FieldKind.CHECKBOX else (text or None)


def in_words(field: CustomField, value: Value) -> str:
    """*value* for people; nothing for an empty field."""
    if field.kind is FieldKind.CHECKBOX:
        return _("Yes") if value else _("No")
    return str(value or "")


def offer(form: Form, field: CustomField, value: Value) -> None:
    """Let the choice that *value* is stay one in *form*, though it was removed since."""
    control = form[PREFIX + field.key]
    if isinstance(control, SelectField):
        control.choices = choices_of(field, value)


def choices_of(field: CustomField, value: Value) -> list[tuple[str, str]]:
    """What *field*, of the kind that offers choices, offers where it has *value*."""
    choices = [("", _("None")), *((choice, choice) for choice in field.choices)]
    if value and value not in field.choices:
        choices.append((str(value), _("%(choice)s (no longer a choice)", choice=value)))
    return choices


def _put(form: Form, name: str, unbound: Any, formdata: Any, data: Value) -> None:
    # Form forbids what its parent allows; the fields are only known when the form is shown.
    BaseForm.__setitem__(form, name, unbound)
    form[name].id = form[name].label.field_id = name.replace(".", "-")
    form[name].process(form.meta.wrap_formdata(form, formdata), data)


def _control(field: CustomField, *, needed: bool) -> Any:
    validators = [Needed()] if needed else []
    if field.kind is FieldKind.CHECKBOX:
        words = {"data-yes": _("Yes"), "data-no": _("No")}  # live-fields.js says one of them
        return BooleanField(field.label, validators, render_kw=words)
    if field.kind is FieldKind.CHOICE:
        return SelectField(field.label, validators, validate_choice=False)
    more: dict[str, Any] = {"autocomplete": "off"}
    if field.kind is FieldKind.TEXT:
        return StringField(
            field.label, validators, render_kw={**more, "maxlength": LONGEST_TEXT, "dir": "auto"}
        )
    widget = NumberInput(step="any") if field.kind is FieldKind.NUMBER else DateInput()
    return StringField(field.label, validators, widget=widget, render_kw=more)
