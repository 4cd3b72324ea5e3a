"""The page of a ticket, as it is opened and as it comes back with something to look at again."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import request
from flask_login import current_user
from msgspec import Struct

from ...views.built_in import view_of
from ..marks import words_to_mark
from . import parts
from .asked import Asked
from .composer import composer
from .composer_form import ComposerForm
from .customer_panel import panel_of
from .drafting import kept_of
from .files import file_urls
from .forms import PropertiesForm
from .holding import held_on
from .lying import lying
from .opened import Opened, opened
from .pages import page
from .properties import properties
from .rows import list_pane, row_of
from .thread import thread
from .views_here import view_named

WHOLE = "whole"  # in an address: nothing of the conversation is left out


class Others(Struct, frozen=True):
    """The requester's latest other tickets, and where all of theirs are listed."""

    rows: Sequence[Any]
    all_url: str


def ticket_page(
    ticket_id: int,
    asked: Asked,
    *,
    properties_form: PropertiesForm | None = None,
    composer_form: ComposerForm | None = None,
    newcomers: Sequence[int] = (),
    trouble: str = "",
) -> str:
    """The page of a ticket beside the list that *asked* asks for. Raises NotFound.

    A form that is given is one that came back; *trouble* says why, *newcomers* are messages that
    arrived meanwhile. The number of queries doesn't depend on how long anything is.
    """
    me = current_user._get_current_object()
    found = opened(me, ticket_id)
    ticket = found.ticket
    if view_named(asked.view) is None:
        asked = replace(asked, view=view_of(ticket, me.id).name)
    past = thread(found, newcomers, is_whole=WHOLE in request.args)
    part = parts.wanted()
    part = part if part in ("pane", "panes") else ""
    pane = None if part == "pane" else list_pane(me, asked, found.staff)
    row = row_of(me, asked, found) if part == "pane" else None
    previous, next_ = ("", "") if pane is None else pane.neighbours(ticket.id)
    return page(
        "desk/ticket.html",
        view=asked.view,
        part=part,
        asked=asked,
        row=row,
        ticket=ticket,
        found=words_to_mark(asked.narrowed.words),
        pane=pane,
        previous=previous,
        following=next_,
        thread=past,
        files=found.files,
        followers=found.followers,
        description="" if ticket.description == past.opening else ticket.description,
        properties=properties(found, me, properties_form),
        composer=composer(found, me, past.last_message_id, composer_form),
        draft=kept_of(found.draft),
        held=held_on(found, me),
        others=_others(found),
        customer=panel_of(found, me),
        to=lambda endpoint: asked.ticket_url(ticket.id, endpoint),
        file_url=file_urls(ticket.id),
        trouble=trouble,
        newcomers=newcomers,
        place=lying(found),
        has_mail_links=found.has_mail_links,
    )


def _others(found: Opened) -> Others:
    of_requester = Asked(rules={"requester": [str(found.ticket.requester_id)]})
    return Others(found.others, of_requester.list_url())
