"""What lists ask of a search, which is another room's, and how much of what it has found they read.

However many tickets have the words, a page costs about the same: the newest few are looked at, then
more, until it is full. It may end before that, and yet have a next one, from where it ended on.
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

MOST_SORTED = 5_000  # of what was found, in another order than the newest first
MOST_COUNTED = 10_000  # beside a list
MOST_COUNTED_ALONE = 300_000  # where only their number is asked for
LOOKED_THROUGH = 20_000  # of the newest tickets, to count beside a list what was found
LOOKED_AT = (100, 2_000, 20_000, 200_000)

Ids = sa.Select[Any] | sa.CompoundSelect[Any]
Position = tuple[int, int]  # in the list of the newest: a time and a ticket's id


class Found(Protocol):
    """Tickets that were searched for."""

    @property
    def condition(self) -> sa.ColumnElement[bool]:
        """That a ticket is one of them."""

    def in_the_inbox(self, most: int, window: int | None) -> tuple[int, bool]:
        """How many of the newest *most* lie in the inbox, and whether there are no more.

        With *window*, no more of the newest tickets are looked through.
        """

    def newest(self, most: int, beyond: Position | None, *, down: bool) -> Ids:
        """The ids of the first so many *beyond* a position, newest (or oldest) first.

        Those of tickets that have no place in the order may be any of them.
        """

    def end(self, most: int, beyond: Position | None, *, down: bool) -> Position | None:
        """The last of those; None where there are no more than these."""


L = TypeVar("L", bound=Any)


def page_of(
    found: Found,
    beyond: Position | None,
    least: int,
    listed: Callable[[Ids], L],
    is_full: Callable[[L], bool],
    *,
    down: bool,
) -> tuple[L, Position | None]:
    """What is *listed* among the first that were found, or among more until it *is_full*.

    And where it ended, if it did before all was looked at. *least* rows are passed over or shown.
    """
    end = None
    for step in LOOKED_AT:
        most = max(step, 2 * least)
        page = listed(found.newest(most, beyond, down=down))
        if is_full(page):
            return page, None
        end = found.end(most, beyond, down=down)
        if end is None:
            break
    return page, end
