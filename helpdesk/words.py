"""Words for searching: without case and accents, by prefix, in any script.

Chinese, Japanese, Thai and the like are written without spaces, so there a word may begin at any
character; so it may at an emoji. Everything else begins where a run of letters and digits does.
"""

import re
import unicodedata
from collections.abc import Sequence

# Scripts without spaces between words: Thai … Khmer, kana, CJK ideographs (and extensions).
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_WORD = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]+|[^\w\s!-/:-@\[-`{{-~]")
_ANYWHERE = re.compile(rf"[{_UNSPACED}]|[^\w\s]")
MOST_WORDS = 12  # of a keyword; the rest is ignored, so the cost of a search is bounded


def fold(text: str) -> str:
    """*text* without case and accents: ``Ångström`` → ``angstrom``."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def words(keyword: str) -> list[str]:
    """The folded words of *keyword*, each once: ``'"Blue" lamp*'`` → ``['blue', 'lamp']``."""
    return list(dict.fromkeys(_WORD.findall(fold(keyword))))[:MOST_WORDS]


def has_word(text: str, word: str) -> bool:
    """Whether a word of *text* (as people wrote it) begins with *word* (folded)."""
    folded = fold(text)
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


def has_all(texts: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether each of *wanted* begins a word in one of *texts*."""
    return all(any(has_word(text, word) for text in texts) for word in wanted)


def _is_inside(char: str) -> bool:
    return char.isalnum() and not _ANYWHERE.match(char)
