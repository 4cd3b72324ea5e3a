"""The form of a macro: each field of a ticket is left as it is, or set."""

from collections.abc import Mapping
from typing import Any

from flask_login import current_user
from wtforms import Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.form import BaseForm
from wtforms.widgets import DateInput, NumberInput

from ...accounts import queries as accounts
from ...fields import queries as fields
from ...fields.models import About, CustomField, FieldKind
from ...fields.values import LONGEST_TEXT
from ...i18n import gettext as _
from ...i18n import lazy
from ...macros.actions import MacroDraft
from ...macros.models import Macro
from ...macros.steps import Steps
from ...tickets.actions import Along, Changes
from ...tickets.models import MessageKind, Priority, Status
from .. import custom
from ..desk import choices
from ..desk.forms import one_of
from .kept import TitleForm

LEAVE, ME = "leave", "me"


class MacroForm(TitleForm):
    """A macro. The fields that the shop has made are added to it, by their keys."""

    kind = RadioField(lazy("What is written"), validate_choice=False)
    message = TextAreaField(lazy("Text"))
    status = SelectField(lazy("Status"), validate_choice=False)
    assignee = SelectField(lazy("Assignee"), validate_choice=False)
    priority = SelectField(lazy("Priority"), validate_choice=False)
    category = SelectField(lazy("Category"), validate_choice=False)
    add_tags = StringField(lazy("Add tags"))
    remove_tags = StringField(lazy("Remove tags"))

    ACTION_NAMES: Mapping[str, str] = {
        "assignee_id": "assignee",
        "category_id": "category",
        "subcategory_id": "category",
        "tags": "add_tags",
    }

    def __init__(self, formdata: Any = None, macro: Macro | None = None) -> None:
        super().__init__(formdata)
        self._custom = fields.fields(current_user, About.TICKET)
        steps = None if macro is None else Steps.from_json(macro.steps)
        given = {} if steps is None else steps.along.changes.given().get("fields", {})
        self.custom = [_add(self, one, formdata, given.get(one.key)) for one in self._custom]
        if formdata is None and macro is not None and steps is not None:
            self.show(macro)
            self._show(steps)
        self._offer()

    def draft(self) -> MacroDraft:
        """The macro. Raises Invalid."""
        return MacroDraft(steps=self.steps(), **self.title())

    def steps(self) -> Steps:
        """What it does. Raises Invalid."""
        changes: dict[str, Any] = {}
        if _is_set(self.status.data):
            changes["status"] = one_of(Status, self.status.data, "status")
        if _is_set(self.priority.data):
            changes["priority"] = one_of(Priority, self.priority.data, "priority")
        if _is_set(self.assignee.data) and self.assignee.data != ME:
            changes["assignee_id"] = choices.chosen_id(self.assignee.data, "assignee")
        if _is_set(self.category.data):
            pair = choices.chosen_pair(self.category.data, "category")
            changes["category_id"], changes["subcategory_id"] = pair
        if own := self._own():
            changes["fields"] = own
        return Steps(
            words=self.message.data or "",
            kind=one_of(MessageKind, self.kind.data or MessageKind.REPLY, "kind"),
            to_me=self.assignee.data == ME,
            along=Along(
                changes=Changes(**changes),
                add_tags=choices.tags_of(self.add_tags.data or ""),
                remove_tags=choices.tags_of(self.remove_tags.data or ""),
            ),
        )

    def _own(self) -> dict[str, Any]:
        """The custom fields that are set; an empty one is left as it is."""
        given = {one.key: self[custom.PREFIX + one.key].data for one in self._custom}
        return {key: value for key, value in given.items() if value and value != LEAVE}

    def _show(self, steps: Steps) -> None:
        changes = steps.along.changes.given()
        self.kind.data, self.message.data = steps.kind.value, steps.words
        self.status.data = str(changes.get("status", LEAVE))
        self.priority.data = str(changes.get("priority", LEAVE))
        self.add_tags.data = ", ".join(steps.along.add_tags)
        self.remove_tags.data = ", ".join(steps.along.remove_tags)
        if "assignee_id" in changes:
            self.assignee.data = str(changes["assignee_id"] or "")
        if steps.to_me:
            self.assignee.data = ME
        if "category_id" in changes:
            pair = changes["category_id"], changes.get("subcategory_id")
            self.category.data = choices.pair_text(*pair)

    def _offer(self) -> None:
        self.kind.data = self.kind.data or MessageKind.REPLY.value
        self.kind.choices = [
            (MessageKind.REPLY.value, _("A reply to the customer")),
            (MessageKind.NOTE.value, _("A note, for staff alone")),
        ]
        leave = (LEAVE, _("Leave as it is"))
        staff = choices.assignees(accounts.assignees())
        for field, offered in (
            (self.status, choices.statuses()),
            (self.assignee, [(ME, _("Whoever applies it")), *staff]),
            (self.priority, choices.priorities()),
            (self.category, choices.categories()),
        ):
            field.data = LEAVE if field.data is None else field.data
            field.choices = with_gone([leave, *offered], field.data)


def with_gone(pairs: list[tuple[str, str]], value: str | None) -> list[tuple[str, str]]:
    """*pairs*, and *value* if it is none of them any more: it must not turn into another one."""
    if value is None or value in dict(pairs):
        return pairs
    return [*pairs, (value, _("No longer possible"))]


def _is_set(value: str | None) -> bool:
    return value is not None and value != LEAVE


def _add(form: Form, field: CustomField, formdata: Any, value: Any) -> str:
    """Give *form* a control for *field* and return its name."""
    name = custom.PREFIX + field.key
    # Form forbids what its parent allows; the fields are only known when the form is shown.
    BaseForm.__setitem__(form, name, _control(field))
    control = form[name]
    control.id = control.label.field_id = name.replace(".", "-")
    data = custom.written(value) or ("false" if value is False else None)
    control.process(form.meta.wrap_formdata(form, formdata), data)
    if isinstance(control, SelectField):
        control.choices = with_gone(_choices(field), control.data)
        control.data = control.data or LEAVE
    return name


def _choices(field: CustomField) -> list[tuple[str, str]]:
    leave = (LEAVE, _("Leave as it is"))
    if field.kind is FieldKind.CHECKBOX:
        return [leave, ("true", _("Yes")), ("false", _("No"))]
    return [leave, *((choice, choice) for choice in field.choices)]


def _control(field: CustomField) -> Any:
    if field.kind in (FieldKind.CHOICE, FieldKind.CHECKBOX):
        return SelectField(field.label, validate_choice=False)
    more: dict[str, Any] = {"autocomplete": "off"}
    if field.kind is FieldKind.TEXT:
        return StringField(
            field.label, render_kw={**more, "maxlength": LONGEST_TEXT, "dir": "auto"}
        )
    widget = NumberInput(step="any") if field.kind is FieldKind.NUMBER else DateInput()
    return StringField(field.label, widget=widget, render_kw=more)
