"""Opening a ticket, replying, and noting: everything that adds words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm.attributes import set_committed_value

from ... import clock
from ...accounts.models import DESK, Actor, User
from ...database import db, holding_stamps, insert, reread, save, transaction
from ...errors import Invalid, WrongState
from ...events import record
from ...i18n import gettext as _
from ...text import Fields
from .. import policy
from ..models import AuthorKind, Format, Message, Priority, Status, Ticket
from . import custom
from .attachments import Files, attach, keeping
from .changes import LONGEST_SUBJECT
from .checking import check_categories, clean_tags, require_in_place, require_solvable
from .reading import mark_written
from .recounting import excerpt
from .setting import set_status, tags_named

LONGEST_BODY = 100_000  # characters


@dataclass(frozen=True)
class Draft:
    """What a new ticket is made of. Either of *message* and *description* stands in for the other.

    *description* is kept beside the first message where the two differ (API.md).
    """

    subject: str
    message: str = ""
    description: str = ""
    category_id: int | None = None
    subcategory_id: int | None = None
    priority: Priority = Priority.NORMAL
    tags: Sequence[str] = ()
    format: Format = Format.TEXT  # of *message*
    fields: Mapping[str, Any] = field(default_factory=dict)  # custom ones, by key
    # False for a mail: nobody could ask its writer for what must be filled in.
    is_asked: bool = True


def open_ticket(
    actor: Actor, draft: Draft, files: Files = (), requester: User | None = None
) -> Ticket:
    """Open a ticket for *actor*, or, as staff, for *requester*.

    Raises NotAllowed, TooLarge; Invalid with every bad field.
    """
    return open_with_words(actor, draft, files, requester)[0]


def open_with_words(
    actor: Actor, draft: Draft, files: Files = (), requester: User | None = None
) -> tuple[Ticket, Message]:
    """What :func:`open_ticket` does; the ticket and its first message."""
    if requester is None and isinstance(actor, User):
        requester = actor
    if requester is None:
        raise Invalid({"requester": [_("Say whose request this is.")]})
    policy.require(actor, "open" if requester.id == actor.id else "open_for_others")
    if not requester.is_active:
        raise Invalid({"requester": [_("This account is disabled.")]})
    subject, message, description = check_draft(draft, actor)
    with keeping(files) as kept, transaction(together=True), holding_stamps():
        _look_again(actor)
        check_categories(draft.category_id, draft.subcategory_id)
        errors = Fields()
        filled = custom.for_opening(_asked(actor, draft), draft.fields, errors)
        errors.raise_if_any()
        now, kind = clock.now(), AuthorKind(actor.kind)
        ticket = insert(
            Ticket,
            subject=subject,
            description=description,
            requester_id=requester.id,
            requester_kind=AuthorKind(requester.kind),
            status=Status.OPEN,
            priority=draft.priority,
            category_id=draft.category_id,
            subcategory_id=draft.subcategory_id,
            version=2,  # the words are a change of their own
            message_count=1,
            file_count=len(kept),
            last_words=excerpt(message, draft.format),
            created_by_kind=kind,
            created_at=now,
            modified_by_kind=kind,
            modified_at=now,
            last_customer_at=now,
            waiting_since=now,
        )
        if draft.tags:
            ticket.tags = tags_named(clean_tags(draft.tags))
        opening = _message(actor, ticket, message, now, format=draft.format)
        attach(actor, opening, kept)
        for key, value in filled.items():
            custom.put(ticket, custom.PREFIX + key, value)
        db.session.flush()
        record(actor.id, "ticket.opened", ticket_id=ticket.id, after={"message_id": opening.id})
    return ticket, opening


def reply(
    actor: Actor,
    ticket: Ticket,
    body: str,
    files: Files = (),
    status: Status | None = None,
    *,
    format: Format = Format.TEXT,
) -> Message:
    """Add a public message.

    A requester's reply makes the ticket open again. A reply of staff moves it to *status*; where
    none is given, an open ticket becomes pending, for now we wait for the customer.
    Raises NotAllowed, TooLarge, Invalid; WrongState on a closed, merged or deleted ticket.
    """
    policy.require(actor, "reply", ticket)
    body = check_body(body, files)
    with keeping(files) as kept, transaction(together=True), holding_stamps():
        _look_again(actor, ticket)
        require_open_to_replies(actor, ticket)
        if status is not None:
            require_solvable(actor, ticket, status)
        now = clock.now()
        message = _add_message(actor, ticket, body, now, format=format)
        ticket.file_count += len(kept)
        if actor.is_staff:
            ticket.last_staff_at, ticket.waiting_since = now, None
            ticket.first_answer_at = ticket.first_answer_at or now
        else:
            ticket.last_customer_at = now
            ticket.waiting_since = ticket.waiting_since or now
        save(ticket)
        attach(actor, message, kept)
        db.session.flush()
        mark_written(actor, message)
        record(actor.id, "ticket.replied", ticket_id=ticket.id, after={"message_id": message.id})
        answered = Status.PENDING if ticket.status is Status.OPEN else ticket.status
        set_status(actor, ticket, (status or answered) if actor.is_staff else Status.OPEN)
    return message


def _look_again(actor: Actor, *tickets: Ticket) -> None:
    """Read in the transaction at hand what was forgotten at its start: quicker than one by one."""
    if isinstance(actor, User):
        reread(actor)
    for ticket in tickets:
        reread(ticket)


def require_open_to_replies(actor: Actor, ticket: Ticket) -> None:
    """Raise WrongState where nobody may reply: on a closed, merged or deleted ticket."""
    require_in_place(actor, ticket)
    if ticket.status is Status.CLOSED:
        raise WrongState(_("This request is closed. Open it again to write more."))


def add_note(
    actor: Actor,
    ticket: Ticket,
    body: str,
    files: Files = (),
    *,
    format: Format = Format.TEXT,
) -> Message:
    """Add an internal note, which only staff ever see.

    Raises NotAllowed, TooLarge, Invalid; WrongState on a merged or deleted ticket.
    """
    policy.require(actor, "note", ticket)
    body = check_body(body, files)
    with keeping(files) as kept, transaction(together=True), holding_stamps():
        _look_again(actor, ticket)
        require_in_place(actor, ticket)
        note = _add_message(actor, ticket, body, clock.now(), internal=True, format=format)
        save(ticket)
        attach(actor, note, kept)
        db.session.flush()
        mark_written(actor, note)
        record(actor.id, "ticket.noted", ticket_id=ticket.id, after={"message_id": note.id})
    return note


def _add_message(
    actor: Actor,
    ticket: Ticket,
    body: str,
    now: datetime,
    *,
    internal: bool = False,
    format: Format,
) -> Message:
    """Words that come later, and what the ticket repeats of them."""
    message = _message(actor, ticket, body, now, internal=internal, format=format)
    ticket.version += 1
    if not internal:
        ticket.modified_by_kind, ticket.modified_at = message.author_kind, now
        ticket.message_count += 1
        ticket.last_words = excerpt(body, format)
    return message


def _message(
    actor: Actor,
    ticket: Ticket,
    body: str,
    now: datetime,
    *,
    internal: bool = False,
    format: Format,
) -> Message:
    kind = AuthorKind(actor.kind)
    message = insert(
        Message,
        ticket_id=ticket.id,
        author_id=actor.id,
        author_kind=kind,
        internal=internal,
        body=body,
        format=format,
        created_at=now,
        modified_by_kind=kind,
        modified_at=now,
    )
    set_committed_value(message, "attachments", [])  # nothing hangs on it yet
    return message


def check_draft(draft: Draft, actor: Actor = DESK) -> tuple[str, str, str]:
    """The clean subject, message and description of *draft*. Raises Invalid, every bad field.

    Which custom fields must be filled in depends on the *actor*.
    """
    fields = Fields()
    subject = fields.line("subject", draft.subject, LONGEST_SUBJECT)
    message = fields.block("message", draft.message, LONGEST_BODY, required=False)
    description = fields.block("description", draft.description, LONGEST_BODY, required=False)
    if not (message or description or fields.errors.keys() & {"message", "description"}):
        fields.add("message", _("This field is required."))
    clean_tags(draft.tags, fields)
    check_categories(draft.category_id, draft.subcategory_id, fields)
    custom.for_opening(_asked(actor, draft), draft.fields, fields)
    fields.raise_if_any()
    return subject, message or description, description or message


def _asked(actor: Actor, draft: Draft) -> Actor:
    return actor if draft.is_asked else DESK


def check_body(body: str, files: Files) -> str:
    """The clean words of a message, which only one with files may lack. Raises Invalid."""
    fields = Fields()
    body = fields.block("message", body, LONGEST_BODY, required=not files)
    fields.raise_if_any()
    return body
