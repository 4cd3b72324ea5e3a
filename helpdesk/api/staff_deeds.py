"""``/support-ticket``: merge, split, link, spam, delete, many at once, and the undo of each.

Every answer names its ``batch``, the deed that ``/support-ticket/undo`` takes back; null where
nothing had to be done.
"""

from typing import Annotated, Any

from ..database import transaction
from ..errors import Invalid, NotFound
from ..events import Event, recorded_batch
from ..i18n import gettext as _
from ..text import Fields
from ..tickets import actions, queries
from ..tickets.actions import UNSET, Change, Changes, Unset
from ..tickets.models import Message, Place, Priority, Status, Ticket
from . import examples, kinds, shaping
from .endpoints import Call, endpoint
from .reading import Shape
from .shapes import BulkDone, ChangedTicket, LinkedTickets, Purged, Undone
from .sides import STAFF

SECTION = "Staff support"


class Merge(Shape):
    """Where the messages go."""

    into: Annotated[int, kinds.BODY_ID.says("The ticket that takes them in.", 12)]


class Split(Shape):
    """What becomes a ticket of its own."""

    message_id: Annotated[int, kinds.BODY_ID.says("The message that it begins with.", 7)]
    subject: Annotated[str, kinds.TEXT.says("What the new ticket is called.", "The chair")]
    following: Annotated[bool, kinds.BODY_FLAG.says("All messages after it too.", False)] = False


class Link(Shape):
    """The ticket at the other end."""

    ticket_id: Annotated[int, kinds.BODY_ID.says("The related ticket.", 12)]


class Bulk(Shape):
    """One change to many tickets; what is left out stays."""

    ids: Annotated[list[int], kinds.IDS.says("The tickets.", [1, 2])]
    status: Annotated[Status | Unset, kinds.BODY_STATUS.says("The status.", "resolved")] = UNSET
    assignee_id: Annotated[
        int | Unset | None, kinds.CLEARABLE_ID.says("Whose they are; null is nobody's.", 7)
    ] = UNSET
    priority: Annotated[Priority | Unset, kinds.PRIORITY.says("The priority.", "high")] = UNSET
    category_id: Annotated[
        int | Unset | None, kinds.CLEARABLE_ID.says("A top-level category; null is none.")
    ] = UNSET
    sub_category_id: Annotated[
        int | Unset | None, kinds.CLEARABLE_ID.says("A category below it; null is none.")
    ] = UNSET
    add_tags: Annotated[list[str] | None, kinds.TAGS.says("Tags to add.", ["late"])] = None
    remove_tags: Annotated[list[str] | None, kinds.TAGS.says("Tags to take away.")] = None
    place: Annotated[Place | None, kinds.PUT_PLACE.says("Where to put them.")] = None

    def change(self) -> Change:
        return Change(
            fields=Changes(
                status=self.status,
                assignee_id=self.assignee_id,
                priority=self.priority,
                category_id=self.category_id,
                subcategory_id=self.sub_category_id,
            ),
            add_tags=self.add_tags or (),
            remove_tags=self.remove_tags or (),
            place=self.place,
        )


class Undo(Shape):
    """A deed."""

    batch: Annotated[str, kinds.text(64).says("From the answer to what was done.", "0" * 32)]


@endpoint(
    "POST",
    "/{tickets}/<id>/merge",
    sides=[STAFF],
    section=SECTION,
    summary="Merge Support Ticket",
    description=(
        "All messages, notes and files go into another ticket of the same requester. The ticket's "
        "number leads there from then on. The answer is that other ticket."
    ),
    message="Support ticket merged successfully.",
    failure="Failed to merge support ticket",
    body=Merge,
    body_example={"into": 12},
    creates=True,
    errors=(409,),
    data=ChangedTicket,
    example=examples.CHANGED_TICKET,
)
def merge_ticket(call: Call[None, Merge], id: str) -> ChangedTicket:
    source = _ticket(call, id)
    target = _other(call, call.body.into, "into")
    with transaction():
        actions.merge(call.actor, [source], target)
        batch = recorded_batch()
    return shaping.changed(queries.get(call.actor, target.id), batch)


def _check_split(call: Call[None, Split]) -> None:
    actions.check_changes(Changes(subject=call.body.subject))


@endpoint(
    "POST",
    "/{tickets}/<id>/split",
    sides=[STAFF],
    section=SECTION,
    summary="Split Support Ticket",
    description="A message becomes the first of a new ticket, which is the answer.",
    message="Support ticket split successfully.",
    failure="Failed to split support ticket",
    body=Split,
    body_example={"messageId": 7, "subject": "The chair"},
    check=_check_split,
    creates=True,
    errors=(409,),
    data=ChangedTicket,
    example=examples.CHANGED_TICKET,
)
def split_ticket(call: Call[None, Split], id: str) -> ChangedTicket:
    ticket, body = _ticket(call, id), call.body
    message = _message(call, ticket, body.message_id)
    with transaction():
        new = actions.split(call.actor, message, body.subject, following=body.following)
        batch = recorded_batch()
    return shaping.changed(queries.get(call.actor, new.id), batch)


def _message(call: Call[None, Split], ticket: Ticket, message_id: int) -> Message:
    """One of *ticket*'s. Raises Invalid, with what is wrong with the subject too."""
    found = queries.conversation(call.actor, ticket)
    message = next((one for one in found if one.id == message_id), None)
    if message is not None:
        return message
    fields = Fields()
    fields.add("messageId", _("There is no such message in this ticket."))
    try:
        _check_split(call)
    except Invalid as more:
        raise Invalid(fields.errors | more.fields) from None
    raise Invalid(fields.errors)


@endpoint(
    "POST",
    "/{tickets}/<id>/links",
    sides=[STAFF],
    section=SECTION,
    summary="Link Support Ticket",
    description="Says that two tickets belong together; only staff see it.",
    message="Support ticket linked successfully.",
    failure="Failed to link support ticket",
    body=Link,
    body_example={"ticketId": 12},
    creates=True,
    errors=(409,),
    data=LinkedTickets,
    example=examples.LINKED_TICKETS,
)
def link_ticket(call: Call[None, Link], id: str) -> LinkedTickets:
    ticket = _ticket(call, id)
    other = _other(call, call.body.ticket_id, "ticketId")
    event = actions.link(call.actor, ticket, other)
    return _links(call, ticket, _batch_of(event))


@endpoint(
    "DELETE",
    "/{tickets}/<id>/links/<other>",
    sides=[STAFF],
    section=SECTION,
    summary="Unlink Support Ticket",
    description="Takes a link back, from both.",
    message="Support ticket unlinked successfully.",
    failure="Failed to unlink support ticket",
    data=LinkedTickets,
    example=examples.LINKED_TICKETS,
)
def unlink_ticket(call: Call[None, None], id: str, other: str) -> LinkedTickets:
    ticket = _ticket(call, id)
    event = actions.unlink(call.actor, ticket, _ticket(call, other))
    return _links(call, ticket, _batch_of(event))


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


def _check_bulk(call: Call[None, Bulk]) -> None:
    change = call.body.change()
    if change != Change():  # what did not parse is told already
        actions.check_change(change)


@endpoint(
    "POST",
    "/{tickets}/bulk",
    sides=[STAFF],
    section=SECTION,
    summary="Update Support Tickets",
    description=(
        "The same change to at most 1,000 tickets, as one deed. One that can't be changed keeps "
        "none of the others from it: failed says why."
    ),
    message="Support tickets updated successfully.",
    failure="Failed to update support tickets",
    body=Bulk,
    body_example={"ids": [1, 2], "status": "resolved", "addTags": ["late"]},
    check=_check_bulk,
    creates=True,
    data=BulkDone,
    example=examples.BULK_DONE,
)
def update_tickets(call: Call[None, Bulk]) -> BulkDone:
    done = actions.change_many(call.actor, call.body.ids, call.body.change())
    return BulkDone(
        changed=list(done.changed),
        unchanged=list(done.unchanged),
        failed={str(id_): sentence for id_, sentence in done.failed.items()},
        batch=done.batch or None,
    )


@endpoint(
    "POST",
    "/{tickets}/undo",
    sides=[STAFF],
    section=SECTION,
    summary="Undo",
    description=(
        "Takes back all that one request did. What somebody has changed again since stays as it "
        "is: changedSince names it. The undo has a batch too."
    ),
    message="Undone successfully.",
    failure="Failed to undo",
    body=Undo,
    body_example={"batch": "0123456789abcdef0123456789abcdef"},
    creates=True,
    errors=(404, 409),
    data=Undone,
    example=examples.UNDONE,
)
def undo(call: Call[None, Undo]) -> Undone:
    undone = actions.undo(call.actor, call.body.batch)
    return Undone(
        tickets=undone.tickets, changed_since=list(undone.changed_since), batch=undone.batch
    )


def _ticket(call: Call[None, Any], id: str) -> Ticket:
    return queries.get(call.actor, kinds.ticket_id(id))


def _other(call: Call[None, Any], ticket_id: int, field: str) -> Ticket:
    """The ticket that *field* of the body names. Raises Invalid."""
    try:
        return queries.get(call.actor, ticket_id)
    except NotFound as error:
        raise Invalid({field: [error.message]}) from None


def _batch_of(event: Event | None) -> str | None:
    return None if event is None else event.batch


def _placed(call: Call[None, None], id: str, place: Place) -> ChangedTicket:
    ticket = _ticket(call, id)
    event = actions.place(call.actor, ticket, place)
    return shaping.changed(ticket, _batch_of(event))


def _links(call: Call[None, Any], ticket: Ticket, batch: str | None) -> LinkedTickets:
    return LinkedTickets(
        id=ticket.id,
        ref_id=ticket.ref,
        linked_tickets=queries.linked_ids(call.actor, ticket),
        batch=batch,
    )
