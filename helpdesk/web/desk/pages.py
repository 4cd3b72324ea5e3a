"""What every page of the desk has: the side bar, and the limits of its forms."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, g, render_template, url_for
from flask_login import current_user

from ...i18n import lazy
from ...notices.queries import unseen_count
from ...tickets import queries
from ...tickets.queries import VIEWS
from . import parts

_ICONS = {
    "mine": "user",
    "unassigned": "inbox",
    "open": "message-square",
    "pending": "clock",
    "resolved": "circle-check",
    "closed": "archive",
    "all": "folder",
    "spam": "ban",
    "bin": "trash-2",
}


@dataclass(frozen=True)
class SideView:
    """A view in the side bar; *count* is None where it isn't worth counting."""

    url: str
    label: lazy
    icon: str
    count: int | None
    current: bool


def page(template: str, *, view: str = "", part: str = "", **context: Any) -> str:
    """*template* with the side bar, in which *view* is the current one; or only a *part* of it."""
    configured = current_app.config["HELPDESK"]
    shows_views = part in ("", "panes", "rows") or parts.has_news()
    return render_template(
        template,
        layout=parts.LAYOUTS[part],
        part=part,
        views=side_views(view) if shows_views else (),
        unseen_notices=0 if part else unseen_count(current_user),
        limits={"files": configured.max_files, "bytes": configured.max_upload_bytes},
        **context,
    )


def side_views(current: str = "") -> list[SideView]:
    """The views with their counts."""
    counts = view_counts()
    return [
        SideView(
            url_for("web.desk.view", view=name),
            view.label,
            _ICONS[name],
            counts[name] if view.is_counted else None,
            name == current,
        )
        for name, view in VIEWS.items()
    ]


def view_counts() -> dict[str, int]:
    """How many tickets each counted view has, asked once a request."""
    if "view_counts" not in g:
        g.view_counts = queries.view_counts(current_user)
    counts: dict[str, int] = g.view_counts
    return counts
