"""Tickets as JSON, put together by the database: what ``shaping.py`` makes of entities.

Each statement is made once for a side and the custom fields that it shows. Who asks, and for what,
are values: ``reader_id``, ``ticket_id``, ``news_since``.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ..accounts.models import DESK, Known, User
from ..database import Prepared, Row, scalar, sql
from ..fields import queries as fields
from ..fields.models import About, FieldKind, FieldValue
from ..tickets import queries
from ..tickets.models import Attachment, Category, Message, Place, Tag, Ticket, ticket_tags
from ..tickets.queries import AnyReader
from ..tickets.queries.orders import Ids
from ..tickets.queries.shapes import Shape
from ..tickets.queries.shapes import page as page_of
from . import shapes
from .assembling import json_flag, json_list, json_object
from .sides import Side

# Of custom fields: id, key, whether it is a checkbox.
Shown = tuple[tuple[int, str, bool], ...]


def one_ticket(side: Side, reader: Known, ticket_id: int) -> msgspec.Raw:
    """The ticket with this id and its messages, newest first. Raises NotFound."""
    values: dict[str, Any] = {"reader_id": reader.id, "ticket_id": ticket_id}
    if reader.is_staff:
        values["news_since"] = queries.news_since(reader)
    found = scalar(_detail(side, reader.is_staff, _shown_to(reader)), **values)
    if found is None:
        raise queries.no_such_ticket()
    return msgspec.Raw(found)


class Written(Row, frozen=True):
    """A ticket of a list as JSON, and where in the list it is."""

    sort_key: int
    id: int
    json: msgspec.Raw


_written = msgspec.json.Decoder(list[Written])


def in_lists(reader: Known) -> Callable[[Ids], Sequence[Written]]:
    """What reads the tickets of a list as *reader* gets them, for ``queries.listing``."""
    values: dict[str, Any] = {"reader_id": reader.id}
    if reader.is_staff:
        values["news_since"] = queries.news_since(reader)
    shown = _shown_to(reader)

    def read(ids: Ids) -> Sequence[Written]:
        statement = _list(ids.shape, reader.is_staff, shown)
        return _written.decode(scalar(statement, **{**ids.values, **values}))

    return read


def _shown_to(reader: Known) -> Shown:
    """The custom fields of tickets that *reader* may know of."""
    return tuple(
        (one.id, one.key, one.kind is FieldKind.CHECKBOX)
        for one in fields.fields(reader, About.TICKET)
    )


@lru_cache(64)
def _detail(side: Side, is_staff: bool, shown: Shown) -> Prepared:
    """Its statement; no row where there is no such ticket for the reader."""
    reader = AnyReader(is_staff)
    ticket_id = sa.bindparam("ticket_id", type_=sa.Integer)
    top, sub = aliased(Category), aliased(Category)
    query = (
        queries.visible_one(reader, ticket_id)
        .outerjoin(top, top.id == Ticket.category_id)
        .outerjoin(sub, sub.id == Ticket.subcategory_id)
    )
    columns = _facts(top, sub) | {
        "custom_fields": _custom(shown),
        "ticket_message": _messages(side, reader),
    }
    if not is_staff:
        return _one(query, shapes.TicketDetail, columns)
    requester, assignee = aliased(User), aliased(User)
    query = query.join(requester, requester.id == Ticket.requester_id)
    query = query.outerjoin(assignee, assignee.id == Ticket.assignee_id)
    columns |= _staff_facts(requester, assignee) | {
        "linked_tickets": _ids(queries.linked_to(reader, ticket_id)),
        "is_unread": queries.is_unread(reader),
    }
    return _one(query, shapes.StaffTicketDetail, columns)


@lru_cache(500)
def _list(shape: Shape | None, is_staff: bool, shown: Shown) -> Prepared:
    """The tickets of a page, as one text."""
    page = page_of(shape).subquery("page")
    tables = page.join(Ticket, Ticket.id == page.c.id)
    columns = _row(shown)
    row: type[shapes.Answered] = shapes.TicketRow
    if is_staff:
        requester, assignee = aliased(User), aliased(User)
        row, columns = shapes.StaffTicketRow, columns | _staff_row(requester, assignee)
        tables = (
            tables.join(requester, requester.id == Ticket.requester_id)
            .outerjoin(assignee, assignee.id == Ticket.assignee_id)
            .outerjoin(Category, Category.id == Ticket.category_id)
        )
    one = sql.json_array(page.c.sort_key, Ticket.id, json_object(row, columns))
    whole = sql.json_bytes(sql.json_group_array(one))
    return Prepared(sa.select(whole).select_from(tables))


def _always() -> dict[str, Any]:
    """What is said of a ticket in a list as well as on its own."""
    return {
        "id": Ticket.id,
        "ref_id": _ref(Ticket.id),
        "user_id": Ticket.requester_id,
        "user_type": Ticket.requester_kind,
        "category_id": Ticket.category_id,
        "sub_category_id": Ticket.subcategory_id,
        "subject": Ticket.subject,
        "description": Ticket.description,
        "status": Ticket.status,
        "created_date": Ticket.created_at,
    }


def _row(shown: Shown) -> dict[str, Any]:
    return _always() | {"custom_fields": _custom(shown)}


def _staff_row(requester: Any, assignee: Any) -> dict[str, Any]:
    return {
        "user_name": requester.name,
        "category_name": Category.name,
        "assignee_id": Ticket.assignee_id,
        "assignee_name": assignee.name,
        "priority": Ticket.priority,
        "modified_date": Ticket.modified_at,
        "waiting_since": Ticket.waiting_since,
        "is_unread": queries.is_unread(AnyReader(is_staff=True)),
    }


def _one(query: sa.Select[Any], shape: type[shapes.Answered], columns: dict[str, Any]) -> Prepared:
    return Prepared(query.with_only_columns(sql.json_bytes(json_object(shape, columns))))


def _facts(top: Any, sub: Any) -> dict[str, Any]:
    return _always() | {
        "created_by": Ticket.created_by_kind,
        "modified_by": Ticket.modified_by_kind,
        "modified_date": Ticket.modified_at,
        "category_name": top.name,
        "sub_category_name": sub.name,
        "is_active": True,
        "is_delete": Ticket.place == Place.BIN,
    }


def _staff_facts(requester: Any, assignee: Any) -> dict[str, Any]:
    return {
        "user_name": requester.name,
        "email_id": requester.email,
        "assignee_id": Ticket.assignee_id,
        "assignee_name": assignee.name,
        "priority": Ticket.priority,
        "tags": _tags(),
        "waiting_since": Ticket.waiting_since,
        "place": Ticket.place,
        "merged_into_id": Ticket.merged_into_id,
        "version": Ticket.version,
    }


def _ref(ticket_id: Any) -> sa.ColumnElement[str]:
    return sa.literal("TKT") + sa.cast(ticket_id, sa.String)


def _custom(shown: Shown) -> sa.ColumnElement[str]:
    """What is in the custom fields *shown* of a ticket, empty ones too."""
    parts: list[Any] = []
    for field_id, key, is_checkbox in shown:
        text = sa.select(FieldValue.text).where(
            FieldValue.field_id == field_id, FieldValue.ticket_id == Ticket.id
        )
        value: Any = text.correlate(Ticket).scalar_subquery()
        parts += [sa.literal(key), json_flag(value == "true") if is_checkbox else value]
    return sql.json_object(*parts)


def _tags() -> sa.ScalarSelect[str]:
    names = (
        sa.select(Tag.name)
        .join(ticket_tags, ticket_tags.c.tag_id == Tag.id)
        .where(ticket_tags.c.ticket_id == Ticket.id)
        .order_by(Tag.name)
        .correlate(Ticket)
        .subquery("tags")
    )
    return json_list(names.c.name, names)


def _ids(tickets: sa.Select[Any]) -> sa.ScalarSelect[str]:
    found = tickets.with_only_columns(Ticket.id).correlate(None).subquery("found")
    return json_list(found.c.id, found)


def _messages(side: Side, reader: AnyReader) -> sa.ScalarSelect[str]:
    author = aliased(User)
    words = (
        sa.select(*Message.__table__.columns, author.name.label("author_name"))
        .outerjoin(author, author.id == Message.author_id)
        .where(Message.ticket_id == Ticket.id, queries.readable_by(reader))
        .order_by(Message.created_at.desc(), Message.id.desc())
        .correlate(Ticket)
        .subquery("words")
    )
    columns = _message(side, words)
    if not reader.is_staff:
        return json_list(json_object(shapes.Message, columns), words)
    columns["internal"] = words.c.internal
    return json_list(json_object(shapes.StaffMessage, columns), words)


def _message(side: Side, words: Any) -> dict[str, Any]:
    of = words.c
    author = {"id": of.author_id, "name": sa.func.coalesce(of.author_name, DESK.name)}
    return {
        "created_by": of.author_kind,
        "created_date": of.created_at,
        "modified_by": of.modified_by_kind,
        "modified_date": of.modified_at,
        "id": of.id,
        "ticket_id": of.ticket_id,
        "sender_id": of.author_id,
        "sender_type": of.author_kind,
        "message": of.body,
        "format": of.format,
        "sent_at": of.created_at,
        "is_active": True,
        "is_delete": False,
        "created_by_type": of.author_kind,
        "modified_by_type": of.modified_by_kind,
        "ticket_attachments": _attachments(side, words),
        "posted_by": json_object(shapes.Person, author),
    }


def _attachments(side: Side, words: Any) -> sa.ScalarSelect[str]:
    files = (
        sa.select(*Attachment.__table__.columns)
        .where(Attachment.message_id == words.c.id)
        .order_by(Attachment.id)
        .correlate(words)
        .subquery("files")
    )
    of = files.c
    columns = {
        "id": of.id,
        "ticket_message_id": of.message_id,
        "file_name": of.file_name,
        "file_path": sa.literal(side.files) + of.key,
        "content_type": of.content_type,
        "size": of.size,
        "created_date": of.created_at,
    }
    return json_list(json_object(shapes.Attachment, columns), files)
