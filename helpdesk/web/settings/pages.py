"""What every page of the settings has: the navigation between them."""

from dataclasses import dataclass
from typing import Any

from flask import request
from flask_login import current_user

from ...backups import queries as backups
from ...health import queries as health
from ...jobs import queries as jobs
from ..desk.pages import page
from ..settings_pages import SettingsPage, settings_groups


@dataclass(frozen=True)
class Item:
    """A link of the navigation; *failed* is how much went wrong there."""

    page: SettingsPage
    current: bool
    failed: int


def settings_page(template: str, here: str, **context: Any) -> str:
    """*template* with the side bar and the settings' navigation, in which *here* is current."""
    nav = _navigation(here)
    above = [item.page for _heading, items in nav for item in items if item.current]
    # A page of one thing (a category, a user) goes back to the page that lists them.
    list_page = above[0] if above and above[0].url != request.path else None
    return page(template, nav=nav, list_page=list_page, **context)


def settings_home() -> str:
    """The page that they begin with."""
    errors = health.error_count() if current_user.is_admin else 0
    return page("settings/home.html", nav=_navigation(), health_errors=errors)


def _navigation(here: str = "") -> list[tuple[str, list[Item]]]:
    failed: dict[str, int] = {}
    if current_user.is_admin:
        failed = {
            "web.settings.jobs": jobs.failed_count(),
            "web.settings.backups": int(backups.has_failed()),
            "web.settings.health": health.error_count(),
        }
    return [
        (
            heading,
            [
                Item(one, one.endpoint == f"web.settings.{here}", failed.get(one.endpoint, 0))
                for one in pages
            ],
        )
        for heading, pages in settings_groups()
    ]
