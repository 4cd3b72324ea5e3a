"""The bell: what concerns the agent who reads, and what the browser tells of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import flash, jsonify, redirect, request, url_for
from flask_login import current_user
from msgspec import Struct

from ...i18n import gettext as _
from ...i18n import ngettext
from ...notices import actions, queries
from ...notices.kinds import Kind
from ...notices.words import sentence
from ..access import staff_only
from ..signing_in import safe_next
from . import desk
from .choices import id_of
from .pages import page

ROWS = 50


class Told(Struct, frozen=True):
    """A notice in words."""

    id: int
    kind: Kind
    sentence: str
    subject: str
    url: str
    when: datetime
    is_new: bool


@desk.get("/notices")
@staff_only
def notices() -> Any:
    """All notices, newest first."""
    before = id_of(request.args.get("before", ""))
    rows = queries.notices(current_user, before=before, limit=ROWS + 1)
    older = url_for(".notices", before=rows[ROWS - 1].id) if len(rows) > ROWS else ""
    return page("desk/notices.html", notices=told(rows[:ROWS]), older=older, is_first=not before)


@desk.get("/notices/new")
@staff_only
def new_notices() -> Any:
    """How many are unseen, and those after ``?after=`` that the browser should tell of, as JSON."""
    after = id_of(request.args.get("after", ""))
    newest = queries.newest_id(current_user)
    rows = queries.for_browser(current_user, newest if after is None else after)
    tell = [
        {"id": row.id, "title": _sentence(row), "text": _about(row), "url": _url(row)}
        for row in rows
    ]
    unseen = queries.unseen_count(current_user)
    return jsonify(unseen=unseen, newest=max(newest, after or 0), tell=tell)


@desk.post("/notices/seen")
@staff_only
def see_notices() -> Any:
    """Mark all as seen, or those of one ticket."""
    ticket_id = id_of(request.form.get("ticket", ""))
    actions.see(current_user, ticket_id=ticket_id)
    if ticket_id is None:
        flash(_("All notices are marked as seen."), "good")
    return redirect(safe_next(request.form.get("next")) or url_for(".notices"))


@desk.post("/notices/<int:notice_id>")
@staff_only
def open_notice(notice_id: int) -> Any:
    """Mark a notice as seen and go to what it is about."""
    actions.see(current_user, notice_id=notice_id)
    return redirect(safe_next(request.form.get("next")) or url_for(".notices"))


def told(rows: Sequence[sa.Row[Any]]) -> list[Told]:
    """Notices in words."""
    return [
        Told(
            row.id,
            Kind(row.kind),
            _sentence(row),
            _about(row),
            _url(row),
            row.created_at,
            row.seen_at is None,
        )
        for row in rows
    ]


def _url(row: sa.Row[Any]) -> str:
    if row.tickets > 1:
        return url_for("web.desk.view", view="mine")
    return url_for("web.desk.ticket", ticket_id=row.ticket_id)


def _about(row: sa.Row[Any]) -> str:
    """The subject of the ticket, or of the first of several."""
    if row.tickets == 1:
        return str(row.subject)
    return ngettext(
        "%(subject)s, and %(num)s more",
        "%(subject)s, and %(num)s more",
        row.tickets - 1,
        subject=row.subject,
    )


def _sentence(row: sa.Row[Any]) -> str:
    return sentence(Kind(row.kind), row.who or "", row.ticket_id, row.tickets)
