"""What every page of the settings has: the navigation between them."""

from typing import Any

from flask_login import current_user

from ...jobs import queries as jobs
from ..desk.pages import page
from ..settings_pages import settings_pages


def settings_page(template: str, here: str, **context: Any) -> str:
    """*template* with the side bar and the settings' navigation, in which *here* is current."""
    failed = jobs.failed_count() if current_user.is_admin else 0
    nav = [
        {
            "url": url,
            "label": words,
            "current": endpoint.endswith(f".{here}"),
            "failed": failed if endpoint == "web.settings.jobs" else 0,
        }
        for endpoint, words, url in settings_pages()
    ]
    return page(template, nav=nav, **context)
