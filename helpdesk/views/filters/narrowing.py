"""Filters as an address or a saved view says them become the condition that a list is read with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ...fields.models import About
from ...i18n import gettext as _
from ...text import storable
from ...tickets.models import Place, Status
from ...tickets.queries import Filters
from .asking import Asking
from .field import FilterField, Operator, Wrong
from .own_fields import compared
from .table import PLACE, PLACES, STATUS, named

Rules = Mapping[str, Sequence[str]]  # a field's name, with or without an operator, and its values

MOST_RULES, MOST_VALUES = 20, 50
LONGEST = 200  # characters of a value
LONGEST_NAME = 80


@dataclass(frozen=True)
class Problem:
    """A filter that can't be one, and why."""

    name: str
    sentence: str


@dataclass(frozen=True)
class Narrowed:
    """What *rules*, those that make sense, narrow a list to; *problems* are the others."""

    rules: Rules
    filters: Filters
    problems: Sequence[Problem]


def narrowed(asking: Asking, given: Rules, *, strictly: bool = False) -> Narrowed:
    """The list that *given* asks for.

    What makes no sense is left out, or *strictly* lets nothing through: a view whose field is gone
    must not show everything.
    """
    kept: dict[str, Sequence[str]] = {}
    conditions: list[sa.ColumnElement[bool]] = []
    problems: list[Problem] = []
    places: Sequence[Place] = (Place.INBOX,)
    statuses: Sequence[Status] = ()
    for name, values in given.items():
        try:
            if len(kept) >= MOST_RULES:
                raise Wrong(_("At most %(most)s filters at once.", most=MOST_RULES))
            field, operator = split(asking, name)
            values = clean(field, operator, values)
            condition = field.condition(asking, operator, values)
        except Wrong as wrong:
            problems.append(Problem(_short(name), str(wrong)))
            continue
        kept[name] = values
        if field.name == PLACE:
            places = _places(operator, values)
        elif field.name == STATUS and operator is Operator.IS:
            statuses = [Status(value) for value in values]
        else:
            conditions.append(condition)
    if strictly and problems:
        conditions.append(sa.false())
    together = sa.and_(*conditions) if conditions else None
    return Narrowed(kept, Filters(places=places, statuses=statuses, matching=together), problems)


@dataclass(frozen=True)
class NarrowedPeople:
    """The same of customers: *condition* is on User, None where nothing narrows them."""

    rules: Rules
    condition: sa.ColumnElement[bool] | None
    problems: Sequence[Problem]


def narrowed_people(asking: Asking, given: Rules) -> NarrowedPeople:
    """The customers that *given* asks for, by the shop's own fields of theirs."""
    kept: dict[str, Sequence[str]] = {}
    conditions: list[sa.ColumnElement[bool]] = []
    problems: list[Problem] = []
    for name, values in given.items():
        try:
            if len(kept) >= MOST_RULES:
                raise Wrong(_("At most %(most)s filters at once.", most=MOST_RULES))
            field, operator = split(asking, name)
            if field.custom is None or field.custom.about is not About.CUSTOMER:
                raise Wrong(_("There is no such field."))
            values = clean(field, operator, values)
            conditions.append(compared(field.custom, operator, values))
            kept[name] = values
        except Wrong as wrong:
            problems.append(Problem(_short(name), str(wrong)))
    return NarrowedPeople(kept, sa.and_(*conditions) if conditions else None, problems)


def split(asking: Asking, name: str) -> tuple[FilterField, Operator]:
    """The field and the operator that *name* says: ``waiting.older``. Raises Wrong."""
    if not storable(name) or len(name) > LONGEST_NAME:
        raise Wrong(_("There is no such field."))
    field = named(asking, name)
    if field is not None:
        return field, field.default
    start, _dot, end = name.rpartition(".")
    field = named(asking, start)
    if field is None:
        raise Wrong(_("There is no such field."))
    if end not in set(field.operators):
        raise Wrong(_("This field can't be compared like this."))
    return field, Operator(end)


def clean(field: FilterField, operator: Operator, values: Sequence[str]) -> list[str]:
    """*values* as they are kept. Raises Wrong."""
    if operator in (Operator.EMPTY, Operator.FILLED):
        return ["yes"]
    found = list(dict.fromkeys(value.strip() for value in values if value.strip()))
    if not found:
        raise Wrong(_("A value is needed here."))
    if len(found) > (MOST_VALUES if field.takes_several(operator) else 1):
        raise Wrong(
            _("At most %(most)s values.", most=MOST_VALUES)
            if field.takes_several(operator)
            else _("Only one value is possible here.")
        )
    if any(len(value) > LONGEST for value in found):
        raise Wrong(_("This is too long: at most %(longest)s characters.", longest=LONGEST))
    if not all(storable(value) for value in found):
        raise Wrong(_("This text has characters that can't be kept (NUL or half a pair)."))
    return found


def _places(operator: Operator, values: Sequence[str]) -> list[Place]:
    return [place for place in PLACES if (place.value in values) is (operator is Operator.IS)]


def _short(name: str) -> str:
    name = "".join(char for char in name if storable(char))
    return name if len(name) <= LONGEST_NAME else name[:LONGEST_NAME] + "…"
