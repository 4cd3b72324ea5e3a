"""What a report asks the database: one statement a question, however many rows there are.

Tickets are read as plain numbers and words; making objects of them would cost more than the query.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from ..accounts.models import Actor, User
from ..database import db, sql
from ..database.reading import columns
from ..people.models import Company
from ..tickets.models import AuthorKind, Message, Status, Tag, Ticket, ticket_tags
from ..tickets.queries import narrowed, visible_to
from .shapes import Scope

MOST_NAMES = 50  # of tags and companies: the most used ones
_NUMBERS = ("opened", "solved")  # of each of them
UNSOLVED = (Status.OPEN, Status.PENDING)


class Opened(Struct, frozen=True):
    """Tickets by when they were opened, oldest first, a sequence a column: moments are seconds
    since 1970. (A hundred thousand small objects would take longer than all the rest.)"""

    at: Sequence[int] = ()
    answered_at: Sequence[int | None] = ()
    answered_by: Sequence[int | None] = ()
    created_by: Sequence[str] = ()
    requester: Sequence[str] = ()
    status: Sequence[str] = ()
    category: Sequence[int | None] = ()
    subcategory: Sequence[int | None] = ()


class Solved(Struct, frozen=True):
    """Tickets by when they were solved, the first one first, in columns too."""

    at: Sequence[int] = ()
    opened_at: Sequence[int] = ()
    requester: Sequence[str] = ()
    category: Sequence[int | None] = ()
    subcategory: Sequence[int | None] = ()
    assignee: Sequence[int | None] = ()


class Reading:
    """The rows of *scope* that *actor* may see, each kind read once."""

    def __init__(self, actor: Actor, scope: Scope) -> None:
        self.actor, self.filters = actor, scope.filters
        self.begins, self.ends = scope.period.span.begins, scope.period.span.ends
        self.begins_before = scope.period.before.span.begins

    @cached_property
    def opened(self) -> Opened:
        """Opened in the range or the one before it, oldest first."""
        query = self._tickets(
            _seconds(Ticket.created_at),
            _seconds(Ticket.first_answer_at),
            _first_answerer(),
            _word(Ticket.created_by_kind),
            _word(Ticket.requester_kind),
            _word(Ticket.status),
            Ticket.category_id,
            Ticket.subcategory_id,
        )
        return Opened(*self._columns(query, Ticket.created_at))

    @cached_property
    def solved(self) -> Solved:
        """Solved in the range or the one before it, oldest first."""
        query = self._tickets(
            _seconds(Ticket.resolved_at),
            _seconds(Ticket.created_at),
            _word(Ticket.requester_kind),
            Ticket.category_id,
            Ticket.subcategory_id,
            Ticket.assignee_id,
        )
        return Solved(*self._columns(query, Ticket.resolved_at))

    def unsolved_before(self) -> int:
        """How many were unsolved when the range began: still, or until some time since.

        Each of the two is a stretch of an index, and as long as what was unsolved or solved since:
        what happened years before costs nothing.
        """
        created, solved = _seconds(Ticket.created_at), _seconds(Ticket.resolved_at)
        still, until_later = (
            self._tickets(sa.func.count()).where(created < self.begins, is_so).scalar_subquery()
            for is_so in (solved.is_(None), solved >= self.begins)
        )
        return db.session.scalar(sa.select(still + until_later)) or 0

    def unsolved(self, edges: Sequence[int]) -> list[list[int]]:
        """What is unsolved, opened before ``edges[0]`` and not before ``edges[1]``, and so on:
        how many open ones and how many pending ones; the last have no other end."""
        created, stretches = _seconds(Ticket.created_at), []
        for index in range(len(edges)):
            held = [created <= edges[index]] if index else []
            held += [created > edge for edge in edges[index + 1 : index + 2]]
            # Each a stretch of an index: to count that takes a tenth of a look at each ticket.
            stretches += [
                self._tickets(sa.func.count()).where(Ticket.status == status, *held)
                for status in UNSOLVED
            ]
        counts = list(
            db.session.execute(sa.select(*(one.scalar_subquery() for one in stretches))).one()
        )
        return [counts[place : place + 2] for place in range(0, len(counts), 2)]

    def answers(self) -> Sequence[Any]:
        """Whose answers there were in the range: how many, on how many tickets."""
        at = _seconds(Message.created_at)
        query = (
            self._tickets(
                Message.author_id, sa.func.count(), sa.func.count(sa.distinct(Message.ticket_id))
            )
            .select_from(Ticket)
            .join(Message, Message.ticket_id == Ticket.id)
            .where(_is_answer(), at >= self.begins, at < self.ends)
            .group_by(Message.author_id)
        )
        return db.session.execute(query).all()

    def tags(self) -> Sequence[Any]:
        """Id and name of each tag, how many opened and how many solved tickets have it."""
        counted = self._counted(Ticket.id)
        query = self._tallied(counted, Tag.id, Tag.name)
        query = query.join(ticket_tags, ticket_tags.c.ticket_id == counted.c.id)
        return self._most(query.join(Tag, Tag.id == ticket_tags.c.tag_id), Tag.id, Tag.name)

    def companies(self) -> Sequence[Any]:
        """The same of the companies that the requesters belong to."""
        # By requester first: so each is looked up once, in their order, which lie side by side.
        counted = self._counted(Ticket.requester_id)
        tallied = self._tallied(counted, counted.c.requester_id)
        by_one = tallied.group_by(counted.c.requester_id).subquery()
        numbers: list[Any] = [sql.sum_of(by_one.c[name]).label(name) for name in _NUMBERS]
        query = (
            sa.select(Company.id, Company.name, *numbers)
            .select_from(by_one)
            .join(User, User.id == by_one.c.requester_id)
            .join(Company, Company.id == User.company_id)
        )
        return self._most(query, Company.id, Company.name)

    def _tickets(self, *columns: Any) -> sa.Select[Any]:
        return narrowed(visible_to(self.actor).with_only_columns(*columns), self.filters)

    def _columns(self, query: sa.Select[Any], moment: Any) -> Sequence[Any]:
        """The columns of *query*, in the order of *moment*."""
        at = _seconds(moment)
        query = query.where(at >= self.begins_before, at < self.ends).order_by(at)
        return columns(query)

    def _counted(self, column: Any) -> sa.Subquery:
        """*column* of the tickets of the range: once for each that was opened in it, and once for
        each that was solved in it.

        Two stretches of two indexes; one condition with an "or" would read all tickets there are.
        """
        halves = [
            self._tickets(column, kind.label("opened")).where(at >= self.begins, at < self.ends)
            for at, kind in (
                (_seconds(Ticket.created_at), sa.literal_column("1", sa.Integer)),
                (_seconds(Ticket.resolved_at), sa.literal_column("0", sa.Integer)),
            )
        ]
        return sa.union_all(*halves).subquery()

    def _tallied(self, counted: sa.Subquery, *columns: Any) -> sa.Select[Any]:
        opened, total = counted.c.opened, sa.func.count()
        both = total.filter(opened == 1), total.filter(opened == 0)
        numbers = [one.label(name) for one, name in zip(both, _NUMBERS, strict=True)]
        return sa.select(*columns, *numbers).select_from(counted)

    def _most(self, query: sa.Select[Any], id_: Any, name: Any) -> Sequence[Any]:
        opened: sa.ColumnElement[int] = sa.literal_column("opened")
        query = query.group_by(id_, name).order_by(opened.desc(), name, id_).limit(MOST_NAMES)
        return db.session.execute(query).all()


def _seconds(moment: Any) -> sa.ColumnElement[Any]:
    return sa.type_coerce(moment, sa.BigInteger)


def _word(choice: Any) -> sa.ColumnElement[Any]:
    return sa.type_coerce(choice, sa.String)


def _is_answer() -> sa.ColumnElement[bool]:
    """A public message of staff that isn't the one with which they opened the ticket."""
    same_ticket = Message.__table__.alias("opening")
    opening = (
        sa.select(sa.func.min(same_ticket.c.id))
        .where(same_ticket.c.ticket_id == Ticket.id)
        .scalar_subquery()
    )
    is_opening = sa.and_(Ticket.created_by_kind == AuthorKind.ADMIN, Message.id == opening)
    return sa.and_(
        Message.author_kind == AuthorKind.ADMIN, Message.internal.is_(False), sa.not_(is_opening)
    )


def _first_answerer() -> sa.ColumnElement[Any]:
    """Who wrote the first answer of a ticket."""
    return (
        sa.select(sa.func.min(Message.author_id))
        .where(
            Message.ticket_id == Ticket.id,
            Message.created_at == Ticket.first_answer_at,
            Message.author_kind == AuthorKind.ADMIN,
            Message.internal.is_(False),
        )
        .scalar_subquery()
    )
