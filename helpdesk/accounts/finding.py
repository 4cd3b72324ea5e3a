"""Finding people by pieces of their names and addresses."""

from collections.abc import Sequence

import sqlalchemy as sa

from ..database import Parts, are_few
from ..text import storable
from ..words import fold
from .models import User

MOST_WORDS = 10
LONGEST = 2000  # letters of a word: no name has as many

NAMES = Parts(
    "user_parts",
    "users",
    ("name_folded", "email"),
    "users.name_folded || ' ' || users.email",
)


def words_of(keyword: str) -> list[str]:
    """What is looked for in names: the words of *keyword*, as they were typed."""
    return keyword.split()[:MOST_WORDS]


def can_be_found(words: Sequence[str]) -> bool:
    """Whether anything can be called so at all."""
    return all(storable(word) and len(word) <= LONGEST for word in words)


def has_in_name(word: str) -> sa.ColumnElement[bool]:
    """That a user has *word* in name or address, in any case, in the name without accents."""
    return sa.or_(
        User.name_folded.contains(fold(word), autoescape=True),
        User.email.contains(word.lower(), autoescape=True),
    )


def named(keyword: str) -> Sequence[sa.ColumnElement[bool]]:
    """Conditions that together say: a user has every word of *keyword* in name or address."""
    words = words_of(keyword)
    if not can_be_found(words):
        return [sa.false()]
    conditions = [has_in_name(word) for word in words]
    ids = maybe_named(words)
    if ids is not None and are_few(ids):
        conditions.append(User.id.in_(ids))
    return conditions


def maybe_named(words: Sequence[str]) -> "sa.Select[int] | None":
    """The ids of users among whom are all that have these words so; None: they may be any."""
    return NAMES.ids([{fold(word), word.lower()} for word in words])
