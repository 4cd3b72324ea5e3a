"""One request: its conversation, the reply box, and what its customer may make of it."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf.file import MultipleFileField
from msgspec import Struct
from wtforms import TextAreaField

from ...errors import HelpdeskError, Invalid, WrongState
from ...fields import queries as fields
from ...fields.models import About
from ...i18n import gettext as _
from ...mail.copied import Copied, copied_by, let_go
from ...mail.copied import let_follow as let_follow_by_mail
from ...mail.sending import passes
from ...tickets import actions, queries
from ...tickets.models import Attachment, Status
from .. import custom, guests
from ..access import customers_only, customers_or_guests
from ..forms import PageForm, sent_back, show_errors
from ..guests import Reader
from ..once import OnceField, SentBefore, once
from ..shown_field import Label, ShownField
from ..uploads import take_files
from . import portal
from .opened import Opened, opened


class ReplyForm(PageForm):
    """More words, or files, or both."""

    message = TextAreaField()
    files = MultipleFileField()
    once = OnceField()

    kept: Sequence[Attachment] = ()


class ShownReply(Struct, frozen=True):
    """The form as the page shows it."""

    message: ShownField
    files: ShownField
    once: str
    kept: Sequence[Attachment]
    errors: Mapping[str, Any]

    def __getitem__(self, name: str) -> ShownField:
        return {"message": self.message, "files": self.files}[name]

    def __contains__(self, name: str) -> bool:
        return name in ("message", "files")


@portal.get("/tickets/<int:id>")
@customers_or_guests
def show(reader: Reader, id: int) -> Any:
    """The whole request; the number of one that was merged leads to where its words are now."""
    found = opened(reader.user, id)
    if found.ticket.id != id:
        return _to(reader, found.ticket.id)
    return _page(reader, found)


@portal.post("/tickets/<int:id>/reply")
@customers_or_guests
def reply(reader: Reader, id: int) -> Any:
    """Add to the conversation."""
    ticket, form = queries.to_write_on(reader.user, id), ReplyForm()
    message = form.message.data or ""
    try:
        form.kept = take_files(reader.user)
        with once(reader.user, form.once.data, str(id), message):
            actions.reply(reader.user, ticket, message, form.kept)
    except SentBefore:
        pass  # and it is in the conversation already
    except HelpdeskError as error:
        show_errors(form, error, {"attachments": "files"})
        return sent_back(_page(reader, opened(reader.user, ticket.id), form), error)
    flash(_("Your reply is sent."))
    flash(f"reply-{id}-{reader.draft_owner}", "draft-sent")
    return _to(reader, ticket.id, "end")


@portal.post("/tickets/<int:id>/status")
@customers_or_guests
def change_status(reader: Reader, id: int) -> Any:
    """Solved, closed, or open again."""
    ticket = queries.get(reader.user, id)
    status = _status(request.form.get("status", ""))
    if reader.guest is not None:
        passes.require_status(status)
    if actions.change_status(reader.user, ticket, status) is not None:
        flash(_said(status))
    return _to(reader, ticket.id)


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


def _to(reader: Reader, ticket_id: int, anchor: str | None = None) -> Any:
    """To the page of a request, whatever number the way to it began with."""
    answer = make_response(redirect(url_for(".show", id=ticket_id, _anchor=anchor)))
    return answer if reader.guest is None else guests.remember(answer, reader.guest)


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


def _page(reader: Reader, found: Opened, form: ReplyForm | None = None) -> str:
    ticket, messages = found.ticket, found.messages
    opening = messages[0].body if messages else ""
    me = current_user._get_current_object()
    return render_template(
        "portal/ticket.html",
        ticket=ticket,
        description="" if ticket.description == opening else ticket.description,
        messages=messages,
        files=found.files,
        facts=_facts(reader, found),
        copied=() if reader.guest else _copied(found),
        reader=reader,
        # To somebody who is signed in as somebody else, nothing here is theirs.
        viewer=me if me.is_authenticated else reader.user,
        form=_shown(form),
        address=_file_urls(ticket.id),
        settings=current_app.config["HELPDESK"],
    )


def _copied(found: Opened) -> Sequence[Copied]:
    followers = {follower.user_id for follower in found.followers}
    return copied_by(found.ticket.requester_id, found.copied, followers)


def _file_urls(ticket_id: int) -> Callable[[Any], str]:
    def address(file: Any) -> str:
        return url_for(".file", id=ticket_id, key=file.key, name=file.file_name)

    return address


def _facts(reader: Reader, found: Opened) -> list[tuple[str, str]]:
    """What is filled in of the custom fields that customers are shown: label, words."""
    filled = fields.by_key(found.fields)
    known = fields.fields(reader.user, About.TICKET) if filled else ()
    return [
        (one.label, custom.in_words(one, filled[one.key])) for one in known if one.key in filled
    ]


def _shown(form: ReplyForm | None) -> ShownReply:
    """*form* that came back, or an empty one, as the page shows it."""
    errors: Mapping[str, Any] = dict(form.errors) if form else {}
    words = (form.message.data or "") if form else ""
    return ShownReply(
        message=ShownField(
            "message", "message", Label(_("Your reply")), words, errors=errors.get("message", ())
        ),
        files=ShownField("files", "files", Label(_("Files")), errors=errors.get("files", ())),
        once=(form.once.data if form else "") or secrets.token_hex(16),
        kept=form.kept if form else (),
        errors=errors,
    )
