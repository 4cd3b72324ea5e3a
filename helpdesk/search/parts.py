"""What is asked of the index: a tree, which each engine says in its own words."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tokens:
    """These tokens one after the other; with *begins*, a token that begins with this one."""

    terms: tuple[str, ...]
    begins: bool = False


@dataclass(frozen=True)
class Fact:
    """A token of our own, in the column ``facts``."""

    token: str


@dataclass(frozen=True)
class Among:
    """*part*, in one of these columns."""

    columns: tuple[str, ...]
    part: "Part"


@dataclass(frozen=True)
class Either:
    """One of *parts*."""

    parts: tuple["Part", ...]


@dataclass(frozen=True)
class All:
    """All of *parts*."""

    parts: tuple["Part", ...]


@dataclass(frozen=True)
class Without:
    """*part*, but none of the *unwanted*."""

    part: "Part"
    unwanted: tuple["Part", ...]


Part = Tokens | Fact | Among | Either | All | Without
