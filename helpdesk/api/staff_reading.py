"""``/support-ticket``: what the caller has read, which is theirs alone."""

from ..tickets import actions, queries
from . import examples, kinds
from .endpoints import Call, endpoint
from .shapes import Marked
from .sides import STAFF

SECTION = "Staff support"


@endpoint(
    "PUT",
    "/{tickets}/<id>/read",
    sides=[STAFF],
    section=SECTION,
    summary="Mark Support Ticket as Read",
    description="For the caller alone. To fetch a ticket doesn't mark it.",
    message="Support ticket marked as read successfully.",
    failure="Failed to mark support ticket as read",
    data=Marked,
    example=examples.MARKED_READ,
)
def mark_as_read(call: Call[None, None], id: str) -> Marked:
    ticket = queries.get(call.actor, kinds.ticket_id(id))
    actions.mark_read(call.actor, ticket)
    return Marked(id=ticket.id, ref_id=ticket.ref, is_unread=False)


@endpoint(
    "DELETE",
    "/{tickets}/<id>/read",
    sides=[STAFF],
    section=SECTION,
    summary="Mark Support Ticket as Unread",
    description="For the caller alone, until they read it.",
    message="Support ticket marked as unread successfully.",
    failure="Failed to mark support ticket as unread",
    data=Marked,
    example=examples.MARKED_UNREAD,
)
def mark_as_unread(call: Call[None, None], id: str) -> Marked:
    ticket = queries.get(call.actor, kinds.ticket_id(id))
    actions.mark_unread(call.actor, ticket)
    return Marked(id=ticket.id, ref_id=ticket.ref, is_unread=True)
