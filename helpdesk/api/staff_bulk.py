"""``/support-ticket``: one change to many tickets, and the undo of whatever was done."""

from typing import Annotated

from ..people import queries as people
from ..tickets import actions
from ..tickets.actions import Change
from ..tickets.models import Place
from . import examples, kinds
from .endpoints import Call, endpoint
from .field_changes import FieldChanges
from .reading import Shape
from .shapes import BulkDone, Undone
from .sides import STAFF

SECTION = "Staff support"


class Bulk(FieldChanges, kw_only=True):
    """One change to many tickets; what is left out stays."""

    ids: Annotated[list[int], kinds.IDS.says("The tickets.", [1, 2])]
    add_tags: Annotated[list[str] | None, kinds.TAGS.says("Tags to add.", ["late"])] = None
    remove_tags: Annotated[list[str] | None, kinds.TAGS.says("Tags to take away.")] = None
    place: Annotated[Place | None, kinds.PUT_PLACE.says("Where to put them.")] = None

    def change(self) -> Change:
        return Change(
            fields=self.fields(),
            add_tags=self.add_tags or (),
            remove_tags=self.remove_tags or (),
            place=self.place,
        )


class Undo(Shape):
    """A deed."""

    batch: Annotated[str, kinds.text(64).says("From the answer to what was done.", "0" * 32)]


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
    stayed = people.stayed(call.actor, undone.batch)
    return Undone(
        tickets=undone.tickets,
        changed_since=sorted({*undone.changed_since, *stayed}),
        batch=undone.batch,
    )
