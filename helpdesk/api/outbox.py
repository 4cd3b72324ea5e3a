"""``/support-ticket/outbox``: every mail of ours, and how far it is."""

from typing import Annotated

from ..mail import queries
from ..mail.models import Sending
from . import kinds
from .answers import Answer, links
from .endpoints import Call, endpoint
from .inbound import SECTION
from .listing import ROWS
from .mail_shapes import ID_BEFORE, SENT, Sent, next_page, sent
from .reading import Shape
from .sides import ADMIN


class OutboxQuery(Shape):
    """Which mails."""

    limit: Annotated[int, kinds.LIMIT.says("How many at most; 0 is the default.")] = 0
    before: Annotated[int | None, ID_BEFORE] = None
    state: Annotated[Sending | None, kinds.one_of(Sending).says("How far they are.", "failed")] = (
        None
    )
    came_back: Annotated[bool, kinds.FLAG.says("1: only those that came back.", "1")] = False
    keyword: Annotated[str, kinds.text(200).says("In the recipient's address.")] = ""


@endpoint(
    "GET",
    "/{tickets}/outbox",
    sides=[ADMIN],
    section=SECTION,
    summary="Retrieve the Outbox",
    description="Every mail of ours, a row a recipient, newest first.",
    message="Mails retrieved successfully.",
    failure="Failed to retrieve mails",
    query=OutboxQuery,
    data=list[Sent],
    example=[SENT],
    headers=("Link",),
)
def list_outbox(call: Call[OutboxQuery, None]) -> Answer:
    query = call.query
    filters = queries.OutboxFilters(query.state, query.came_back, query.keyword.strip())
    page = queries.Page(before=query.before, limit=query.limit or ROWS)
    found = queries.outbox(call.actor, filters, page)
    return Answer([sent(mail) for mail in found.rows], links(next_page(found)))
