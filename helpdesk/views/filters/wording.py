"""Filters as people type them among the words they look for: ``is:unread from:ana after:2026-01``.

The names are those of the table (``priority:high``, ``waiting.older:2d``) and a few that read
better. What makes no sense, or isn't for whoever asks, is no filter: it is words.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ...search.grammar import Among, Asked, Said, Words, parse
from ...tickets.models import Place, Priority, Status
from . import naming, periods
from .asking import Asking
from .conditions import ME, NO, NOBODY, YES
from .field import Kind, Operator, Wrong
from .rules import MOST_RULES, MOST_VALUES, clean, split
from .table import PLACE, PLACES, STATUS, WORDS

MOST_TRIED = 200  # that look like filters: to find out can take a query


@dataclass(frozen=True)
class Rule:
    """A filter that somebody typed, as the table says it."""

    name: str
    values: tuple[str, ...]


Meant = Rule | Words | None
Reader = Callable[[Asking, Said], Meant]


def worded(asking: Asking, text: str) -> Asked[Rule]:
    """What *text* asks for: words, and the filters that *asking* may use."""
    readers = {**_FOR_ALL, **_FOR_STAFF} if asking.actor.is_staff else _FOR_ALL
    known = tried = 0

    def meaning(said: Said) -> Meant:
        nonlocal known, tried
        reader = readers.get(said.name, _of_table if asking.actor.is_staff else None)
        if reader is None or known == MOST_RULES or tried == MOST_TRIED:
            return None
        tried += 1
        try:
            means = reader(asking, said)
        except Wrong:
            return None
        known += isinstance(means, Rule)
        return means

    return parse(text, meaning)


def rules_said(asking: Asking, asked: Asked[Rule]) -> list[tuple[str, Sequence[str]]]:
    """The filters of *asked*, all of which must hold.

    What a ticket has one of is any of those that were typed: ``status:open status:pending``.
    """
    any_of: dict[str, list[str]] = {}
    others: list[tuple[str, Sequence[str]]] = []
    for rule in asked.filters:
        field, operator = split(asking, rule.name)
        if field.kind in _HAS_ONE and operator is Operator.IS:
            any_of.setdefault(rule.name, []).extend(rule.values)
        else:
            others.append((rule.name, rule.values))
    return [*any_of.items(), *others]


_HAS_ONE = (Kind.CHOICE, Kind.STAFF, Kind.PERSON, Kind.COMPANY, Kind.CATEGORY, Kind.OWN_CHOICE)
_OPPOSITES = {
    Operator.IS: Operator.IS_NOT,
    Operator.IS_NOT: Operator.IS,
    Operator.FILLED: Operator.EMPTY,
    Operator.EMPTY: Operator.FILLED,
}
_IN_ANY_CASE = (Kind.CHOICE, Kind.STAFF, Kind.CATEGORY, Kind.FLAG, Kind.CHECKBOX, Kind.MOMENT)
_FLAGS = (Kind.FLAG, Kind.CHECKBOX)


def _rule(asking: Asking, name: str, values: Sequence[str], is_excluded: bool) -> Rule:
    """A filter of the table, or its opposite. Raises Wrong where there is none."""
    field, operator = split(asking, name)
    if field.name == WORDS:
        raise Wrong
    if field.kind in _IN_ANY_CASE:
        values = [value.lower() for value in values]
    if is_excluded and field.kind in _FLAGS:
        values = [{YES: NO, NO: YES}.get(value, "") for value in values]
    elif is_excluded:
        opposite = _OPPOSITES.get(operator)
        if opposite not in field.operators:
            raise Wrong
        operator = opposite
    values = clean(field, operator, values)
    field.condition(asking, operator, values)
    return Rule(field.key(operator), tuple(values))


def _of_table(asking: Asking, said: Said) -> Meant:
    return _rule(asking, said.name, said.values, said.is_excluded)


def _of_these(known: Mapping[str, tuple[str, ...]]) -> Reader:
    """Words that each stand for a filter and its values; several together if for one filter."""

    def reader(asking: Asking, said: Said) -> Meant:
        rules = [known.get(value.lower(), ("",)) for value in said.values]
        names = {name for name, *_values in rules}
        if len(names) != 1 or "" in names:
            return None
        values = [value for _name, *values in rules for value in values]
        return _rule(asking, names.pop(), values, said.is_excluded)

    return reader


def _opened(asking: Asking, said: Said) -> Meant:
    which = said.name
    if said.is_excluded:
        which = {periods.BEFORE: periods.AFTER, periods.AFTER: periods.BEFORE}.get(which, "")
    if not which or len(said.values) > 1:
        return None
    operator, value = periods.opened(asking, which, said.values[0].lower())
    return _rule(asking, f"created.{operator}", [value], False)


def _named(name: str, numbers: Callable[[Asking, str], Sequence[str]]) -> Reader:
    """A filter whose values are numbers, by the names of what they stand for."""

    def reader(asking: Asking, said: Said) -> Meant:
        if len(said.values) > MOST_VALUES:
            return None
        found = [numbers(asking, value) for value in said.values]
        values = [one for several in found for one in several]
        return _rule(asking, name, values, said.is_excluded) if all(found) else None

    return reader


def _among(among: Among) -> Reader:
    """Not a filter, but words of one sort."""

    def reader(_asking: Asking, said: Said) -> Meant:
        found = Words(said.values[0], is_excluded=said.is_excluded, among=among)
        return found if found.folded and len(said.values) == 1 else None

    return reader


def _requester(asking: Asking, said: Said) -> Meant:
    if all(value.isdecimal() for value in said.values):
        return _rule(asking, "requester", said.values, said.is_excluded)
    return _among(Among.PEOPLE)(asking, said)


_STATUSES = {status.value: (STATUS, status.value) for status in Status}
_FILES = dict.fromkeys(("file", "files", "attachment", "attachments"), ("files", YES))
IN_WORDS: dict[str, tuple[str, ...]] = {place.value: (PLACE, place.value) for place in PLACES}
IN_WORDS |= dict.fromkeys(("deleted", "trash"), (PLACE, Place.BIN.value))
IN_WORDS["anywhere"] = (PLACE, *(place.value for place in PLACES))
IS_WORDS = {
    **_STATUSES,
    "unread": ("unread", YES),
    "read": ("unread", NO),
    "unanswered": ("unanswered", YES),
    "answered": ("unanswered", NO),
    "unassigned": ("assignee", NOBODY),
    "assigned": ("assignee.is_not", NOBODY),
    "mine": ("assignee", ME),
    "spam": IN_WORDS["spam"],
    "deleted": IN_WORDS["deleted"],
    **{priority.value: ("priority", priority.value) for priority in Priority},
}
_TAGGED = dict.fromkeys(("tag", "tags"), ("tag.filled", YES))

_FOR_ALL: Mapping[str, Reader] = {
    "status": _of_these(_STATUSES),
    "is": _of_these(_STATUSES),
    "has": _of_these(_FILES),
    "category": _named("category", naming.category_pairs),
    periods.BEFORE: _opened,
    periods.AFTER: _opened,
    periods.ON: _opened,
    "subject": _among(Among.SUBJECT),
    "file": _among(Among.FILES),
}
_FOR_STAFF: Mapping[str, Reader] = {
    "is": _of_these(IS_WORDS),
    "has": _of_these({**_FILES, **_TAGGED}),
    "in": _of_these(IN_WORDS),
    "from": _among(Among.PEOPLE),
    "requester": _requester,
    "assignee": _named("assignee", naming.staff_ids),
    "company": _named("company", naming.company_ids),
}
