"""What was found, the best first: by where its words stand.

That every word counts the same is meant: how seldom one is in all tickets would tell customers of
others' words. Of very many hits the newest are ranked.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from .. import cursors
from ..accounts.models import Actor
from ..database import rows
from ..tickets import queries
from ..tickets.models import Ticket
from ..tickets.queries import Filters, Listing, Page, Sort, narrowed, visible_to
from ..tickets.queries.few import NUMBERS
from ..tickets.queries.listing import Read
from .finding import Found
from .grammar import Among, Words

RELEVANCE = "relevance"  # the name of this order
MOST_RANKED = 2000  # tickets
MOST_WORDS = 8  # that are looked for in subjects
LONGEST_RANKED = 1000  # characters of a search: of what a longer one finds, the newest are best
_IN_SUBJECT, _TOGETHER = 2, 3  # what it counts that a subject has a word; that all stand together
_CURSOR = re.compile(r"r([np]):([0-9]{1,15}):([0-9]{1,15})", re.ASCII)
_AFTER = 2**40  # a key is a rank, and seconds below this

Key = tuple[int, int]  # rank and time, a ticket's id: the higher, the sooner


class Ranked(Struct, frozen=True):
    """A list that is searched, in the order of relevance."""

    actor: Actor
    filters: Filters

    def page(self, page: Page, *, people: bool = False, read: Read | None = None) -> Listing:
        """A page of it, as ``queries.listing`` gives it. Raises Invalid (field ``cursor``)."""
        keys = self._keys()
        first, last = _part(keys, page)
        ids = [id_ for _key, id_ in keys[first:last]]
        shown = queries.rows_of(self.actor, ids, people=people, read=read)
        return Listing(
            shown,
            _cursor("n", keys[last - 1]) if shown and last < len(keys) else "",
            _cursor("p", keys[first]) if shown and first > 0 else "",
        )

    def _keys(self) -> list[Key]:
        """The newest tickets that were found, the best first."""
        found = self.filters.found
        if not isinstance(found, Found):
            return []
        newest = found.newest(MOST_RANKED, None, down=True)
        query: sa.Select[Any] = visible_to(self.actor, self.filters.places)
        query = narrowed(query, replace(self.filters, found=None)).where(Ticket.id.in_(newest))
        query = query.with_hint(Ticket, NUMBERS, "sqlite")
        created = Sort.NEWEST.key.label("created")
        times = {row.id: row.created for row in rows(query.with_only_columns(Ticket.id, created))}
        ranks = _ranks(found)
        keys = ((ranks.get(id_, 0) * _AFTER + time, id_) for id_, time in times.items())
        return sorted(keys, reverse=True)


def _ranks(found: Found) -> dict[int, int]:
    """What each ticket has more than the words somewhere."""
    ranks: dict[int, int] = {}
    for more, worth in _merits(found.asked):
        for id_ in found.with_words_too(more, MOST_RANKED):
            ranks[id_] = ranks.get(id_, 0) + worth
    return ranks


def _merits(asked: Sequence[Words]) -> list[tuple[Words, int]]:
    """What may make a ticket better than others that were found, and how much."""
    plain = [one for one in asked if one == Words(one.text)]
    words = [Words(word) for one in plain for word in one.folded]
    phrases = [one for one in asked if one == Words(one.text, is_phrase=True)]
    if sum(len(one.text) for one in asked) > LONGEST_RANKED:
        return []
    in_subject = [replace(one, among=Among.SUBJECT) for one in [*words, *phrases][:MOST_WORDS]]
    merits = [(one, _IN_SUBJECT) for one in in_subject]
    if len(words) > 1:
        together = Words(" ".join(one.text for one in plain), is_phrase=True)
        merits.append((together, _TOGETHER))
    return merits


def _part(keys: Sequence[Key], page: Page) -> tuple[int, int]:
    """From where to where the page goes. Raises Invalid."""
    if not page.cursor:
        return page.offset, min(page.offset + page.limit, len(keys))
    try:
        found = _CURSOR.fullmatch(cursors.read(page.cursor))
    except ValueError:
        found = None
    if found is None:
        raise cursors.unknown()
    key = (int(found[2]), int(found[3]))
    falling = [(-time, -id_) for time, id_ in keys]
    at = bisect_left(falling, (-key[0], -key[1]))
    if found[1] == "p":
        return max(0, at - page.limit), at
    at += at < len(keys) and keys[at] == key
    return at, min(at + page.limit, len(keys))


def _cursor(direction: str, key: Key) -> str:
    return cursors.write(f"r{direction}:{key[0]}:{key[1]}")
