"""Drafts: what is typed in a ticket's composer, kept on the server as it is typed."""

from typing import Any

from flask import flash, jsonify, redirect, request
from flask_login import current_user
from msgspec import Struct

from ...errors import Conflict
from ...i18n import gettext as _
from ...i18n import lazy
from ...tickets import actions, queries
from ...tickets.models import MessageKind, Ticket
from ...tickets.queries.opened_by_staff import OpenDraft
from ..access import staff_only
from ..uploads import take_files
from . import choices, desk
from .asked import Asked
from .composer_form import ComposerForm
from .holding import COMPOSER

# Why a reply that was sent became a draft again, instead of leaving.
WHY_WORDS = {
    "closed": lazy("Your reply did not leave: the ticket was closed meanwhile."),
    "bin": lazy("Your reply did not leave: the ticket was deleted meanwhile."),
    "spam": lazy("Your reply did not leave: the ticket was put into spam meanwhile."),
    "account": lazy("Your reply did not leave: your account was disabled then."),
    "restored": lazy(
        "Your reply waited to leave when the backup was made that this desk was restored from."
        " It may have left since: please look before you send it again."
    ),
    "other": lazy("Your reply did not leave: the ticket does not allow it any more."),
}


class Kept(Struct, frozen=True):
    """What the server keeps of a composer."""

    revision: int  # 0: nothing
    other: str  # words of another window
    why: str  # the reason for which they did not leave, where they were sent before
    body: str = ""

    def holds(self, words: str) -> bool:
        """Whether *words* are what is kept."""
        return words.replace("\r\n", "\n") == self.body


def kept_of(draft: OpenDraft | None) -> Kept:
    """*draft* as the page tells of it."""
    if draft is None:
        return Kept(0, "", "")
    found = draft.choices
    why = found.get(actions.WHY, "")
    return Kept(
        revision=actions.revision_of(draft),
        other=found.get(actions.OTHER, ""),
        body=draft.body,
        why=str(WHY_WORDS.get(why, WHY_WORDS["other"])) if why else "",
    )


@desk.post("/tickets/<int:ticket_id>/draft")
@staff_only
def keep_draft(ticket_id: int) -> Any:
    """Keep what the composer holds; composer-draft.js says so every second that somebody types."""
    found = queries.get(current_user, ticket_id)
    saved = save(found, ComposerForm(request.form))
    if request.accept_mimetypes.best == "application/json":
        return jsonify(revision=actions.revision_of(saved.draft), other=saved.other)
    flash(_("Draft saved."), "good")
    return _back(found)


@desk.post("/tickets/<int:ticket_id>/draft/discard")
@staff_only
def discard_draft(ticket_id: int) -> Any:
    """Throw away what the composer holds, with an undo: the last keys are kept before."""
    found = queries.get(current_user, ticket_id)
    save(found, ComposerForm(request.form))
    if actions.discard_draft(current_user, found) is None:
        flash(_("There is no draft here any more."), "info")
    else:
        flash(_("The draft is discarded."), f"draft:{ticket_id}")
    flash(f"ticket-{ticket_id}-{current_user.id}", "draft-sent")
    return _back(found)


@desk.post("/tickets/<int:ticket_id>/draft/restore")
@staff_only
def restore_draft(ticket_id: int) -> Any:
    """Take back the discarding."""
    found = queries.get(current_user, ticket_id)
    try:
        actions.restore_draft(current_user, found)
    except Conflict as error:
        flash(error.message, "warn")
    return _back(found)


def save(ticket: Ticket, form: ComposerForm) -> actions.Saved:
    """Keep what *form* holds. Raises Invalid."""
    return actions.save_draft(
        current_user,
        ticket,
        form.message.data or "",
        form.kept or take_files(current_user, form.message.data or ""),
        kind=MessageKind.REPLY if form.is_reply else MessageKind.NOTE,
        choices=form.chosen(),
        seen=choices.id_of(form.draft_seen.data or ""),
        settled=bool(form.settled.data),
    )


def _back(ticket: Ticket) -> Any:
    return redirect(f"{Asked.from_args(request.args).ticket_url(ticket)}#{COMPOSER}")
