"""What templates know: the shop, the language, and how sizes are written."""

from typing import Any

from flask import Flask

from .. import i18n
from ..accounts.models import initials_of
from ..shop.queries import look
from .theme import logo_url, theme_url

_RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")


def init_app(app: Flask) -> None:
    """Teach *app*'s templates the filters and globals."""
    env = app.jinja_env
    env.add_extension("jinja2.ext.i18n")
    # Not the "newstyle": it takes sentences for HTML, and a quote in one would end an attribute.
    env.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=False)  # type: ignore[attr-defined]
    env.globals |= {"_": i18n.gettext, "pgettext": i18n.pgettext}
    env.trim_blocks = env.lstrip_blocks = True
    env.filters.update(size=i18n.size, initials=initials_of)
    env.globals["theme_url"] = lambda: theme_url(look())
    app.context_processor(_context)


def _context() -> dict[str, Any]:
    current, language = look(), i18n.language()
    return {
        "shop": {"name": current.name, "accent": current.accent, "logo_url": logo_url(current)},
        "language": language,
        "direction": "rtl" if language.partition("-")[0] in _RIGHT_TO_LEFT else "ltr",
    }
