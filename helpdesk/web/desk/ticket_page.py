"""The page of a ticket, as it is opened and as it comes back with something to look at again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from flask import request
from flask_login import current_user

from ...accounts import queries as accounts
from ...mail.sending import links as mail_links
from ...tickets import queries
from ...tickets.models import Ticket
from ...tickets.queries import Filters, Page
from ...views.built_in import view_of
from ..marks import words_to_mark
from . import choices, parts
from .asked import Asked
from .composer_form import ComposerForm
from .customer_panel import panel_of
from .drafting import composer_with, kept_of
from .files import file_urls
from .forms import PropertiesForm
from .holding import held_on
from .lying import lying
from .pages import page
from .rows import list_pane, row_of
from .thread import thread
from .views_here import view_named

WHOLE = "whole"  # in an address: nothing of the conversation is left out
OTHERS = 5  # other tickets of the requester that are shown


@dataclass(frozen=True)
class Others:
    """The requester's latest other tickets, and where all of theirs are listed."""

    rows: Sequence[sa.Row[Any]]
    all_url: str


def ticket_page(
    ticket: Ticket,
    asked: Asked,
    *,
    properties: PropertiesForm | None = None,
    composer: ComposerForm | None = None,
    newcomers: Sequence[int] = (),
    trouble: str = "",
) -> str:
    """The page of *ticket* beside the list that *asked* asks for.

    A form that is given is one that came back; *trouble* says why, *newcomers* are messages that
    arrived meanwhile. The number of queries doesn't depend on how long anything is.
    """
    if view_named(asked.view) is None:
        asked = replace(asked, view=view_of(ticket, current_user.id).name)
    staff = accounts.assignees()
    followers = queries.followers(current_user, ticket)
    following = {follower.user_id for follower in followers}
    is_whole = WHOLE in request.args
    past = thread(current_user, ticket, newcomers, following, is_whole=is_whole)
    properties = properties or PropertiesForm()
    properties.show(ticket, staff)
    draft, held = queries.draft_of(current_user, ticket.id), held_on(ticket)
    composer = composer or composer_with(draft)
    composer.show(ticket, staff, current_user, past.last_message_id)
    composer.seen_held.data = ",".join(one.name for one in held)
    part = parts.wanted()
    part = part if part in ("pane", "panes") else ""
    pane = None if part == "pane" else list_pane(current_user, asked, staff)
    is_unread = bool(queries.unread_among(current_user, [ticket.id]))
    row = None
    if part == "pane":
        has_draft = draft is not None
        row = row_of(current_user, asked, ticket, is_unread=is_unread, has_draft=has_draft)
    previous, next_ = ("", "") if pane is None else pane.neighbours(ticket.id)
    return page(
        "desk/ticket.html",
        view=asked.view,
        part=part,
        asked=asked,
        row=row,
        ticket=ticket,
        found=words_to_mark(asked.narrowed.words),
        category=choices.category_words(ticket.category, ticket.subcategory),
        pane=pane,
        previous=previous,
        following=next_,
        thread=past,
        followers=followers,
        description="" if ticket.description == past.opening else ticket.description,
        properties=properties,
        composer=composer,
        draft=kept_of(draft),
        held=held,
        others=_others(ticket),
        customer=panel_of(ticket.requester),
        to=lambda endpoint: asked.ticket_url(ticket, endpoint),
        file_url=file_urls(ticket.id),
        trouble=trouble,
        newcomers=newcomers,
        place=lying(ticket),
        is_unread=is_unread,
        has_mail_links=mail_links.has_open(current_user, ticket),
    )


def _others(ticket: Ticket) -> Others:
    filters = Filters(requester_id=ticket.requester_id)
    found = queries.listing(current_user, filters, Page(limit=OTHERS + 1)).rows
    rows = [row for row in found if row.id != ticket.id][:OTHERS]
    return Others(rows, Asked(rules={"requester": [str(ticket.requester_id)]}).list_url())
