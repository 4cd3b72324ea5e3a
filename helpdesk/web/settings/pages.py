"""What every page of the settings has: the navigation between them."""

from typing import Any

from flask_login import current_user

from ...backups import queries as backups
from ...health import queries as health
from ...jobs import queries as jobs
from ..desk.pages import page
from ..settings_pages import settings_pages

HOME = "shop"  # the page that the settings open with, for admins


def settings_page(template: str, here: str, **context: Any) -> str:
    """*template* with the side bar and the settings' navigation, in which *here* is current."""
    failed: dict[str, int] = {}
    if current_user.is_admin:
        failed = {
            "web.settings.jobs": jobs.failed_count(),
            "web.settings.backups": int(backups.has_failed()),
            "web.settings.health": health.error_count(),
        }
    nav = [
        {
            "url": url,
            "label": words,
            "current": endpoint.endswith(f".{here}"),
            "failed": failed.get(endpoint, 0),
        }
        for endpoint, words, url in settings_pages()
    ]
    errors = failed.get("web.settings.health", 0) if here == HOME else 0
    return page(template, nav=nav, health_errors=errors, **context)
