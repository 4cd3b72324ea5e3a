"""The pages of the settings: between them one goes by their navigation, to them by the palette."""

from collections.abc import Iterator

from flask import url_for
from flask_login import current_user

from ..i18n import lazy

# Endpoint, words, for admins only.
_PAGES = (
    ("web.settings.shop", lazy("Shop"), True),
    ("web.settings.hours", lazy("Hours"), True),
    ("web.settings.categories", lazy("Categories"), False),
    ("web.settings.fields", lazy("Custom fields"), True),
    ("web.settings.replies", lazy("Saved replies"), False),
    ("web.settings.macros", lazy("Macros"), False),
    ("web.settings.mail", lazy("Mailboxes"), True),
    ("web.settings.mail_texts", lazy("Mail texts"), True),
    ("web.settings.mail_ledger", lazy("Incoming mail"), True),
    ("web.settings.mail_outbox", lazy("Outgoing mail"), True),
    ("web.settings.webhooks", lazy("Webhooks"), True),
    ("web.settings.users", lazy("Users"), True),
    ("web.settings.links", lazy("Password links"), True),
    ("web.settings.backups", lazy("Backups"), True),
    ("web.settings.health", lazy("Health"), True),
    ("web.settings.security", lazy("Security"), True),
    ("web.settings.audit", lazy("Audit trail"), True),
    ("web.settings.jobs", lazy("Background work"), True),
    ("web.settings.notices", lazy("Notices"), False),
    ("web.accounts.account", lazy("My account"), False),
)


def settings_pages() -> Iterator[tuple[str, str, str]]:
    """Endpoint, words and address of each page of the settings that the reader may open."""
    for endpoint, words, for_admins in _PAGES:
        if current_user.is_admin or not for_admins:
            yield endpoint, str(words), url_for(endpoint)
