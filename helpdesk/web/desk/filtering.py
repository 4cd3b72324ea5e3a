"""The filter editor: rows of fields, what they find beside them, and a name to keep them by."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, SelectField, StringField

from ...accounts import queries as accounts
from ...errors import HelpdeskError, Invalid, WrongState
from ...i18n import gettext as _
from ...i18n import lazy
from ...views import actions, policy, queries
from ...views.actions import LONGEST_NAME, ViewDraft
from ...views.built_in import View
from ...views.filters import LONGEST, MOST_RULES, Rules, narrowed
from ...views.filters.table import WORDS
from ...views.queries import as_view
from ..access import staff_only
from ..forms import sent_back, show_errors
from . import desk, parts
from .asked import Asked, is_rule, sort_of
from .filter_rows import addable, rows_of, rules_of, tags_offered, with_one_more
from .forms import with_ids
from .offers import SORT_WORDS
from .pages import page
from .rows import list_pane
from .views_here import asking, forget, view_named


class ViewForm(Form):
    """What a view is called, who sees it, and its order."""

    name = StringField(lazy("Name"))
    is_shared = BooleanField(lazy("Shared with all staff"))
    sort = SelectField(lazy("Order"), validate_choice=False)


@desk.get("/filter")
@staff_only
def filters() -> Any:
    """The editor, beside what its filters find; ``?view=`` begins with those of that list."""
    if "view" in request.args:
        asked = Asked.from_args(request.args)
        words = " ".join([*asked.of_view.rules.get(WORDS, ()), *([asked.q] if asked.q else ())])
        rules = {**asked.everything, **({WORDS: [words[:LONGEST]]} if words else {})}
        return redirect(_url(rules, of=asked.view, sort=asked.order.value))
    return _page(_rules_in(request.args), request.args.get("of", ""), request.args.get("sort", ""))


@desk.post("/filter")
@staff_only
def change_filters() -> Any:
    """Do what the pressed button says: add or remove a row, look, show the list, or save a view."""
    form, does = request.form, request.form.get("do", "")
    rules: Rules = rules_of(asking(), form)
    of, sort = form.get("of", ""), form.get("sort", "")
    if does in ("save", "update"):
        return _save(rules, of, does)
    if does == "show":
        return redirect(_asked(rules, sort).list_url())
    jump = None
    if does == "add":
        before = len(rules)
        rules = with_one_more(asking(), rules, form.get("add", ""))
        jump = f"filter-{len(rules) - 1}" if len(rules) > before else None
    elif does.startswith("remove-"):
        rules = {name: values for name, values in rules.items() if name != does[7:]}
        jump = "filters"
    return redirect(_url(rules, of=of, sort=sort, jump=jump))


def _save(rules: Rules, of: str, does: str) -> Any:
    form = ViewForm(request.form)
    view = _changeable(of) if does == "update" else None
    draft = ViewDraft(
        name=form.name.data or "",
        rules={name: values for name, values in rules.items() if values},
        sort=_asked(rules, form.sort.data or "").order,
        is_shared=bool(form.is_shared.data),
    )
    user = current_user._get_current_object()
    try:
        if view is not None and view.saved is not None:
            saved = actions.update_view(user, queries.saved(user, view.saved.id), draft)
        else:
            saved = actions.save_view(user, draft)
    except (Invalid, WrongState) as error:
        return sent_back(_page(rules, of, form.sort.data or "", form, error), error)
    forget()
    flash(_("The view “%(name)s” is saved.", name=saved.name), "good")
    return redirect(url_for("web.desk.view", view=as_view(saved).name))


def _page(
    rules: Rules,
    of: str,
    sort: str,
    form: ViewForm | None = None,
    error: HelpdeskError | None = None,
) -> str:
    view, asked = view_named(of), _asked(rules, sort)
    changeable = _changeable(of)
    if form is None:
        saved = changeable.saved if changeable else None
        form = ViewForm(data={"name": saved.name, "is_shared": saved.is_shared} if saved else None)
    form.sort.choices = [(one.value, str(words)) for one, words in SORT_WORDS.items()]
    form.sort.data = asked.order.value
    with_ids(form, "view")
    found = narrowed(asking(), {name: values for name, values in rules.items() if values})
    troubles = {problem.name: problem.sentence for problem in found.problems}
    if error is not None:
        show_errors(form, _without(error, troubles))
    pane = list_pane(current_user, asked, accounts.assignees())
    rows = rows_of(asking(), rules, troubles)
    return page(
        "desk/filter.html",
        view=of,
        part="panes" if parts.wanted() else "",
        pane=pane,
        asked=asked,
        form=form,
        filter_rows=rows,
        strange=[problem for problem in found.problems if problem.name not in _names(rows)],
        addable=addable(asking()) if len(rows) < MOST_RULES else [],
        tags=tags_offered() if any(row.control == "tags" for row in rows) else [],
        of=of if view else "",
        base=view,
        changeable=changeable,
        longest=LONGEST_NAME,
    )


def _names(rows: Sequence[Any]) -> set[str]:
    return {row.name for row in rows}


def _without(error: HelpdeskError, told: Mapping[str, str]) -> HelpdeskError:
    """*error* without what the rows say themselves."""
    if not isinstance(error, Invalid):
        return error
    of_rows = {f"filters.{name}" for name in told}
    return Invalid({name: words for name, words in error.fields.items() if name not in of_rows})


def _changeable(of: str) -> View | None:
    """The view that the editor was opened from, if it may be changed."""
    view = view_named(of)
    if view is None or view.saved is None or not policy.may_change(current_user, view.saved):
        return None
    return view


def _asked(rules: Rules, sort: str) -> Asked:
    """The list that *rules* find."""
    given = {name: values for name, values in rules.items() if values}
    words = " ".join(given.pop(WORDS, ()))
    order = sort if sort_of(sort) else ""
    return replace(Asked(view="all", rules=given), q=words[:LONGEST], sort=order)


def _rules_in(args: MultiDict[str, str]) -> Rules:
    """The rows that an address says, unfinished ones too."""
    rules: dict[str, list[str]] = {}
    for name, value in args.items(multi=True):
        if (is_rule(name) or name == WORDS) and len(rules) <= MOST_RULES:
            values = rules.setdefault(name, [])
            if value.strip():
                values.append(value.strip())
    return rules


def _url(rules: Rules, *, of: str, sort: str, jump: str | None = None) -> str:
    pairs = [(name, value) for name, values in rules.items() for value in (values or [""])]
    known = [(name, value) for name, value in (("of", of), ("sort", sort)) if value]
    query = urlencode([*pairs, *known])
    return url_for("web.desk.filters") + f"?{query}" + (f"#{jump}" if jump else "")
