"""``GET /support-ticket/events``: what happened since a script last asked, as webhooks tell it."""

from typing import Annotated, Any

import msgspec

from ..i18n import gettext as _
from ..tickets.queries.events import events_since
from ..webhooks.kinds import LEFT_OUT, OFFERED
from . import hooked, kinds, shapes
from .answers import Answer, links
from .endpoints import Call, endpoint
from .hooked import WebhookCall
from .reading import Shape
from .sides import STAFF

KINDS = (*OFFERED, *LEFT_OUT)


def _kinds(values: Any) -> list[str]:
    for value in values:
        if value not in KINDS:
            raise kinds.Wrong(_("There are no events of this type."))
    return list(values)


_TYPE = kinds.Kind(
    _kinds, {"type": "array", "items": {"type": "string", "enum": list(KINDS)}}, repeats=True
)
_LIMIT = kinds.whole(0, 100, default=50)


class EventQuery(Shape):
    """From where on, and which."""

    after: Annotated[
        int, kinds.OFFSET.says("The X-Next-After of the last answer; 0: from the beginning.", 1041)
    ] = 0
    type: Annotated[list[str] | None, _TYPE.says("Of these types only; may be repeated.")] = None
    ticket_id: Annotated[int | None, kinds.ID.says("Of this ticket only.", 123)] = None
    limit: Annotated[int, _LIMIT.says("How many at most; 0 is the default.")] = 0


@endpoint(
    "GET",
    "/{tickets}/events",
    sides=[STAFF],
    section="Staff support",
    summary="Retrieve Events",
    description=(
        "What happened to tickets, oldest first, in the shape that webhooks are sent; internal "
        "notes too. X-Next-After says where to go on, also when nothing is new: keep it once all "
        "of an answer is dealt with, and ask again with it as `after`. As long as it moves there "
        "may be more. Nothing is skipped and nothing is told twice. The ticket is as it is now, "
        "null where it was deleted for good. A number that no event has yet is 422."
    ),
    message="Events retrieved successfully.",
    failure="Failed to retrieve events",
    query=EventQuery,
    errors=(422,),
    data=list[WebhookCall],
    example=[msgspec.convert(hooked.example("ticket.replied"), WebhookCall)],
    headers=("X-Next-After", "Link"),
)
def list_events(call: Call[EventQuery, None]) -> Answer:
    query = call.query
    since = events_since(
        call.actor,
        query.after,
        kinds=query.type or (),
        ticket_id=query.ticket_id,
        limit=query.limit or 50,
    )
    tickets: dict[int | None, shapes.StaffTicketFacts | None] = {}
    told = []
    for event, name in since.rows:
        if event.ticket_id not in tickets:
            tickets[event.ticket_id] = hooked.facts_of(event.ticket_id)
        told.append(hooked.call_of(event, name, tickets[event.ticket_id]))
    following = {"after": str(since.reached)}
    return Answer(
        told, {"X-Next-After": str(since.reached), **links(call.asked, {"next": following})}
    )
