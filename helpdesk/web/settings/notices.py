"""Which notices an agent wants, and where."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user

from ...i18n import gettext as _
from ...mail.mailboxes import queries as mailboxes
from ...notices.kinds import LABELS, Kind, Wish
from ...notices.wishes import choose, choose_digest, wants_digest, wishes_of
from ..access import staff_only
from . import settings
from .pages import settings_page


@settings.get("/notices")
@staff_only
def notices() -> Any:
    """A line for each kind, with a tick for each place."""
    return settings_page(
        "settings/notices.html",
        "notices",
        labels=LABELS,
        wishes=wishes_of(current_user),
        digest=wants_digest(current_user),
        sends=mailboxes.sending_is_set_up(),
    )


@settings.post("/notices")
@staff_only
def choose_notices() -> Any:
    """Keep the ticks."""
    choose(
        current_user,
        {
            kind: Wish(
                f"page-{kind.value}" in request.form,
                f"browser-{kind.value}" in request.form,
                f"mail-{kind.value}" in request.form,
            )
            for kind in Kind
        },
    )
    choose_digest(current_user, "digest" in request.form)
    flash(_("Saved."), "good")
    return redirect(url_for(".notices"))
