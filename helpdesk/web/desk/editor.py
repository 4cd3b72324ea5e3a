"""What the editor asks for while somebody writes: a preview, a picture kept, and whom or what is
meant. Each is only pleasant: a form that is sent without them says the same."""

from typing import Any

from flask import jsonify, request
from flask_login import current_user
from markupsafe import Markup

from ... import markdown
from ...accounts import queries as accounts
from ...errors import Invalid
from ...i18n import gettext as _
from ...tickets import actions, queries
from ...tickets.models import Attachment, ref_of
from ...words import has_words, words
from ..access import staff_only
from ..uploads import files_of, take_files
from ..words import PICTURES, written
from . import choices, desk
from .asked import Asked
from .composer_form import ComposerForm
from .files import file_urls
from .ticket_page import ticket_page
from .typed import typed_tickets

MOST_PROPOSED = 8


@desk.post("/preview")
@staff_only
def preview() -> Any:
    """The words of the form as they will be shown: a part of a page."""
    words = request.form.get("message", "")
    return preview_of(words, take_files(current_user, words))


@desk.post("/tickets/<int:ticket_id>/preview")
@staff_only
def preview_on_page(ticket_id: int) -> Any:
    """The same without script: the ticket's page, the form as it was and the preview in it."""
    form = ComposerForm(request.form)
    form.kept = take_files(current_user, form.message.data or "")
    form.preview = preview_of(form.message.data or "", form.kept)
    return ticket_page(ticket_id, Asked.from_args(request.args), composer_form=form)


def preview_of(text: str, files: list[Attachment]) -> Markup:
    """*text* as HTML, or a sentence about why there is none."""
    try:
        text = actions.check_body(text, files)
    except Invalid as error:
        return Markup('<p class="muted">{}</p>').format(
            error.message if text.strip() else _("There is nothing to preview yet.")
        )
    return written(text, files, file_urls(_ticket_id()))


def _ticket_id() -> int:
    """The ticket that is written on; 0 where it isn't there yet: addresses of files name it only
    for people to read."""
    view_args = request.view_args or {}
    return int(view_args.get("ticket_id") or choices.id_of(request.form.get("ticket", "")) or 0)


@desk.post("/uploads")
@staff_only
def upload() -> Any:
    """Keep one file for a message to come. Raises Invalid without one."""
    files = files_of("file")
    if len(files) != 1:
        raise Invalid({"file": [_("Please send one file.")]})
    kept = actions.upload(current_user, files[0])
    return jsonify(
        key=kept.key,
        name=kept.file_name,
        url=file_urls(_ticket_id())(kept),
        isPicture=kept.content_type in PICTURES,
    ), 201


@desk.get("/complete/people")
@staff_only
def complete_people() -> Any:
    """Colleagues whose names have words that begin with those of ``q``."""
    wanted = words(request.args.get("q", ""))
    found = [user for user in accounts.assignees() if has_words(user.name, wanted)]
    return jsonify(
        [
            {"label": user.name, "insert": markdown.mention(user.name, user.id)}
            for user in found[:MOST_PROPOSED]
        ]
    )


@desk.get("/complete/tickets")
@staff_only
def complete_tickets() -> Any:
    """Tickets whose numbers begin with ``q``, or that it finds; without it, the latest ones."""
    asked = request.args.get("q", "").strip()
    if number := choices.number_of(asked):
        rows = queries.numbered(current_user, number, MOST_PROPOSED)
    else:
        rows = typed_tickets("" if asked.upper() == "TKT" else asked, MOST_PROPOSED)
    return jsonify(
        [{"label": ref_of(row.id), "detail": row.subject, "insert": ref_of(row.id)} for row in rows]
    )
