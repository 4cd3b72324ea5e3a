"""What somebody searches for, as they write it: ``lamp "blue shade" -broken status:open``.

Any text at all can be read. Words and phrases are known here; what a filter (``name:value``) means,
and whether it is one, is for the caller to say. What is none is words.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from ..words import words, words_in_order

LONGEST_NAME = 80
MOST_SIGNS = 500  # phrases, and what is not wanted: all beyond is plain words
_QUOTES = '"“”„‟«»'  # telephones type others than keyboards do
_PHRASE = rf"[{_QUOTES}][^{_QUOTES}]*[{_QUOTES}]"
_TERM = re.compile(
    rf"(?P<no>-?)(?:"
    rf"(?P<name>[^\W\d_][\w.-]*):(?P<value>(?:{_PHRASE}|[^\s{_QUOTES}])+)"
    rf"|(?P<phrase>{_PHRASE})"
    rf"|(?P<word>[^\s{_QUOTES}]+)"
    rf")|(?P<stray>[-{_QUOTES}])"
)
_VALUE = re.compile(rf"(?:{_PHRASE}|[^,])+")


class Among(StrEnum):
    """Which words of a ticket are looked through."""

    ALL = "all"
    SUBJECT = "subject"
    PEOPLE = "people"  # the requester's name and address: for staff
    FILES = "files"


@dataclass(frozen=True)
class Words:
    """Words that a ticket must have, or must not.

    Each must begin a word of the ticket. Those of a phrase stand there whole, one after the other.
    """

    text: str
    is_phrase: bool = False
    is_excluded: bool = False
    among: Among = Among.ALL

    @property
    def folded(self) -> list[str]:
        """The words as they are compared, those of a phrase in its order; none of ``***``."""
        return words_in_order(self.text) if self.is_phrase else words(self.text)


@dataclass(frozen=True)
class Said:
    """What looks like a filter. *name* is in lower case, *values* stood between commas."""

    name: str
    values: tuple[str, ...]
    is_excluded: bool


F = TypeVar("F")
Meaning = Callable[[Said], F | Words | None]  # a filter, words to look for, or none of our names


@dataclass(frozen=True)
class Term(Generic[F]):
    """A part of what was asked: *raw* as it was written, and what it means."""

    raw: str
    means: F | Words


@dataclass(frozen=True)
class Asked(Generic[F]):
    """All that was asked for; every term must hold."""

    terms: tuple[Term[F], ...]

    @property
    def words(self) -> tuple[Words, ...]:
        """Those that say something, each once; ``***`` beside others does not."""
        found = dict.fromkeys(term.means for term in self.terms if isinstance(term.means, Words))
        return tuple(one for one in found if one.folded)

    @property
    def filters(self) -> tuple[F, ...]:
        found = (term.means for term in self.terms)
        return tuple(one for one in found if not isinstance(one, Words))

    @property
    def is_blank(self) -> bool:
        """Whether nothing was asked."""
        return not self.terms

    @property
    def is_void(self) -> bool:
        """Whether something was asked that says nothing (``***``): it finds nothing."""
        return bool(self.terms) and not self.words and not self.filters

    @property
    def text(self) -> str:
        """As one could have written it: read again, it is the same."""
        return " ".join(term.raw for term in self.terms)

    def without(self, left_out: Term[F]) -> str:
        """The same text without a term, wherever it stands."""
        return " ".join(term.raw for term in self.terms if term != left_out)


def no_filters(_said: Said) -> None:
    """For searches that know only words."""


def parse(text: str, meaning: Meaning[F] = no_filters) -> Asked[F]:
    """What *text* asks for; *meaning* says which filters there are."""
    terms: list[Term[F]] = []
    signs: set[str] = set()
    for found in _TERM.finditer(text):
        if found["no"] or found["phrase"]:
            signs.add(found[0])
        terms.append(_term(found, meaning) if len(signs) <= MOST_SIGNS else _plain(found))
    return Asked(tuple(terms))


def _plain(found: re.Match[str]) -> Term[Any]:
    return Term(found[0], Words(found[0]))


def _term(found: re.Match[str], meaning: Meaning[F]) -> Term[F]:
    raw, is_excluded = found[0], bool(found["no"])
    if found["name"] and len(found["name"]) <= LONGEST_NAME:
        said = Said(found["name"].lower(), _values(found["value"]), is_excluded)
        means = meaning(said) if said.values else None
        if means is not None:
            return Term(raw, means)
    if found["phrase"]:
        return Term(raw, Words(found["phrase"][1:-1], is_phrase=True, is_excluded=is_excluded))
    if found["stray"]:
        return _plain(found)
    is_excluded = is_excluded and not raw.startswith("--")  # an option that somebody copied
    return Term(raw, Words(raw[1:] if is_excluded else raw, is_excluded=is_excluded))


def _values(text: str) -> tuple[str, ...]:
    """What stands between the commas, without quotes."""
    found = (re.sub(f"[{_QUOTES}]", "", value).strip() for value in _VALUE.findall(text))
    return tuple(value for value in found if value)
