"""``/support-ticket``: spam, the bin, back, and the end of what lies in the bin."""

from typing import Any

from ..tickets import actions, queries
from ..tickets.models import Place, Ticket
from . import examples, kinds, shaping
from .endpoints import Call, endpoint
from .shapes import ChangedTicket, Purged
from .sides import STAFF

SECTION = "Staff support"


@endpoint(
    "POST",
    "/{tickets}/<id>/spam",
    sides=[STAFF],
    section=SECTION,
    summary="Put Support Ticket into Spam",
    description="The requester isn't told. /restore takes it out.",
    message="Support ticket put into spam successfully.",
    failure="Failed to put support ticket into spam",
    errors=(409,),
    data=ChangedTicket,
    example=examples.CHANGED_TICKET,
)
def put_into_spam(call: Call[None, None], id: str) -> ChangedTicket:
    return _placed(call, id, Place.SPAM)


@endpoint(
    "DELETE",
    "/{tickets}/<id>",
    sides=[STAFF],
    section=SECTION,
    summary="Delete Support Ticket",
    description="It is gone for its requester, and for 30 days /restore puts it back.",
    message="Support ticket deleted successfully.",
    failure="Failed to delete support ticket",
    errors=(409,),
    data=ChangedTicket,
    example=examples.CHANGED_TICKET,
)
def delete_ticket(call: Call[None, None], id: str) -> ChangedTicket:
    return _placed(call, id, Place.BIN)


@endpoint(
    "POST",
    "/{tickets}/<id>/restore",
    sides=[STAFF],
    section=SECTION,
    summary="Restore Support Ticket",
    description="Out of spam, or out of the bin.",
    message="Support ticket restored successfully.",
    failure="Failed to restore support ticket",
    errors=(409,),
    data=ChangedTicket,
    example=examples.CHANGED_TICKET,
)
def restore_ticket(call: Call[None, None], id: str) -> ChangedTicket:
    return _placed(call, id, Place.INBOX)


@endpoint(
    "POST",
    "/{tickets}/<id>/purge",
    sides=[STAFF],
    section=SECTION,
    summary="Delete Support Ticket for Good",
    description="For admins, and for what is deleted already. There is no undo.",
    message="Support ticket deleted for good successfully.",
    failure="Failed to delete support ticket for good",
    errors=(409,),
    data=Purged,
    example=examples.PURGED,
)
def purge_ticket(call: Call[None, None], id: str) -> Purged:
    ticket = _ticket(call, id)
    actions.purge(call.actor, ticket)
    return Purged(id=ticket.id, ref_id=ticket.ref)


def _ticket(call: Call[None, Any], id: str) -> Ticket:
    return queries.get(call.actor, kinds.ticket_id(id))


def _placed(call: Call[None, None], id: str, place: Place) -> ChangedTicket:
    ticket = _ticket(call, id)
    event = actions.place(call.actor, ticket, place)
    return shaping.changed(ticket, None if event is None else event.batch)
