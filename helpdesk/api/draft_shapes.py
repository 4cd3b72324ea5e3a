"""What answers about drafts and held replies are made of."""

from datetime import timedelta

from ..tickets import actions, models, queries
from ..tickets.actions import Along
from ..tickets.models import MessageKind, ref_of
from . import examples, shaping
from .shapes import Answered, Attachment, Person, Time
from .sides import Side


class Draft(Answered):
    """What the caller has begun to write; nobody else sees it.

    *status* and *assigneeId* go with it when it is sent. *reason* says why it did not leave, where
    it is a held reply that came back. *otherMessage* is what it replaced unseen.
    """

    ticket_id: int
    ref_id: str
    message: str
    internal: bool
    status: str | None
    assignee_id: int | None
    attachments: list[Attachment]
    revision: int
    reason: str | None
    other_message: str | None
    modified_date: Time


class Discarded(Answered):
    """A ticket on which the caller has no draft any more."""

    id: int
    ref_id: str


class HeldReply(Answered):
    """A reply that leaves at *leavesDate*; *key* calls it back until then."""

    key: str
    ticket_id: int
    ref_id: str
    message: str
    format: str
    status: str | None
    assignee_id: int | None
    attachments: list[Attachment]
    posted_by: Person
    created_date: Time
    leaves_date: Time


DRAFT = Draft(
    ticket_id=123,
    ref_id="TKT123",
    message="A new one leaves today.",
    internal=False,
    status="pending",
    assignee_id=7,
    attachments=[examples.UPLOAD],
    revision=2,
    reason=None,
    other_message=None,
    modified_date=examples.CREATED_AT,
)
DISCARDED = Discarded(id=123, ref_id="TKT123")
HELD_REPLY = HeldReply(
    key="0123456789abcdef0123456789abcdef",
    ticket_id=123,
    ref_id="TKT123",
    message="A new one leaves today.",
    format="markdown",
    status="pending",
    assignee_id=None,
    attachments=[],
    posted_by=Person(id=7, name="Bo Lind"),
    created_date=examples.CREATED_AT,
    leaves_date=examples.CREATED_AT + timedelta(seconds=10),
)


def draft(side: Side, one: models.Draft) -> Draft:
    """A draft of the caller's."""
    chosen, internal = one.choices, one.kind is MessageKind.NOTE
    status = chosen.get("note_status" if internal else "reply_status")
    return Draft(
        ticket_id=one.ticket_id,
        ref_id=ref_of(one.ticket_id),
        message=one.body,
        internal=internal,
        status=status if status in set(models.Status) else None,
        assignee_id=_assignee(one),
        attachments=[shaping.attachment(side, file) for file in queries.draft_files(one)],
        revision=actions.revision_of(one),
        reason=chosen.get(actions.WHY),
        other_message=chosen.get(actions.OTHER),
        modified_date=one.modified_at,
    )


def _assignee(one: models.Draft) -> int | None:
    """Whom the form's field means, as the desk's page keeps it."""
    chosen = one.choices.get("assign", "")
    if chosen == "me":
        return one.user_id
    return int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 16 else None


def held_reply(side: Side, one: models.HeldReply) -> HeldReply:
    """A reply that is about to leave."""
    along = Along.from_json(one.choices)
    assignee_id = along.changes.assignee_id
    return HeldReply(
        key=actions.name_of(one),
        ticket_id=one.ticket_id,
        ref_id=ref_of(one.ticket_id),
        message=one.body,
        format=one.format,
        status=along.status,
        assignee_id=assignee_id if isinstance(assignee_id, int) else None,
        attachments=[shaping.attachment(side, file) for file in one.attachments],
        posted_by=shaping.person(one.author),
        created_date=one.created_at,
        leaves_date=one.leaves_at,
    )
