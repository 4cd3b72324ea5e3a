"""Notes about customers, for staff alone."""

from typing import Annotated

from ..people import actions, queries
from . import kinds, people_shapes
from .endpoints import Call, endpoint
from .people_shapes import Note
from .reading import Shape
from .sides import STAFF

SECTION = "Customers"


class NewNote(Shape):
    """Something that colleagues should know."""

    body: Annotated[str, kinds.TEXT.says("The words.", "Rings before she writes.")]


@endpoint(
    "GET",
    "/{tickets}/customers/<id>/notes",
    sides=[STAFF],
    section=SECTION,
    summary="Retrieve Notes about a Customer",
    description="The newest first. No customer ever reads them.",
    message="Notes retrieved successfully.",
    failure="Failed to retrieve notes",
    data=list[Note],
    example=[people_shapes.NOTE],
)
def list_notes(call: Call[None, None], id: str) -> list[Note]:
    user = queries.person(call.actor, kinds.ticket_id(id))
    return people_shapes.notes(queries.notes(call.actor, user))


@endpoint(
    "POST",
    "/{tickets}/customers/<id>/notes",
    sides=[STAFF],
    section=SECTION,
    summary="Note Something about a Customer",
    description="Only staff read it, beside each of their tickets.",
    message="Note created successfully.",
    failure="Failed to create note",
    body=NewNote,
    body_example={"body": "Rings before she writes."},
    creates=True,
    errors=(409,),
    data=Note,
    example=people_shapes.NOTE,
)
def add_note(call: Call[None, NewNote], id: str) -> Note:
    user = queries.person(call.actor, kinds.ticket_id(id))
    return people_shapes.note(actions.add_note(call.actor, user, call.body.body))


@endpoint(
    "DELETE",
    "/{tickets}/customer-notes/<id>",
    sides=[STAFF],
    section=SECTION,
    summary="Delete Note about a Customer",
    description="Deletes a note for good and answers what it was.",
    message="Note deleted successfully.",
    failure="Failed to delete note",
    data=Note,
    example=people_shapes.NOTE,
)
def delete_note(call: Call[None, None], id: str) -> Note:
    note = queries.note(call.actor, kinds.ticket_id(id))
    shaped = people_shapes.note(note)
    actions.delete_note(call.actor, note.id)
    return shaped
