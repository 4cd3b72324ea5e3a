"""One change to many tickets of a list: those that are ticked, or everything that it lists."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from msgspec import Struct

from ...accounts import queries as accounts
from ...errors import Invalid, NotFound, WrongState
from ...i18n import gettext as _
from ...i18n import ngettext
from ...macros import queries as macros
from ...macros.actions import for_many
from ...macros.steps import Steps
from ...tickets import actions, queries
from ...tickets.actions import Change, Changes
from ...tickets.models import Place, Priority, Status, Ticket, ref_of
from ...tickets.queries import Page
from ..access import staff_only
from ..forms import sent_back
from ..signing_in import safe_next
from . import choices, desk, parts
from .asked import Asked
from .choices import STATUS_WORDS, not_a_choice
from .forms import one_of
from .pages import page
from .rows import list_pane
from .undoing import flash_undo
from .views_here import require_view, view_named

MOST_TOLD = 3  # tickets that could not be changed, each with its reason
_PLACES = {"spam": Place.SPAM, "delete": Place.BIN, "back": Place.INBOX}


class Offer(Struct, frozen=True):
    """What the bar offers to choose from; *view* is the list's."""

    url: str
    statuses: choices.Choices
    assignees: choices.Choices
    priorities: choices.Choices
    categories: choices.Choices
    macros: choices.Choices
    place: Place


def offer(asked: Asked) -> Offer:
    """What can be done with tickets of the list that *asked* asks for."""
    staff = accounts.assignees()
    places = asked.filters.places
    return Offer(
        url=url_for("web.desk.change_many") + asked.query(),
        statuses=choices.statuses(),
        assignees=choices.assignees(staff),
        priorities=choices.priorities(),
        categories=choices.categories(),
        macros=_silent_macros(),
        place=places[0] if len(places) == 1 else Place.INBOX,
    )


def _silent_macros() -> choices.Choices:
    """The macros that write nothing: words are looked at ticket by ticket."""
    return [
        (str(one.id), " / ".join(filter(None, (one.folder, one.name))))
        for one in macros.macros(current_user)
        if not Steps.from_json(one.steps).has_words
    ]


@desk.get("/bulk")
@staff_only
def choose_many() -> Any:
    """The list with a box before each ticket; for a script, only what can be done with them."""
    asked = asked_list()
    if parts.wanted() == "bar":
        return render_template("desk/part_select_bar.html", offer=offer(asked))
    return _page(asked)


@desk.post("/bulk")
@staff_only
def change_many() -> Any:
    """Do what the pressed button says, and tell what became of it, with one undo for all of it.

    Form: ``ids`` (several) or ``everything``, ``action``, and the field that goes with it; the
    address says which list it is.
    """
    asked = asked_list()
    try:
        ids, more = _chosen(asked)
        action = request.form.get("action", "")
        done = _done(ids, action)
    except (Invalid, WrongState) as error:
        return sent_back(_page(asked, error.message), error)
    sentence = " ".join([*done.sentences, *_about_more(more)])
    if done.batch:
        flash_undo(sentence, done.batch)
    else:
        flash(sentence, "info")
    return redirect(safe_next(request.form.get("next")) or asked.list_url())


class _Told(Struct, frozen=True):
    """What was done, in sentences, and the deed that it was."""

    batch: str
    sentences: Sequence[str]


def asked_list() -> Asked:
    """The list that the address says; all tickets where it says none."""
    asked = Asked.from_args(request.args)
    return asked if view_named(asked.view) else replace(asked, view="all")


def _chosen(asked: Asked) -> tuple[list[int], int]:
    """Which tickets, and how many more there are of everything. Raises Invalid."""
    if not request.form.get("everything"):
        ids = [choices.id_of(text) for text in request.form.getlist("ids")]
        if None in ids:
            raise not_a_choice("ids")
        return [id_ for id_ in ids if id_ is not None], 0
    if name := request.args.get("view"):
        require_view(name)  # never all tickets, in place of a view that is gone
    if asked.problems or asked.view_problems:
        raise Invalid({"everything": [_("Not all filters of this list are understood.")]})
    filters = asked.filters
    first = Page(limit=actions.MOST_AT_ONCE, sort=asked.order)
    rows = queries.listing(current_user, filters, first).rows
    return [row.id for row in rows], queries.count(current_user, filters) - len(rows)


def _done(ids: Sequence[int], action: str) -> _Told:
    match action:
        case "merge":
            return _merge(ids)
        case "read" | "unread":
            return _mark(ids, action)
    return _change(ids, action)


def _mark(ids: Sequence[int], action: str) -> _Told:
    """It is one's own: no deed that others could see, and none to undo."""
    count = actions.mark_many(current_user, ids, read=action == "read")
    if action == "read":
        sentence = ngettext(
            "%(num)s ticket marked as read.", "%(num)s tickets marked as read.", count
        )
    else:
        sentence = ngettext(
            "%(num)s ticket marked as unread.", "%(num)s tickets marked as unread.", count
        )
    return _Told("", [sentence])


def _merge(ids: Sequence[int]) -> _Told:
    """Into the oldest of them, all or none. Raises Invalid, WrongState."""
    if request.form.get("everything"):
        raise Invalid({"action": [_("Tick the tickets that are to be merged.")]})
    if not ids:
        raise Invalid({"ids": [_("Choose at least two tickets to merge.")]})
    oldest, *others = [_ticked(id_) for id_ in sorted(set(ids))]
    if not others:
        raise Invalid({"ids": [_("Choose at least two tickets to merge.")]})
    events = actions.merge(current_user, others, oldest)
    sentence = ngettext(
        "%(num)s ticket merged into %(ref)s.",
        "%(num)s tickets merged into %(ref)s.",
        len(events),
        ref=oldest.ref,
    )
    return _Told(events[0].batch or "", [sentence])


def _ticked(id_: int) -> Ticket:
    """A ticket of the list that was looked at. Raises Invalid where it is gone meanwhile."""
    try:
        return queries.get(current_user, id_)
    except NotFound:
        raise Invalid(
            {"ids": [_("%(ref)s is not there any more: nothing was merged.", ref=ref_of(id_))]}
        ) from None


def _macro(text: str) -> Change:
    """What the chosen macro does. Raises Invalid where it is gone meanwhile."""
    try:
        macro = macros.macro(current_user, choices.chosen_id(text, "macro") or 0)
    except NotFound as error:
        raise Invalid({"macro": [error.message]}) from None
    return for_many(current_user, macro)


def _change(ids: Sequence[int], action: str) -> _Told:
    done = actions.change_many(current_user, ids, _change_of(action, request.form))
    sentences = []
    if done.changed or not (done.unchanged or done.failed):
        sentences.append(_said(action, len(done.changed)))
    if done.unchanged:
        sentences.append(
            ngettext(
                "%(num)s ticket was so already.",
                "%(num)s tickets were so already.",
                len(done.unchanged),
            )
        )
    if done.failed:
        sentences.append(_failed(done.failed))
    return _Told(done.batch, sentences)


def _change_of(action: str, form: Mapping[str, str]) -> Change:
    """The change that a button means, with the field that goes with it. Raises Invalid."""
    value = form.get(action, "")
    match action:
        case "status":
            return Change(fields=Changes(status=one_of(Status, value, action)))
        case "priority":
            return Change(fields=Changes(priority=one_of(Priority, value, action)))
        case "assignee":
            return Change(fields=Changes(assignee_id=choices.chosen_id(value, action)))
        case "category":
            category_id, subcategory_id = choices.chosen_pair(value, action)
            fields = Changes(category_id=category_id, subcategory_id=subcategory_id)
            return Change(fields=fields)
        case "add_tags" | "remove_tags":
            tags = choices.tags_of(form.get("tags", ""))
            if not tags:
                raise Invalid({"tags": [_("Say which tags.")]})
            return Change(add_tags=tags) if action == "add_tags" else Change(remove_tags=tags)
        case "macro":
            return _macro(value)
        case "spam" | "delete" | "back":
            return Change(place=_PLACES[action])
    raise not_a_choice("action")


def _said(action: str, count: int) -> str:
    if action == "status":
        status = STATUS_WORDS[Status(request.form["status"])]
        return ngettext(
            "%(num)s ticket set to “%(status)s”.",
            "%(num)s tickets set to “%(status)s”.",
            count,
            status=status,
        )
    if action == "spam":
        return ngettext("%(num)s ticket put into spam.", "%(num)s tickets put into spam.", count)
    if action == "delete":
        return ngettext("%(num)s ticket deleted.", "%(num)s tickets deleted.", count)
    if action == "back":
        return ngettext("%(num)s ticket put back.", "%(num)s tickets put back.", count)
    return ngettext("%(num)s ticket changed.", "%(num)s tickets changed.", count)


def _failed(failed: Mapping[int, str]) -> str:
    some = [f"{ref_of(id_)}: {why}" for id_, why in list(failed.items())[:MOST_TOLD]]
    return ngettext(
        "%(num)s ticket could not be changed: %(some)s",
        "%(num)s tickets could not be changed: %(some)s",
        len(failed),
        some=" ".join(some) + (" …" if len(failed) > MOST_TOLD else ""),
    )


def _about_more(more: int) -> list[str]:
    if more <= 0:
        return []
    return [
        ngettext(
            "At most %(most)s are changed at a time: %(num)s more was listed.",
            "At most %(most)s are changed at a time: %(num)s more were listed.",
            more,
            most=f"{actions.MOST_AT_ONCE:,}",
        )
    ]


def _page(asked: Asked, trouble: str = "") -> str:
    pane = list_pane(current_user, asked, accounts.assignees())
    ticked = {id_ for text in request.form.getlist("ids") if (id_ := choices.id_of(text))}
    return page(
        "desk/bulk.html",
        view=asked.view,
        pane=pane,
        asked=asked,
        offer=offer(asked),
        ticked=ticked,
        trouble=trouble,
    )
