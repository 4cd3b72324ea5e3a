"""``/support-ticket/saved-replies``: words to answer with, and filled in for a ticket."""

from dataclasses import replace
from typing import Annotated

from ..macros import actions, queries
from ..macros.actions import ReplyDraft
from ..macros.filling import Values, fill
from ..macros.models import SavedReply
from ..tickets import queries as tickets
from ..tickets.actions import UNSET, Unset
from . import examples, kinds
from .endpoints import Call, endpoint
from .names import called
from .reading import Shape
from .shapes import Answered, Time
from .sides import STAFF

SECTION = "Saved replies and macros"
NAME = kinds.TEXT.says("What it is called.", "Hello")
FOLDER = kinds.TEXT.says("Where it is found; empty is no folder.", "Greetings")
CLEARED_FOLDER = replace(FOLDER, clears=True)
SHARED = kinds.BODY_FLAG.says("Whether all of the staff may use and change it.", True)
KEYWORD = kinds.TEXT.says("Words that begin one of the name, the folder or the text.", "hel")
_BODY = kinds.TEXT.says("Markdown, with variables.", "Hello {{requester.first_name}},")


class Reply(Answered):
    """A saved reply; *ownerId* is who made it."""

    id: int
    reply_name: str
    folder: str
    is_shared: bool
    body: str
    owner_id: int
    owner_name: str
    created_date: Time
    modified_date: Time


class FilledReply(Answered):
    """A saved reply for one ticket; *blanks* are the variables that still stand in *message*."""

    id: int
    reply_name: str
    message: str
    blanks: list[str]


class KeptQuery(Shape):
    """Which of them."""

    keyword: Annotated[str, KEYWORD] = ""


class NewReply(Shape):
    """A saved reply to be."""

    reply_name: Annotated[str, NAME]
    body: Annotated[str, _BODY]
    folder: Annotated[str, FOLDER] = ""
    is_shared: Annotated[bool, SHARED] = False

    def draft(self) -> ReplyDraft:
        return ReplyDraft(
            name=self.reply_name, folder=self.folder, is_shared=self.is_shared, body=self.body
        )


class ReplyChanges(Shape):
    """What to change of a saved reply; what is left out stays."""

    reply_name: Annotated[str | None, NAME] = None
    folder: Annotated[str | Unset | None, CLEARED_FOLDER] = UNSET
    is_shared: Annotated[bool | None, SHARED] = None
    body: Annotated[str | None, _BODY] = None

    def draft(self, now: SavedReply) -> ReplyDraft:
        """What *now* is to become."""
        return ReplyDraft(
            name=now.name if self.reply_name is None else self.reply_name,
            folder=now.folder if isinstance(self.folder, Unset) else self.folder or "",
            is_shared=now.is_shared if self.is_shared is None else self.is_shared,
            body=now.body if self.body is None else self.body,
        )


_EXAMPLE = Reply(
    id=3,
    reply_name="Hello",
    folder="Greetings",
    is_shared=True,
    body="Hello {{requester.first_name}},",
    owner_id=7,
    owner_name="Mira Okafor",
    created_date=examples.CREATED_AT,
    modified_date=examples.CREATED_AT,
)


@endpoint(
    "GET",
    "/{tickets}/saved-replies",
    sides=[STAFF],
    section=SECTION,
    summary="Retrieve Saved Replies",
    description="Your own and those that are shared, by folder and name; with a keyword, the best.",
    message="Saved replies retrieved successfully.",
    failure="Failed to retrieve saved replies",
    query=KeptQuery,
    data=list[Reply],
    example=[_EXAMPLE],
)
def list_saved_replies(call: Call[KeptQuery, None]) -> list[Reply]:
    return [_shaped(one) for one in queries.saved_replies(call.actor, call.query.keyword)]


@endpoint(
    "GET",
    "/{tickets}/saved-replies/<id>",
    sides=[STAFF],
    section=SECTION,
    summary="Get Saved Reply",
    message="Saved reply retrieved successfully.",
    failure="Failed to retrieve saved reply",
    data=Reply,
    example=_EXAMPLE,
)
def show_saved_reply(call: Call[None, None], id: str) -> Reply:
    return _shaped(queries.saved_reply(call.actor, kinds.ticket_id(id)))


def _check_new(call: Call[None, NewReply]) -> None:
    with called(name="replyName"):
        actions.check_reply(call.actor, call.body.draft())


@endpoint(
    "POST",
    "/{tickets}/saved-replies",
    sides=[STAFF],
    section=SECTION,
    summary="Create Saved Reply",
    description=(
        "Keeps words to answer with. Variables such as {{requester.name}} are filled in when it "
        "is used; one that there isn't is refused."
    ),
    message="Saved reply created successfully.",
    failure="Failed to create saved reply",
    body=NewReply,
    body_example={"replyName": "Hello", "body": "Hello {{requester.first_name}},"},
    check=_check_new,
    creates=True,
    errors=(409,),
    data=Reply,
    example=_EXAMPLE,
)
def add_saved_reply(call: Call[None, NewReply]) -> Reply:
    with called(name="replyName"):
        return _shaped(actions.add_reply(call.actor, call.body.draft()))


@endpoint(
    "PUT",
    "/{tickets}/saved-replies/<id>",
    sides=[STAFF],
    section=SECTION,
    summary="Update Saved Reply",
    description=(
        "Changes what is given. Whoever made a shared one, or an admin, makes it private again."
    ),
    message="Saved reply updated successfully.",
    failure="Failed to update saved reply",
    body=ReplyChanges,
    body_example={"folder": "Greetings", "isShared": True},
    data=Reply,
    example=_EXAMPLE,
)
def update_saved_reply(call: Call[None, ReplyChanges], id: str) -> Reply:
    now = queries.saved_reply(call.actor, kinds.ticket_id(id))
    with called(name="replyName"):
        return _shaped(actions.update_reply(call.actor, now.id, call.body.draft(now)))


@endpoint(
    "DELETE",
    "/{tickets}/saved-replies/<id>",
    sides=[STAFF],
    section=SECTION,
    summary="Delete Saved Reply",
    description="Deletes it and answers what it was.",
    message="Saved reply deleted successfully.",
    failure="Failed to delete saved reply",
    data=Reply,
    example=_EXAMPLE,
)
def delete_saved_reply(call: Call[None, None], id: str) -> Reply:
    found = _shaped(queries.saved_reply(call.actor, kinds.ticket_id(id)))
    actions.delete_reply(call.actor, found.id)
    return found


@endpoint(
    "GET",
    "/{tickets}/<id>/saved-replies/<other>",
    sides=[STAFF],
    section=SECTION,
    summary="Fill in Saved Reply",
    description="A saved reply as it would be sent on a ticket; what is filled in is never markup.",
    message="Saved reply filled in successfully.",
    failure="Failed to fill in saved reply",
    data=FilledReply,
    example=FilledReply(id=3, reply_name="Hello", message="Hello Ana,", blanks=[]),
)
def fill_in_saved_reply(call: Call[None, None], id: str, other: str) -> FilledReply:
    ticket = tickets.get(call.actor, kinds.ticket_id(id))
    saved = queries.saved_reply(call.actor, kinds.ticket_id(other))
    filled = fill(saved.body, Values(call.actor, ticket))
    return FilledReply(
        id=saved.id, reply_name=saved.name, message=filled.text, blanks=list(filled.blanks)
    )


def _shaped(one: SavedReply) -> Reply:
    return Reply(
        id=one.id,
        reply_name=one.name,
        folder=one.folder,
        is_shared=one.is_shared,
        body=one.body,
        owner_id=one.owner_id,
        owner_name=one.owner.name,
        created_date=one.created_at,
        modified_date=one.modified_at,
    )
