"""Macros: several deeds as one, in folders, one's own or everybody's."""

from typing import Any

from flask import request
from flask_login import current_user
from markupsafe import Markup

from ...errors import Invalid, WrongState
from ...i18n import gettext as _
from ...macros import actions, queries
from ...macros.actions import MacroDraft
from ...macros.filling import known_variables
from ...macros.models import Macro
from ...macros.steps import Steps
from ..access import staff_only
from ..desk.editor import preview_of
from ..desk.folders import in_folders
from ..desk.step_words import told_steps
from ..forms import sent_back, show_errors
from ..signing_in import safe_next
from . import kept, settings
from .macro_form import MacroForm
from .pages import page_of_one, settings_page

LIST = ".macros"


@settings.get("/macros")
@staff_only
def macros() -> Any:
    """Those that this member of staff may use, by folder, and what each does."""
    found = queries.macros(current_user, kept.asked())
    told = told_steps([Steps.from_json(one.steps) for one in found])
    return settings_page(
        "settings/macros.html",
        "macros",
        folders=in_folders(found),
        asked=kept.asked(),
        steps={one.id: steps for one, steps in zip(found, told, strict=True)},
    )


@settings.get("/macros/new")
@staff_only
def new_macro() -> Any:
    """The empty form."""
    form = MacroForm()
    form.is_shared.data = True
    return _form("settings/macro_new.html", form)


@settings.post("/macros")
@staff_only
def add_macro() -> Any:
    """One more."""
    form = MacroForm(request.form)
    if request.form.get("do") == "preview":
        return _form("settings/macro_new.html", form, preview=_preview(form))
    try:
        saved = actions.add_macro(current_user, form.draft())
    except (Invalid, WrongState) as error:
        show_errors(form, error, form.ACTION_NAMES)
        return sent_back(_form("settings/macro_new.html", form), error)
    return kept.saved(LIST, _("“%(name)s” is saved.", name=saved.name))


@settings.get("/macros/<int:macro_id>")
@staff_only
def macro(macro_id: int) -> Any:
    """One of them, to change."""
    found = queries.macro(current_user, macro_id)
    form = MacroForm(macro=found)
    form.next.data = request.args.get("next", "")
    return _one(found, form)


@settings.post("/macros/<int:macro_id>")
@staff_only
def change_macro(macro_id: int) -> Any:
    """Change it."""
    found = queries.macro(current_user, macro_id)
    form = MacroForm(request.form, found)
    form.let(found)
    if request.form.get("do") == "preview":
        return _one(found, form, _preview(form))
    try:
        saved = actions.update_macro(current_user, macro_id, form.draft())
    except (Invalid, WrongState) as error:
        show_errors(form, error, form.ACTION_NAMES)
        return sent_back(_one(queries.macro(current_user, macro_id), form), error)
    return kept.saved(LIST, _("“%(name)s” is saved.", name=saved.name))


@settings.post("/macros/<int:macro_id>/share")
@staff_only
def share_macro(macro_id: int) -> Any:
    """Let all of the staff use it (``on=yes``), or its owner alone."""
    found = queries.macro(current_user, macro_id)
    draft = MacroDraft(
        name=found.name,
        folder=found.folder,
        steps=Steps.from_json(found.steps),
        is_shared=request.form.get("on") == "yes",
    )
    return kept.switched(LIST, lambda: actions.update_macro(current_user, macro_id, draft))


@settings.post("/macros/<int:macro_id>/delete")
@staff_only
def delete_macro(macro_id: int) -> Any:
    """Delete it, with an undo."""
    found = queries.macro(current_user, macro_id)
    return kept.deleted(LIST, found, actions.delete_macro(current_user, macro_id))


def _preview(form: MacroForm) -> Markup:
    return preview_of(form.message.data or "", [])


def _one(found: Macro, form: MacroForm, preview: Markup | None = None) -> str:
    form.let(found)
    return _form("settings/macro.html", form, preview=preview, macro=found)


def _form(template: str, form: MacroForm, *, preview: Markup | None = None, **context: Any) -> str:
    form.next.data = safe_next(form.next.data) or ""
    folders = queries.folders(queries.macros(current_user))
    return page_of_one(
        template,
        "macros",
        form=form,
        folders=folders,
        variables=known_variables(),
        preview=preview,
        **context,
    )
