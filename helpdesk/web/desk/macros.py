"""Macros on a ticket: chosen, looked at, applied."""

import json
from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request
from flask_login import current_user
from markupsafe import Markup
from wtforms import Form, HiddenField, MultipleFileField, TextAreaField

from ...database import transaction
from ...errors import HelpdeskError, Invalid, NotFound, TooLarge, WrongState
from ...i18n import gettext as _
from ...i18n import lazy
from ...macros import actions, queries
from ...macros.actions import Applied, Plan
from ...macros.filling import said_of_blanks
from ...macros.models import Macro
from ...macros.steps import Steps
from ...shop.queries import shop
from ...tickets import queries as tickets
from ...tickets.actions import name_of, save_draft
from ...tickets.models import Attachment, Place, Status, Ticket
from ..access import staff_only
from ..forms import show_errors
from ..once import OnceField, SentBefore, once
from ..uploads import take_files
from . import blanks, desk, parts
from .asked import Asked
from .deeds import back_to, deed_page
from .editor import preview_of
from .folders import in_folders
from .holding import flash_held
from .looking_around import look_around
from .step_words import told_plan, told_steps
from .undoing import flash_undo

LONGEST = 200  # characters of what is looked for
LONGEST_SEEN = 10_000  # characters of what a form says that somebody saw


class ApplyForm(Form):
    """The words of a macro, as they will be sent, and what the person saw."""

    message = TextAreaField(lazy("Text"))
    files = MultipleFileField(lazy("Files"))
    last_message_id = HiddenField()
    seen_held = HiddenField()
    mark = HiddenField()  # of the steps
    seen = HiddenField()  # JSON: fields and what was in them
    once = OnceField()

    ACTION_NAMES = {"attachments": "files"}
    kept: Sequence[Attachment] = ()
    preview: Markup | None = None  # of the message, where it was asked for

    def what_was_seen(self) -> dict[str, Any]:
        """The fields that the person saw; nothing that a field can't hold is ever in one."""
        try:
            found = json.loads((self.seen.data or "")[:LONGEST_SEEN])
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


@desk.get("/tickets/<int:ticket_id>/macros")
@staff_only
def macros(ticket_id: int) -> Any:
    """All of them: a page, or for a script the list alone."""
    ticket = tickets.get(current_user, ticket_id)
    keyword = request.args.get("find", "").strip()[:LONGEST]
    found = queries.macros(current_user, keyword)
    told = told_steps([Steps.from_json(one.steps) for one in found])
    context: dict[str, Any] = {
        "folders": in_folders(found),
        "found": found,
        "asked_for": keyword,
        "steps": {one.id: steps for one, steps in zip(found, told, strict=True)},
    }
    if parts.is_script():
        asked = Asked.from_args(request.args)
        return render_template(
            "desk/chooser_macros.html", ticket=ticket, query=asked.query(), **context
        )
    return deed_page("desk/macros.html", ticket, **context)


@desk.get("/tickets/<int:ticket_id>/macros/<int:macro_id>")
@staff_only
def macro(ticket_id: int, macro_id: int) -> Any:
    """What it would do to this ticket."""
    ticket, found = tickets.get(current_user, ticket_id), queries.macro(current_user, macro_id)
    return _page(ticket, found, ApplyForm())


@desk.post("/tickets/<int:ticket_id>/macros/<int:macro_id>")
@staff_only
def apply_macro(ticket_id: int, macro_id: int) -> Any:
    """Do it; if something has changed since somebody looked, say so and show it again."""
    ticket, form = tickets.get(current_user, ticket_id), ApplyForm(request.form)
    form.kept = take_files(current_user, form.message.data or "")
    try:
        found = queries.macro(current_user, macro_id)
    except NotFound as error:
        if not form.message.data:
            raise
        return _kept_words(ticket, form, error)
    if request.form.get("do") == "preview":
        form.preview = preview_of(form.message.data or "", form.kept)
        return _page(ticket, found, form)
    content = (form.message.data or "", *(file.sha256 for file in form.kept))
    try:
        with once(current_user, form.once.data, *content), transaction():
            applied = _apply(ticket, found, form)
    except SentBefore:
        flash(_("This was sent already: it is here only once."), "info")
        return back_to(ticket)
    except (Invalid, TooLarge, WrongState) as error:
        return _again(ticket_id, macro_id, form, error)
    return _done(ticket, found, applied)


def _kept_words(ticket: Ticket, form: ApplyForm, error: NotFound) -> Any:
    """Say that the macro is gone; what was written for it is a draft from now on."""
    flash(error.message, "warn")
    save_draft(current_user, ticket, form.message.data or "", form.kept, seen=0)
    return back_to(ticket)


def _apply(ticket: Ticket, found: Macro, form: ApplyForm) -> Applied:
    """All of what the form asks for, inside the caller's transaction."""
    words = form.message.data or ""
    if Steps.from_json(found.steps).is_reply:
        look_around(ticket, form.last_message_id.data, form.seen_held.data)
        blanks.require_told(words)
    return actions.apply(
        current_user,
        found.id,
        ticket,
        words=words,
        files=form.kept,
        seen=form.what_was_seen(),
        mark=form.mark.data or None,
        seconds=shop().hold_seconds,
    )


def _done(ticket: Ticket, found: Macro, applied: Applied) -> Any:
    if not applied.batch:
        flash(_("Nothing had to be changed."), "info")
        return back_to(ticket)
    anchor = f"#message-{applied.message.id}" if applied.message else ""
    if applied.held is not None:
        flash_held(applied.held)
        anchor = f"#held-{name_of(applied.held)}"
    else:
        flash_undo(_("“%(name)s” is applied.", name=found.name), applied.batch)
    return redirect(Asked.from_args(request.args).ticket_url(ticket) + anchor)


def _again(ticket_id: int, macro_id: int, form: ApplyForm, error: HelpdeskError) -> Any:
    """The page with the text still there, what would be done now, and why it was not."""
    if isinstance(error, Invalid | TooLarge):
        show_errors(form, error, form.ACTION_NAMES)
    ticket, found = tickets.get(current_user, ticket_id), queries.macro(current_user, macro_id)
    return _page(ticket, found, form, error)


def _page(ticket: Ticket, found: Macro, form: ApplyForm, error: HelpdeskError | None = None) -> Any:
    plan = actions.plan(current_user, found, ticket)
    if form.message.data is None:
        form.message.data = plan.words.text
        if plan.words.blanks:
            form.message.errors = [said_of_blanks(plan.words.blanks)]
            blanks.tell(plan.words.blanks)
    form.last_message_id.data = str(_last_message_id(ticket))
    form.seen_held.data = ",".join(name_of(one) for one in tickets.held_on(current_user, ticket))
    form.mark.data, form.seen.data = plan.steps.mark, json.dumps(plan.seen)
    is_about_fields = isinstance(error, Invalid | TooLarge)
    return deed_page(
        "desk/macro.html",
        ticket,
        error,
        macro=found,
        form=form,
        plan=plan,
        lines=told_plan(plan),
        why_not=_why_not(ticket, found, plan),
        says_trouble=not is_about_fields,
        hold=shop().hold_seconds if plan.steps.is_reply else 0,
    )


def _why_not(ticket: Ticket, found: Macro, plan: Plan) -> str:
    """Why the macro can't be applied here at all, as far as that can be seen; or nothing."""
    if ticket.place is not Place.INBOX:
        return _("This ticket lies elsewhere: put it back first.")
    if plan.steps.is_reply and ticket.status is Status.CLOSED:
        return _("This request is closed. Open it again to write more.")
    if trouble := actions.trouble_with(current_user, found):
        return _("Something in this macro is not possible any more: %(why)s", why=trouble)
    if not plan.steps.has_words and not plan.changes:
        return _("This ticket is as the macro would make it.")
    return ""


def _last_message_id(ticket: Ticket) -> int:
    found = [one.id for one in tickets.conversation(current_user, ticket) if not one.internal]
    return max(found, default=0)
