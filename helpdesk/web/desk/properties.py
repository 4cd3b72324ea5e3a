"""A ticket's properties as its page shows them, beside what the person sees in each of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...accounts.models import Person
from ...fields import queries as fields
from ...fields.models import About
from ..shown_field import Label, ShownField
from . import choices
from .forms import PropertiesForm, current_values
from .opened import Opened


@dataclass(frozen=True)
class Properties:
    """The fields of every ticket, and *form* with the shop's own ones where there are any."""

    own: Mapping[str, ShownField]
    form: PropertiesForm | None
    errors: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        if name in self.own or self.form is None:
            return self.own[name]
        return self.form[name]

    def __contains__(self, name: str) -> bool:
        return name in self.own or (self.form is not None and name in self.form)


def properties(opened: Opened, me: Person, form: PropertiesForm | None = None) -> Properties:
    """The properties of a ticket; in *form*, which came back, what the person wished for."""
    ticket = opened.ticket
    offered: Mapping[str, choices.Choices | None] = {
        "status": choices.statuses(),
        "assignee": choices.assignees(opened.staff, ticket.assignee_id, ticket.assignee_name),
        "priority": choices.priorities(),
        "category": choices.categories(ticket),
        "tags": None,
    }
    if form is None and fields.fields(me, About.TICKET):
        form = PropertiesForm()
    if form is None:
        values, seen = (current_values(ticket),) * 2
        now: Mapping[str, str] = {}
        errors: Mapping[str, Any] = {}
    else:
        form.show(ticket, offered, fields.by_key(opened.ticket_fields))
        values = {name: form[name].data or "" for name in offered}
        seen = {name: form[f"seen_{name}"].data for name in offered}
        now, errors = form.now, dict(form.errors)
    own = {
        name: ShownField(
            name,
            f"set-{name}",
            Label(str(PropertiesForm.LABELS[name])),
            values[name],
            offered[name],
            errors.get(name, ()),
            seen[name],
            now.get(name, ""),
        )
        for name in offered
    }
    return Properties(own, form, errors)
