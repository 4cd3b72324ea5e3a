"""``GET /support-ticket/ticket-logs``: what happened to tickets, for staff."""

from typing import Annotated

from ..tickets.queries.events import count_logs, logs
from . import examples, kinds, shaping
from .answers import Answer, links
from .endpoints import Call, endpoint
from .listing import ROWS
from .reading import Shape
from .shapes import LogEntry
from .sides import STAFF


class LogQuery(Shape):
    """Which entries."""

    limit: Annotated[int, kinds.LIMIT.says("How many at most; 0 is the default.")] = 0
    offset: Annotated[int, kinds.OFFSET.says("How many rows to skip.")] = 0
    ticket_id: Annotated[int | None, kinds.ID.says("Of this ticket only.", 123)] = None


@endpoint(
    "GET",
    "/{tickets}/ticket-logs",
    sides=[STAFF],
    section="Staff support",
    summary="Retrieve Support Ticket Logs",
    description="What happened to tickets, newest first: who, what, when, before and after.",
    message="Support ticket logs retrieved successfully.",
    failure="Failed to retrieve support ticket logs",
    query=LogQuery,
    data=list[LogEntry],
    example=[examples.LOG_ENTRY],
    headers=("X-Total-Count", "Link"),
)
def list_logs(call: Call[LogQuery, None]) -> Answer:
    query, limit = call.query, call.query.limit or ROWS
    total = count_logs(call.actor, ticket_id=query.ticket_id)
    found = logs(call.actor, ticket_id=query.ticket_id, limit=limit, offset=query.offset)
    pages = {}
    if query.offset + limit < total:
        pages["next"] = {"offset": str(query.offset + limit)}
    if query.offset and total:
        pages["prev"] = {"offset": str(max(0, min(query.offset, total) - limit))}
    return Answer(
        [shaping.log_entry(event, name) for event, name in found],
        {"X-Total-Count": str(total), **links(call.asked, pages)},
    )
