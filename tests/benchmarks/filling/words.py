"""What people of the benchmarks' desks write: words by Zipf's law, in nine languages.

Sentences are made once and drawn from then; a body has as many as the logarithm of its length
being normal wants: mostly two or three, now and then thirty.
"""

import itertools
import random
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

WORDS = 6_000  # of a language
SENTENCES = 60_000  # in all languages together
MIDDLE, SPREAD = 1.0, 0.8  # of the logarithm of how many sentences a body has
MOST = 60
LONGEST_SUBJECT = 90


@dataclass(frozen=True)
class Language:
    """Sentences and subjects of one language, and the names of people who speak it."""

    code: str
    weight: int
    names: list[str]
    sentences: list[str]
    subjects: list[str]
    marked: list[str]  # sentences with Markdown in them, as staff write them


@lru_cache(1)
def languages(seed: int) -> tuple[list[Language], tuple[Any, ...]]:
    """All of them, with the sentences that random numbers from *seed* on make, and the state of
    these then: whoever makes several desks makes the sentences once."""
    rng = random.Random(seed)
    told = tomllib.loads(Path(__file__).with_name("languages.toml").read_text())
    whole = sum(one["weight"] for one in told.values())
    made = [
        _language(code, one, SENTENCES * one["weight"] // whole, rng) for code, one in told.items()
    ]
    return made, rng.getstate()


def body(rng: random.Random, sentences: list[str]) -> str:
    """A message: paragraphs of up to four of *sentences*."""
    number = min(MOST, int(rng.lognormvariate(MIDDLE, SPREAD)) + 1)
    drawn = rng.choices(sentences, k=number)
    if number <= 4:
        return " ".join(drawn)
    return "\n\n".join(" ".join(drawn[at : at + 4]) for at in range(0, number, 4))


def _language(code: str, told: dict[str, str], number: int, rng: random.Random) -> Language:
    words = _vocabulary(told, rng)
    weights = list(itertools.accumulate(1 / (rank + 2.7) for rank in range(len(words))))
    join = told.get("join", " ")

    def drawn(least: int, most: int) -> list[str]:
        return rng.choices(words, cum_weights=weights, k=rng.randint(least, most))

    sentences = [
        _capital(join.join(drawn(4, 16))) + rng.choice(("", "", "", "!", "?", told["end"]))
        for _ in range(number)
    ]
    subjects = [_capital(join.join(drawn(3, 8)))[:LONGEST_SUBJECT] for _ in range(number // 8)]
    marked = [f"**{join.join(drawn(1, 3))}**{join}{one}" for one in sentences[: number // 8]]
    names = told["names"].split(", ")
    return Language(code, int(told["weight"]), names, sentences, subjects, marked)


def _vocabulary(told: dict[str, str], rng: random.Random) -> list[str]:
    """The words of a language, the most frequent first, each once."""
    words = dict.fromkeys(told["common"].split())
    parts = told["parts"].split()
    while len(words) < WORDS:
        words["".join(rng.choices(parts, k=rng.choice((2, 2, 3, 3, 4))))] = None
    return list(words)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
