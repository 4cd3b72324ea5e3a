"""What a field of the table is: a name, the operators that it knows, and a condition."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

import sqlalchemy as sa
from msgspec import Struct

from ...fields.models import CustomField
from ...fields.values import Wrong
from ...i18n import lazy
from .asking import Asking

__all__ = ["OPERATORS", "FilterField", "Kind", "Operator", "Wrong"]


class Operator(StrEnum):
    """How a field is compared; the words are those of addresses and of the API."""

    IS = "is"
    IS_NOT = "is_not"  # an empty field is not, either
    ALL = "all"
    CONTAINS = "contains"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BETWEEN = "between"  # both ends included
    WITHIN = "within"  # the last so many hours
    OLDER = "older"
    FILLED = "filled"
    EMPTY = "empty"


class Kind(StrEnum):
    """What the values of a field are."""

    CHOICE = "choice"  # words that the program knows
    STAFF = "staff"  # an id, me or none
    PERSON = "person"  # an id
    COMPANY = "company"  # an id, or a name
    CATEGORY = "category"  # an id, two with a hyphen between them (a sub-category), none
    TAG = "tag"
    FLAG = "flag"  # yes or no
    MOMENT = "moment"  # days (YYYY-MM-DD) and spans (12h, 3d, 2w)
    WORDS = "words"  # to search for
    TEXT = "text"  # these five: of the shop's own fields
    NUMBER = "number"
    DATE = "date"
    OWN_CHOICE = "own_choice"
    CHECKBOX = "checkbox"


_CHOSEN = (Operator.IS, Operator.IS_NOT)
_MAYBE = (Operator.FILLED, Operator.EMPTY)
_RANGES = (Operator.AT_LEAST, Operator.AT_MOST, Operator.BETWEEN)
OPERATORS: Mapping[Kind, tuple[Operator, ...]] = {  # the first is what a bare name means
    Kind.CHOICE: _CHOSEN,
    Kind.STAFF: _CHOSEN,
    Kind.PERSON: _CHOSEN,
    Kind.COMPANY: (*_CHOSEN, *_MAYBE),
    Kind.CATEGORY: _CHOSEN,
    Kind.TAG: (Operator.IS, Operator.ALL, Operator.IS_NOT, *_MAYBE),
    Kind.FLAG: (Operator.IS,),
    Kind.MOMENT: (Operator.IS, *_RANGES, Operator.WITHIN, Operator.OLDER, *_MAYBE),
    Kind.WORDS: (Operator.IS,),
    Kind.TEXT: (Operator.CONTAINS, Operator.IS, Operator.IS_NOT, *_MAYBE),
    Kind.NUMBER: (Operator.IS, Operator.IS_NOT, *_RANGES, *_MAYBE),
    Kind.DATE: (Operator.IS, Operator.IS_NOT, *_RANGES, *_MAYBE),
    Kind.OWN_CHOICE: (Operator.IS, Operator.IS_NOT, *_MAYBE),
    Kind.CHECKBOX: (Operator.IS,),
}
# Kinds of which one filter takes several values.
_SEVERAL = {
    Kind.CHOICE,
    Kind.STAFF,
    Kind.PERSON,
    Kind.COMPANY,
    Kind.CATEGORY,
    Kind.TAG,
    Kind.OWN_CHOICE,
}

Condition = Callable[[Asking, Operator, Sequence[str]], sa.ColumnElement[bool]]


class FilterField(Struct, frozen=True, kw_only=True):
    """A field to filter by. *condition* is on Ticket; it raises Wrong for values it can't take."""

    name: str
    label: lazy | str
    kind: Kind
    condition: Condition
    choices: Sequence[str] = ()  # of a kind that is chosen from words
    is_never_empty: bool = False
    custom: CustomField | None = None  # which of the shop's own fields it is

    @property
    def operators(self) -> tuple[Operator, ...]:
        known = OPERATORS[self.kind]
        if not self.is_never_empty:
            return known
        return tuple(one for one in known if one not in _MAYBE)

    @property
    def default(self) -> Operator:
        """What the bare name means in an address."""
        return self.operators[0]

    def key(self, operator: Operator) -> str:
        """How an address says this field with *operator*."""
        return self.name if operator is self.default else f"{self.name}.{operator}"

    def takes_several(self, operator: Operator) -> bool:
        """Whether *operator* takes more than one value."""
        return self.kind in _SEVERAL and operator not in _MAYBE
