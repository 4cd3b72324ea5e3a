"""Saved replies: kept, changed, deleted, filled in."""

from dataclasses import dataclass

from ...accounts.models import User
from ...database import transaction
from ...events import Event
from ...text import Fields
from .. import policy, queries
from ..filling import check_kept
from ..models import SavedReply
from ..steps import LONGEST_WORDS
from .keeping import REPLY, Title, add, change, clean_title, delete


@dataclass(frozen=True, kw_only=True)
class ReplyDraft(Title):
    """All that a saved reply is; *body* is Markdown with variables."""

    body: str


def add_reply(actor: User, draft: ReplyDraft) -> SavedReply:
    """Keep words to answer with. Raises NotAllowed, WrongState; Invalid with every bad field."""
    policy.require_staff(actor)
    with transaction():
        title, body = check_reply(actor, draft)
        saved: SavedReply = add(actor, REPLY, title, body)
    return saved


def update_reply(actor: User, reply_id: int, draft: ReplyDraft) -> SavedReply:
    """Make it what *draft* says. Raises NotAllowed, NotFound; Invalid with every bad field."""
    with transaction():
        saved = queries.saved_reply(actor, reply_id)
        title, body = check_reply(actor, draft, saved)
        change(actor, REPLY, saved, title, body)
    return saved


def delete_reply(actor: User, reply_id: int) -> Event:
    """Delete it; the event's deed can be undone. Raises NotAllowed, NotFound."""
    with transaction():
        return delete(actor, REPLY, queries.saved_reply(actor, reply_id))


def check_reply(
    actor: User, draft: ReplyDraft, saved: SavedReply | None = None
) -> tuple[Title, str]:
    """The clean title and body of *draft* (for *saved*). Raises Invalid with every bad field."""
    errors = Fields()
    owner_id = actor.id if saved is None else saved.owner_id
    title = clean_title(REPLY, owner_id, draft, errors, saved)
    body = errors.block("body", draft.body, LONGEST_WORDS)
    check_kept(body, errors, "body")
    errors.raise_if_any()
    return title, body
