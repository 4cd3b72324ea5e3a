"""``/support-ticket``: merge, split and link.

Every answer names its ``batch``, the deed that ``/support-ticket/undo`` takes back; null where
nothing had to be done.
"""

from typing import Annotated, Any

from ..database import transaction
from ..errors import Invalid, NotFound
from ..events import recorded_batch
from ..i18n import gettext as _
from ..text import Fields
from ..tickets import actions, queries
from ..tickets.actions import Changes
from ..tickets.models import Message, Ticket
from . import examples, kinds, shaping
from .endpoints import Call, endpoint
from .reading import Shape
from .shapes import ChangedTicket, LinkedTickets
from .sides import STAFF

SECTION = "Staff support"


class Merge(Shape):
    """Where the messages go."""

    into: Annotated[int, kinds.BODY_ID.says("The ticket that takes them in.", 12)]


class Split(Shape):
    """What becomes a ticket of its own."""

    message_id: Annotated[int, kinds.BODY_ID.says("The message that it begins with.", 7)]
    subject: Annotated[str, kinds.TEXT.says("What the new ticket is called.", "The chair")]
    following: Annotated[bool, kinds.BODY_FLAG.says("All messages after it too.", False)] = False


class Link(Shape):
    """The ticket at the other end."""

    ticket_id: Annotated[int, kinds.BODY_ID.says("The related ticket.", 12)]


@endpoint(
    "POST",
    "/{tickets}/<id>/merge",
    sides=[STAFF],
    section=SECTION,
    summary="Merge Support Ticket",
    description=(
        "All messages, notes and files go into another ticket of the same requester. The ticket's "
        "number leads there from then on. The answer is that other ticket."
    ),
    message="Support ticket merged successfully.",
    failure="Failed to merge support ticket",
    body=Merge,
    body_example={"into": 12},
    creates=True,
    errors=(409,),
    data=ChangedTicket,
    example=examples.CHANGED_TICKET,
)
def merge_ticket(call: Call[None, Merge], id: str) -> ChangedTicket:
    source = _ticket(call, id)
    target = _other(call, call.body.into, "into")
    with transaction():
        actions.merge(call.actor, [source], target)
        batch = recorded_batch()
    return shaping.changed(queries.get(call.actor, target.id), batch)


def _check_split(call: Call[None, Split]) -> None:
    actions.check_changes(Changes(subject=call.body.subject))


@endpoint(
    "POST",
    "/{tickets}/<id>/split",
    sides=[STAFF],
    section=SECTION,
    summary="Split Support Ticket",
    description="A message becomes the first of a new ticket, which is the answer.",
    message="Support ticket split successfully.",
    failure="Failed to split support ticket",
    body=Split,
    body_example={"messageId": 7, "subject": "The chair"},
    check=_check_split,
    creates=True,
    errors=(409,),
    data=ChangedTicket,
    example=examples.CHANGED_TICKET,
)
def split_ticket(call: Call[None, Split], id: str) -> ChangedTicket:
    ticket, body = _ticket(call, id), call.body
    message = _message(call, ticket, body.message_id)
    with transaction():
        new = actions.split(call.actor, message, body.subject, following=body.following)
        batch = recorded_batch()
    return shaping.changed(queries.get(call.actor, new.id), batch)


def _message(call: Call[None, Split], ticket: Ticket, message_id: int) -> Message:
    """One of *ticket*'s. Raises Invalid, with what is wrong with the subject too."""
    found = queries.conversation(call.actor, ticket)
    message = next((one for one in found if one.id == message_id), None)
    if message is not None:
        return message
    fields = Fields()
    fields.add("messageId", _("There is no such message in this ticket."))
    try:
        _check_split(call)
    except Invalid as more:
        raise Invalid(fields.errors | more.fields) from None
    raise Invalid(fields.errors)


@endpoint(
    "POST",
    "/{tickets}/<id>/links",
    sides=[STAFF],
    section=SECTION,
    summary="Link Support Ticket",
    description="Says that two tickets belong together; only staff see it.",
    message="Support ticket linked successfully.",
    failure="Failed to link support ticket",
    body=Link,
    body_example={"ticketId": 12},
    creates=True,
    errors=(409,),
    data=LinkedTickets,
    example=examples.LINKED_TICKETS,
)
def link_ticket(call: Call[None, Link], id: str) -> LinkedTickets:
    ticket = _ticket(call, id)
    other = _other(call, call.body.ticket_id, "ticketId")
    event = actions.link(call.actor, ticket, other)
    return _links(call, ticket, None if event is None else event.batch)


@endpoint(
    "DELETE",
    "/{tickets}/<id>/links/<other>",
    sides=[STAFF],
    section=SECTION,
    summary="Unlink Support Ticket",
    description="Takes a link back, from both.",
    message="Support ticket unlinked successfully.",
    failure="Failed to unlink support ticket",
    data=LinkedTickets,
    example=examples.LINKED_TICKETS,
)
def unlink_ticket(call: Call[None, None], id: str, other: str) -> LinkedTickets:
    ticket = _ticket(call, id)
    event = actions.unlink(call.actor, ticket, _ticket(call, other))
    return _links(call, ticket, None if event is None else event.batch)


def _ticket(call: Call[None, Any], id: str) -> Ticket:
    return queries.get(call.actor, kinds.ticket_id(id))


def _other(call: Call[None, Any], ticket_id: int, field: str) -> Ticket:
    """The ticket that *field* of the body names. Raises Invalid."""
    try:
        return queries.get(call.actor, ticket_id)
    except NotFound as error:
        raise Invalid({field: [error.message]}) from None


def _links(call: Call[None, Any], ticket: Ticket, batch: str | None) -> LinkedTickets:
    return LinkedTickets(
        id=ticket.id,
        ref_id=ticket.ref,
        linked_tickets=queries.linked_ids(call.actor, ticket),
        batch=batch,
    )
