"""What is asked for, as the index of words understands it.

No engine sees what people write: only tokens, which are letters, digits and signs beyond ASCII.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from ..accounts.models import Actor
from ..database import kept, rows
from ..tickets.models import Category
from ..words import has_phrase, has_words, units
from . import tokens
from .engines import engine
from .grammar import Among, Words
from .parts import All, Either, Fact, Part, Tokens, Without
from .parts import Among as AmongColumns
from .schema import PUBLIC
from .vocabulary import beginning_with

MOST_VARIANTS = 300  # words that one word may begin; of more, the engine gathers what they find
MOST_ALTOGETHER = 3000  # of all words of a search

_COLUMNS = {
    Among.SUBJECT: ("subject",),
    Among.PEOPLE: ("people",),
    Among.FILES: ("files", "note_files"),
}


@dataclass(frozen=True)
class Question:
    """What a ticket must have, part by part; what it must not have all parts of."""

    wanted: Sequence[Part]
    unwanted: Sequence[Sequence[Part]]
    limit: Part | None = None  # what all tickets have that this actor may see

    @cached_property
    def expression(self) -> Any:
        """What the document of a ticket must be that isn't long, as the engine says it."""
        found = [*self.wanted, *self._limits] or [Fact(tokens.EVERY)]
        unwanted = tuple(All(tuple(parts)) for parts in self.unwanted)
        wanted = All(tuple(found))
        return engine().says(Without(wanted, unwanted) if unwanted else wanted)

    @cached_property
    def of_long_tickets(self) -> Any:
        """What the first documents of long tickets are that this actor may see."""
        return engine().says(All((Fact(tokens.LONG), *self._limits)))

    @property
    def _limits(self) -> list[Part]:
        return [] if self.limit is None else [self.limit]


def question(connection: Any, actor: Actor, asked: Sequence[Words]) -> Question | None:
    """What *actor* asks for; None where no ticket at all has it."""
    asker = _Asker(connection, actor, asked)
    wanted: list[Part] = []
    unwanted: list[list[Part]] = []
    for one in asked:
        parts = asker.parts(one)
        if one.is_excluded:
            unwanted += [[part for part in parts if part]] if all(parts) else []
        elif not all(parts):
            return None
        else:
            wanted += [part for part in parts if part]
    limit = None if actor.is_staff else Fact(tokens.of_requester(actor.id or 0))
    return Question(list(dict.fromkeys(wanted)), unwanted, limit)


def long_part(part: Part) -> Any:
    """*part*, in any document of a long ticket, as the engine says it."""
    return engine().says(All((part, Fact(tokens.LONG))))


class _Asker:
    def __init__(self, connection: Any, actor: Actor, asked: Sequence[Words]) -> None:
        self._connection, self._actor = connection, actor
        many = sum(len(one.folded) for one in asked)
        self._most = max(1, min(MOST_VARIANTS, MOST_ALTOGETHER // max(1, many)))

    def parts(self, one: Words) -> list[Part | None]:
        """A part for each word, one for a phrase; None: no ticket has that."""
        if one.is_phrase:
            parts = [unit for word in one.folded for unit in units(word)]
            return [self._somewhere(one, _tokens(parts), one.folded)]
        return [self._somewhere(one, self._word(one, word), [word]) for word in one.folded]

    def _somewhere(self, one: Words, terms: Part | None, folded: Sequence[str]) -> Part | None:
        """*terms* in the columns that are looked through, or a category that is called so."""
        columns = self._columns(one.among)
        found: Part | None = AmongColumns(tuple(columns), terms) if terms and columns else terms
        if one.among is not Among.ALL:
            return found if columns else None
        has = has_phrase if one.is_phrase else has_words
        beginnings, names = _categories()
        called = [
            Fact(tokens.of_category(id_))
            for id_, name in (names if folded[0][: tokens.EDGE] in beginnings else ())
            if has(name, folded)
        ]
        either: list[Part] = [*called] if found is None else [found, *called]
        return Either(tuple(either)) if len(either) > 1 else next(iter(either), None)

    def _columns(self, among: Among) -> Sequence[str]:
        """Those that this actor may look through; for staff empty where that is all of them."""
        if among is Among.ALL:
            return () if self._actor.is_staff else PUBLIC
        return [name for name in _COLUMNS[among] if self._actor.is_staff or name in PUBLIC]

    def _word(self, one: Words, word: str) -> Part | None:
        if _begins_anywhere(word):
            return _tokens(units(word))
        word = word[: tokens.LONGEST]
        if len(word) <= tokens.EDGE and one.among is Among.ALL:
            return _tokens([f"{word}_"])
        variants = beginning_with(self._connection, word, self._most + 1)
        if engine().are_too_many(variants, self._most):
            return Tokens((word,), begins=True)
        return Either(tuple(Tokens((one,)) for one in variants)) if variants else None


@kept("categories")
def _categories() -> tuple[set[str], list[tuple[int, str]]]:
    """With what words of their names begin, and all of them."""
    names = [(row.id, row.name) for row in rows(sa.select(Category.id, Category.name))]
    found = {edge[:-1] for _id, name in names for edge in tokens.edges(tokens.tokens(name))}
    return found, names


def _begins_anywhere(word: str) -> bool:
    """Whether *word* is of a script without spaces, or a sign."""
    return len(units(f"{word[0]}a")) > 1


def _tokens(terms: Sequence[str]) -> Tokens:
    return Tokens(tuple(term[: tokens.LONGEST] for term in terms))
