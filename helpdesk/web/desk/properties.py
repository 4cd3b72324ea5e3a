"""A ticket's properties as its page shows them, beside what the person sees in each of them."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from ...accounts.models import Person
from ...fields import queries as fields
from ...fields.models import About, FieldKind
from ...fields.values import LONGEST_TEXT
from .. import custom
from ..shown_field import Label, ShownField
from . import choices
from .forms import PropertiesForm, current_values
from .opened import Opened


class Properties(Struct, frozen=True):
    """The fields of every ticket and the shop's own ones, and what is wrong with them."""

    fields: Mapping[str, ShownField]
    errors: Mapping[str, Any]

    def __getitem__(self, name: str) -> ShownField:
        return self.fields[name]

    def __contains__(self, name: str) -> bool:
        return name in self.fields


def properties(opened: Opened, me: Person, form: PropertiesForm | None = None) -> Properties:
    """The properties of a ticket; in *form*, which came back, what the person wished for."""
    ticket = opened.ticket
    offered: dict[str, choices.Choices | None] = {
        "status": choices.statuses(),
        "assignee": choices.assignees(opened.staff, ticket.assignee_id, ticket.assignee_name),
        "priority": choices.priorities(),
        "category": choices.categories(ticket),
        "tags": None,
    }
    labels: dict[str, str] = {name: str(PropertiesForm.LABELS[name]) for name in offered}
    values, kinds = current_values(ticket), dict[str, str]()
    filled = fields.by_key(opened.ticket_fields)
    for one in fields.fields(me, About.TICKET):
        name, value = custom.PREFIX + one.key, filled.get(one.key)
        labels[name], values[name], kinds[name] = one.label, custom.written(value), one.kind.value
        is_choice = one.kind is FieldKind.CHOICE
        offered[name] = custom.choices_of(one, value) if is_choice else None
    seen, now, errors = values, dict[str, str](), dict[str, Any]()
    if form is not None:
        form.show(ticket, offered, filled)
        values = {name: custom.written(form[name].data) for name in offered}
        seen = {name: form[f"seen_{name}"].data for name in offered}
        now, errors = dict(form.now), dict(form.errors)
    shown = {
        name: ShownField(
            name,
            f"set-{name.replace('.', '-')}",
            Label(label),
            values[name],
            offered[name],
            errors.get(name, ()),
            seen[name],
            now.get(name, ""),
            kinds.get(name, ""),
            LONGEST_TEXT,
        )
        for name, label in labels.items()
    }
    return Properties(shown, errors)
