"""Merging: choose the other ticket, look at both, merge."""

from typing import Any

from flask import request
from flask_login import current_user

from ...errors import Invalid, NotFound, WrongState
from ...i18n import gettext as _
from ...tickets import actions, queries
from ...tickets.models import Ticket
from ..access import staff_only
from . import desk
from .deeds import candidates, deed_page, done, named


@desk.get("/tickets/<int:ticket_id>/merge")
@staff_only
def merge(ticket_id: int) -> Any:
    """What the ticket may be merged into; with ``?into=``, both of them to look at."""
    ticket = queries.get(current_user, ticket_id)
    into = request.args.get("into", "").strip()
    if not into:
        return _page(ticket)
    try:
        return _page(ticket, target=named(into, "into"))
    except Invalid as error:
        return _page(ticket, error=error)


@desk.post("/tickets/<int:ticket_id>/merge")
@staff_only
def merge_into(ticket_id: int) -> Any:
    """Merge, and go to where the words are now."""
    ticket = queries.get(current_user, ticket_id)
    target = None
    try:
        target = named(request.form.get("into", ""), "into")
        events = actions.merge(current_user, [ticket], target)
    except (Invalid, WrongState) as error:
        return _page(queries.get(current_user, ticket_id), target=_again(target), error=error)
    sentence = _("%(ref)s was merged into this ticket.", ref=ticket.ref)
    return done(sentence, events, target)


def _again(target: Ticket | None) -> Ticket | None:
    """*target* as it is now."""
    try:
        return None if target is None else queries.get(current_user, target.id)
    except NotFound:
        return None


def _page(
    ticket: Ticket, *, target: Ticket | None = None, error: Invalid | WrongState | None = None
) -> Any:
    keyword = request.args.get("find", "")
    if target is not None and target.id == ticket.id:
        target = None
    both = [(one, _ends(one)) for one in (ticket, target) if one is not None]
    return deed_page(
        "desk/merge.html",
        ticket,
        error,
        keyword=keyword,
        target=target,
        both=both,
        rows=() if target is not None else candidates(ticket, keyword),
    )


def _ends(ticket: Ticket) -> list[Any]:
    """The first and the last message of *ticket*."""
    words = queries.conversation(current_user, ticket)
    return [words[0], *words[1:][-1:]] if words else []
