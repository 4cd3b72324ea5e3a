"""What is asked for, as the index of words understands it.

FTS5 never sees what people write: only tokens, which are letters, digits and signs beyond ASCII.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..accounts.models import Actor
from ..database import kept, rows
from ..tickets.models import Category
from ..words import has_phrase, has_words, units
from . import tokens
from .grammar import Among, Words
from .schema import PUBLIC
from .vocabulary import beginning_with

MOST_VARIANTS = 300  # words that one word may begin; where there are more, FTS5 gathers them all
MOST_ALTOGETHER = 3000  # of all words of a search

_COLUMNS = {
    Among.SUBJECT: ("subject",),
    Among.PEOPLE: ("people",),
    Among.FILES: ("files", "note_files"),
}
Part = str  # an expression of FTS5


@dataclass(frozen=True)
class Question:
    """What a ticket must have, part by part; what it must not have all parts of."""

    wanted: Sequence[Part]
    unwanted: Sequence[Sequence[Part]]
    limit: Part = ""  # what all tickets have that this actor may see

    @property
    def expression(self) -> str:
        """What the document of a ticket must be that isn't long."""
        found = _all_of([*self.wanted, *filter(None, [self.limit])] or [_fact(tokens.EVERY)])
        unwanted = " OR ".join(f"({_all_of(parts)})" for parts in self.unwanted)
        return f"({found}) NOT ({unwanted})" if unwanted else found

    @property
    def of_long_tickets(self) -> Part:
        """What the first documents of long tickets are that this actor may see."""
        return _all_of([_fact(tokens.LONG), *filter(None, [self.limit])])


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
    limit = "" if actor.is_staff else _fact(tokens.of_requester(actor.id or 0))
    return Question(list(dict.fromkeys(wanted)), unwanted, limit)


def long_part(part: Part) -> Part:
    """*part*, in any document of a long ticket."""
    return _all_of([part, _fact(tokens.LONG)])


class _Asker:
    def __init__(self, connection: Any, actor: Actor, asked: Sequence[Words]) -> None:
        self._connection, self._actor = connection, actor
        many = sum(len(one.folded) for one in asked)
        self._most = max(1, min(MOST_VARIANTS, MOST_ALTOGETHER // max(1, many)))

    def parts(self, one: Words) -> list[Part | None]:
        """A part for each word, one for a phrase; None: no ticket has that."""
        if one.is_phrase:
            parts = [unit for word in one.folded for unit in units(word)]
            return [self._somewhere(one, _quoted(parts), one.folded)]
        return [self._somewhere(one, self._word(one, word), [word]) for word in one.folded]

    def _somewhere(self, one: Words, terms: Part | None, folded: Sequence[str]) -> Part | None:
        """*terms* in the columns that are looked through, or a category that is called so."""
        columns = self._columns(one.among)
        found = f"{{{' '.join(columns)}}} : ({terms})" if terms and columns else terms
        if one.among is not Among.ALL:
            return found if columns else None
        has = has_phrase if one.is_phrase else has_words
        beginnings, names = _categories()
        called = [
            _fact(tokens.of_category(id_))
            for id_, name in (names if folded[0][: tokens.EDGE] in beginnings else ())
            if has(name, folded)
        ]
        return " OR ".join(filter(None, [found and f"({found})", *called])) or None

    def _columns(self, among: Among) -> Sequence[str]:
        """Those that this actor may look through; for staff empty where that is all of them."""
        if among is Among.ALL:
            return () if self._actor.is_staff else PUBLIC
        return [name for name in _COLUMNS[among] if self._actor.is_staff or name in PUBLIC]

    def _word(self, one: Words, word: str) -> Part | None:
        if _begins_anywhere(word):
            return _quoted(units(word))
        word = word[: tokens.LONGEST]
        if len(word) <= tokens.EDGE and one.among is Among.ALL:
            return _quoted([f"{word}_"])
        variants = beginning_with(self._connection, word, self._most + 1)
        if len(variants) > self._most:
            return f"{_quoted([word])} *"
        return " OR ".join(_quoted([variant]) for variant in variants) or None


@kept("categories")
def _categories() -> tuple[set[str], list[tuple[int, str]]]:
    """With what words of their names begin, and all of them."""
    names = [(row.id, row.name) for row in rows(sa.select(Category.id, Category.name))]
    found = {edge[:-1] for _id, name in names for edge in tokens.edges(tokens.tokens(name))}
    return found, names


def _begins_anywhere(word: str) -> bool:
    """Whether *word* is of a script without spaces, or a sign."""
    return len(units(f"{word[0]}a")) > 1


def _all_of(parts: Sequence[Part]) -> Part:
    return " AND ".join(f"({part})" for part in parts)


def _quoted(terms: Sequence[str]) -> Part:
    return '"' + " ".join(term[: tokens.LONGEST] for term in terms) + '"'


def _fact(token: str) -> Part:
    return f'facts : "{token}"'
