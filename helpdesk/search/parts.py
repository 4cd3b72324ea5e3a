"""What is asked of the index: a tree, which each engine says in its own words."""

from msgspec import Struct


class Tokens(Struct, frozen=True):
    """These tokens one after the other; with *begins*, a token that begins with this one."""

    terms: tuple[str, ...]
    begins: bool = False


class Fact(Struct, frozen=True):
    """A token of our own, in the column ``facts``."""

    token: str


class Among(Struct, frozen=True):
    """*part*, in one of these columns."""

    columns: tuple[str, ...]
    part: "Part"


class Either(Struct, frozen=True):
    """One of *parts*."""

    parts: tuple["Part", ...]


class All(Struct, frozen=True):
    """All of *parts*."""

    parts: tuple["Part", ...]


class Without(Struct, frozen=True):
    """*part*, but none of the *unwanted*."""

    part: "Part"
    unwanted: tuple["Part", ...]


Part = Tokens | Fact | Among | Either | All | Without
