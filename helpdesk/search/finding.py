"""The tickets that have the words which somebody looks for: a page of them, a number, one of them.

Their cost is bounded, however many they are: a list takes the newest ones, few at first.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from ..accounts.models import Actor
from ..database import db
from ..tickets.models import Ticket
from .asking import Question, long_part, question
from .grammar import Among, Words
from .models import ASIDE, documents
from .schema import INDEX

Position = tuple[int, int]  # in the list of the newest: a time and a ticket's id

MANY_WORDS = 50
FEW = 1000  # that one can look up as well as look for

_index = sa.table(INDEX, sa.column("rowid", sa.Integer), sa.column(INDEX))
_TICKETS = f"""
SELECT json_group_array(DISTINCT d.ticket_id)
FROM {INDEX} JOIN search_documents d ON d.slot = {INDEX}.rowid WHERE {INDEX} MATCH ?"""  # noqa: S608
_ANY = f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH ? LIMIT 1 OFFSET ?"  # noqa: S608
_NUMBER = f"""
SELECT count(*) FROM (SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH ? LIMIT ?)"""  # noqa: S608
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
        if self.has_more_than(FEW):
            found = self._has_it()
        else:
            found = Ticket.id.in_(self._of_documents(_matches(self._asks.expression)))
        having, lacking = self._long
        if having:
            found = sa.or_(found, _is_one_of(having))
        return sa.and_(found, sa.not_(_is_one_of(lacking))) if lacking else found

    def has_more_than(self, number: int) -> bool:
        """Whether there are more of them than so many, wherever they lie."""
        if self._asks is None:
            return False
        row = self._connection.execute(_ANY, (self._asks.expression, number)).fetchone()
        return row is not None

    def newest(self, most: int, beyond: Position | None, *, down: bool) -> Any:
        """The ids of the first so many *beyond* a position, newest (or oldest) first.

        Those of tickets that have no place in the order may be any of them.
        """
        if self._asks is None:
            return sa.select(documents.c.ticket_id).where(sa.false())
        first = self._part(beyond, down=down).limit(most).subquery()
        of_first = sa.select(documents.c.ticket_id)
        of_first = of_first.join(first, first.c.slot == documents.c.slot)
        aside = self._of_documents(_matches(self._asks.expression), _index.c.rowid >= ASIDE)
        having, lacking = self._long
        arms = [of_first, aside, *([_listed(having)] if having else [])]
        if lacking:
            arms = [arm.where(documents.c.ticket_id.not_in(_listed(lacking))) for arm in arms[:2]]
            arms += [_listed(having - lacking)]
        return sa.union_all(*arms)

    def end(self, most: int, beyond: Position | None, *, down: bool) -> Position | None:
        """The last of those; None where there are no more than these."""
        if self._asks is None:
            return None
        two = self._part(beyond, down=down).limit(2).offset(most - 1)
        slots = db.session.scalars(two).all()
        if len(slots) < 2:
            return None
        _slot, created_at, ticket_id = self._connection.execute(_BELOW, (slots[0],)).fetchone()
        return created_at, ticket_id

    def number(self, most: int) -> int:
        """How many there are, wherever they lie; no more than *most* are counted."""
        if self._asks is None:
            return 0
        row = self._connection.execute(_NUMBER, (self._asks.expression, most)).fetchone()
        return int(row[0])

    def _part(self, beyond: Position | None, *, down: bool) -> Any:
        """The slots in the order of lists, from *beyond* on."""
        assert self._asks is not None  # noqa: S101 (asked before)
        slot = _index.c.rowid
        query = sa.select(slot.label("slot")).where(_matches(self._asks.expression), slot < ASIDE)
        if beyond is not None:
            at, is_there = self._place(beyond)
            if down:
                query = query.where(slot < at if is_there else slot <= at)
            else:
                query = query.where(slot > at)
        return query.order_by(slot.desc() if down else slot.asc())

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
        execute = self._connection.execute
        return any(execute(_ANY, (one, 0)).fetchone() for one in expressions)

    @property
    def _connection(self) -> Any:
        session: Any = db.session()
        return session.driver_connection()

    def _has_it(self) -> sa.ColumnElement[bool]:
        """That the one ticket at hand is one of them: for where only few are looked at."""
        assert self._asks is not None  # noqa: S101
        its = sa.select(documents.c.slot).where(documents.c.ticket_id == Ticket.id)
        query = sa.select(_index.c.rowid).where(_matches(self._asks.expression))
        query = query.where(_index.c.rowid.in_(its.correlate(Ticket)))
        return query.correlate(Ticket).exists()

    @staticmethod
    def _of_documents(*conditions: sa.ColumnElement[bool]) -> Any:
        query = sa.select(documents.c.ticket_id).join(_index, _index.c.rowid == documents.c.slot)
        return query.where(*conditions)

    @cached_property
    def _long(self) -> tuple[set[int], set[int]]:
        """Long tickets that have all, each part perhaps in another of their documents; and those
        that have what is not wanted."""
        asks = self._asks
        if asks is None or (len(asks.wanted) == 1 and not asks.limit and not asks.unwanted):
            return set(), set()
        if self._connection.execute(_ANY, (asks.of_long_tickets, 0)).fetchone() is None:
            return set(), set()
        lacking = [self._having(parts) for parts in asks.unwanted]
        return self._having(asks.wanted), set().union(*lacking)

    def _having(self, parts: Sequence[str]) -> set[int]:
        """Long tickets that have each of *parts* somewhere."""
        found: set[int] | None = None
        for part in parts:
            row = self._connection.execute(_TICKETS, (long_part(part),)).fetchone()
            ids = set(json.loads(row[0]))
            found = ids if found is None else found & ids
            if not found:
                return set()
        return found or set()


def _matches(expression: str) -> sa.ColumnElement[bool]:
    return sa.literal_column(f"{INDEX}.{INDEX}").op("MATCH")(expression)


def _listed(ids: set[int]) -> Any:
    listed = sa.func.json_each(json.dumps(sorted(ids))).table_valued("value")
    return sa.select(listed.c.value)


def _is_one_of(ids: set[int]) -> sa.ColumnElement[bool]:
    return Ticket.id.in_(_listed(ids))
