"""People and categories that somebody names in a filter, as the numbers that the table knows."""

from collections.abc import Sequence

from ...words import fold, has_words, words
from .asking import Asking
from .conditions import ME, NOBODY, NONE

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


def category_pairs(asking: Asking, name: str) -> Sequence[str]:
    """Categories of this name, or else those with words that begin so: ``3``, ``3-7`` below it."""
    if name.lower() == NONE or name.replace("-", "").isdecimal():
        return [name.lower()]
    wanted = words(name)
    called = [one for one in asking.categories if fold(one.name) == fold(name)]
    like = called or [one for one in asking.categories if wanted and has_words(one.name, wanted)]
    return [f"{one.parent_id}-{one.id}" if one.parent_id else f"{one.id}" for one in like]
