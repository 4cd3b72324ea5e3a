"""People, companies and categories that a filter names, as the numbers that the table knows."""

from collections.abc import Sequence

from ...i18n import gettext as _
from ...people import queries as people
from ...words import fold, has_words, words
from .asking import Asking
from .conditions import ME, NOBODY, NONE
from .field import FilterField, Kind, Operator, Wrong
from .rules import MOST_VALUES, clean

_NOBODY = ("nobody", NOBODY)


def staff_ids(asking: Asking, name: str) -> Sequence[str]:
    """Members of staff who are so called, all of them; ``me``, ``nobody`` and numbers stay."""
    if name.lower() == ME or name.isdecimal():
        return [name.lower()]
    if name.lower() in _NOBODY:
        return [NOBODY]
    wanted = words(name)
    found = [one for one in asking.staff if has_words(f"{one.name}\n{one.email}", wanted)]
    return [str(one.id) for one in found] if wanted else []


def company_ids(_asking: Asking, name: str) -> Sequence[str]:
    """Companies of this name, or else those with words or a domain that begin so; numbers stay.

    Where there are more than a filter takes, one too many, so that it is none.
    """
    if name.isdecimal():
        return [name]
    like = people.companies_called(name, MOST_VALUES + 1)
    called = [one for one in like if fold(one[1]) == fold(name)]
    return [str(id_) for id_, _name, _domains in called or like]


def category_pairs(asking: Asking, name: str) -> Sequence[str]:
    """Categories of this name, or else those with words that begin so: ``3``, ``3-7`` below it."""
    if name.lower() == NONE or name.replace("-", "").isdecimal():
        return [name.lower()]
    wanted = words(name)
    called = [one for one in asking.categories if fold(one.name) == fold(name)]
    like = called or [one for one in asking.categories if wanted and has_words(one.name, wanted)]
    return [f"{one.parent_id}-{one.id}" if one.parent_id else f"{one.id}" for one in like]


def by_number(
    asking: Asking, field: FilterField, operator: Operator, values: Sequence[str]
) -> Sequence[str]:
    """*values* of *field*, with companies that are named as their numbers. Raises Wrong."""
    if field.kind is not Kind.COMPANY or operator in (Operator.FILLED, Operator.EMPTY):
        return values
    found = [company_ids(asking, value) for value in values]
    if not all(0 < len(ids) <= MOST_VALUES for ids in found):
        raise Wrong(_("There is no such company."))
    return clean(field, operator, [id_ for ids in found for id_ in ids])
