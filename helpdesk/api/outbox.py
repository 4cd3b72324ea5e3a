"""``/support-ticket/outbox``: every mail of ours, and how far it is."""

from collections.abc import Callable
from typing import Annotated

from ..accounts.models import Actor
from ..mail import queries
from ..mail.models import OutgoingMail, Sending
from ..mail.sending import actions
from . import kinds
from .answers import Answer, links
from .endpoints import Call, endpoint
from .inbound import SECTION
from .listing import ROWS
from .mail_shapes import ID_BEFORE, SENT, Sent, next_page, sent
from .reading import Shape
from .sides import ADMIN, STAFF


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
    return Answer([sent(mail) for mail in found.rows], links(call.asked, next_page(found)))


@endpoint(
    "POST",
    "/{tickets}/outbox/<id>/resend",
    sides=[STAFF],
    section=SECTION,
    summary="Send a Mail Again",
    description="One that failed, came back or is uncertain: the same mail, by its Message-ID too.",
    message="Mail is sent again.",
    failure="Failed to send the mail again",
    errors=(409,),
    data=Sent,
    example=SENT,
)
def resend_mail(call: Call[None, None], id: str) -> Sent:
    return _done(call, id, actions.resend)


@endpoint(
    "POST",
    "/{tickets}/outbox/<id>/settle",
    sides=[STAFF],
    section=SECTION,
    summary="Note that a Mail Arrived",
    description="One that is uncertain.",
    message="Mail noted as sent.",
    failure="Failed to update the mail",
    errors=(409,),
    data=Sent,
    example=SENT,
)
def settle_mail(call: Call[None, None], id: str) -> Sent:
    return _done(call, id, actions.settle)


@endpoint(
    "POST",
    "/{tickets}/outbox/<id>/cancel",
    sides=[STAFF],
    section=SECTION,
    summary="Cancel a Mail",
    description="One that waits is not sent.",
    message="Mail cancelled successfully.",
    failure="Failed to cancel the mail",
    errors=(409,),
    data=Sent,
    example=SENT,
)
def cancel_mail(call: Call[None, None], id: str) -> Sent:
    return _done(call, id, actions.cancel)


def _done(call: Call[None, None], id: str, deed: Callable[[Actor, OutgoingMail], None]) -> Sent:
    mail = queries.outgoing(call.actor, kinds.ticket_id(id))
    deed(call.actor, mail)
    return sent(mail)
