"""``/support-ticket/mailboxes``: where mail is fetched and how it is sent, for admins."""

from ..database import transaction
from ..mail.mailboxes import actions, queries
from . import kinds
from .endpoints import Call, endpoint
from .inbound import SECTION
from .mailbox_shapes import (
    EXAMPLE,
    Mailbox,
    MailboxChanges,
    NewMailbox,
    mailbox,
    told_of_mailboxes,
)
from .sides import ADMIN


@endpoint(
    "GET",
    "/{tickets}/mailboxes",
    sides=[ADMIN],
    section=SECTION,
    summary="Retrieve Mailboxes",
    description="All of them, paused ones too.",
    message="Mailboxes retrieved successfully.",
    failure="Failed to retrieve mailboxes",
    data=list[Mailbox],
    example=[EXAMPLE],
)
def list_mailboxes(call: Call[None, None]) -> list[Mailbox]:
    return [mailbox(row) for row in queries.mailboxes()]


@endpoint(
    "GET",
    "/{tickets}/mailboxes/<id>",
    sides=[ADMIN],
    section=SECTION,
    summary="Get Mailbox",
    message="Mailbox retrieved successfully.",
    failure="Failed to retrieve mailbox",
    data=Mailbox,
    example=EXAMPLE,
)
def show_mailbox(call: Call[None, None], id: str) -> Mailbox:
    return mailbox(queries.get(call.actor, kinds.ticket_id(id)))


def _check_new(call: Call[None, NewMailbox]) -> None:
    with told_of_mailboxes():
        actions.check(call.body.draft())


@endpoint(
    "POST",
    "/{tickets}/mailboxes",
    sides=[ADMIN],
    section=SECTION,
    summary="Create Mailbox",
    description="Adds a mailbox; it is fetched at once. A password is never told again.",
    message="Mailbox created successfully.",
    failure="Failed to create mailbox",
    body=NewMailbox,
    body_example={
        "mailboxName": "support",
        "address": "support@shop.example",
        "imapHost": "imap.shop.example",
        "imapUser": "support@shop.example",
        "imapPassword": "a password for programs",
    },
    check=_check_new,
    creates=True,
    data=Mailbox,
    example=EXAMPLE,
)
def add_mailbox(call: Call[None, NewMailbox]) -> Mailbox:
    with told_of_mailboxes():
        return mailbox(actions.add(call.actor, call.body.draft()))


@endpoint(
    "PUT",
    "/{tickets}/mailboxes/<id>",
    sides=[ADMIN],
    section=SECTION,
    summary="Update Mailbox",
    description=(
        "Changes what is given; what HELPDESK_IMAP_URL says of a mailbox stays. A password does "
        "not go along to another server: it is given anew. isActive pauses it, or lets it go on."
    ),
    message="Mailbox updated successfully.",
    failure="Failed to update mailbox",
    body=MailboxChanges,
    body_example={"imapFolder": "Support", "isActive": True},
    data=Mailbox,
    example=EXAMPLE,
)
def update_mailbox(call: Call[None, MailboxChanges], id: str) -> Mailbox:
    row = queries.get(call.actor, kinds.ticket_id(id))
    with told_of_mailboxes(), transaction():
        actions.change(call.actor, row, call.body.draft(row))
        if call.body.is_active is True:
            actions.resume(call.actor, row)
        elif call.body.is_active is False:
            actions.pause(call.actor, row)
    return mailbox(row)


@endpoint(
    "DELETE",
    "/{tickets}/mailboxes/<id>",
    sides=[ADMIN],
    section=SECTION,
    summary="Delete Mailbox",
    description="Removes a paused mailbox by which no mail came or went; any other: 409.",
    message="Mailbox deleted successfully.",
    failure="Failed to delete mailbox",
    errors=(409,),
    data=Mailbox,
    example=EXAMPLE,
)
def delete_mailbox(call: Call[None, None], id: str) -> Mailbox:
    row = queries.get(call.actor, kinds.ticket_id(id))
    found = mailbox(row)
    actions.remove(call.actor, row)
    return found
