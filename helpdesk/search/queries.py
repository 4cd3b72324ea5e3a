"""Which tickets a keyword finds."""

from functools import reduce

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import aliased

from ..accounts.models import Actor, User
from ..tickets.models import Category, Message, Tag, Ticket, ticket_tags
from ..tickets.queries.visibility import readable_by
from ..words import has_words, words

LATEST = 5000  # tickets that are looked through while somebody types
SHORTEST = 3  # letters of a word that is looked for then; other scripts say more with fewer


def install(engine: sa.Engine) -> None:
    """Teach SQLite the function that :func:`matching` uses."""

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: DBAPIConnection, _record: object) -> None:
        connection.create_function("has_words", 2, _has_words, deterministic=True)


def _has_words(text: str, wanted: str) -> bool:
    return has_words(text, wanted.split("\n"))


def matching(actor: Actor, keyword: str) -> sa.ColumnElement[bool] | None:
    """The condition on Ticket that *keyword* finds it for *actor*; None when it is blank.

    Every word must begin a word of the ref, subject, description, messages or category names
    (API.md); for staff also of notes, tags and the requester's name and address. Any text is a
    keyword; one without a word in it finds nothing.
    """
    if not keyword.strip():
        return None
    wanted = words(keyword)
    if not wanted:
        return sa.false()
    # One call for all the words: the statement is as deep for one word as for thousands.
    return sa.func.has_words(_text(actor), "\n".join(wanted)) == 1


def matching_latest(actor: Actor, keyword: str) -> sa.ColumnElement[bool] | None:
    """The same while somebody types: among the latest tickets, once a word tells enough."""
    condition = matching(actor, keyword)
    if condition is None:
        return None
    if not any(len(word) >= SHORTEST or not word.isascii() for word in words(keyword)):
        return sa.false()
    any_ticket = aliased(Ticket)
    newest = sa.select(sa.func.max(any_ticket.id)).scalar_subquery()
    return sa.and_(Ticket.id > newest - LATEST, condition)


def _text(actor: Actor) -> sa.ColumnElement[str]:
    """All that *actor* may find a ticket by, in lines: no word goes over the end of one."""
    texts: list[sa.ColumnElement[str]] = [
        sa.literal("TKT") + sa.cast(Ticket.id, sa.String),
        Ticket.subject.expression,
        Ticket.description.expression,
        _together(Message.body.expression, Message.ticket_id == Ticket.id, readable_by(actor)),
        _together(
            Category.name.expression,
            Category.id.in_([Ticket.category_id, Ticket.subcategory_id]),
        ),
    ]
    if actor.is_staff:
        hung_on = sa.select(ticket_tags.c.tag_id).where(ticket_tags.c.ticket_id == Ticket.id)
        texts += [
            _together(User.name + "\n" + User.email, User.id == Ticket.requester_id),
            _together(Tag.name.expression, Tag.id.in_(hung_on.correlate(Ticket))),
        ]
    return reduce(lambda before, text: before + "\n" + text, texts)


def _together(
    text: sa.ColumnElement[str], *conditions: sa.ColumnElement[bool]
) -> sa.ColumnElement[str]:
    """*text* of every row for which *conditions* hold, a line each."""
    query = sa.select(sa.func.aggregate_strings(text, "\n")).where(*conditions)
    # A list that shows categories and people has their tables beside the ticket's: not those.
    return sa.func.coalesce(query.correlate(Ticket).scalar_subquery(), "")
