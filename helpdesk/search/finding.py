"""The tickets that have the words which somebody looks for: a page of them, a number, one of them.

Their cost is bounded, however many they are: a list takes the newest ones, few at first.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from ..accounts.models import Actor
from ..database import sql
from ..tickets.models import Ticket
from . import hits
from .asking import Question, long_part, question
from .engines import connection, engine
from .grammar import Among, Words
from .hits import Hits
from .models import ASIDE, documents
from .parts import Part

Position = tuple[int, int]  # in the list of the newest: a time and a ticket's id

MANY_WORDS = 50
FEW = 100  # that one can look up as well as look for; so many are read at first

_SLOT = """
SELECT slot FROM search_documents
WHERE ticket_id = ? AND first_message_id = 0 AND created_at = ? AND slot < ?"""
_BELOW = """
SELECT slot, created_at, ticket_id FROM search_documents
WHERE slot <= ? ORDER BY slot DESC LIMIT 1"""


@dataclass(frozen=True)
class Found:
    """The tickets that have all of *asked* for *actor*.

    Every word must begin a word of the ref, subject, description, messages, file names or category
    names (API.md); for staff also of notes, tags and the requester's name and address.
    """

    actor: Actor
    asked: Sequence[Words]

    @cached_property
    def condition(self) -> sa.ColumnElement[bool]:
        """That a ticket is one of them."""
        if self._asks is None:
            return sa.false()
        if self._hits(FEW, None, down=True).is_all:
            return _is_one_of(self._newest(FEW, None, down=True))
        found = self._has_it()
        having, lacking = self._long
        if having:
            found = sa.or_(found, _is_one_of(having))
        return sa.and_(found, sa.not_(_is_one_of(lacking))) if lacking else found

    def newest(self, most: int, beyond: Position | None, *, down: bool) -> Any:
        """The ids of the first so many *beyond* a position, newest (or oldest) first.

        Those of tickets that have no place in the order may be any of them.
        """
        if self._asks is None:
            return _listed(())
        return _listed(self._newest(most, beyond, down=down))

    def end(self, most: int, beyond: Position | None, *, down: bool) -> Position | None:
        """The last of those; None where there are no more than these."""
        if self._asks is None:
            return None
        found = self._hits(most, beyond, down=down)
        if found.is_all:
            return None
        row = self._connection.execute(_BELOW, (found.slots[-1],)).fetchone()
        _slot, created_at, ticket_id = row
        return created_at, ticket_id

    def in_the_inbox(self, most: int, window: int | None) -> tuple[int, bool]:
        """How many of the newest *most* lie in the inbox, and whether there are no more.

        With *window*, no more of the newest tickets are looked through.
        """
        if self._asks is None:
            return 0, True
        if self._hits(FEW, None, down=True).is_all:
            ids = self._newest(FEW, None, down=True)
            return hits.number_in_the_inbox(self._connection, ids), True
        low = hits.last(self._connection) - window if window is not None else 0
        found = self._read(most, max(0, low), ASIDE, down=True)
        kept = set(found.slots) - hits.out_of_the_inbox(self._connection, found.slots)
        others = self._others - self._lacking
        heads = hits.heads(self._connection, others | self._lacking)
        kept -= {heads.get(id_) for id_ in self._lacking}
        beside = [id_ for id_ in others if heads.get(id_) not in set(found.slots)]
        number = len(kept) + hits.number_in_the_inbox(self._connection, beside)
        return number, found.is_all and low <= 0

    def with_words_too(self, more: Words, most: int) -> set[int]:
        """Those of the newest *most* that have *more*, too."""
        better = Found(self.actor, [*self.asked, more])
        if self._asks is None or better._asks is None:
            return set()
        newest = self._hits(most, None, down=True)
        low = 0 if newest.is_all else newest.slots[-1] - 1
        # Upwards: where none has both, FTS5 goes on to the end of the index, however near *low* is.
        slots = better._read(most, low, ASIDE, down=False).slots
        return (set(better._tickets(slots)) | better._others) - better._lacking

    def _newest(self, most: int, beyond: Position | None, *, down: bool) -> list[int]:
        found = dict.fromkeys(self._tickets(self._hits(most, beyond, down=down).slots))
        found |= dict.fromkeys(self._others)
        return [id_ for id_ in found if id_ not in self._lacking]

    def _hits(self, most: int, beyond: Position | None, *, down: bool) -> Hits:
        """The slots in the order of lists, from *beyond* on; read once, though asked for often."""
        key = beyond, down
        kept = self._kept.get(key)
        if kept is None or (len(kept.slots) < most and not kept.is_all):
            low, high = 0, ASIDE
            if beyond is not None:
                at, is_there = self._place(beyond)
                low, high = (0, at if is_there else at + 1) if down else (at, ASIDE)
            kept = self._kept[key] = self._read(most, low, high, down=down)
        return kept.first(most)

    def _read(self, most: int, low: int, high: int, *, down: bool) -> Hits:
        assert self._asks is not None  # noqa: S101 (asked before)
        expression = self._asks.expression
        return hits.read(self._connection, expression, most, low=low, high=high, down=down)

    def _tickets(self, slots: Sequence[int]) -> list[int]:
        return hits.tickets(self._connection, slots)

    @cached_property
    def _kept(self) -> dict[tuple[Position | None, bool], Hits]:
        return {}

    @cached_property
    def _others(self) -> set[int]:
        """Tickets that are found without their place in the order."""
        assert self._asks is not None  # noqa: S101
        return {*engine().aside(self._connection, self._asks.expression), *self._long[0]}

    @property
    def _lacking(self) -> set[int]:
        return self._long[1]

    def _place(self, position: Position) -> tuple[int, bool]:
        """The last slot up to *position*, and whether it is that of its own ticket."""
        created_at, ticket_id = position
        row = self._connection.execute(_SLOT, (ticket_id, created_at, ASIDE)).fetchone()
        if row is not None:
            return row[0], True
        low, high = 0, ASIDE - 1  # they rise with the tickets' times
        while low < high:
            middle = (low + high + 1) // 2
            row = self._connection.execute(_BELOW, (middle,)).fetchone()
            if row is None or (row[1], row[2]) <= position:
                low = middle
            else:
                high = row[0] - 1
        return low, False

    @cached_property
    def _asks(self) -> Question | None:
        asks = question(self._connection, self.actor, self._longest_words())
        if asks is None or (asks.wanted and not self._has_any(asks)):
            return None
        return question(self._connection, self.actor, self.asked)

    def _longest_words(self) -> Sequence[Words]:
        """Of very many words some: nearly always no ticket has even these, which is soon known."""
        plain = {
            word
            for one in self.asked
            if one.among is Among.ALL and not (one.is_phrase or one.is_excluded)
            for word in one.folded
        }
        if len(plain) < MANY_WORDS:
            return ()
        return [Words(" ".join(sorted(plain, key=len)[-MANY_WORDS // 2 :]))]

    def _has_any(self, asks: Question) -> bool:
        expressions = asks.expression, asks.of_long_tickets
        return any(engine().has_any(self._connection, one) for one in expressions)

    @property
    def _connection(self) -> Any:
        return connection()

    def _has_it(self) -> sa.ColumnElement[bool]:
        """That the one ticket at hand is one of them: for where only few are looked at."""
        assert self._asks is not None  # noqa: S101
        its = sa.select(documents.c.slot).where(documents.c.ticket_id == Ticket.id)
        return engine().condition(self._asks.expression, its.correlate(Ticket))

    @cached_property
    def _long(self) -> tuple[set[int], set[int]]:
        """Long tickets that have all, each part perhaps in another of their documents; and those
        that have what is not wanted."""
        asks = self._asks
        if asks is None or (len(asks.wanted) == 1 and not asks.limit and not asks.unwanted):
            return set(), set()
        if not engine().has_any(self._connection, asks.of_long_tickets):
            return set(), set()
        lacking = [self._having(parts) for parts in asks.unwanted]
        return self._having(asks.wanted), set().union(*lacking)

    def _having(self, parts: Sequence[Part]) -> set[int]:
        """Long tickets that have each of *parts* somewhere."""
        found: set[int] | None = None
        for part in parts:
            ids = set(engine().tickets_with(self._connection, long_part(part)))
            found = ids if found is None else found & ids
            if not found:
                return set()
        return found or set()


def _listed(ids: Iterable[int]) -> sa.Select[int]:
    return sql.numbers_of(json.dumps(sorted(ids)))


def _is_one_of(ids: Iterable[int]) -> sa.ColumnElement[bool]:
    return Ticket.id.in_(_listed(ids))
