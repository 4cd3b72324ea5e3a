"""What every page of the settings has: the navigation between them."""

from typing import Any

from ..desk.pages import page
from ..settings_pages import settings_pages


def settings_page(template: str, here: str, **context: Any) -> str:
    """*template* with the side bar and the settings' navigation, in which *here* is current."""
    nav = [
        {"url": url, "label": words, "current": endpoint.endswith(f".{here}")}
        for endpoint, words, url in settings_pages()
    ]
    return page(template, nav=nav, **context)
