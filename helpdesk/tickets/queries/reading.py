"""Which tickets have words that an agent hasn't read."""

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ... import clock
from ...accounts.models import Person
from ...database import Instant, Prepared, sql
from ...database.reading import columns
from ..models import AuthorKind, Message, ReadMark, Ticket
from .few import Few
from .visibility import EVERY_PLACE, AnyReader, visible_to

NEWS_LASTS = timedelta(days=14)
WORDS_OF_ONE = 4  # messages and notes of a ticket with recent ones, about


def unread(actor: Person) -> sa.ColumnElement[bool]:
    """The condition on Ticket: somebody else wrote on it since *actor* read it.

    What is older than ``NEWS_LASTS``, or than *actor*'s account, counts as read, unless they have
    marked the ticket unread. It looks at the messages of the one ticket; see :func:`few_unread`.
    """
    return is_unread(actor, sa.literal(news_since(actor), Instant))


def few_unread(actor: Person) -> Few:
    """The same where that may be few: among the tickets with recent words, and those put aside."""
    # All kinds of messages, one by one: so the index of recent ones (ix_messages_answers) is
    # enough, however many tickets there are.
    recent = sa.select(Message.ticket_id).where(
        Message.author_kind.in_(list(AuthorKind)),
        Message.internal.in_([False, True]),
        Message.created_at >= news_since(actor),
    )
    put_aside = sa.select(ReadMark.ticket_id).where(
        ReadMark.user_id == actor.id, ReadMark.message_id.is_(None)
    )
    return replace(Few.numbers(sa.union_all(recent, put_aside)), times=WORDS_OF_ONE)


def is_unread(actor: Person | AnyReader, since: Any = None) -> sa.ColumnElement[bool]:
    """The same; *since* when words count, which else comes as ``news_since``.

    That is for a statement that is made once: see :func:`news_since`.
    """
    since = sa.bindparam("news_since", type_=Instant) if since is None else since
    mark, one = aliased(ReadMark), sa.select(sa.literal_column("1").label("row")).subquery("one")
    news = (
        sa.select(Message.id)
        .where(Message.ticket_id == Ticket.id, *_is_news(actor, since, mark.message_id))
        .correlate(Ticket, mark)
    )
    is_aside = sa.and_(mark.ticket_id.is_not(None), mark.message_id.is_(None))
    # The mark is looked up once, for its two sides.
    mine = sa.and_(mark.user_id == actor.id, mark.ticket_id == Ticket.id)
    found = sa.select(one.c.row).select_from(one.outerjoin(mark, mine))
    return found.where(sa.or_(is_aside, news.exists())).correlate(Ticket).exists()


def news_since(actor: Person) -> datetime:
    """What is older counts as read. It changes once an hour: what was asked may be remembered."""
    this_hour = clock.now().replace(minute=0, second=0)
    return max(this_hour - NEWS_LASTS, actor.created_at)


def unread_among(actor: Person, ids: Collection[int]) -> set[int]:
    """Those of the tickets *ids* that *actor* may see and hasn't read, in one query."""
    if not ids:
        return set()
    since, statement = news_since(actor), _unread_among(actor.is_staff)
    found = columns(statement, reader_id=actor.id, news_since=since, ids=json.dumps(sorted(ids)))
    return set(found[0])


@cache
def _unread_among(is_staff: bool) -> Prepared:
    reader = AnyReader(is_staff)
    query = visible_to(reader, EVERY_PLACE).with_only_columns(Ticket.id)
    return Prepared(query.where(Ticket.id.in_(sql.numbers_in("ids")), is_unread(reader)))


def _is_news(actor: Person | AnyReader, since: Any, last_read: Any) -> tuple[Any, ...]:
    """The conditions on Message: recent words of somebody else, after the *last_read* ones."""
    return (
        Message.created_at >= since,
        Message.author_id.is_distinct_from(actor.id),
        Message.id > sa.func.coalesce(last_read, 0),
    )
