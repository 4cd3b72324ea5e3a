"""Replies that are about to leave: shown to all staff, called back by whoever wrote them."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user
from msgspec import Struct

from ... import clock
from ...accounts.models import Person
from ...errors import Conflict
from ...i18n import gettext as _
from ...tickets import actions, queries
from ...tickets.models import HeldReply, Ticket
from ...tickets.queries.opened import File
from ...tickets.queries.opened_by_staff import HeldWords
from ..access import staff_only
from ..signing_in import safe_next
from . import desk
from .asked import Asked
from .opened import Opened

COMPOSER = "composer-message"  # the id of its text area


class Held(Struct, frozen=True):
    """A reply as the conversation shows it until it leaves."""

    reply: HeldWords
    files: Sequence[File]
    name: str
    seconds: int  # that are left
    is_mine: bool


def held_on(opened: Opened, me: Person) -> list[Held]:
    """What is about to leave on a ticket, first to leave first."""
    now = clock.now()
    return [
        Held(
            one,
            opened.held_files.get(one.id, ()),
            actions.name_of(one),
            # The last second is the desk's: times are whole seconds, rounded down.
            max(0, int((one.leaves_at - now).total_seconds()) - 1),
            one.author_id == me.id,
        )
        for one in opened.held
    ]


def held_by_others(ticket: Ticket, seen: str) -> Sequence[HeldReply]:
    """Others' replies that are about to leave and whose names are not among those in *seen*."""
    known = seen.split(",")
    return [
        one
        for one in queries.held_on(current_user, ticket)
        if one.author_id != current_user.id and actions.name_of(one) not in known
    ]


def flash_held(held: HeldReply) -> None:
    """Say that *held* is about to leave, with a button that calls it back."""
    flash(_("Your reply leaves in a moment."), f"held:{actions.name_of(held)}")


@desk.post("/held/<batch>/call-back")
@staff_only
def call_back(batch: str) -> Any:
    """Make a reply that is about to leave a draft again, and lead to it."""
    asked = Asked.from_args(request.args)
    try:
        draft = actions.call_back(current_user, batch)
    except Conflict as error:
        flash(error.message, "warn")
        return redirect(safe_next(request.form.get("next")) or url_for("web.desk.home"))
    return redirect(f"{asked.ticket_url(draft.ticket_id)}#{COMPOSER}")
