"""What every page of the desk has: the side bar, and the limits of its forms."""

from collections.abc import Sequence
from typing import Any

import msgspec
from flask import current_app, render_template, request, url_for
from flask_login import current_user

from ...i18n import gettext as _
from ...i18n import lazy
from ...mail.mailboxes import queries as mailboxes
from ...mail.queries import held_count
from ...notices.queries import unseen_count
from ...views.built_in import VIEWS
from ...views.queries import MOST_COUNTED
from ...webhooks import queries as webhooks
from ..addresses import addresses
from . import parts
from .views_here import asking, saved_counts, saved_views, view_counts

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

HELD_MAIL = "held-mail"  # among the views, though it lists no tickets


class SideView(msgspec.Struct, frozen=True):
    """A view in the side bar; *count* is None where it isn't worth counting."""

    url: str
    label: lazy | str
    icon: str
    count: int | str | None
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
        saved_views=saved_side_views(view) if shows_views else (),
        failing_mailboxes=_failing_mailboxes() if not part else (),
        paused_webhooks=_paused_webhooks() if not part else (),
        unseen_notices=0 if part else unseen_count(asking().actor),
        limits={"files": configured.max_files, "bytes": configured.max_upload_bytes},
        **context,
    )


def _failing_mailboxes() -> Sequence[Any]:
    """What admins are told on every page but those of the mailboxes: mail does not come in."""
    is_there = request.path.startswith(url_for("web.settings.mail"))
    return mailboxes.failing() if current_user.is_admin and not is_there else ()


def _paused_webhooks() -> Sequence[Any]:
    """What admins are told besides: other programs hear of nothing any more."""
    is_there = request.path.startswith(url_for("web.settings.webhooks"))
    return webhooks.ailing() if current_user.is_admin and not is_there else ()


def side_views(current: str = "") -> tuple[SideView, ...]:
    """The desk's own views with their counts."""
    counts, address = view_counts(), addresses("web.desk.view", "view")
    views = (
        SideView(address(name), view.label, _ICONS[name], counts.get(name), name == current)
        for name, view in VIEWS.items()
    )
    return (*views, *_held_mail(current))


def _held_mail(current: str) -> list[SideView]:
    """Mails that wait for somebody to look at them, where there are any or they are shown."""
    count, is_current = held_count(asking().actor, MOST_COUNTED + 1), current == HELD_MAIL
    if not count and not is_current:
        return []
    url = url_for("web.desk.held_mails")
    return [SideView(url, _("Held mail"), "mail", _at_most(count), is_current)]


def saved_side_views(current: str = "") -> tuple[SideView, ...]:
    """Those that people have saved, with their counts."""
    counts, address = saved_counts(), addresses("web.desk.view", "view")
    return tuple(
        SideView(
            address(view.name),
            view.label,
            "star" if view.saved and view.saved.is_shared else "bookmark",
            _at_most(counts.get(view.name)),
            view.name == current,
        )
        for view in saved_views()
    )


def _at_most(count: int | None) -> int | str | None:
    return count if count is None or count <= MOST_COUNTED else f"{MOST_COUNTED}+"
