"""What every page of the settings has: the navigation between them."""

from typing import Any

from flask import url_for
from flask_login import current_user

from ...i18n import lazy
from ..desk.pages import page

# Endpoint, words, for admins only.
_PAGES = (
    ("web.settings.shop", lazy("Shop"), True),
    ("web.settings.hours", lazy("Hours"), True),
    ("web.settings.categories", lazy("Categories"), False),
    ("web.settings.fields", lazy("Custom fields"), True),
    ("web.settings.replies", lazy("Saved replies"), False),
    ("web.settings.macros", lazy("Macros"), False),
    ("web.settings.users", lazy("Users"), True),
    ("web.settings.links", lazy("Password links"), True),
    ("web.settings.notices", lazy("Notices"), False),
    ("web.accounts.account", lazy("My account"), False),
)


def settings_page(template: str, here: str, **context: Any) -> str:
    """*template* with the side bar and the settings' navigation, in which *here* is current."""
    nav = [
        {"url": url_for(endpoint), "label": words, "current": endpoint.endswith(f".{here}")}
        for endpoint, words, for_admins in _PAGES
        if current_user.is_admin or not for_admins
    ]
    return page(template, nav=nav, **context)
