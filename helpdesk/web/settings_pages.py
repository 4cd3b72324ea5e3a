"""The pages of the settings: between them one goes by their navigation, to them by the palette."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from flask import url_for
from flask_login import current_user
from msgspec import Struct

from ..i18n import lazy


class _Page(NamedTuple):
    endpoint: str
    label: lazy
    about: lazy  # what there is to do, in a few words
    for_admins: bool = True


_GROUPS: dict[lazy, tuple[_Page, ...]] = {
    lazy("General"): (
        _Page("web.settings.shop", lazy("Shop"), lazy("Name, colour, logo, when replies leave")),
        _Page("web.settings.hours", lazy("Hours"), lazy("Time zone, and when you are at work")),
    ),
    lazy("Tickets"): (
        _Page("web.settings.categories", lazy("Categories"), lazy("What tickets are about"), False),
        _Page("web.settings.fields", lazy("Custom fields"), lazy("What else you want to know")),
        _Page("web.settings.replies", lazy("Saved replies"), lazy("What you often write"), False),
        _Page("web.settings.macros", lazy("Macros"), lazy("Several things at once"), False),
    ),
    lazy("Mail"): (
        _Page("web.settings.mail", lazy("Mailboxes"), lazy("Where mail is fetched and sent")),
        _Page("web.settings.mail_texts", lazy("Mail texts"), lazy("What mails to customers say")),
        _Page("web.settings.mail_ledger", lazy("Incoming mail"), lazy("What became of each mail")),
        _Page("web.settings.mail_outbox", lazy("Outgoing mail"), lazy("What has left, what waits")),
    ),
    lazy("People"): (
        _Page("web.settings.users", lazy("Users"), lazy("Who has an account")),
        _Page("web.settings.links", lazy("Password links"), lazy("To hand on to who needs one")),
        _Page("web.settings.security", lazy("Security"), lazy("The second step at sign-in")),
        _Page("web.settings.audit", lazy("Audit trail"), lazy("Who did what, when, from where")),
    ),
    lazy("System"): (
        _Page("web.settings.health", lazy("Health"), lazy("What is wrong, and what mends it")),
        _Page("web.settings.backups", lazy("Backups"), lazy("When they are made, and their proof")),
        _Page("web.settings.jobs", lazy("Background work"), lazy("What waits, and what failed")),
        _Page("web.settings.webhooks", lazy("Webhooks"), lazy("Other programs hear of tickets")),
    ),
    lazy("Personal"): (
        _Page("web.settings.notices", lazy("Notices"), lazy("What you want to be told of"), False),
        _Page(
            "web.accounts.account",
            lazy("My account"),
            lazy("Name, password, devices, API tokens"),
            False,
        ),
    ),
}


class SettingsPage(Struct, frozen=True):
    """A page that the reader may open."""

    endpoint: str
    label: str
    about: str
    url: str


def settings_groups() -> Iterator[tuple[str, Sequence[SettingsPage]]]:
    """The pages that the reader may open, under the heading that each belongs to."""
    for heading, pages in _GROUPS.items():
        shown = [_shown(one) for one in pages if current_user.is_admin or not one.for_admins]
        if shown:
            yield str(heading), shown


def settings_pages() -> Iterator[SettingsPage]:
    """All of them."""
    for _heading, pages in settings_groups():
        yield from pages


def _shown(one: _Page) -> SettingsPage:
    return SettingsPage(one.endpoint, str(one.label), str(one.about), url_for(one.endpoint))
