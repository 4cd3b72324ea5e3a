"""What is asked of the index: a tree, which each engine says in its own words."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Tokens:
    """These tokens one after the other; with *begins*, a token that begins with this one."""

    terms: Sequence[str]
    begins: bool = False


@dataclass(frozen=True)
class Fact:
    """A token of our own, in the column ``facts``."""

    token: str


@dataclass(frozen=True)
class Among:
    """*part*, in one of these columns."""

    columns: Sequence[str]
    part: "Part"


@dataclass(frozen=True)
class Either:
    """One of *parts*."""

    parts: Sequence["Part"]


@dataclass(frozen=True)
class All:
    """All of *parts*."""

    parts: Sequence["Part"]


@dataclass(frozen=True)
class Without:
    """*part*, but none of the *unwanted*."""

    part: "Part"
    unwanted: Sequence["Part"]


Part = Tokens | Fact | Among | Either | All | Without
