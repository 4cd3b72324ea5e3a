"""Filters in words: "Priority is any of High, Urgent"; and what of them isn't there any more."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from ...i18n import gettext as _
from ...i18n import lazy, ngettext
from ...people import queries as people
from ...tickets import queries
from ...tickets.models import AuthorKind, Place
from ...views.filters import Asking, FilterField, Kind, Operator, Rules, Wrong, split
from ...views.filters.conditions import ME, NO, NOBODY, NONE, YES
from ...views.filters.moments import JOINT, UNITS
from .choices import PRIORITY_WORDS, STATUS_WORDS, id_of, pair_of

KIND_WORDS = {
    AuthorKind.CUSTOMER: lazy("Customers"),
    AuthorKind.VENDOR: lazy("Vendors"),
    AuthorKind.ADMIN: lazy("Staff"),
}
PLACE_WORDS = {
    Place.INBOX: lazy("Inbox"),
    Place.SPAM: lazy("Spam"),
    Place.BIN: lazy("Deleted"),
    Place.MERGED: lazy("Merged"),
}
_CHOICE_WORDS: Mapping[str, Mapping[str, lazy]] = {
    "status": {one.value: words for one, words in STATUS_WORDS.items()},
    "priority": {one.value: words for one, words in PRIORITY_WORDS.items()},
    "user": {one.value: words for one, words in KIND_WORDS.items()},
    "place": {one.value: words for one, words in PLACE_WORDS.items()},
}
_OPERATOR_WORDS = {
    Operator.IS: lazy("is"),
    Operator.IS_NOT: lazy("is not"),
    Operator.CONTAINS: lazy("contains"),
    Operator.AT_LEAST: lazy("is at least"),
    Operator.AT_MOST: lazy("is at most"),
    Operator.BETWEEN: lazy("is between"),
    Operator.FILLED: lazy("is filled in"),
    Operator.EMPTY: lazy("is empty"),
}
_OF_TIMES = {
    Operator.IS: lazy("on"),
    Operator.IS_NOT: lazy("not on"),
    Operator.AT_LEAST: lazy("on or after"),
    Operator.AT_MOST: lazy("on or before"),
    Operator.BETWEEN: lazy("between"),
    Operator.WITHIN: lazy("in the last"),
    Operator.OLDER: lazy("longer ago than"),
    Operator.FILLED: lazy("at any time"),
    Operator.EMPTY: lazy("never"),
}
_OF_TAGS = {
    Operator.IS: lazy("include any of"),
    Operator.ALL: lazy("include all of"),
    Operator.IS_NOT: lazy("include none of"),
    Operator.FILLED: lazy("are there"),
    Operator.EMPTY: lazy("are missing"),
}
_OF_SEVERAL = {Operator.IS: lazy("is any of"), Operator.IS_NOT: lazy("is none of")}
_OF_WORDS = {Operator.IS: lazy("include")}
YES_NO = {YES: lazy("Yes"), NO: lazy("No")}


class Told(Struct, frozen=True):
    """A filter in words; *gone* are its values that name nothing any more."""

    name: str  # in the address
    label: str
    compared: str
    values: Sequence[str]
    gone: Sequence[str] = ()

    @property
    def sentence(self) -> str:
        return " ".join(filter(None, (self.label, self.compared, ", ".join(self.values))))


def told(asking: Asking, rules: Rules) -> list[Told]:
    """Every filter of *rules* in words; those that can't be read are left out."""
    return told_each(asking, list(rules.items()))


def told_each(asking: Asking, rules: Sequence[tuple[str, Sequence[str]]]) -> list[Told]:
    """The same of names and values of which a name may be there several times.

    A query for each sort of thing that they name, however many they name.
    """
    known: list[tuple[str, FilterField, Operator, Sequence[str]]] = []
    for name, values in rules:
        try:
            known.append((name, *split(asking, name), values))
        except Wrong:
            continue
    names = _Names([(field, values) for _name, field, _operator, values in known])
    return [_told(name, field, operator, values, names) for name, field, operator, values in known]


def operator_words(field: FilterField, operator: Operator, several: bool = False) -> str:
    """How *operator* reads between the field's label and its values."""
    if field.kind in (Kind.MOMENT, Kind.DATE):
        return str(_OF_TIMES[operator])
    if field.kind is Kind.TAG:
        return str(_OF_TAGS[operator])
    if field.kind is Kind.WORDS:
        return str(_OF_WORDS[operator])
    if several and operator in _OF_SEVERAL:
        return str(_OF_SEVERAL[operator])
    return str(_OPERATOR_WORDS[operator])


def choice_words(field: FilterField, value: str) -> str:
    """One of the words that *field* is chosen from, for people."""
    if field.kind in (Kind.FLAG, Kind.CHECKBOX):
        return str(YES_NO.get(value, value))
    return str(_CHOICE_WORDS.get(field.name, {}).get(value, value))


def _told(
    name: str, field: FilterField, operator: Operator, values: Sequence[str], names: "_Names"
) -> Told:
    if field.kind in (Kind.FLAG, Kind.CHECKBOX) and list(values) in ([YES], [NO]):
        label = str(field.label)
        return Told(name, label if YES in values else _("Not: %(field)s", field=label), "", [])
    several = field.takes_several(operator) and len(values) > 1
    compared = operator_words(field, operator, several)
    if operator in (Operator.EMPTY, Operator.FILLED):
        return Told(name, str(field.label), compared, [])
    words = [_value_words(field, operator, value, names) for value in values]
    gone = [value for value in values if names.is_gone(field, value)]
    return Told(name, str(field.label), compared, words, gone)


def _value_words(field: FilterField, operator: Operator, value: str, names: "_Names") -> str:
    if field.kind in (Kind.CHOICE, Kind.FLAG, Kind.CHECKBOX):
        return choice_words(field, value)
    if operator is Operator.BETWEEN:
        low, _joint, high = value.partition(JOINT)
        return _("%(low)s and %(high)s", low=low, high=high)
    if operator in (Operator.WITHIN, Operator.OLDER):
        return span_words(value)
    return names.of(field, value)


def span_words(value: str) -> str:
    """``2d`` as "2 days"."""
    number = int(value[:-1]) if value[:-1].isdecimal() and len(value) < 9 else 0
    match UNITS.get(value[-1:]):
        case "hours":
            return ngettext("%(num)s hour", "%(num)s hours", number)
        case "days":
            return ngettext("%(num)s day", "%(num)s days", number)
        case "weeks":
            return ngettext("%(num)s week", "%(num)s weeks", number)
    return value


class _Names:
    """What the things are called that filters name by their numbers, and which are gone."""

    def __init__(self, named: Sequence[tuple[FilterField, Sequence[str]]]) -> None:
        wanted: dict[Kind, set[str]] = {}
        for field, values in named:
            wanted.setdefault(field.kind, set()).update(values)
        ids = {
            kind: {id_ for value in wanted.get(kind, ()) if (id_ := id_of(value)) is not None}
            for kind in (Kind.STAFF, Kind.PERSON, Kind.COMPANY)
        }
        self._people = people.person_names(ids[Kind.STAFF] | ids[Kind.PERSON])
        self._companies = people.company_names(ids[Kind.COMPANY])
        categories = queries.categories(active=None) if Kind.CATEGORY in wanted else ()
        self._categories = {one.id: one.name for one in categories}
        self._tags = queries.known_tags({_tag(value) for value in wanted.get(Kind.TAG, ())})

    def of(self, field: FilterField, value: str) -> str:
        """What *value* is called, or that it isn't there."""
        name = self._name(field, value)
        return _("%(value)s (gone)", value=value) if name is None else name

    def is_gone(self, field: FilterField, value: str) -> bool:
        return self._name(field, value) is None

    def _name(self, field: FilterField, value: str) -> str | None:
        match field.kind:
            case Kind.STAFF if value in (ME, NOBODY):
                return _("Me") if value == ME else _("Nobody")
            case Kind.CATEGORY if value == NONE:
                return _("None")
            case Kind.STAFF | Kind.PERSON:
                return self._people.get(id_of(value) or 0)
            case Kind.COMPANY:
                return self._companies.get(id_of(value) or 0)
            case Kind.CATEGORY:
                names = [self._categories.get(id_) for id_ in pair_of(value) if id_ is not None]
                known = [name for name in names if name is not None]
                return " / ".join(known) if known and len(known) == len(names) else None
            case Kind.TAG:
                return value if _tag(value) in self._tags else None
        return value


def _tag(value: str) -> str:
    return " ".join(value.lower().split())
