"""What the pages of the ticket's menu share: whose page it is, and the way back."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, request
from flask_login import current_user

from ...errors import HelpdeskError, Invalid, NotFound
from ...events import Event
from ...i18n import gettext as _
from ...tickets import queries
from ...tickets.models import Ticket
from ...tickets.queries import Filters, Page, Sort
from ...views.filters import LONGEST, narrowed
from ..forms import sent_back
from .asked import Asked
from .pages import page
from .undoing import flash_done
from .views_here import asking

MOST_FOUND = 12  # tickets that are proposed
_REF = re.compile(r"(?:tkt|#)?\s*([0-9]{1,15})", re.ASCII | re.IGNORECASE)


def deed_page(
    template: str, ticket: Ticket, error: HelpdeskError | None = None, **more: Any
) -> Any:
    """A page on which something is done to *ticket*; with *error* it comes back to be corrected."""
    asked = Asked.from_args(request.args)
    html = page(
        template,
        ticket=ticket,
        to=lambda endpoint: asked.ticket_url(ticket, endpoint),
        back=asked.ticket_url(ticket),
        asked=asked,
        kept=asked.pairs,
        trouble="" if error is None else error.message,
        **more,
    )
    return html if error is None else sent_back(html, error)


def back_to(ticket: Ticket | int) -> Any:
    """To the page of *ticket*, beside the list that it was opened from."""
    return redirect(Asked.from_args(request.args).ticket_url(ticket))


def done(sentence: str, events: Sequence[Event | None], ticket: Ticket | int) -> Any:
    """Say what was done, with its undo, on the page of *ticket*; or that nothing was."""
    found = [event for event in events if event is not None]
    if found:
        flash_done(sentence, found)
    else:
        flash(_("Nothing was changed."), "info")
    return back_to(ticket)


def named(text: str, field: str) -> Ticket:
    """The ticket whose number somebody typed (``TKT12``, ``#12``, ``12``) or whose address it is.

    Raises Invalid (*field*).
    """
    text = text.strip().rpartition("/")[2].partition("?")[0]
    found = _REF.fullmatch(text)
    try:
        return queries.get(current_user, int(found[1]) if found else 0)
    except NotFound:
        raise Invalid({field: [_("There is no ticket with this number.")]}) from None


def candidates(ticket: Ticket, keyword: str) -> Sequence[sa.Row[Any]]:
    """Tickets that may be meant beside *ticket*: its requester's first, by the last words.

    Without a *keyword* only its requester's.
    """
    filters = narrowed(asking(), {}, keyword[:LONGEST]).filters
    own = _found(ticket, replace(filters, requester_id=ticket.requester_id))
    if not keyword.strip():
        return own[:MOST_FOUND]
    known = {row.id for row in own}
    others = [row for row in _found(ticket, filters) if row.id not in known]
    return [*own, *others][:MOST_FOUND]


def _found(ticket: Ticket, filters: Filters) -> Sequence[sa.Row[Any]]:
    page = Page(limit=MOST_FOUND + 1, sort=Sort.ACTIVITY)
    rows = queries.listing(current_user, filters, page, people=True).rows
    return [row for row in rows if row.id != ticket.id]
