"""``GET /support-ticket/ticket-logs``: what happened to tickets, for staff."""

from typing import Annotated

from ..tickets.queries import MOST_COUNTED
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
    headers=("X-Total-Count", "X-Total-Count-Exact", "Link"),
)
def list_logs(call: Call[LogQuery, None]) -> Answer:
    query, limit = call.query, call.query.limit or ROWS
    seen = query.offset + limit
    total = count_logs(call.actor, ticket_id=query.ticket_id, most=MOST_COUNTED + 1)
    found = logs(call.actor, ticket_id=query.ticket_id, limit=limit + 1, offset=query.offset)
    pages = {}
    if len(found) > limit:
        pages["next"] = {"offset": str(seen)}
    if query.offset and total:
        before = query.offset if found or total > MOST_COUNTED else min(query.offset, total)
        pages["prev"] = {"offset": str(max(0, before - limit))}
    counted = {"X-Total-Count": str(min(total, MOST_COUNTED))}
    if total > MOST_COUNTED:
        counted["X-Total-Count-Exact"] = "false"
    return Answer(
        [shaping.log_entry(event, name) for event, name in found[:limit]],
        {**counted, **links(call.asked, pages)},
    )
