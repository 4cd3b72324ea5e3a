"""``/support-ticket``: all tickets, for staff (API.md, "Admin API, Support")."""

from typing import Annotated, Any

import msgspec

from ..accounts import queries as accounts
from ..accounts.models import User
from ..database import transaction
from ..errors import Invalid, NotFound
from ..events import recorded_batch
from ..i18n import gettext as _
from ..text import Fields
from ..tickets import actions, queries
from ..tickets.actions import UNSET, Changes, Unset
from ..tickets.models import Format, Priority, Status
from . import examples, kinds, shaping, ticket_json
from .answers import Answer
from .endpoints import Call, endpoint, news_of_staff
from .field_changes import FieldChanges
from .listing import StaffTicketListQuery, tickets_of, what_lists_depend_on
from .reading import Shape
from .shapes import ChangedTicket, Created, Replied, StaffTicketDetail, StaffTicketRow
from .sides import STAFF
from .uploads import SENT_FILES, SentFile

SECTION = "Staff support"


class NewTicket(Shape):
    """A ticket that staff open for somebody."""

    user_id: Annotated[int | None, kinds.BODY_ID.says("Whose request it is.", 123)] = None
    email_id: Annotated[str, kinds.TEXT.says("The same by address.", "ana@shop.example")] = ""
    category_id: Annotated[int | None, kinds.BODY_ID.says("A top-level category.", 1)] = None
    sub_category_id: Annotated[int | None, kinds.BODY_ID.says("A category below it.", 2)] = None
    subject: Annotated[str, kinds.TEXT.says("What it is about.", "Issue with Product")] = ""
    description: Annotated[str, kinds.TEXT.says("The issue.")] = ""
    message: Annotated[str, kinds.TEXT.says("The words.")] = ""
    priority: Annotated[Priority, kinds.PRIORITY.says("The priority.")] = Priority.NORMAL
    tags: Annotated[list[str] | None, kinds.TAGS.says("Words to find it by.")] = None
    format: Annotated[Format, kinds.FORMAT.says("How the message is written.", "markdown")] = (
        Format.TEXT
    )
    custom_fields: Annotated[
        dict[str, Any], kinds.CUSTOM_FIELDS.says("The shop's own fields, by key.")
    ] = msgspec.field(default_factory=dict)
    attachments: Annotated[tuple[SentFile, ...], SENT_FILES.says("Files.")] = ()

    def draft(self) -> actions.Draft:
        return actions.Draft(
            subject=self.subject,
            message=self.message,
            description=self.description,
            category_id=self.category_id,
            subcategory_id=self.sub_category_id,
            fields=self.custom_fields,
            priority=self.priority,
            tags=self.tags or (),
            format=self.format,
        )


class NewReply(Shape):
    """A reply, or with *internal* a note."""

    message: Annotated[str, kinds.TEXT.says("The words.", "A new one leaves today.")] = ""
    internal: Annotated[bool, kinds.BODY_FLAG.says("A note that only staff see.", False)] = False
    status: Annotated[
        Status | None, kinds.BODY_STATUS.says("Where the ticket goes with it.", "pending")
    ] = None
    format: Annotated[Format, kinds.FORMAT.says("How the message is written.", "markdown")] = (
        Format.TEXT
    )
    attachments: Annotated[tuple[SentFile, ...], SENT_FILES.says("Files.")] = ()


class NewFacts(FieldChanges):
    """What to change of a ticket; what is left out stays."""

    tags: Annotated[list[str] | Unset | None, kinds.TAGS.says("All its tags.", ["lamps"])] = UNSET
    subject: Annotated[str | Unset, kinds.TEXT.says("The subject.", "Broken lamp")] = UNSET
    custom_fields: Annotated[
        dict[str, Any] | Unset,
        kinds.CUSTOM_FIELDS.says("The shop's own fields that change, by key; null empties one."),
    ] = UNSET
    user_id: Annotated[
        int | None, kinds.BODY_ID.says("Whose request it is: they will read all of it.")
    ] = None
    version: Annotated[
        int | None, kinds.BODY_ID.says("The version that you saw: 409 when it is another now.")
    ] = None

    def changes(self) -> Changes:
        return self.fields(
            tags=() if self.tags is None else self.tags,
            subject=self.subject,
            fields=self.custom_fields,
        )


@endpoint(
    "GET",
    "/{tickets}",
    sides=[STAFF],
    section=SECTION,
    summary="Retrieve Support Tickets",
    description=(
        "All tickets, newest first. A keyword looks in notes and tags too. All parameters narrow "
        "what a view lists."
    ),
    message="Support tickets retrieved successfully.",
    failure="Failed to retrieve support tickets",
    query=StaffTicketListQuery,
    errors=(422,),
    data=list[StaffTicketRow] | int,
    example=[examples.STAFF_TICKET_ROW],
    headers=("X-Total-Count", "X-Total-Count-Exact", "Link"),
    quick=what_lists_depend_on,
)
def list_all_tickets(call: Call[StaffTicketListQuery, None]) -> Answer:
    return tickets_of(call)


@endpoint(
    "GET",
    "/{tickets}/<id>",
    sides=[STAFF],
    section=SECTION,
    summary="Get Support Ticket Details",
    description="A ticket with its messages and notes, newest first.",
    message="Support ticket details retrieved successfully.",
    failure="Failed to retrieve support ticket",
    data=StaffTicketDetail,
    example=examples.STAFF_TICKET_DETAIL,
    quick=news_of_staff,
)
def show_any_ticket(call: Call[None, None], id: str) -> msgspec.Raw:
    return ticket_json.one_ticket(call.side, call.reader, kinds.ticket_id(id))


def _check_new(call: Call[None, NewTicket]) -> None:
    actions.check_draft(call.body.draft())


@endpoint(
    "POST",
    "/{tickets}",
    sides=[STAFF],
    section=SECTION,
    summary="Create Support Ticket",
    description="Opens a ticket for somebody: userId or emailId says for whom.",
    message="Support ticket created successfully.",
    failure="Failed to create support ticket",
    body=NewTicket,
    body_example={
        "emailId": "ana@shop.example",
        "subject": "Issue with Product",
        "message": "She called: the product is defective.",
    },
    check=_check_new,
    files="attachments",
    creates=True,
    errors=(409,),
    data=Created,
    example=examples.CREATED,
)
def open_for_somebody(call: Call[None, NewTicket]) -> Created:
    draft = call.body.draft()
    requester = _requester(call.actor, call.body, draft)
    ticket, message = actions.open_with_words(call.actor, draft, call.files, requester)
    return shaping.created(call.side, ticket, message)


def _requester(actor: User, body: NewTicket, draft: actions.Draft) -> User:
    """Whom *body* names. Raises Invalid, with what is wrong with *draft* too."""
    fields = Fields()
    user = _user(actor, body, fields)
    if user is not None:
        return user
    try:
        actions.check_draft(draft)
    except Invalid as more:
        raise Invalid(fields.errors | more.fields) from None
    raise Invalid(fields.errors)


def _user(actor: User, body: NewTicket, fields: Fields) -> User | None:
    if body.user_id is None and not body.email_id:
        fields.add("userId", _("Say whose request this is: userId or emailId."))
        return None
    user = accounts.person_at(body.email_id) if body.email_id else None
    if body.email_id and user is None:
        fields.add("emailId", _("Nobody has this e-mail address."))
        return None
    if body.user_id is None:
        return user
    try:
        found = accounts.get(actor, body.user_id)
    except NotFound as error:
        fields.add("userId", error.message)
        return None
    if user is not None and user.id != found.id:
        fields.add("emailId", _("This is the address of somebody else than userId."))
        return None
    return found


def _check_reply(call: Call[None, NewReply]) -> None:
    actions.check_body(call.body.message, call.files)


@endpoint(
    "POST",
    "/{tickets}/<id>",
    sides=[STAFF],
    section=SECTION,
    summary="Reply to Support Ticket",
    description=(
        "Adds a reply, which the requester reads, or with internal a note, which only staff do. "
        "A reply to an open ticket makes it pending, unless a status says otherwise."
    ),
    message="Support ticket reply created successfully.",
    failure="Failed to reply to support ticket",
    body=NewReply,
    body_example={"message": "A new one leaves today.", "internal": False},
    check=_check_reply,
    files="attachments",
    creates=True,
    errors=(409,),
    data=Replied,
    example=examples.NOTE,
)
def reply_to_ticket(call: Call[None, NewReply], id: str) -> Replied:
    actor, body = call.actor, call.body
    ticket = queries.to_write_on(actor, kinds.ticket_id(id))
    if not body.internal:
        message = actions.reply(
            actor, ticket, body.message, call.files, body.status, format=body.format
        )
        return shaping.replied(call.side, ticket, message)
    with actions.keeping(call.files) as kept, transaction(together=True):
        message = actions.add_note(actor, ticket, body.message, kept, format=body.format)
        if body.status is not None:
            actions.change_status(actor, ticket, body.status)
    return shaping.replied(call.side, ticket, message)


def _check_facts(call: Call[None, NewFacts]) -> None:
    actions.check_changes(call.body.changes())


@endpoint(
    "PUT",
    "/{tickets}/<id>",
    sides=[STAFF],
    section=SECTION,
    summary="Update Support Ticket",
    description="Changes the fields that are given, all or none.",
    message="Support ticket updated successfully.",
    failure="Failed to update support ticket",
    body=NewFacts,
    body_example={"status": "pending", "assigneeId": 7, "priority": "high", "tags": ["lamps"]},
    check=_check_facts,
    errors=(409,),
    data=ChangedTicket,
    example=examples.CHANGED_TICKET,
)
def update_ticket(call: Call[None, NewFacts], id: str) -> ChangedTicket:
    ticket, body = queries.get(call.actor, kinds.ticket_id(id)), call.body
    requester = None if body.user_id is None else _new_requester(call)
    with transaction(together=True):
        actions.update(call.actor, ticket, body.changes(), version=body.version)
        if requester is not None:
            actions.move(call.actor, ticket, requester)
        batch = recorded_batch()
    return shaping.changed(ticket, batch)


def _new_requester(call: Call[None, NewFacts]) -> User:
    """Whose ticket it is to be. Raises Invalid, with what is wrong with the other fields too."""
    try:
        return accounts.get(call.actor, call.body.user_id or 0)
    except NotFound as error:
        wrong = {"userId": [error.message]}
    try:
        _check_facts(call)
    except Invalid as more:
        raise Invalid(wrong | more.fields) from None
    raise Invalid(wrong)
