"""Categories in two levels; every member of staff may keep them in order."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user
from msgspec import Struct
from wtforms import BooleanField, Form, SelectField, StringField

from ...errors import Invalid, WrongState
from ...i18n import gettext as _
from ...i18n import lazy
from ...tickets import actions, queries
from ...tickets.actions import CategoryDraft
from ...tickets.models import Category
from ...tickets.queries import CategoryFacts
from ...words import fold
from ..access import staff_only
from ..desk.choices import chosen_id
from ..forms import Needed, sent_back, show_errors
from . import settings
from .pages import settings_page


class CategoryForm(Form):
    """A category: its name, the one above it, whether it may be chosen."""

    name = StringField(lazy("Name"), [Needed()])
    parent = SelectField(lazy("Under"), validate_choice=False)
    is_active = BooleanField(lazy("May be chosen for tickets"))

    def offer(self, tops: Sequence[CategoryFacts], but: Category | None = None) -> None:
        """Let it stand under any of the *tops* but itself, or under none."""
        nothing = ("", _("None: top level"))
        self.parent.choices = [nothing] + [
            (str(top.id), top.name) for top in tops if but is None or top.id != but.id
        ]

    def draft(self, *, is_active: bool) -> CategoryDraft:
        parent_id = chosen_id(self.parent.data or "", "parent")
        return CategoryDraft(self.name.data or "", parent_id, is_active)


class Line(Struct, frozen=True):
    """A category in the table; *level* is 1 or 2."""

    category: CategoryFacts
    level: int
    children: int


@settings.get("/categories")
@staff_only
def categories() -> Any:
    """All of them, and the form for one more."""
    return _shown(CategoryForm())


@settings.post("/categories")
@staff_only
def add_category() -> Any:
    """One more."""
    form = CategoryForm(request.form)
    try:
        category = actions.add_category(current_user, form.draft(is_active=True))
    except Invalid as error:
        show_errors(form, error, {"parent_id": "parent"})
        return sent_back(_shown(form), error)
    flash(_("“%(name)s” is added.", name=category.name), "good")
    return redirect(url_for(".categories"))


@settings.get("/categories/<int:category_id>")
@staff_only
def category(category_id: int) -> Any:
    """One of them, to rename or to move."""
    found = queries.category(category_id)
    form = CategoryForm(
        data={
            "name": found.name,
            "parent": "" if found.parent_id is None else str(found.parent_id),
            "is_active": found.is_active,
        }
    )
    return _one(found, form)


@settings.post("/categories/<int:category_id>")
@staff_only
def change_category(category_id: int) -> Any:
    """Rename or move it, let it be chosen or not."""
    found, form = queries.category(category_id), CategoryForm(request.form)
    try:
        draft = form.draft(is_active=bool(form.is_active.data))
        actions.update_category(current_user, found, draft)
    except Invalid as error:
        show_errors(form, error, {"parent_id": "parent"})
        return sent_back(_one(queries.category(category_id), form), error)
    flash(_("Saved."), "good")
    return redirect(url_for(".categories"))


@settings.post("/categories/<int:category_id>/active")
@staff_only
def switch_category(category_id: int) -> Any:
    """Let it be chosen again (``on=yes``), or no more."""
    found = queries.category(category_id)
    is_on = request.form.get("on") == "yes"
    draft = replace(_as_it_is(found), is_active=is_on)
    actions.update_category(current_user, found, draft)
    flash(
        _("“%(name)s” may be chosen again.", name=found.name)
        if is_on
        else _("“%(name)s” can't be chosen any more; its tickets keep it.", name=found.name),
        "good",
    )
    return redirect(url_for(".categories"))


@settings.post("/categories/<int:category_id>/delete")
@staff_only
def delete_category(category_id: int) -> Any:
    """Delete it; one that is in use is switched off instead, and that is said."""
    found = queries.category(category_id)
    name = found.name
    try:
        actions.delete_category(current_user, found)
    except WrongState as error:
        flash(error.message, "warn")
    else:
        flash(_("“%(name)s” is deleted.", name=name), "good")
    return redirect(url_for(".categories"))


def _as_it_is(category: Category) -> CategoryDraft:
    return CategoryDraft(category.name, category.parent_id, category.is_active)


def _shown(form: CategoryForm) -> str:
    found = queries.categories(active=None)
    lines = _lines(found)
    form.offer([line.category for line in lines if line.level == 1 and line.category.is_active])
    return settings_page("settings/categories.html", "categories", form=form, lines=lines)


def _one(found: Category, form: CategoryForm) -> str:
    tops = queries.categories(active=None, parent_id=0)
    form.offer(sorted(tops, key=_by_name), but=found)
    return settings_page("settings/category.html", "categories", form=form, category=found)


def _lines(found: Sequence[CategoryFacts]) -> list[Line]:
    """Top-level categories by name, each followed by its sub-categories by name."""
    ordered = sorted(found, key=_by_name)
    lines = []
    for top in (category for category in ordered if category.parent_id is None):
        children = [category for category in ordered if category.parent_id == top.id]
        lines.append(Line(top, 1, len(children)))
        lines += [Line(child, 2, 0) for child in children]
    return lines


def _by_name(category: CategoryFacts) -> tuple[str, int]:
    return fold(category.name), category.id
