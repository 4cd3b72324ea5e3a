"""The ledger of mail: every mail ever seen, and what became of it."""

from typing import Any

from flask import request, url_for
from flask_login import current_user
from wtforms import Form, SearchField, SelectField

from ...i18n import gettext as _
from ...i18n import lazy
from ...mail import queries
from ...mail.mailboxes.queries import mailboxes
from ...mail.models import Outcome
from ..access import admin_only
from ..desk.choices import id_of
from ..desk.mails import beside, page_asked
from ..mail_words import OUTCOME_LOOKS, OUTCOME_WORDS, SOURCE_WORDS
from . import settings
from .pages import settings_page


class LedgerForm(Form):
    """Which mails."""

    q = SearchField(lazy("Sender, subject or Message-ID"))
    outcome = SelectField(
        lazy("What became of it"),
        choices=lambda: (
            {"": _("Any outcome")} | {one.value: str(words) for one, words in OUTCOME_WORDS.items()}
        ),
    )
    mailbox = SelectField(lazy("Mailbox"), choices=[])


@settings.get("/mail/ledger")
@admin_only
def mail_ledger() -> Any:
    """A page of them, newest first."""
    args = request.args
    outcome = next((one for one in Outcome if one.value == args.get("outcome")), None)
    mailbox_id = id_of(args.get("mailbox", ""))
    words = args.get("q", "").strip()[:200]
    filters = queries.LedgerFilters(outcome, mailbox_id, words)
    found = queries.ledger(current_user, filters, page_asked())
    given = {
        "q": words,
        "outcome": outcome.value if outcome else "",
        "mailbox": str(mailbox_id or ""),
    }
    form = LedgerForm(data=given)
    names = [(str(mailbox.id), mailbox.name) for mailbox in mailboxes()]
    form.mailbox.choices = [("", _("Any mailbox")), *names]
    kept = {name: value for name, value in given.items() if value}
    return settings_page(
        "settings/ledger.html",
        "mail_ledger",
        form=form,
        mails=found.rows,
        is_narrowed=bool(kept),
        **beside(url_for(".mail_ledger"), kept, found),
        outcome_words=OUTCOME_WORDS,
        outcome_looks=OUTCOME_LOOKS,
        source_words=SOURCE_WORDS,
    )
