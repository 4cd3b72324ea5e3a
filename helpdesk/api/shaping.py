"""Rows become the structs of answers."""

from typing import Any

from ..accounts.models import DESK, Actor, User
from ..events import Event
from ..fields import queries as custom
from ..fields.models import About
from ..tickets import models
from ..tickets.models import Place, ref_of
from ..tickets.queries import CategoryFacts
from . import shapes
from .sides import Side


def category_row(category: CategoryFacts) -> shapes.CategoryRow:
    """*category* as the page shows it."""
    return shapes.CategoryRow(
        created_by=category.created_by,
        created_date=category.created_at.date().isoformat(),
        modified_by=category.modified_by,
        modified_date=category.modified_at.date().isoformat(),
        id=str(category.id),
        category_name=category.name,
        parent_category_id="null" if category.parent_id is None else str(category.parent_id),
        is_active=category.is_active,
        is_delete=category.deleted_at is not None,
    )


def category(category: models.Category | CategoryFacts) -> shapes.Category:
    """*category* as the settings show it."""
    return shapes.Category(
        created_by=category.created_by,
        created_date=category.created_at,
        modified_by=category.modified_by,
        modified_date=category.modified_at,
        id=category.id,
        category_name=category.name,
        parent_category_id=category.parent_id,
        is_active=category.is_active,
        is_delete=category.deleted_at is not None,
    )


def facts(ticket: models.Ticket) -> shapes.TicketFacts:
    """*ticket* for its requester, without its words."""
    return shapes.TicketFacts(**_facts(ticket), custom_fields=_custom(None, ticket))


def changed(ticket: models.Ticket, batch: str | None) -> shapes.ChangedTicket:
    """*ticket* for staff after something was done to it."""
    return shapes.ChangedTicket(**_facts(ticket), **_staff_facts(ticket), batch=batch)


def staff_facts(ticket: models.Ticket) -> shapes.StaffTicketFacts:
    """*ticket* for staff, without its words."""
    return shapes.StaffTicketFacts(**_facts(ticket), **_staff_facts(ticket))


def _facts(ticket: models.Ticket) -> dict[str, Any]:
    return {
        "created_by": ticket.created_by_kind,
        "created_date": ticket.created_at,
        "modified_by": ticket.modified_by_kind,
        "modified_date": ticket.modified_at,
        "id": ticket.id,
        "ref_id": ticket.ref,
        "user_id": ticket.requester_id,
        "user_type": ticket.requester_kind,
        "category_id": ticket.category_id,
        "category_name": ticket.category and ticket.category.name,
        "sub_category_id": ticket.subcategory_id,
        "sub_category_name": ticket.subcategory and ticket.subcategory.name,
        "subject": ticket.subject,
        "description": ticket.description,
        "is_active": True,
        "is_delete": ticket.place is Place.BIN,
        "status": ticket.status,
    }


def _staff_facts(ticket: models.Ticket) -> dict[str, Any]:
    return {
        "user_name": ticket.requester.name,
        "email_id": ticket.requester.email,
        "assignee_id": ticket.assignee_id,
        "assignee_name": ticket.assignee and ticket.assignee.name,
        "priority": ticket.priority,
        "tags": ticket.tag_names,
        "waiting_since": ticket.waiting_since,
        "place": ticket.place,
        "merged_into_id": ticket.merged_into_id,
        "version": ticket.version,
        "custom_fields": _custom(DESK, ticket),
    }


def _custom(reader: Actor | None, ticket: models.Ticket) -> shapes.CustomFields:
    """What is in the custom fields that *reader* (None: its requester) may know of."""
    return custom.facts(reader, About.TICKET, [ticket.id])[ticket.id]


def _message(side: Side, message: models.Message) -> dict[str, Any]:
    return {
        "created_by": message.author_kind,
        "created_date": message.created_at,
        "modified_by": message.modified_by_kind,
        "modified_date": message.modified_at,
        "id": message.id,
        "ticket_id": message.ticket_id,
        "sender_id": message.author_id,
        "sender_type": message.author_kind,
        "message": message.body,
        "format": message.format,
        "sent_at": message.created_at,
        "is_active": True,
        "is_delete": False,
        "created_by_type": message.author_kind,
        "modified_by_type": message.modified_by_kind,
        "ticket_attachments": [attachment(side, file) for file in message.attachments],
        "posted_by": person(message.author),
    }


def staff_message(side: Side, message: models.Message) -> shapes.StaffMessage:
    """A message or a note, for staff."""
    return shapes.StaffMessage(**_message(side, message), internal=message.internal)


def replied(side: Side, ticket: models.Ticket, message: models.Message) -> shapes.Replied:
    """A reply or a note of staff."""
    return shapes.Replied(
        **_message(side, message),
        internal=message.internal,
        message_id=message.id,
        ref_id=ticket.ref,
        status=ticket.status,
        attachments=[attachment(side, file) for file in message.attachments],
    )


def person(user: User | None) -> shapes.Person:
    """Who wrote something; None is the help desk itself."""
    return (
        shapes.Person(id=None, name=DESK.name)
        if user is None
        else shapes.Person(id=user.id, name=user.name)
    )


def attachment(side: Side, file: models.Attachment) -> shapes.Attachment:
    """A file, its path being one that *side* may GET."""
    return shapes.Attachment(
        id=file.id,
        ticket_message_id=file.message_id,
        file_name=file.file_name,
        file_path=side.file_path(file),
        content_type=file.content_type,
        size=file.size,
        created_date=file.created_at,
    )


def created(side: Side, ticket: models.Ticket, message: models.Message) -> shapes.Created:
    """What a POST has made: *message*, the first or a later one of *ticket*."""
    return shapes.Created(
        ticket_id=ticket.id,
        category_id=ticket.category_id,
        sub_category_id=ticket.subcategory_id,
        subject=ticket.subject,
        description=ticket.description,
        message=message.body,
        format=message.format,
        attachments=[attachment(side, file) for file in message.attachments],
        id=ticket.id,
        ref_id=ticket.ref,
        status=ticket.status,
        user_id=ticket.requester_id,
        user_type=ticket.requester_kind,
        created_date=ticket.created_at,
        message_id=message.id,
    )


def logged_in(user: User) -> shapes.LoggedIn:
    """Who has logged in."""
    return shapes.LoggedIn(
        id=user.id, name=user.name, email_id=user.email, user_type=user.kind, role=user.role
    )


def log_entry(event: Event, actor_name: str | None) -> shapes.LogEntry:
    """Something that happened to a ticket."""
    return shapes.LogEntry(
        id=event.id,
        action=event.kind,
        ticket_id=event.ticket_id,
        ref_id=None if event.ticket_id is None else ref_of(event.ticket_id),
        actor_id=event.actor_id,
        actor_name=actor_name or DESK.name,
        before=event.before,
        after=event.after,
        created_date=event.created_at,
    )
