"""Writing on a ticket: a reply or a note, and what goes with it, all or nothing."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, request
from flask_login import current_user

from ...database import transaction
from ...errors import Conflict, HelpdeskError, Invalid, TooLarge, WrongState
from ...i18n import gettext as _
from ...shop.queries import shop
from ...tickets import actions, queries
from ...tickets.actions import Along
from ...tickets.models import Attachment, Format, HeldReply, Message, Ticket
from ..access import staff_only
from ..forms import sent_back, show_errors
from ..once import SentBefore, once
from ..uploads import take_files
from . import blanks, choices, desk
from .asked import Asked
from .choices import STATUS_WORDS
from .composer_form import ComposerForm
from .holding import flash_held
from .looking_around import Newcomers, look_around
from .ticket_page import ticket_page


@desk.post("/tickets/<int:ticket_id>/messages")
@staff_only
def write(ticket_id: int) -> Any:
    """Send a reply or keep a note, with files, a status and an assignee."""
    found = queries.to_write_on(current_user, ticket_id)
    form = ComposerForm(request.form)
    form.kept = take_files(current_user, form.message.data or "")
    anchor = ""
    try:
        with once(current_user, form.once.data, *_content(form)), transaction(together=True):
            _require_unsent(found, form)
            done = _write(found, form)
            left = actions.drop_draft(
                current_user,
                found,
                form.message.data or "",
                seen=choices.id_of(form.draft_seen.data or ""),
                settled=bool(form.settled.data),
            )
            anchor = _tell(done)
            if left:
                flash(_("What you wrote in another window is kept: it is your draft now."), "info")
    except SentBefore:
        flash(_("This was sent already: it is here only once."), "info")
    except (Invalid, TooLarge, WrongState) as error:
        return _again(ticket_id, form, error)
    flash(f"ticket-{ticket_id}-{current_user.id}", "draft-sent")
    return redirect(Asked.from_args(request.args).ticket_url(found) + anchor)


def _require_unsent(ticket: Ticket, form: ComposerForm) -> None:
    """Raise SentBefore where the draft on the page was sent already, from another window."""
    had_draft = bool(choices.id_of(form.draft_seen.data or ""))
    if not had_draft or queries.draft_of(current_user, ticket.id) is not None:
        return
    if queries.is_said(current_user, ticket, form.message.data or ""):
        raise SentBefore(ticket.id)


def _tell(done: Message | HeldReply) -> str:
    """Say what became of the words; where on the page they are."""
    if isinstance(done, HeldReply):
        flash_held(done)
        return f"#held-{actions.name_of(done)}"
    flash(_("Your note is kept.") if done.internal else _("Your reply is sent."), "good")
    return f"#message-{done.id}"


def _write(ticket: Ticket, form: ComposerForm) -> Message | HeldReply:
    """All of what the form asks for, inside the caller's transaction."""
    changes, seen = form.changes(current_user), form.seen()
    words, files = form.message.data or "", form.kept
    if not form.is_reply:
        note = actions.add_note(current_user, ticket, words, files, format=Format.MARKDOWN)
        actions.update(current_user, ticket, changes, seen)
        return note
    look_around(ticket, form.last_message_id.data, form.seen_held.data)
    blanks.require_told(words)
    _require_status_unchanged(ticket, form)
    along = Along(changes=changes)
    actions.require_as_seen(ticket, along, seen)
    return actions.send_reply(
        current_user,
        ticket,
        words,
        files,
        along,
        seconds=shop().hold_seconds,
        format=Format.MARKDOWN,
    )


def _require_status_unchanged(ticket: Ticket, form: ComposerForm) -> None:
    wanted, seen = form.status(), form.seen().get("status")
    if wanted is not None and seen is not None and ticket.status not in (seen, wanted):
        raise Conflict(
            _(
                "Somebody else has changed the status to “%(status)s” meanwhile. Your reply "
                "was not sent yet.",
                status=STATUS_WORDS[ticket.status],
            )
        )


def _content(form: ComposerForm) -> list[str]:
    """What makes this form the same as another: its words and its files."""
    files: Sequence[Attachment] = form.kept
    return [form.kind.data or "", form.message.data or "", *(file.sha256 for file in files)]


def _again(ticket_id: int, form: ComposerForm, error: HelpdeskError) -> Any:
    """The page with the text and the files still there, and why they were not sent."""
    is_about_fields = isinstance(error, Invalid | TooLarge)
    if is_about_fields:
        show_errors(form, error, form.ACTION_NAMES)
    html = ticket_page(
        ticket_id,
        Asked.from_args(request.args),
        composer_form=form,
        newcomers=error.message_ids if isinstance(error, Newcomers) else (),
        trouble="" if is_about_fields else error.message,
    )
    return sent_back(html, error)
