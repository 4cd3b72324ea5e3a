"""Where a text has the words that were searched for, and the piece of it that shows them best."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, islice

from msgspec import Struct

from ..words import IN_WORD, accents, fold, units, words
from . import tokens
from .grammar import Among, Words

MOST_MARKED = 50  # words of a search
MOST_SPANS = 200  # of a text, among which the best piece is looked for
BEFORE = 30  # characters of a piece before the first word that was found
LEAST = 60  # characters of a piece, where the text has them

Segments = list[tuple[str, bool]]  # pieces of a text, and whether each was searched for
_fold_char = lru_cache(4096)(fold)


class Marker(Struct, frozen=True):
    """Finds the words of a search in texts, as the search does: without case and accents."""

    pattern: re.Pattern[str]
    beginnings: Sequence[str]  # a text without any of these has none of the words

    @property
    def all_words(self) -> set[str]:
        """Names for all words that are looked for, as :meth:`found_in` has them."""
        return set(self.pattern.groupindex)

    def found_in(self, text: str) -> set[str]:
        """Which of the words *text* has."""
        return {found.lastgroup or "" for found in self._found(fold(text))}

    def segments(self, text: str) -> Segments:
        """All of *text* in pieces."""
        pieces: Segments = []
        at = 0
        for start, end, _which in self._spans(text):
            pieces += [(text[at:start], False), (text[start:end], True)]
            at = end
        return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]

    def piece(self, text: str, longest: int) -> str:
        """At most *longest* characters of *text*, those with the most of the words; "" without any.

        Where it was cut there is an ellipsis.
        """
        spans = list(islice(self._spans(text), MOST_SPANS))
        if not spans:
            return ""
        begin = max(0, self._best(spans, longest - BEFORE) - BEFORE)
        begin = min(begin, max(0, len(text) - LEAST))
        end = begin + longest
        if begin > 0:
            begin = text.find(" ", begin, begin + BEFORE) + 1 or begin
        if end < len(text):
            end = max(text.rfind(" ", begin + BEFORE, end), 0) or end
        return f"{'…' * (begin > 0)}{text[begin:end]}{'…' * (end < len(text))}"

    def _best(self, spans: Sequence[tuple[int, int, str]], reach: int) -> int:
        """Where the piece begins that has the most different words, the first of these."""
        best, most = 0, 0
        for number, (start, _end, _which) in enumerate(spans):
            within = {w for s, _e, w in spans[number : number + MOST_MARKED] if s < start + reach}
            if len(within) > most:
                best, most = start, len(within)
        return best

    def _spans(self, text: str) -> Iterator[tuple[int, int, str]]:
        """From where to where each word stands in *text*, and which it is."""
        folded = fold(text)
        place: Callable[[int], int] | None = None
        for found in self._found(folded):
            place = place or _places(text, folded)
            start, end = place(found.start()), place(found.end())
            if start < end:
                yield start, end, found.lastgroup or ""

    def _found(self, folded: str) -> Iterator[re.Match[str]]:
        if any(beginning in folded for beginning in self.beginnings):
            yield from self.pattern.finditer(folded)


def marker(asked: Sequence[Words], *among: Among) -> Marker | None:
    """One for the words of *asked* that are looked for *among* these; None where there are none."""
    wanted = [one for one in asked if not one.is_excluded and one.among in among]
    phrases = dict.fromkeys(tuple(one.folded) for one in wanted if one.is_phrase)
    plain = words(" ".join(one.text for one in wanted if not one.is_phrase))
    if not phrases and not plain:
        return None
    shown = tuple(word[: tokens.LONGEST] for word in plain[:MOST_MARKED])
    return _marker(tuple(islice(phrases, MOST_MARKED)), shown)


@lru_cache(256)
def _marker(phrases: Sequence[tuple[str, ...]], plain: Sequence[str]) -> Marker:
    patterns = [_phrase(phrase) for phrase in phrases] + [_beginning(word) for word in plain]
    groups = [f"(?P<w{number}>{pattern})" for number, pattern in enumerate(patterns)]
    beginnings = [units(phrase[0])[0] for phrase in phrases]
    return Marker(re.compile("|".join(groups)), [*beginnings, *plain])


def _beginning(word: str) -> str:
    """A word that begins with *word*, all of it; in scripts without spaces *word* alone."""
    escaped = re.escape(word)
    return rf"(?<!{IN_WORD}){escaped}{IN_WORD}*" if re.match(IN_WORD, word) else escaped


def _phrase(phrase: Sequence[str]) -> str:
    """Its words, whole and one after the other, whatever signs are between them."""
    every = (unit for word in phrase for unit in units(word))
    parts = [unit[: tokens.LONGEST] for unit in islice(every, MOST_MARKED)]
    pattern = "".join(rf"{re.escape(part)}[\W_]*" for part in parts[:-1]) + re.escape(parts[-1])
    before = rf"(?<!{IN_WORD})" if re.match(IN_WORD, parts[0]) else ""
    after = rf"(?!{IN_WORD})" if re.match(IN_WORD, parts[-1]) else ""
    return f"{before}{pattern}{after}"


def _places(text: str, folded: str) -> Callable[[int], int]:
    """What says which place in *text* a place in its folded form is."""
    if len(folded) == len(text) and not accents(text):  # each is as long as it was
        return lambda place: place
    ends = list(accumulate(len(_fold_char(char)) for char in text))
    return lambda place: bisect_right(ends, place)
