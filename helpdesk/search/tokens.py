"""What the words of a text are called in the index.

A token of a text is a folded word, or one character of a script without spaces. The index has
others of our own, each with a "_", which no word has: so no text can look like one of them.
"""

import re
from collections.abc import Iterable

from ..words import fold, units

LONGEST = 200  # characters of a word that count
EDGE = 3  # letters: beginnings of words up to this long are tokens of their own

BOUNDARY = "_"  # between two texts, so that no phrase goes over the end of one
EVERY = "_"  # what each document has
LONG = "_long"  # what all documents of a ticket have that has several

_ASCII = re.compile(r"[a-z0-9]+")


def tokens(text: str) -> list[str]:
    """The tokens of *text*, in its order."""
    found = _ASCII.findall(text.lower()) if text.isascii() else units(fold(text))
    return [token[:LONGEST] for token in found] if len(text) > LONGEST else found


def edges(words: Iterable[str]) -> list[str]:
    """The beginnings of *words*: ``lamp`` → ``l_``, ``la_``, ``lam_``, in any order."""
    found = {word[:EDGE] for word in words}
    for length in range(1, EDGE):
        found |= {edge[:length] for edge in found}
    return [f"{edge}_" for edge in found]


def of_requester(user_id: int) -> str:
    return f"_r{user_id}"


def of_category(category_id: int) -> str:
    return f"_c{category_id}"
