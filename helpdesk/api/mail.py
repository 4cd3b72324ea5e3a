"""``/support-ticket/mail``: every mail that came, and what became of it."""

from typing import Annotated

from flask import Response

from ..errors import NotFound
from ..files import content_disposition
from ..i18n import gettext as _
from ..mail import filing, queries, raw
from ..mail.models import Outcome
from ..mail.sending import links as links_in_mails
from ..tickets import queries as tickets
from . import kinds
from .answers import Answer, links
from .endpoints import Call, endpoint
from .inbound import SECTION
from .listing import ROWS
from .mail_shapes import (
    ID_BEFORE,
    RECEIVED,
    SENT,
    EndedLinks,
    MailOfTicket,
    Received,
    next_page,
    received,
    sent,
)
from .reading import Shape
from .sides import ADMIN, STAFF


class HeldQuery(Shape):
    """Which held mails."""

    limit: Annotated[int, kinds.LIMIT.says("How many at most; 0 is the default.")] = 0
    before: Annotated[int | None, ID_BEFORE] = None


class LedgerQuery(HeldQuery):
    """Which mails."""

    outcome: Annotated[
        Outcome | None, kinds.one_of(Outcome).says("What became of them.", "held")
    ] = None
    mailbox_id: Annotated[int | None, kinds.ID.says("The mailbox they came to.")] = None
    keyword: Annotated[
        str, kinds.text(200).says("In sender or subject; or a Message-ID, all of it.")
    ] = ""


class Retry(Shape):
    """How a mail is filed once more."""

    as_new: Annotated[
        bool, kinds.BODY_FLAG.says("As a ticket of its own, wherever it belongs.", False)
    ] = False


@endpoint(
    "GET",
    "/{tickets}/mail",
    sides=[ADMIN],
    section=SECTION,
    summary="Retrieve the Ledger",
    description="Every mail that was ever seen, newest first, and what became of it.",
    message="Mails retrieved successfully.",
    failure="Failed to retrieve mails",
    query=LedgerQuery,
    data=list[Received],
    example=[RECEIVED],
    headers=("Link",),
)
def list_mails(call: Call[LedgerQuery, None]) -> Answer:
    query = call.query
    filters = queries.LedgerFilters(query.outcome, query.mailbox_id, query.keyword.strip())
    found = queries.ledger(call.actor, filters, _page(query))
    return Answer([received(mail) for mail in found.rows], links(call.asked, next_page(found)))


@endpoint(
    "GET",
    "/{tickets}/mail/held",
    sides=[STAFF],
    section=SECTION,
    summary="Retrieve Held Mails",
    description="Mails that could not be read or filed: somebody has to look at them.",
    message="Mails retrieved successfully.",
    failure="Failed to retrieve mails",
    query=HeldQuery,
    data=list[Received],
    example=[RECEIVED],
    headers=("Link",),
)
def list_held_mails(call: Call[HeldQuery, None]) -> Answer:
    found = queries.held(call.actor, _page(call.query))
    return Answer([received(mail) for mail in found.rows], links(call.asked, next_page(found)))


@endpoint(
    "GET",
    "/{tickets}/mail/<id>",
    sides=[STAFF],
    section=SECTION,
    summary="Get Mail",
    description="One that is held or on a ticket; for admins, any.",
    message="Mail retrieved successfully.",
    failure="Failed to retrieve mail",
    data=Received,
    example=RECEIVED,
)
def show_mail(call: Call[None, None], id: str) -> Received:
    return received(queries.received(call.actor, kinds.ticket_id(id)))


@endpoint(
    "GET",
    "/{tickets}/mail/<id>/original",
    sides=[STAFF],
    section=SECTION,
    summary="Get a Mail's Source",
    description="The mail as it came, byte for byte.",
    message="",
    failure="Failed to retrieve the mail",
)
def show_original(call: Call[None, None], id: str) -> Response:
    mail = queries.received(call.actor, kinds.ticket_id(id))
    if not queries.may_read(call.actor, mail):
        raise NotFound(_("The file of this mail is not there any more."))
    answer = Response(raw.read(mail.sha256), content_type="message/rfc822")
    answer.headers["Content-Disposition"] = content_disposition(f"mail-{mail.id}.eml", False)
    return answer


@endpoint(
    "POST",
    "/{tickets}/mail/<id>/retry",
    sides=[STAFF],
    section=SECTION,
    summary="File Mail Again",
    description=(
        "One that was held, ignored or taken for a copy is filed in a moment: its outcome is "
        "waiting until then."
    ),
    message="Mail is filed again.",
    failure="Failed to file mail again",
    body=Retry,
    body_example={"asNew": False},
    errors=(409,),
    data=Received,
    example=RECEIVED,
)
def retry_mail(call: Call[None, Retry], id: str) -> Received:
    mail = queries.received(call.actor, kinds.ticket_id(id))
    filing.retry(call.actor, mail, as_new=call.body.as_new)
    return received(mail)


@endpoint(
    "GET",
    "/{tickets}/<id>/mail",
    sides=[STAFF],
    section=SECTION,
    summary="Get Mails of a Ticket",
    description="Those that its messages came by, and what became of ours.",
    message="Mails retrieved successfully.",
    failure="Failed to retrieve mails",
    data=MailOfTicket,
    example=MailOfTicket(received=[RECEIVED], sent=[SENT]),
)
def list_mail_of_ticket(call: Call[None, None], id: str) -> MailOfTicket:
    ticket = tickets.get(call.actor, kinds.ticket_id(id))
    return MailOfTicket(
        received=[received(mail) for mail in queries.received_on(call.actor, ticket)],
        sent=[sent(mail) for mail in queries.sent_on(call.actor, ticket)],
    )


@endpoint(
    "DELETE",
    "/{tickets}/<id>/mail/links",
    sides=[STAFF],
    section=SECTION,
    summary="End the Links in Mails",
    description=(
        "Our mails have a link that opens the ticket to its requester without signing in. Those "
        "sent so far open nothing any more; the next mail has a new one."
    ),
    message="Links ended successfully.",
    failure="Failed to end the links",
    data=EndedLinks,
    example=EndedLinks(ended=1),
)
def end_links(call: Call[None, None], id: str) -> EndedLinks:
    ticket = tickets.get(call.actor, kinds.ticket_id(id))
    return EndedLinks(ended=links_in_mails.revoke(call.actor, ticket))


def _page(query: HeldQuery) -> queries.Page:
    return queries.Page(before=query.before, limit=query.limit or ROWS)
