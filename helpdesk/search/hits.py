"""What the index finds, a part of it: read once, newest or oldest first, however it is used."""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct

from .engines import engine
from .models import ASIDE

_LAST = f"SELECT max(slot) FROM search_documents WHERE slot < {ASIDE}"  # noqa: S608
_SINCE = "SELECT created_at FROM search_documents WHERE slot = ?"


class Hits(Struct, frozen=True):
    """The first documents of a part of the index, by their slots; or all of that part."""

    slots: Sequence[int]
    is_all: bool

    def first(self, most: int) -> "Hits":
        return self if len(self.slots) <= most else Hits(self.slots[:most], is_all=False)


def read(
    connection: Any, expression: Any, most: int, *, low: int, high: int, down: bool = True
) -> Hits:
    """The newest (or else oldest) *most* between two slots, in that order."""
    found = engine().read(connection, expression, most + 1, low, high, down=down)
    return Hits(found[:most], is_all=len(found) <= most)


def tickets(connection: Any, slots: Sequence[int]) -> list[int]:
    """Whose documents these are."""
    return engine().tickets(connection, slots) if slots else []


def last(connection: Any) -> int:
    """The slot of the newest ticket."""
    return int(connection.execute(_LAST).fetchone()[0] or 0)


def out_of_the_inbox(connection: Any, slots: Sequence[int]) -> set[int]:
    """The documents of tickets that are elsewhere than in the inbox, among *slots* or beside them.

    Few tickets are: none of the others needs to be read.
    """
    (since,) = connection.execute(_SINCE, (min(slots),)).fetchone() if slots else (0,)
    return set(engine().slots_elsewhere(connection, since)) if slots else set()


def heads(connection: Any, ids: Iterable[int]) -> dict[int, int]:
    """The slot of the first document of each of these tickets."""
    ids = list(ids)
    return engine().heads(connection, ids) if ids else {}


def number_in_the_inbox(connection: Any, ids: Sequence[int]) -> int:
    """How many of a few tickets lie there."""
    return engine().number_in_the_inbox(connection, ids) if ids else 0
