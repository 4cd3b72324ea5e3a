"""What narrows the list of customers: the shop's own fields of theirs, and what is said of it."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import url_for
from msgspec import Struct
from werkzeug.datastructures import MultiDict

from ...fields.models import About
from ...views.filters import FilterField, Kind, NarrowedPeople, Rules, known, narrowed_people
from ...views.filters.conditions import NO, YES
from .asked import rules_in
from .choices import Choices
from .filter_words import Told, choice_words, told
from .views_here import asking


class Control(Struct, frozen=True):
    """A field of the form; without *choices* it is a line."""

    field: FilterField
    value: str
    choices: Choices


class CustomersAsked:
    """The list of customers that an address asks for: words, and filters by their fields."""

    def __init__(self, args: MultiDict[str, str]) -> None:
        self.keyword = args.get("q", "").strip()[:200]
        self._found: NarrowedPeople = narrowed_people(asking(), rules_in(args))

    @property
    def condition(self) -> sa.ColumnElement[bool] | None:
        return self._found.condition

    @property
    def problems(self) -> Sequence[Any]:
        """What the address says wrongly."""
        return self._found.problems

    @property
    def controls(self) -> list[Control]:
        """A field of the form for each of the shop's own, as far as it can say what is asked."""
        found = []
        for field in known(asking()):
            values = self._found.rules.get(field.name, ())
            if field.custom and field.custom.about is About.CUSTOMER and len(values) < 2:
                found.append(Control(field, "".join(values), _choices(field)))
        return found

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the form has no field for: hidden ones."""
        return [(one.name, value) for one in self.others for value in self._found.rules[one.name]]

    @property
    def others(self) -> list[Told]:
        """The same in words."""
        shown = {control.field.name for control in self.controls}
        rules = {name: some for name, some in self._found.rules.items() if name not in shown}
        return told(asking(), rules) if rules else []

    @property
    def chosen(self) -> int:
        """How many fields of the form say something."""
        return sum(1 for control in self.controls if control.value)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.keyword or self._found.rules)

    def url(self, cursor: str = "", without: str = "") -> str:
        """The address of this list, from *cursor* on, but for the filter *without*."""
        rules: Rules = self._found.rules
        pairs = [("q", self.keyword), ("cursor", cursor)]
        pairs += [
            (name, value) for name, some in rules.items() if name != without for value in some
        ]
        query = urlencode([pair for pair in pairs if pair[1]])
        return url_for("web.desk.customers") + (f"?{query}" if query else "")


def _choices(field: FilterField) -> Choices:
    if field.kind is Kind.CHECKBOX:
        return [(value, choice_words(field, value)) for value in (YES, NO)]
    return [(value, value) for value in field.choices]
