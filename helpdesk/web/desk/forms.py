"""The form of a ticket's properties, and what the forms of its page share."""

from collections.abc import Mapping
from enum import Enum
from typing import Any, TypeVar

from flask_login import current_user
from wtforms import BooleanField, Form, HiddenField, SelectField, StringField

from ...fields import queries as fields
from ...fields.models import About
from ...fields.values import Value
from ...i18n import gettext as _
from ...i18n import lazy
from ...tickets.actions import Changes
from ...tickets.models import Priority, Status
from ...tickets.queries.opened import OpenTicket
from .. import custom
from . import choices

_Choice = TypeVar("_Choice", bound=Enum)


class PropertiesForm(Form):
    """Each field beside what the person saw in it, so that only what they changed is changed."""

    status = SelectField(validate_choice=False)
    assignee = SelectField(validate_choice=False)
    priority = SelectField(validate_choice=False)
    category = SelectField(validate_choice=False)
    tags = StringField()
    seen_status = HiddenField()
    seen_assignee = HiddenField()
    seen_priority = HiddenField()
    seen_category = HiddenField()
    seen_tags = HiddenField()

    LABELS: Mapping[str, lazy] = {
        "status": lazy("Status"),
        "assignee": lazy("Assignee"),
        "priority": lazy("Priority"),
        "category": lazy("Category"),
        "tags": lazy("Tags"),
    }
    ACTION_NAMES: Mapping[str, str] = {
        "assignee_id": "assignee",
        "category_id": "category",
        "subcategory_id": "category",
    }
    # What a field is now, in words, where somebody else has changed it meanwhile.
    now: Mapping[str, str] = {}

    def __init__(self, formdata: Any = None) -> None:
        super().__init__(formdata)
        self._custom = fields.fields(current_user, About.TICKET)
        sent = formdata or None
        self.names = [
            *self.LABELS,
            *custom.add_to(self, self._custom, formdata=sent, with_seen=True),
        ]

    def show(
        self, ticket: OpenTicket, offered: Mapping[str, Any], filled: Mapping[str, Value]
    ) -> None:
        """Offer the choices, and show *ticket* as it is but for what the person has touched.
        In the shop's own fields it has *filled*.

        Where that came back because of somebody else's change, the wish stays and ``now`` says
        what it would replace.
        """
        with_ids(self, "set")
        for name, known in offered.items():
            if known is not None:
                self[name].choices = known  # type: ignore[attr-defined]
        values, touched = self._now_in(ticket, filled), self.touched()
        self.now = {
            name: self._in_words(name, values[name])
            for name in touched
            if values[name] not in (self._seen(name), self._wish(name))
        }
        for name in self.names:
            if name not in touched:
                self[name].data = values[name]
                if isinstance(self[name], BooleanField):
                    self[name].data = values[name] == "true"
            self[f"seen_{name}"].data = values[name]

    def touched(self) -> list[str]:
        """The fields whose value differs from what was on the screen."""
        return [
            name
            for name in self.names
            if self[name].data is not None and self._wish(name) != self._seen(name)
        ]

    def changes(self) -> tuple[Changes, dict[str, Any]]:
        """What is to change, and what was seen in those fields. Raises Invalid."""
        wanted: dict[str, Any] = {}
        seen: dict[str, Any] = {}
        touched = self.touched()
        for name in touched:
            if name in self.LABELS:
                wanted |= _told(name, self[name].data or "")
                seen |= seen_of(name, self[f"seen_{name}"].data)
        mine = [one for one in self._custom if custom.PREFIX + one.key in touched]
        if mine:
            wanted["fields"] = custom.given(self, mine)
            seen |= {custom.PREFIX + key: value for key, value in custom.seen(self, mine).items()}
        return Changes(**wanted), seen

    def _now_in(self, ticket: OpenTicket, filled: Mapping[str, Value]) -> dict[str, str]:
        """What the fields of *ticket* hold, as this form writes it."""
        for one in self._custom:  # a choice that was removed stays one for this ticket
            custom.offer(self, one, filled.get(one.key))
        written = {
            custom.PREFIX + one.key: custom.written(filled.get(one.key)) for one in self._custom
        }
        return current_values(ticket) | written

    def _wish(self, name: str) -> str:
        data = self[name].data
        return _normal(name, custom.written(data) if isinstance(data, bool) else data or "")

    def _seen(self, name: str) -> str:
        return _normal(name, self[f"seen_{name}"].data or "")

    def _in_words(self, name: str, value: str) -> str:
        field = self[name]
        if isinstance(field, BooleanField):
            return _("Yes") if value else _("No")
        if isinstance(field, SelectField):
            return next((str(pair[1]) for pair in field.choices or () if pair[0] == value), value)
        return value or _("none")


def with_ids(form: Form, start: str) -> None:
    """Let the ids of *form*'s fields begin with *start*: a page has several forms."""
    for field in form:
        name = field.short_name.replace(".", "-")
        field.id = field.label.field_id = f"{start}-{name}"


def current_values(ticket: OpenTicket) -> dict[str, str]:
    """The fields of *ticket* as the properties form writes them."""
    return {
        "status": ticket.status.value,
        "assignee": "" if ticket.assignee_id is None else str(ticket.assignee_id),
        "priority": ticket.priority.value,
        "category": choices.pair_text(ticket.category_id, ticket.subcategory_id),
        "tags": ", ".join(ticket.tag_names),
    }


def one_of(kind: type[_Choice], value: str, field: str) -> _Choice:
    """The member of *kind* that a field names. Raises Invalid."""
    try:
        return kind(value)
    except ValueError:
        raise choices.not_a_choice(field) from None


def _normal(name: str, value: str) -> str:
    """*value* of a field in the one way in which it is compared."""
    if name == "tags":
        return ", ".join(choices.tags_of(value))
    return value.strip()


def seen_of(name: str, value: str | None) -> dict[str, Any]:
    """What was on the screen, as `actions.update` compares it; a form may not say."""
    return {} if value is None else _told(name, value)


def _told(name: str, value: str) -> dict[str, Any]:
    """A field of the form as `actions.update` takes it. Raises Invalid."""
    if name == "status":
        return {"status": one_of(Status, value, name)}
    if name == "priority":
        return {"priority": one_of(Priority, value, name)}
    if name == "assignee":
        return {"assignee_id": choices.chosen_id(value, name)}
    if name == "tags":
        return {"tags": choices.tags_of(value)}
    category_id, subcategory_id = choices.chosen_pair(value, name)
    return {"category_id": category_id, "subcategory_id": subcategory_id}
