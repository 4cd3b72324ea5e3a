"""The rows of the filter editor: a field, how it is compared, and the control for its values.

In a form a row ``0`` has ``0-field``, ``0-op`` (and ``0-was``, the one that its controls are for),
``0-value`` (several of a list of boxes), ``0-to`` and ``0-unit``.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from werkzeug.datastructures import MultiDict

from ...accounts import queries as accounts
from ...i18n import gettext as _
from ...people import queries as people
from ...tickets import queries
from ...views.filters import (
    MOST_RULES,
    Asking,
    FilterField,
    Kind,
    Operator,
    Rules,
    Wrong,
    known,
    named,
    split,
)
from ...views.filters.conditions import ME, NO, NOBODY, NONE, YES
from ...views.filters.moments import JOINT
from . import choices
from .choices import Choices, id_of
from .filter_words import choice_words, operator_words

MOST_OFFERED = 200  # companies and tags
_BOXES = (Kind.CHOICE, Kind.OWN_CHOICE, Kind.STAFF, Kind.CATEGORY, Kind.COMPANY)
_LISTS = {Kind.TAG: "tags", Kind.PERSON: "people"}  # one line, with commas between the values
_LINES = {Kind.MOMENT: "day", Kind.DATE: "day", Kind.NUMBER: "number"}


class FilterRow(Struct, frozen=True, kw_only=True):
    """A filter as the editor shows it."""

    name: str  # as an address says it
    field: FilterField
    operator: Operator
    operators: Choices
    control: str
    values: Sequence[str]
    offered: Choices = ()  # type: ignore[assignment]  # of boxes, of yes and no
    trouble: str = ""

    @property
    def value(self) -> str:
        """What stands in the one control that there is, or in the first of two."""
        text = ", ".join(self.values)
        if self.control == "span":
            return text[:-1]
        return text.partition(JOINT)[0] if self.control.startswith("two ") else text

    @property
    def to(self) -> str:
        return ", ".join(self.values).partition(JOINT)[2]

    @property
    def unit(self) -> str:
        return (self.values[0][-1:] if self.values else "") or "d"


def control_of(field: FilterField, operator: Operator) -> str:
    """Which control the values of *operator* are given by; nothing: it has none."""
    if operator in (Operator.EMPTY, Operator.FILLED):
        return ""
    if operator in (Operator.WITHIN, Operator.OLDER):
        return "span"
    if field.kind in _BOXES:
        return "boxes"
    if field.kind in (Kind.FLAG, Kind.CHECKBOX):
        return "yes-no"
    line = _LISTS.get(field.kind) or _LINES.get(field.kind, "text")
    return f"two {line}s" if operator is Operator.BETWEEN else line


def rows_of(asking: Asking, rules: Rules, troubles: Mapping[str, str]) -> list[FilterRow]:
    """A row for each of *rules* that names a field, unfinished ones (without values) too."""
    offers = _Offers(asking)
    rows = []
    for name, values in rules.items():
        try:
            field, operator = split(asking, name)
        except Wrong:
            continue
        control = control_of(field, operator)
        rows.append(
            FilterRow(
                name=name,
                field=field,
                operator=operator,
                operators=[(one.value, operator_words(field, one)) for one in field.operators],
                control=control,
                values=offers.emails(values) if control == "people" else values,
                offered=offers.of(field, values),
                trouble=troubles.get(name, ""),
            )
        )
    return rows


def rules_of(asking: Asking, form: MultiDict[str, str]) -> dict[str, list[str]]:
    """What the rows of a form say; an unfinished one has no values."""
    rules: dict[str, list[str]] = {}
    for number in range(MOST_RULES + 1):
        field = named(asking, form.get(f"{number}-field", ""))
        if field is None:
            continue
        wanted = form.get(f"{number}-op", "")
        operator = Operator(wanted) if wanted in set(field.operators) else field.default
        control = control_of(field, operator)
        before = form.get(f"{number}-was", "")
        is_new = before in set(field.operators) and control_of(field, Operator(before)) != control
        values = [] if is_new and control else _values(form, number, control)
        name = field.key(operator)
        rules[name] = [*rules.get(name, []), *values]
    return rules


def with_one_more(asking: Asking, rules: Rules, name: str) -> dict[str, Sequence[str]]:
    """*rules* and a row of the field *name*, compared as none of its rows is yet."""
    field = named(asking, name)
    if field is None or len(rules) >= MOST_RULES:
        return dict(rules)
    unused = [key for one in field.operators if (key := field.key(one)) not in rules]
    return {**rules, unused[0]: []} if unused else dict(rules)


def addable(asking: Asking) -> Choices:
    """The fields that a row can be added of."""
    return [(field.name, str(field.label)) for field in known(asking)]


def _values(form: MultiDict[str, str], number: int, control: str) -> list[str]:
    given = [value.strip() for value in form.getlist(f"{number}-value") if value.strip()]
    if control == "":
        return [YES]
    if control == "people":
        return [_person(value) for value in _listed(given)]
    if control == "tags":
        return _listed(given)
    if control == "span":
        unit = form.get(f"{number}-unit", "")[:1]
        return [value + unit for value in given]
    if control.startswith("two "):
        to = form.get(f"{number}-to", "").strip()
        return [given[0] + JOINT + to] if given and to else []
    return given


def _listed(given: Sequence[str]) -> list[str]:
    return [part.strip() for value in given for part in value.split(",") if part.strip()]


def _person(text: str) -> str:
    """The id of whoever has this address; other text as it is, to be told of."""
    found = accounts.person_at(text) if "@" in text and "\0" not in text else None
    return text if found is None else str(found.id)


class _Offers:
    """What the boxes of rows offer, each sort of it read once."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._read: dict[Kind, Choices] = {}

    def of(self, field: FilterField, values: Sequence[str]) -> Choices:
        if field.kind in (Kind.FLAG, Kind.CHECKBOX):
            return [(value, choice_words(field, value)) for value in (YES, NO)]
        if field.kind in (Kind.CHOICE, Kind.OWN_CHOICE):
            offered = [(value, choice_words(field, value)) for value in field.choices]
        elif field.kind in _BOXES:
            if field.kind not in self._read:
                self._read[field.kind] = _offered(field.kind)
            offered = self._read[field.kind]
        else:
            return []
        # What is chosen but no longer offered can be seen, and taken out.
        missing = [value for value in values if value not in dict(offered)]
        return [*offered, *((value, _("%(value)s (gone)", value=value)) for value in missing)]

    def emails(self, values: Sequence[str]) -> list[str]:
        """The addresses of people, in place of their numbers."""
        ids = {id_ for value in values if (id_ := id_of(value)) is not None}
        known = people.person_emails(ids)
        return [known.get(id_of(value) or 0, value) for value in values]


def _offered(kind: Kind) -> Choices:
    if kind is Kind.STAFF:
        staff = [(str(user.id), user.name) for user in accounts.assignees()]
        return [(ME, _("Me")), (NOBODY, _("Nobody")), *staff]
    if kind is Kind.CATEGORY:
        return [(NONE, _("None")), *choices.categories()[1:]]
    return [(str(id_), name) for id_, name in people.company_choices(MOST_OFFERED)]


def tags_offered() -> Sequence[str]:
    """Tags to choose from while one types."""
    return queries.tag_names(MOST_OFFERED)
