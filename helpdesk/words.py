"""Words for searching: without case and accents, by prefix, in any script.

Chinese, Japanese, Thai and the like are written without spaces, so there a word may begin at any
character; so it may at an emoji. Everything else begins where a run of letters and digits does.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

# Scripts without spaces between words: Thai … Khmer, kana, CJK ideographs (and extensions).
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_NO_SIGN = r"\w\s\0-\x7f\ud800-\udfff"  # nobody searches for these, nor for half a pair
_WORD = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]+|[^{_NO_SIGN}]")
IN_WORD = rf"[^\W_{_UNSPACED}]"  # a pattern: a character within a word of spaced scripts
_ANYWHERE = re.compile(rf"[{_UNSPACED}]|[^\w\s]")
_START = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+|[^\w\s]")
_UNIT = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+|[^{_NO_SIGN}]")
FEW = 12  # words that are quicker looked for one by one


def fold(text: str) -> str:
    """*text* without case and accents: ``Ångström`` → ``angstrom``."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text.casefold())
    for accent in accents(folded):  # few, so this is quicker than a look at each character
        folded = folded.replace(accent, "")
    return folded


def accents(text: str) -> list[str]:
    """Accents that are characters of their own in *text*, each once."""
    return [char for char in set(text) if char > "\x7f" and unicodedata.combining(char)]


def words(keyword: str) -> list[str]:
    """The folded words of *keyword*, sorted: ``'"Blue" lamp*'`` → ``['blue', 'lamp']``.

    Each once, and none that another begins with: who has "lamp" has "la" too.
    """
    found = sorted(set(words_in_order(keyword)))
    return [word for word, after in pairwise([*found, ""]) if not after.startswith(word)]


def words_in_order(text: str) -> list[str]:
    """The folded words of *text* as they follow each other."""
    return _WORD.findall(fold(text))


def has_words(text: str, wanted: Sequence[str]) -> bool:
    """Whether each of *wanted*, from :func:`words`, begins a word of *text* as people wrote it.

    However many they are, the cost is about that of reading *text* once.
    """
    folded = fold(text)
    if len(wanted) <= FEW:
        return all(_begins_a_word(folded, word) for word in wanted)
    return wanted[0] in folded and len(_begun(folded, wanted)) == len(wanted)


def has_phrase(text: str, phrase: Sequence[str]) -> bool:
    """Whether the words of *phrase*, from :func:`words_in_order`, follow each other in *text*."""
    wanted = [unit for word in phrase for unit in units(word)]
    found = units(fold(text))
    starts = range(len(found) - len(wanted) + 1)
    return any(found[start : start + len(wanted)] == wanted for start in starts)


def units(folded: str) -> list[str]:
    """What *folded* text is made of: words, characters at which a word may begin, and signs."""
    return _UNIT.findall(folded)


def _begins_a_word(folded: str, word: str) -> bool:
    start = folded.find(word)
    if start < 0:
        return False
    if _ANYWHERE.match(word):
        return True
    while start >= 0:
        if start == 0 or not _is_inside(folded[start - 1]):
            return True
        start = folded.find(word, start + 1)
    return False


def _begun(folded: str, wanted: Sequence[str]) -> set[str]:
    """Which of *wanted* begin a word: at each place only the one that sorts just before can."""
    longest = max(len(word) for word in wanted)
    found = set()
    for place in _START.finditer(folded):
        rest = folded[place.start() : place.start() + longest]
        index = bisect_right(wanted, rest)
        if index and rest.startswith(wanted[index - 1]):
            found.add(wanted[index - 1])
    return found


def _is_inside(char: str) -> bool:
    return char.isalnum() and not _ANYWHERE.match(char)
