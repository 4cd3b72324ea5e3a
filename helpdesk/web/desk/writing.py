"""Writing on a ticket: a reply or a note, and what goes with it, all or nothing."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, request
from flask_login import current_user

from ...database import transaction
from ...errors import Conflict, HelpdeskError, Invalid, TooLarge, WrongState
from ...i18n import gettext as _
from ...tickets import actions, queries
from ...tickets.actions import Changes
from ...tickets.models import Attachment, Format, Message, Ticket
from ..access import staff_only
from ..forms import sent_back, show_errors
from ..once import SentBefore, once
from ..uploads import take_files
from . import blanks, choices, desk
from .asked import Asked
from .choices import STATUS_WORDS
from .forms import ComposerForm
from .ticket_page import ticket_page


class Newcomers(Conflict):
    """Others wrote on the ticket while this person did."""

    def __init__(self, message_ids: Sequence[int]) -> None:
        self.message_ids = message_ids
        super().__init__(
            _(
                "While you were writing, somebody else wrote on this ticket. Your text was not "
                "sent yet: read what is new, then send it again or change it."
            )
        )


@desk.post("/tickets/<int:ticket_id>/messages")
@staff_only
def write(ticket_id: int) -> Any:
    """Send a reply or keep a note, with files, a status and an assignee."""
    found = queries.get(current_user, ticket_id)
    form = ComposerForm(request.form)
    form.kept = take_files(form.message.data or "")
    anchor = ""
    try:
        with once(current_user, form.once.data, *_content(form)), transaction():
            anchor = f"#message-{_write(found, form).id}"
    except SentBefore:
        flash(_("This was sent already: it is here only once."), "info")
    except (Invalid, TooLarge, WrongState) as error:
        return _again(ticket_id, form, error)
    else:
        flash(_("Your reply is sent.") if form.is_reply else _("Your note is kept."), "good")
    flash(f"ticket-{ticket_id}-{current_user.id}", "draft-sent")
    return redirect(Asked.from_args(request.args).ticket_url(found) + anchor)


def _write(ticket: Ticket, form: ComposerForm) -> Message:
    """All of what the form asks for, inside the caller's transaction."""
    status, seen = form.status(), form.seen()
    if form.is_reply:
        _look_around(ticket, form)
        blanks.require_told(form.message.data or "")
        if status is not None and ticket.status not in (seen.get("status", status), status):
            raise Conflict(
                _(
                    "Somebody else has changed the status to “%(status)s” meanwhile. Your reply "
                    "was not sent yet.",
                    status=STATUS_WORDS[ticket.status],
                )
            )
    assignee_id = form.assignee_id(current_user)
    if assignee_id is not None:
        actions.update(current_user, ticket, Changes(assignee_id=assignee_id), seen)
    words = form.message.data or ""
    if form.is_reply:
        return actions.reply(current_user, ticket, words, form.kept, status, format=Format.MARKDOWN)
    note = actions.add_note(current_user, ticket, words, form.kept, format=Format.MARKDOWN)
    if status is not None:
        actions.update(current_user, ticket, Changes(status=status), seen)
    return note


def _look_around(ticket: Ticket, form: ComposerForm) -> None:
    """Raise Newcomers where others wrote after what the person had on the screen."""
    last = choices.id_of(form.last_message_id.data or "")
    if last is not None and (found := queries.arrived_after(current_user, ticket, last)):
        raise Newcomers(found)


def _content(form: ComposerForm) -> list[str]:
    """What makes this form the same as another: its words and its files."""
    files: Sequence[Attachment] = form.kept
    return [form.kind.data or "", form.message.data or "", *(file.sha256 for file in files)]


def _again(ticket_id: int, form: ComposerForm, error: HelpdeskError) -> Any:
    """The page with the text and the files still there, and why they were not sent."""
    is_about_fields = isinstance(error, Invalid | TooLarge)
    if is_about_fields:
        show_errors(form, error, form.ACTION_NAMES)
    found = queries.get(current_user, ticket_id)
    html = ticket_page(
        found,
        Asked.from_args(request.args),
        composer=form,
        newcomers=error.message_ids if isinstance(error, Newcomers) else (),
        trouble="" if is_about_fields else error.message,
    )
    return sent_back(html, error)
