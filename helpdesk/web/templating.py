"""What templates know: the shop, the language, and how sizes and times are written."""

from datetime import datetime
from typing import Any

from flask import Flask, g
from markupsafe import Markup, escape

from .. import clock, i18n
from ..accounts.models import initials_of
from ..i18n import lazy
from ..shop.hours import zone_of
from ..shop.models import Shop
from ..shop.queries import shop
from .theme import logo_url, theme_url

# Translated like every other word: strftime would speak the language of the server's environment.
MONTHS = (
    lazy("Jan"),
    lazy("Feb"),
    lazy("Mar"),
    lazy("Apr"),
    lazy("May"),
    lazy("Jun"),
    lazy("Jul"),
    lazy("Aug"),
    lazy("Sep"),
    lazy("Oct"),
    lazy("Nov"),
    lazy("Dec"),
)
_RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")


def init_app(app: Flask) -> None:
    """Teach *app*'s templates the filters and globals."""
    env = app.jinja_env
    env.add_extension("jinja2.ext.i18n")
    # Not the "newstyle": it takes sentences for HTML, and a quote in one would end an attribute.
    env.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=False)  # type: ignore[attr-defined]
    env.globals["_"] = i18n.gettext
    env.trim_blocks = env.lstrip_blocks = True
    env.filters.update(ago=ago, size=size, moment=moment, initials=initials_of)
    env.globals["theme_url"] = lambda: theme_url(_shop())
    app.context_processor(_context)


def ago(when: datetime | None) -> Markup:
    """*when* as people say it, the exact time on hover; times.js puts it into the reader's zone."""
    if when is None:
        return Markup("")
    exact, relative = escape(_exact(when)), escape(_relative(when))
    # A page has a hundred of them: Markup.format takes three times as long.
    return Markup(  # noqa: S704
        f'<time datetime="{clock.iso(when)}" title="{exact}" data-ago>{relative}</time>'
    )


def moment(when: datetime | None) -> Markup:
    """*when* as day and time; times.js puts it into the reader's zone."""
    if when is None:
        return Markup("")
    return Markup('<time datetime="{}" data-exact>{}</time>').format(clock.iso(when), _exact(when))


def size(count: int) -> str:
    """*count* bytes as people say it: ``12 kB``."""
    if count < 1024:
        return i18n.ngettext("%(num)s byte", "%(num)s bytes", count)
    if count < 1024 * 1024:
        return i18n.gettext("%(n)s kB", n=round(count / 1024))
    return i18n.gettext("%(n)s MB", n=i18n.decimal(count / 1024 / 1024))


def _relative(when: datetime) -> str:
    seconds = max(0, int((clock.now() - when).total_seconds()))
    if seconds < 60:
        return i18n.gettext("just now")
    if seconds < 3600:
        return i18n.gettext("%(n)s min", n=seconds // 60)
    if seconds < 86_400:
        return i18n.gettext("%(n)s h", n=seconds // 3600)
    if seconds < 7 * 86_400:
        return i18n.ngettext("%(num)s day", "%(num)s days", seconds // 86_400)
    month = str(MONTHS[when.month - 1])
    return i18n.gettext("%(month)s %(day)s, %(year)s", month=month, day=when.day, year=when.year)


def _exact(when: datetime) -> str:
    when = when.astimezone(zone_of(_shop()))
    return i18n.gettext(
        "%(year)s-%(month)s-%(day)s %(time)s %(zone)s",
        zone=when.tzname(),
        year=when.year,
        month=f"{when:%m}",
        day=f"{when:%d}",
        time=f"{when:%H:%M}",
    )


def _shop() -> Shop:
    if "shop" not in g:
        g.shop = shop()
    current: Shop = g.shop
    return current


def _context() -> dict[str, Any]:
    current, language = _shop(), i18n.language()
    return {
        "shop": {"name": current.name, "accent": current.accent, "logo_url": logo_url(current)},
        "language": language,
        "direction": "rtl" if language.partition("-")[0] in _RIGHT_TO_LEFT else "ltr",
    }
