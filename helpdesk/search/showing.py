"""How the tickets that were found are shown: the piece of their words in which they were found.

What is read for a page doesn't grow with its tickets: of each the latest messages, of each of these
the beginning.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import sqlalchemy as sa

from .. import markdown
from ..accounts.models import Actor
from ..database import Prepared, rows
from ..i18n import gettext as _
from ..tickets.models import Attachment, Category, Format, Message, Tag, Ticket, ticket_tags
from ..tickets.queries.visibility import readable_by
from .grammar import Among, Words
from .marking import Marker, marker

MESSAGES = 8  # of a ticket that are looked through, the latest
LONGEST = 4000  # characters of each of them
PIECE = 160  # characters that are shown
SUBJECT = 60  # characters of a subject that a list has room for
_BETWEEN = "\x1e"  # stands between the messages of a ticket
_MARKUP = frozenset("*_`[<#~|\\")


class Found(Protocol):
    """A row of a list of tickets."""

    @property
    def id(self) -> int: ...
    @property
    def subject(self) -> str: ...
    @property
    def last_words(self) -> str: ...


def pieces(actor: Actor, asked: Sequence[Words], found: Sequence[Found]) -> Mapping[int, str]:
    """For each of the tickets *found*, the piece of it that has the most of the words of *asked*.

    Left out are those whose subject and last words, which lists show, say as much. One query.
    """
    finder = marker(asked, Among.ALL, Among.FILES)
    if finder is None:
        return {}
    shown: dict[int, str] = {}
    unclear = {row.id: missing for row in found if (missing := _not_in_row(finder, row))}
    for id_, texts in _said(actor, list(unclear)):
        if piece := _best_piece(finder, texts, unclear[id_]):
            shown[id_] = piece
    return shown


def _not_in_row(finder: Marker, row: Found) -> set[str]:
    """Which words the subject hasn't; none where the last words have them."""
    missing = finder.all_words - finder.found_in(row.subject[:SUBJECT])
    return missing if missing - finder.found_in(row.last_words) else set()


def _best_piece(finder: Marker, texts: Iterable[tuple[str, bool]], missing: set[str]) -> str:
    """The piece with the most of the words that are *missing*; "" where there is none."""
    best, most = "", 0
    for text, is_markdown in texts:
        piece = _piece(finder, text, is_markdown)
        number = len(finder.found_in(piece) & missing)
        if number > most:
            best, most = piece, number
        if most == len(missing):
            break
    return best


def _piece(finder: Marker, text: str, is_markdown: bool) -> str:
    text = " ".join(text.split())
    if is_markdown and _MARKUP.intersection(text):
        text = markdown.to_text(finder.piece(text, 2 * PIECE))
        text = " ".join(text.split())
    return finder.piece(text, PIECE)


def _said(actor: Actor, ids: Sequence[int]) -> Iterator[tuple[int, Iterator[tuple[str, bool]]]]:
    """What is said in each of the tickets *ids*: texts, and whether they are Markdown."""
    for row in rows(_reading(actor), ids=ids) if ids else ():
        yield row.id, _texts(row)


_readings: dict[bool, Prepared] = {}


def _reading(actor: Actor) -> Prepared:
    """What reads them, made once for staff and once for all others."""
    if actor.is_staff not in _readings:
        query = _conversations(readable_by(actor))
        _readings[actor.is_staff] = Prepared(
            query.add_columns(_tags()) if actor.is_staff else query
        )
    return _readings[actor.is_staff]


def _conversations(readable: sa.ColumnElement[bool]) -> sa.Select[Any]:
    body = sa.func.substr(Message.body, 1, LONGEST, type_=sa.String)
    latest = (
        sa.select(Message.id, Message.format, body.label("body"))
        .where(Message.ticket_id == Ticket.id, readable)
        .order_by(Message.created_at.desc(), Message.id.desc())
        .limit(MESSAGES)
        .correlate(Ticket)
        .subquery()
    )
    kind = sa.func.substr(sa.type_coerce(latest.c.format, sa.String), 1, 1, type_=sa.String)
    messages = sa.select(sa.func.aggregate_strings(kind + latest.c.body, _BETWEEN))
    files = sa.select(sa.func.aggregate_strings(Attachment.file_name, ", ")).where(
        Attachment.message_id.in_(sa.select(latest.c.id))
    )
    return sa.select(
        Ticket.id,
        sa.func.substr(Ticket.description, 1, LONGEST, type_=sa.String).label("description"),
        messages.scalar_subquery().label("messages"),
        files.scalar_subquery().label("files"),
        _called(Ticket.category_id).label("category"),
        _called(Ticket.subcategory_id).label("subcategory"),
    ).where(Ticket.id.in_(sa.bindparam("ids", expanding=True)))


def _called(category_id: Any) -> sa.ScalarSelect[str]:
    return sa.select(Category.name).where(Category.id == category_id).scalar_subquery()


def _tags() -> sa.Label[str]:
    its = sa.select(ticket_tags.c.tag_id).where(ticket_tags.c.ticket_id == Ticket.id)
    its = its.correlate(Ticket)  # said, or SQLAlchemy asks for the tags of all tickets here
    names = sa.select(sa.func.aggregate_strings(Tag.name, ", ")).where(Tag.id.in_(its))
    return names.scalar_subquery().label("tags")


def _texts(row: Any) -> Iterator[tuple[str, bool]]:
    for message in filter(None, (row.messages or "").split(_BETWEEN)):
        yield message[1:], message[0] == Format.MARKDOWN.value[0]
    yield row.description, True  # it may be: nobody says
    yield row.files or "", False
    if category := " / ".join(filter(None, (row.category, row.subcategory))):
        yield _("Category: %(name)s", name=category), False
    if tags := getattr(row, "tags", None):  # which only staff see
        yield _("Tags: %(names)s", names=tags), False
