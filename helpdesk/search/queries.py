"""Which tickets are found by their words."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ..accounts.models import Actor
from ..database import db
from ..tickets.models import Ticket
from .asking import Question, long_part, question
from .grammar import Words
from .models import documents
from .schema import INDEX

LATEST = 5000  # tickets that are looked through while somebody types
SHORTEST = 3  # letters of a word that is looked for then; other scripts say more with fewer

_index = sa.table(INDEX, sa.column("rowid", sa.Integer), sa.column(INDEX))
_TICKETS = f"""
SELECT json_group_array(DISTINCT d.ticket_id)
FROM {INDEX} JOIN search_documents d ON d.slot = {INDEX}.rowid WHERE {INDEX} MATCH ?"""  # noqa: S608


def matching(actor: Actor, asked: Sequence[Words]) -> sa.ColumnElement[bool]:
    """The condition on Ticket that it has all of *asked* for *actor*.

    Every word must begin a word of the ref, subject, description, messages, file names or category
    names (API.md); for staff also of notes, tags and the requester's name and address.
    """
    session: Any = db.session()
    connection = session.driver_connection()
    asks = question(connection, actor, asked)
    if asks is None:
        return sa.false()
    found = sa.select(documents.c.ticket_id).join(_index, _index.c.rowid == documents.c.slot)
    has_it = Ticket.id.in_(found.where(_index.c[INDEX].op("MATCH")(asks.expression)))
    return _with_long_tickets(connection, asks, has_it)


def _with_long_tickets(
    connection: Any, asks: Question, has_it: sa.ColumnElement[bool]
) -> sa.ColumnElement[bool]:
    """The same for tickets with several documents: each part may be in another of them."""
    if not _ticket_ids(connection, asks.of_long_tickets):
        return has_it
    wanted = [_ticket_ids(connection, long_part(part)) for part in asks.wanted]
    if wanted:
        has_it = sa.or_(has_it, _is_one_of(set.intersection(*wanted)))
    for parts in asks.unwanted:
        having = set.intersection(*(_ticket_ids(connection, long_part(part)) for part in parts))
        has_it = sa.and_(has_it, sa.not_(_is_one_of(having)))
    return has_it


def _ticket_ids(connection: Any, expression: str) -> set[int]:
    return set(json.loads(connection.execute(_TICKETS, (expression,)).fetchone()[0]))


def _is_one_of(ids: set[int]) -> sa.ColumnElement[bool]:
    listed = sa.func.json_each(json.dumps(sorted(ids))).table_valued("value")
    return Ticket.id.in_(sa.select(listed.c.value))


def tells_enough(asked: Sequence[Words]) -> bool:
    """Whether it is worth looking while somebody still types."""
    folded = [word for one in asked for word in one.folded]
    return any(len(word) >= SHORTEST or not word.isascii() for word in folded)


def among_latest() -> sa.ColumnElement[bool]:
    """The condition on Ticket that it is one of the latest: for looking while somebody types."""
    any_ticket = aliased(Ticket)
    return Ticket.id > sa.select(sa.func.max(any_ticket.id)).scalar_subquery() - LATEST
