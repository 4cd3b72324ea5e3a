"""Which tickets a keyword finds."""

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import aliased

from ..accounts.models import Actor, User
from ..tickets.models import Attachment, Category, Message, Tag, Ticket, ticket_tags
from ..tickets.queries.visibility import readable_by
from ..words import has_phrase, has_words
from .grammar import Among, Words

LATEST = 5000  # tickets that are looked through while somebody types
MOST_SPECIAL = 100  # phrases, words that are not wanted, and the like
SHORTEST = 3  # letters of a word that is looked for then; other scripts say more with fewer


def install(engine: sa.Engine) -> None:
    """Teach SQLite the functions that :func:`matching` uses."""

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: DBAPIConnection, _record: object) -> None:
        for function in (has_words, has_phrase):
            connection.create_function(
                function.__name__, 2, _of_lines(function), deterministic=True
            )


def _of_lines(function: Callable[[str, Sequence[str]], bool]) -> Callable[[str, str], bool]:
    return lambda text, wanted: function(text, wanted.split("\n"))


def matching(actor: Actor, asked: Sequence[Words]) -> sa.ColumnElement[bool]:
    """The condition on Ticket that it has all of *asked* for *actor*.

    Every word must begin a word of the ref, subject, description, messages or category names
    (API.md); for staff also of notes, tags and the requester's name and address.
    """
    return sa.and_(sa.true(), *(_has(actor, one) for one in _together_where_alike(asked)))


def _together_where_alike(asked: Sequence[Words]) -> Iterator[Words]:
    """One for all plain words: the statement is as deep for one word as for thousands."""
    plain = [one.text for one in asked if _is_plain(one)]
    if plain:
        yield Words(" ".join(plain))
    yield from islice((one for one in asked if not _is_plain(one)), MOST_SPECIAL)


def _is_plain(one: Words) -> bool:
    return not (one.is_phrase or one.is_excluded) and one.among is Among.ALL


def _has(actor: Actor, one: Words) -> sa.ColumnElement[bool]:
    function = sa.func.has_phrase if one.is_phrase else sa.func.has_words
    text = _text(actor) if one.among is Among.ALL else _text_of(actor, one.among)
    return function(text, "\n".join(one.folded)) == (0 if one.is_excluded else 1)


def tells_enough(asked: Sequence[Words]) -> bool:
    """Whether it is worth looking while somebody still types."""
    folded = [word for one in asked for word in one.folded]
    return any(len(word) >= SHORTEST or not word.isascii() for word in folded)


def among_latest() -> sa.ColumnElement[bool]:
    """The condition on Ticket that it is one of the latest: for looking while somebody types."""
    any_ticket = aliased(Ticket)
    return Ticket.id > sa.select(sa.func.max(any_ticket.id)).scalar_subquery() - LATEST


def _text_of(actor: Actor, among: Among) -> sa.ColumnElement[str]:
    if among is Among.PEOPLE and actor.is_staff:
        return _together(User.name + "\n" + User.email, User.id == Ticket.requester_id)
    if among is Among.FILES:
        of_ticket = sa.select(Message.id).where(Message.ticket_id == Ticket.id, readable_by(actor))
        return _together(
            Attachment.file_name.expression, Attachment.message_id.in_(of_ticket.correlate(Ticket))
        )
    return Ticket.subject.expression


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
