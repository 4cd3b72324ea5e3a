"""Saved replies: words to answer with, in folders, one's own or everybody's."""

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_login import current_user
from markupsafe import Markup
from wtforms import TextAreaField

from ...errors import Invalid, WrongState
from ...i18n import gettext as _
from ...i18n import lazy
from ...macros import actions, queries
from ...macros.actions import ReplyDraft
from ...macros.filling import known_variables
from ...macros.models import SavedReply
from ..access import staff_only
from ..desk.editor import preview_of
from ..desk.folders import in_folders
from ..forms import Needed, sent_back, show_errors
from ..signing_in import safe_next
from . import kept, settings
from .pages import page_of_one, settings_page

LIST = ".replies"


class ReplyForm(kept.TitleForm):
    """A saved reply."""

    body = TextAreaField(lazy("Text"), [Needed()])
    preview: Markup | None = None  # of the text, where it was asked for

    def draft(self) -> ReplyDraft:
        return ReplyDraft(body=self.body.data or "", **self.title())


@settings.get("/replies")
@staff_only
def replies() -> Any:
    """Those that this member of staff may use, by folder."""
    found = queries.saved_replies(current_user, kept.asked())
    return settings_page(
        "settings/replies.html", "replies", folders=in_folders(found), asked=kept.asked()
    )


@settings.get("/replies/new")
@staff_only
def new_reply() -> Any:
    """The empty form."""
    return _new(ReplyForm(data={"is_shared": True}))


@settings.post("/replies/from-words")
@staff_only
def reply_from_words() -> Any:
    """The form with the words that somebody has written on a ticket (``message``)."""
    words = request.form.get("message", "")
    data = {"body": words, "is_shared": False, "next": request.args.get("next", "")}
    return _new(ReplyForm(data=data))


@settings.post("/replies")
@staff_only
def add_reply() -> Any:
    """One more."""
    form = ReplyForm(request.form)
    if request.form.get("do") == "preview":
        return _new(_previewed(form))
    try:
        saved = actions.add_reply(current_user, form.draft())
    except (Invalid, WrongState) as error:
        show_errors(form, error)
        return sent_back(_new(form), error)
    return kept.saved(LIST, _("“%(name)s” is saved.", name=saved.name))


@settings.get("/replies/<int:reply_id>")
@staff_only
def reply(reply_id: int) -> Any:
    """One of them, to change."""
    found = queries.saved_reply(current_user, reply_id)
    form = ReplyForm(data={"body": found.body})
    form.show(found)
    return _one(found, form)


@settings.post("/replies/<int:reply_id>")
@staff_only
def change_reply(reply_id: int) -> Any:
    """Change it."""
    found, form = queries.saved_reply(current_user, reply_id), ReplyForm(request.form)
    form.let(found)
    if request.form.get("do") == "preview":
        return _one(found, _previewed(form))
    try:
        saved = actions.update_reply(current_user, reply_id, form.draft())
    except (Invalid, WrongState) as error:
        show_errors(form, error)
        return sent_back(_one(queries.saved_reply(current_user, reply_id), form), error)
    return kept.saved(LIST, _("“%(name)s” is saved.", name=saved.name))


@settings.post("/replies/<int:reply_id>/share")
@staff_only
def share_reply(reply_id: int) -> Any:
    """Let all of the staff use it (``on=yes``), or its owner alone."""
    found = queries.saved_reply(current_user, reply_id)
    draft = ReplyDraft(
        name=found.name,
        folder=found.folder,
        body=found.body,
        is_shared=request.form.get("on") == "yes",
    )
    return kept.switched(LIST, lambda: actions.update_reply(current_user, reply_id, draft))


@settings.post("/replies/<int:reply_id>/delete")
@staff_only
def delete_reply(reply_id: int) -> Any:
    """Delete it, with an undo."""
    found = queries.saved_reply(current_user, reply_id)
    return kept.deleted(LIST, found, actions.delete_reply(current_user, reply_id))


def _previewed(form: ReplyForm) -> ReplyForm:
    form.preview = preview_of(form.body.data or "", [])
    return form


def _new(form: ReplyForm) -> str:
    return _form("settings/reply_new.html", form)


def _one(found: SavedReply, form: ReplyForm) -> str:
    form.let(found)
    return _form("settings/reply.html", form, reply=found)


def _form(template: str, form: ReplyForm, **context: Any) -> str:
    form.next.data = safe_next(form.next.data) or ""
    folders: Sequence[str] = queries.folders(queries.saved_replies(current_user))
    return page_of_one(
        template,
        "replies",
        form=form,
        folders=folders,
        variables=known_variables(),
        **context,
    )
