"""What an agent is writing on a ticket, kept while they type: nobody else ever sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from ... import clock
from ...accounts.models import User
from ...database import db, transaction
from ...errors import Conflict, Invalid
from ...i18n import gettext as _
from ...text import Fields, storable
from .. import policy
from ..models import Attachment, Draft, HeldReply, MessageKind, Ticket
from ..queries.drafts import draft_of, is_said
from ..queries.opened_by_staff import OpenDraft
from .along import Along

LONGEST_DRAFT = 100_000  # characters, as many as a message
DISCARDED_LASTS = timedelta(days=1)
# Names in Draft.choices, beside those of the editor's own fields.
REVISION, OTHER, WHY = "revision", "other", "why"
_OURS = (REVISION, OTHER, WHY)


@dataclass(frozen=True)
class Saved:
    """What became of a save: the draft (None: there is none now), and the words of another window
    that it replaced unseen."""

    draft: Draft | None
    other: str = ""


def revision_of(draft: Draft | OpenDraft | None) -> int:
    """How many times *draft* was saved; 0: there is none."""
    return 0 if draft is None else int(draft.choices.get(REVISION, "0"))


def save_draft(
    actor: User,
    ticket: Ticket,
    body: str,
    files: Sequence[Attachment] = (),
    *,
    kind: MessageKind = MessageKind.REPLY,
    choices: Mapping[str, str] | None = None,
    seen: int | None = None,
    settled: bool = False,
) -> Saved:
    """Keep *body* and *files* as *actor*'s draft on *ticket*; nothing in both removes it.

    *seen* is the revision that the writer's window knew. Where another window has saved other words
    since, the newer ones win, and the others are kept beside them until *settled*: nothing is lost
    silently. Raises NotAllowed, Invalid.
    """
    policy.require(actor, "note", ticket)
    body = _checked(body)
    with transaction(together=True):
        draft = draft_of(actor, ticket.id)
        if not body.strip() and not files:
            return Saved(None) if draft is None else _emptied(draft, seen)
        if draft is None:
            if seen and is_said(actor, ticket, body):
                return Saved(None)  # its window has not heard that it was sent
            draft, other = _begun(actor.id, ticket.id), ""
        else:
            other = "" if settled else draft.choices.get(OTHER, "")
            if _is_other(draft, body, seen):
                other = _joined(other, draft.body)
        known = revision_of(draft)
        draft.kind, draft.body, draft.modified_at = kind, body, clock.now()
        draft.choices = _clean(choices or {}) | {REVISION: str(known + 1)}
        if other.strip() and other.strip() != body.strip():
            draft.choices |= {OTHER: other}
        db.session.flush()
        _keep_files(actor, draft, files)
        return Saved(draft, draft.choices.get(OTHER, ""))


def drop_draft(
    actor: User, ticket: Ticket, sent: str, *, seen: int | None = None, settled: bool = False
) -> str:
    """Remove *actor*'s draft on *ticket*, whose words were *sent*, if there is one.

    Words of another window that are not in *sent* stay as the draft, and are returned. Files that
    were not sent go a day after they came.
    """
    with transaction(together=True):
        draft = draft_of(actor, ticket.id)
        if draft is None:
            return ""
        left = "" if settled else draft.choices.get(OTHER, "")
        left = "" if left.strip() in sent else left
        if _is_other(draft, sent, seen):
            left = _joined(left, draft.body)
        if not left.strip():
            _remove(draft)
            return ""
        _let_go_of_files(draft)
        draft.body, draft.modified_at = left, clock.now()
        draft.choices = {REVISION: str(revision_of(draft) + 1)}
    return left


def discard_draft(actor: User, ticket: Ticket) -> Draft | None:
    """Throw *actor*'s draft on *ticket* away; None: there was none. For a day it can come back."""
    with transaction(together=True):
        draft = draft_of(actor, ticket.id)
        if draft is not None:
            draft.discarded_at = clock.now()
    return draft


def restore_draft(actor: User, ticket: Ticket) -> Draft:
    """Take back :func:`discard_draft`.

    Raises NotAllowed; Conflict where it is back already, gone, or something else was begun since.
    """
    policy.require(actor, "note", ticket)
    with transaction(together=True):
        draft = _row(actor.id, ticket.id)
        if draft is None or draft.discarded_at is None:
            raise Conflict(_("There is no discarded draft here any more."))
        draft.discarded_at = None
        draft.choices = draft.choices | {REVISION: str(revision_of(draft) + 1)}
    return draft


def drop_discarded_drafts() -> None:
    """Remove drafts that were discarded a day ago; their files are swept as others are."""
    with transaction():
        old = sa.select(Draft).where(Draft.discarded_at <= clock.now() - DISCARDED_LASTS)
        for draft in db.session.scalars(old).all():
            _remove(draft)


def give_back(held: HeldReply, ticket_id: int, why: str = "") -> Draft:
    """Make *held* its author's draft on this ticket, inside the caller's transaction.

    What they have begun to write since stays, below. *why* it did not leave is kept with it.
    """
    draft = draft_of(held.author, ticket_id) or _begun(held.author_id, ticket_id)
    since = draft.body.strip()
    draft.body = f"{held.body}\n\n{since}" if since and since != held.body.strip() else held.body
    draft.kind, draft.modified_at = MessageKind.REPLY, clock.now()
    draft.choices = {
        **_chosen(held),
        REVISION: str(revision_of(draft) + 1),
        **({WHY: why} if why else {}),
        **({OTHER: other} if (other := draft.choices.get(OTHER, "")) else {}),
    }
    db.session.flush()
    for file in list(held.attachments):
        file.held_reply_id, file.draft_id = None, draft.id
    db.session.flush()
    db.session.expire(held, ["attachments"])
    return draft


def _chosen(held: HeldReply) -> dict[str, str]:
    """The status and the assignee of *held*, as the editor's fields have them."""
    along = Along.from_json(held.choices)
    found = {"reply_status": along.status.value} if along.status else {}
    assignee_id = along.changes.assignee_id
    if isinstance(assignee_id, int):
        found["assign"] = "me" if assignee_id == held.author_id else str(assignee_id)
    return found


def _row(user_id: int, ticket_id: int) -> Draft | None:
    """The draft, a discarded one too."""
    return db.session.scalar(
        sa.select(Draft).where(Draft.user_id == user_id, Draft.ticket_id == ticket_id)
    )


def _begun(user_id: int, ticket_id: int) -> Draft:
    """An empty draft for somebody who has none, in place of one that they have discarded."""
    draft = _row(user_id, ticket_id)
    if draft is None:
        draft = Draft(ticket_id=ticket_id, user_id=user_id, body="", choices={})
        db.session.add(draft)
        return draft
    _let_go_of_files(draft)
    draft.discarded_at, draft.body = None, ""
    draft.choices = {REVISION: str(revision_of(draft))}
    return draft


def _is_other(draft: Draft, body: str, seen: int | None) -> bool:
    """Whether *draft* has words of another window that *body* would replace unseen.

    What *body* contains is not lost.
    """
    is_stale = seen is not None and seen != revision_of(draft)
    return is_stale and draft.body.strip() not in body


def _joined(words: str, more: str) -> str:
    """Both, one below the other; once where one is in the other."""
    if more.strip() in words:
        return words
    return more if words.strip() in more else f"{words.strip()}\n\n{more.strip()}"


def _emptied(draft: Draft, seen: int | None) -> Saved:
    """An empty text removes the draft that its window knew, never another window's words."""
    if seen is None or seen == revision_of(draft):
        _remove(draft)
        return Saved(None)
    return Saved(draft, draft.body)


def _remove(draft: Draft) -> None:
    _let_go_of_files(draft)
    db.session.delete(draft)
    db.session.flush()


def _let_go_of_files(draft: Draft) -> None:
    db.session.execute(
        sa.update(Attachment).where(Attachment.draft_id == draft.id).values(draft_id=None)
    )


def _keep_files(actor: User, draft: Draft, files: Sequence[Attachment]) -> None:
    """Let exactly *files*, uploads of *actor*, wait with *draft*."""
    ids = [file.id for file in files]
    mine = sa.and_(
        Attachment.uploader_id == actor.id,
        Attachment.message_id.is_(None),
        Attachment.held_reply_id.is_(None),
    )
    let_go = Attachment.id.not_in(ids)
    for condition, value in (
        (sa.and_(Attachment.draft_id == draft.id, let_go), None),
        (sa.and_(Attachment.id.in_(ids), mine), draft.id),
    ):
        db.session.execute(sa.update(Attachment).where(condition).values(draft_id=value))


def _clean(choices: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in choices.items()
        if name not in _OURS and len(name) < 40 and len(value) < 100 and storable(value)
    }


def _checked(body: str) -> str:
    """*body* as it was typed: a draft's spaces are its writer's. Raises Invalid."""
    body = body.replace("\r\n", "\n")
    fields = Fields()
    fields.block("message", body, LONGEST_DRAFT, required=False)
    fields.raise_if_any()
    if len(body) > 2 * LONGEST_DRAFT:  # nothing but spaces around it
        raise Invalid({"message": [_("This is too long.")]})
    return body
