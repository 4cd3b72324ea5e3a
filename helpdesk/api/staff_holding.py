"""``/support-ticket``: replies that wait some seconds before they leave."""

from typing import Annotated

from ..shop.models import DEFAULT_HOLD
from ..shop.queries import shop
from ..tickets import actions, queries
from ..tickets.actions import Along, Changes
from ..tickets.models import Format, Status
from . import draft_shapes, kinds
from .draft_shapes import Draft, HeldReply
from .endpoints import Call, endpoint
from .reading import Shape
from .sides import STAFF
from .uploads import SENT_FILES, SentFile

SECTION = "Staff support"


class NewHeldReply(Shape):
    """A reply, and what is set when it leaves."""

    message: Annotated[str, kinds.TEXT.says("The words.", "A new one leaves today.")] = ""
    status: Annotated[
        Status | None, kinds.BODY_STATUS.says("Where the ticket goes with it.", "pending")
    ] = None
    assignee_id: Annotated[int | None, kinds.BODY_ID.says("Whom the ticket goes to.", 7)] = None
    seconds: Annotated[
        int | None, kinds.HOLD_SECONDS.says("How long it waits; the shop's own choice if absent.")
    ] = None
    format: Annotated[Format, kinds.FORMAT.says("How the message is written.", "markdown")] = (
        Format.TEXT
    )
    attachments: Annotated[tuple[SentFile, ...], SENT_FILES.says("Files.")] = ()

    def along(self) -> Along:
        wanted = {"status": self.status, "assignee_id": self.assignee_id}
        given = {name: value for name, value in wanted.items() if value is not None}
        return Along(changes=Changes(**given))  # type: ignore[arg-type]


@endpoint(
    "GET",
    "/{tickets}/<id>/held-replies",
    sides=[STAFF],
    section=SECTION,
    summary="Retrieve Held Replies",
    description="Replies of all staff that have not left yet, the first to leave first.",
    message="Held replies retrieved successfully.",
    failure="Failed to retrieve held replies",
    data=list[HeldReply],
    example=[draft_shapes.HELD_REPLY],
)
def list_held_replies(call: Call[None, None], id: str) -> list[HeldReply]:
    ticket = queries.get(call.actor, kinds.ticket_id(id))
    found = queries.held_on(call.actor, ticket)
    return [draft_shapes.held_reply(call.side, one) for one in found]


def _check_reply(call: Call[None, NewHeldReply]) -> None:
    actions.check_body(call.body.message, call.files)
    call.body.along().check()


@endpoint(
    "POST",
    "/{tickets}/<id>/held-replies",
    sides=[STAFF],
    section=SECTION,
    summary="Hold Reply",
    description=(
        "A reply that leaves in some seconds unless it is called back. Until then its requester "
        "knows nothing of it, and the ticket is as it was."
    ),
    message="Reply held successfully.",
    failure="Failed to hold reply",
    body=NewHeldReply,
    body_example={"message": "A new one leaves today.", "status": "pending", "seconds": 10},
    check=_check_reply,
    files="attachments",
    creates=True,
    errors=(409,),
    data=HeldReply,
    example=draft_shapes.HELD_REPLY,
)
def hold_reply(call: Call[None, NewHeldReply], id: str) -> HeldReply:
    body, ticket = call.body, queries.get(call.actor, kinds.ticket_id(id))
    held = actions.hold_reply(
        call.actor,
        ticket,
        body.message,
        call.files,
        body.along(),
        seconds=body.seconds or shop().hold_seconds or DEFAULT_HOLD,
        format=body.format,
    )
    return draft_shapes.held_reply(call.side, held)


@endpoint(
    "DELETE",
    "/{tickets}/held-replies/<key>",
    sides=[STAFF],
    section=SECTION,
    summary="Call Held Reply Back",
    description=(
        "For whoever wrote it, until it leaves; twice is as good as once. It is a draft again, "
        "with its files, status and assignee."
    ),
    message="Reply called back successfully.",
    failure="Failed to call reply back",
    errors=(409,),
    data=Draft,
    example=draft_shapes.DRAFT,
)
def call_back_reply(call: Call[None, None], key: str) -> Draft:
    return draft_shapes.draft(call.side, actions.call_back(call.actor, key))
