"""The desk's lists: a view, narrowed and searched, page by page."""

from dataclasses import replace
from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user

from ...accounts import queries as accounts
from ...database import transaction
from ...errors import WrongState
from ...i18n import gettext as _
from ...tickets import actions, queries
from ...tickets.queries import Filters
from ..access import staff_only
from ..remembering import remembered
from . import desk, parts
from .asked import Asked, strange
from .pages import page
from .rows import list_pane, more_rows
from .views_here import require_view, view_counts


@desk.get("")
@staff_only
def home() -> Any:
    """To the first view that has something to do in it."""
    counts = view_counts()
    first = next((name for name in ("mine", "unassigned", "open") if counts[name]), "mine")
    return redirect(url_for("web.desk.view", view=first))


@desk.get("/views/<view>")
@staff_only
@remembered
def view(view: str) -> Any:
    """A list, with nothing open beside it."""
    require_view(view)
    actor = current_user._get_current_object()
    asked = Asked.from_args(request.args, view)
    part = parts.wanted()
    if part == "more":
        return page("desk/list.html", part=part, pane=more_rows(actor, asked))
    if part == "beside":
        return page("desk/list.html", part=part, asked=asked)
    pane = list_pane(actor, asked, accounts.assignees())
    pane = replace(pane, left_out=[*pane.left_out, *strange(request.args)])
    return page(
        "desk/list.html",
        view=view,
        part="panes" if part == "pane" else part,
        asked=asked,
        pane=pane,
        is_new_desk=not pane.rows and not _has_tickets(),
    )


@desk.post("/test-request")
@staff_only
def test_request() -> Any:
    """Let a new desk have something to answer."""
    with transaction():
        if _has_tickets():
            raise WrongState(_("This desk has tickets already."))
        ticket = actions.open_ticket(
            current_user,
            actions.Draft(
                subject=_("My first request"),
                message=_(
                    "Hello!\n\nThis is what a request looks like. Write an answer below, leave a "
                    "note that only your colleagues see, or set another status: nobody but you "
                    "will read it."
                ),
            ),
        )
    flash(_("This is %(ref)s, from you to you.", ref=ticket.ref), "good")
    return redirect(url_for("web.desk.ticket", ticket_id=ticket.id, view="unassigned"))


def _has_tickets() -> bool:
    return queries.count(current_user, Filters()) > 0
