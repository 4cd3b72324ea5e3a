"""One request: its conversation, the reply box, and what its customer may make of it."""

from collections.abc import Sequence
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf.file import MultipleFileField
from wtforms import TextAreaField

from ...errors import HelpdeskError, Invalid, WrongState
from ...fields import queries as fields
from ...fields.models import About
from ...i18n import gettext as _
from ...i18n import lazy
from ...mail.copied import copied_by, let_go
from ...mail.copied import let_follow as let_follow_by_mail
from ...tickets import actions, queries
from ...tickets.models import Attachment, Status, Ticket
from .. import custom
from ..access import customers_only
from ..forms import PageForm, sent_back, show_errors
from ..once import OnceField, SentBefore, once
from ..uploads import take_files
from . import portal


class ReplyForm(PageForm):
    """More words, or files, or both."""

    message = TextAreaField(lazy("Your reply"))
    files = MultipleFileField(lazy("Files"))
    once = OnceField()

    kept: Sequence[Attachment] = ()


@portal.get("/tickets/<int:id>")
@customers_only
def show(id: int) -> Any:
    """The whole request; the number of one that was merged leads to where its words are now."""
    ticket = queries.get(current_user, id)
    if ticket.id != id:
        return redirect(url_for(".show", id=ticket.id))
    return _page(ticket, ReplyForm())


@portal.post("/tickets/<int:id>/reply")
@customers_only
def reply(id: int) -> Any:
    """Add to the conversation."""
    ticket, form = queries.get(current_user, id), ReplyForm()
    message = form.message.data or ""
    try:
        form.kept = take_files()
        with once(current_user, form.once.data, str(id), message):
            actions.reply(current_user, ticket, message, form.kept)
    except SentBefore:
        pass  # and it is in the conversation already
    except HelpdeskError as error:
        show_errors(form, error, {"attachments": "files"})
        return sent_back(_page(ticket, form), error)
    flash(_("Your reply is sent."))
    flash(f"reply-{id}-{current_user.id}", "draft-sent")
    return redirect(url_for(".show", id=ticket.id, _anchor="end"))


@portal.post("/tickets/<int:id>/status")
@customers_only
def change_status(id: int) -> Any:
    """Solved, closed, or open again."""
    ticket = queries.get(current_user, id)
    status = _status(request.form.get("status", ""))
    if actions.change_status(current_user, ticket, status) is not None:
        flash(_said(status))
    return redirect(url_for(".show", id=ticket.id))


@portal.post("/tickets/<int:id>/followers")
@customers_only
def let_follow(id: int) -> Any:
    """Let somebody whom one has sent a mail to as well get the answers; with ``stop``, no more."""
    ticket = queries.get(current_user, id)
    email = request.form.get("email", "")
    try:
        if request.form.get("stop") == "yes":
            if let_go(current_user, ticket, email) is not None:
                flash(_("They get no more answers."))
        elif let_follow_by_mail(current_user, ticket, email) is not None:
            flash(_("They get the answers from now on."))
    except (Invalid, WrongState) as error:
        flash(error.message, "warn")
    return redirect(url_for(".show", id=ticket.id, _anchor="copied"))


def _status(word: str) -> Status:
    try:
        return Status(word)
    except ValueError:
        raise Invalid({"status": [_("There is no such status.")]}) from None


def _said(status: Status) -> str:
    if status is Status.RESOLVED:
        return _("Good to hear. Your request is marked as solved.")
    if status is Status.CLOSED:
        return _("Your request is closed.")
    return _("Your request is open again. We will look at it.")


def _page(ticket: Ticket, form: ReplyForm) -> str:
    messages = queries.conversation(current_user, ticket, notes=False)
    opening = messages[0].body if messages else ""

    def address(attachment: Attachment) -> str:
        return url_for(".file", id=ticket.id, key=attachment.key, name=attachment.file_name)

    return render_template(
        "portal/ticket.html",
        ticket=ticket,
        description="" if ticket.description == opening else ticket.description,
        messages=messages,
        facts=_facts(ticket),
        copied=copied_by(current_user, ticket),
        form=form,
        address=address,
        settings=current_app.config["HELPDESK"],
    )


def _facts(ticket: Ticket) -> list[tuple[str, str]]:
    """What is filled in of the custom fields that customers are shown: label, words."""
    known = fields.fields(current_user, About.TICKET)
    filled = fields.values(About.TICKET, [ticket.id])[ticket.id] if known else {}
    return [
        (one.label, custom.in_words(one, filled[one.key])) for one in known if one.key in filled
    ]
