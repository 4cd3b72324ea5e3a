"""What every page of the settings has: the navigation between them."""

from typing import Any

from flask import request
from flask_login import current_user
from msgspec import Struct

from ...backups import queries as backups
from ...health import queries as health
from ...jobs import queries as jobs
from ..desk.pages import page
from ..settings_pages import SettingsPage, settings_groups


class Item(Struct, frozen=True):
    """A link of the navigation; *failed* is how much went wrong there."""

    page: SettingsPage
    current: bool
    failed: int


def settings_page(template: str, here: str, **context: Any) -> str:
    """*template* with the side bar and the settings' navigation, in which *here* is current."""
    nav, listing = _above(here)
    # Any other page than the list (of categories, of users) goes back to it.
    list_page = listing if listing and listing.url != request.path else None
    return page(template, nav=nav, list_page=list_page, **context)


def page_of_one(template: str, here: str, **context: Any) -> str:
    """The same of one thing: the form for a new one has its list's address where it comes back."""
    nav, list_page = _above(here)
    return page(template, nav=nav, list_page=list_page, **context)


def _above(here: str) -> tuple[list[tuple[str, list[Item]]], SettingsPage | None]:
    nav = _navigation(here)
    current = [item.page for _heading, items in nav for item in items if item.current]
    return nav, current[0] if current else None


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
