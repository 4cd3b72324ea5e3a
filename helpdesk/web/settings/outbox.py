"""The outbox: every mail of ours, and how far it is."""

from typing import Any

from flask import request, url_for
from flask_login import current_user
from wtforms import Form, SearchField, SelectField

from ...i18n import gettext as _
from ...i18n import lazy
from ...mail import queries
from ...mail.models import Sending
from ..access import admin_only
from ..desk.mails import beside, page_asked
from ..desk.sent_mails import deeds_of
from ..mail_words import KIND_WORDS, STATE_LOOKS, STATE_WORDS
from . import settings
from .pages import settings_page

CAME_BACK = "came-back"  # beside the states: sent, and then it bounced


class OutboxForm(Form):
    """Which mails."""

    q = SearchField(lazy("Address of the recipient"))
    state = SelectField(
        lazy("How far it is"),
        choices=lambda: (
            {"": _("Any state")}
            | {one.value: str(words) for one, words in STATE_WORDS.items()}
            | {CAME_BACK: _("Came back")}
        ),
    )


@settings.get("/mail/outbox")
@admin_only
def mail_outbox() -> Any:
    """A page of them, newest first."""
    wanted = request.args.get("state", "")
    state = next((one for one in Sending if one.value == wanted), None)
    wanted = wanted if state or wanted == CAME_BACK else ""
    words = request.args.get("q", "").strip()[:200]
    filters = queries.OutboxFilters(state, wanted == CAME_BACK, words)
    found = queries.outbox(current_user, filters, page_asked())
    kept = {name: value for name, value in {"q": words, "state": wanted}.items() if value}
    return settings_page(
        "settings/outbox.html",
        "mail_outbox",
        form=OutboxForm(data={"q": words, "state": wanted}),
        mails=[(mail, deeds_of(mail)) for mail in found.rows],
        back=request.full_path.rstrip("?"),
        is_narrowed=bool(kept),
        **beside(url_for(".mail_outbox"), kept, found),
        kind_words=KIND_WORDS,
        state_words=STATE_WORDS,
        state_looks=STATE_LOOKS,
    )
