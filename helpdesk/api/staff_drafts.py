"""``/support-ticket``: what the caller has begun to write on a ticket."""

from typing import Annotated

from ..accounts.models import User
from ..database import transaction
from ..errors import Conflict, NotFound
from ..i18n import gettext as _
from ..tickets import actions, queries
from ..tickets.models import MessageKind, Status, Ticket
from . import draft_shapes, kinds
from .draft_shapes import Discarded, Draft
from .endpoints import Call, endpoint
from .reading import Shape
from .sides import STAFF
from .uploads import SENT_FILES, SentFile

SECTION = "Staff support"


class NewDraft(Shape):
    """All of a draft: what is left out is not in it."""

    message: Annotated[str, kinds.TEXT.says("The words.", "A new one leaves today.")] = ""
    internal: Annotated[bool, kinds.BODY_FLAG.says("It is to be a note.", False)] = False
    status: Annotated[
        Status | None, kinds.BODY_STATUS.says("Where the ticket is to go with it.", "pending")
    ] = None
    assignee_id: Annotated[
        int | None, kinds.BODY_ID.says("Whom the ticket is to go to with it.", 7)
    ] = None
    revision: Annotated[
        int | None,
        kinds.BODY_ID.says(
            "The revision that you saw: other words that came since stay as otherMessage."
        ),
    ] = None
    attachments: Annotated[tuple[SentFile, ...], SENT_FILES.says("Files.")] = ()

    def choices(self) -> dict[str, str]:
        """What the desk's page keeps beside the words."""
        found = {"assign": str(self.assignee_id)} if self.assignee_id else {}
        if self.status is not None:
            found["note_status" if self.internal else "reply_status"] = self.status.value
        return found


@endpoint(
    "GET",
    "/{tickets}/<id>/draft",
    sides=[STAFF],
    section=SECTION,
    summary="Get Draft",
    description="What you have begun to write on this ticket, in the page or by script.",
    message="Draft retrieved successfully.",
    failure="Failed to retrieve draft",
    data=Draft,
    example=draft_shapes.DRAFT,
)
def show_draft(call: Call[None, None], id: str) -> Draft:
    found = queries.draft_of(call.actor, _ticket(call.actor, id).id)
    if found is None:
        raise NotFound(_("You have no draft on this ticket."))
    return draft_shapes.draft(call.side, found)


def _check_draft(call: Call[None, NewDraft]) -> None:
    actions.check_body(call.body.message, call.files)


@endpoint(
    "PUT",
    "/{tickets}/<id>/draft",
    sides=[STAFF],
    section=SECTION,
    summary="Keep Draft",
    description="In place of the one that is there. The desk's page shows it in its composer.",
    message="Draft kept successfully.",
    failure="Failed to keep draft",
    body=NewDraft,
    body_example={"message": "A new one leaves today.", "status": "pending"},
    check=_check_draft,
    files="attachments",
    data=Draft,
    example=draft_shapes.DRAFT,
)
def keep_draft(call: Call[None, NewDraft], id: str) -> Draft:
    ticket, body = _ticket(call.actor, id), call.body
    _check_draft(call)
    with actions.keeping(call.files) as kept, transaction(together=True):
        saved = actions.save_draft(
            call.actor,
            ticket,
            body.message,
            actions.uploads(call.actor, kept),
            kind=MessageKind.NOTE if body.internal else MessageKind.REPLY,
            choices=body.choices(),
            seen=body.revision,
        )
    if saved.draft is None:
        raise Conflict(_("This draft is gone."))
    return draft_shapes.draft(call.side, saved.draft)


@endpoint(
    "DELETE",
    "/{tickets}/<id>/draft",
    sides=[STAFF],
    section=SECTION,
    summary="Discard Draft",
    description="It is no error where there is none.",
    message="Draft discarded successfully.",
    failure="Failed to discard draft",
    data=Discarded,
    example=draft_shapes.DISCARDED,
)
def discard_draft(call: Call[None, None], id: str) -> Discarded:
    ticket = _ticket(call.actor, id)
    actions.discard_draft(call.actor, ticket)
    return Discarded(id=ticket.id, ref_id=ticket.ref)


def _ticket(actor: User, id: str) -> Ticket:
    return queries.get(actor, kinds.ticket_id(id))
