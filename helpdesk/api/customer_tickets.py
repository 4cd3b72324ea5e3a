"""``/customer-support-ticket`` and ``/vendor-support-ticket``: one's own tickets (API.md)."""

from typing import Annotated, Any

import msgspec

from ..tickets import actions, queries
from ..tickets.models import Status
from . import examples, kinds, shaping, ticket_json
from .answers import Answer
from .endpoints import Call, endpoint, news_of_staff
from .listing import TicketListQuery, tickets_of, what_lists_depend_on
from .reading import Shape
from .shapes import Created, TicketDetail, TicketFacts, TicketRow
from .sides import REQUESTERS
from .uploads import SENT_FILES, SentFile

SECTION = "{Name} support"


class NewWords(Shape):
    """A new ticket, or with *ticketId* a reply to one."""

    category_id: Annotated[int | None, kinds.BODY_ID.says("A top-level category.", 1)] = None
    sub_category_id: Annotated[int | None, kinds.BODY_ID.says("A category below it.", 2)] = None
    ticket_id: Annotated[
        int | None, kinds.TICKET_ID.says("Reply to this ticket; null or 0 opens a new one.", 123)
    ] = None
    subject: Annotated[str, kinds.TEXT.says("What it is about.", "Issue with Product")] = ""
    description: Annotated[
        str, kinds.TEXT.says("The issue; stands in for the message.", "The product is defective.")
    ] = ""
    message: Annotated[
        str,
        kinds.TEXT.says(
            "The words; stand in for the description.", "Please check the issue with the product."
        ),
    ] = ""
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
        )


class NewStatus(Shape):
    """Where a ticket is to go."""

    status: Annotated[
        Status, kinds.BODY_STATUS.says("1 open, 2 resolved, 3 closed, 4 pending, or its name.", 2)
    ]


@endpoint(
    "GET",
    "/{tickets}",
    sides=REQUESTERS,
    section=SECTION,
    summary="Retrieve {Name} Support Tickets",
    description="Your own tickets, newest first.",
    message="{Name} support tickets retrieved successfully.",
    failure="Failed to retrieve {name} support tickets",
    query=TicketListQuery,
    data=list[TicketRow] | int,
    example=[examples.TICKET_ROW],
    headers=("X-Total-Count", "X-Total-Count-Exact", "Link"),
    quick=what_lists_depend_on,
)
def list_tickets(call: Call[TicketListQuery, None]) -> Answer:
    return tickets_of(call)


@endpoint(
    "GET",
    "/{tickets}/<id>",
    sides=REQUESTERS,
    section=SECTION,
    summary="Get {Name} Support Ticket Details",
    description="One of your tickets with its messages, newest first.",
    message="{Name} support ticket details retrieved successfully.",
    failure="Failed to retrieve {name} support ticket",
    data=TicketDetail,
    example=examples.TICKET_DETAIL,
    quick=news_of_staff,
)
def show_ticket(call: Call[None, None], id: str) -> msgspec.Raw:
    return ticket_json.one_ticket(call.side, call.reader, kinds.ticket_id(id))


@endpoint(
    "PUT",
    "/{tickets}/<id>",
    sides=REQUESTERS,
    section=SECTION,
    summary="Update {Name} Support Ticket Status",
    description="Reopen, resolve or close one of your tickets.",
    message="{Name} support ticket status updated successfully.",
    failure="Failed to update {name} support ticket status",
    body=NewStatus,
    body_example={"status": 2},
    data=TicketFacts,
    example=examples.TICKET,
)
def update_status(call: Call[None, NewStatus], id: str) -> TicketFacts:
    ticket = queries.get(call.actor, kinds.ticket_id(id))
    actions.change_status(call.actor, ticket, call.body.status)
    return shaping.facts(ticket)


def _check_words(call: Call[None, NewWords]) -> None:
    if call.body.ticket_id is None:
        actions.check_draft(call.body.draft(), call.actor)
    else:
        actions.check_body(call.body.message, call.files)


@endpoint(
    "POST",
    "/{tickets}",
    sides=REQUESTERS,
    section=SECTION,
    summary="Create {Name} Support Ticket",
    description=(
        "Opens a ticket: a subject, and one of description and message, are required. "
        "With a ticketId of your own it adds a reply instead, and the ticket is open again."
    ),
    message="{Name} support ticket created successfully.",
    failure="Failed to create {name} support ticket",
    body=NewWords,
    body_example={
        "categoryId": 1,
        "subCategoryId": 2,
        "subject": "Issue with Product",
        "description": "The product is defective.",
        "message": "Please check the issue with the product.",
        "attachments": [{"fileName": "note.txt", "content": "SGVsbG8="}],
    },
    check=_check_words,
    files="attachments",
    creates=True,
    errors=(404, 409),
    data=Created,
    example=examples.CREATED,
)
def create_ticket(call: Call[None, NewWords]) -> Created:
    if call.body.ticket_id is not None:
        ticket = queries.to_write_on(call.actor, call.body.ticket_id)
        message = actions.reply(call.actor, ticket, call.body.message, call.files)
    else:
        draft = call.body.draft()
        ticket, message = actions.open_with_words(call.actor, draft, call.files)
    return shaping.created(call.side, ticket, message)
