"""Which tickets a keyword finds."""

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection

from ..accounts.models import Actor, User
from ..tickets.models import Category, Message, Tag, Ticket, ticket_tags
from ..tickets.queries.visibility import readable_by
from ..words import has_word, words


def install(engine: sa.Engine) -> None:
    """Teach SQLite the function that :func:`matching` uses."""

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: DBAPIConnection, _record: object) -> None:
        connection.create_function("has_word", 2, has_word, deterministic=True)


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
    return sa.and_(*(_has(actor, word) for word in wanted))


def _has(actor: Actor, word: str) -> sa.ColumnElement[bool]:
    def found(text: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        return sa.func.has_word(text, word) == 1

    messages = (
        sa.select(Message.id)
        .where(Message.ticket_id == Ticket.id, readable_by(actor), found(Message.body.expression))
        .exists()
    )
    categories = (
        sa.select(Category.id)
        .where(
            Category.id.in_([Ticket.category_id, Ticket.subcategory_id]),
            found(Category.name.expression),
        )
        .correlate(Ticket)  # a list that shows categories has the table beside the ticket's
        .exists()
    )
    ref = sa.literal("TKT") + sa.cast(Ticket.id, sa.String)
    ways = [
        found(ref),
        found(Ticket.subject.expression),
        found(Ticket.description.expression),
        messages,
        categories,
    ]
    if actor.is_staff:
        person = sa.select(User.id).where(User.id == Ticket.requester_id)
        tagged = (
            sa.select(Tag.id)
            .join(ticket_tags, ticket_tags.c.tag_id == Tag.id)
            .where(ticket_tags.c.ticket_id == Ticket.id, found(Tag.name.expression))
        )
        ways += [
            person.where(
                sa.or_(found(User.name.expression), found(User.email.expression))
            ).exists(),
            tagged.exists(),
        ]
    return sa.or_(*ways)
