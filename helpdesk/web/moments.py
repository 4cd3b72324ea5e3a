"""How pages write times: as people say them, and exactly, in the shop's zone.

static/js/times.js puts them into the reader's own.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from flask import Flask, g
from markupsafe import Markup, escape

from .. import clock, i18n
from ..i18n import lazy
from ..shop.queries import look

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
MINUTE = timedelta(minutes=1)
HOUR, DAY, WEEK = 60, 24 * 60, 7 * 24 * 60  # minutes


def init_app(app: Flask) -> None:
    """Teach *app*'s templates the filters."""
    app.jinja_env.filters.update(ago=ago, moment=moment)


def ago(when: datetime | None) -> Markup:
    """*when* as people say it, the exact time on hover."""
    if when is None:
        return Markup("")
    now, zone = _here()
    return _ago(when, max(0, (now - when) // MINUTE), zone, i18n.language())


def moment(when: datetime | None) -> Markup:
    """*when* as day and time."""
    if when is None:
        return Markup("")
    start, exact, _day = _written(when, _here()[1], i18n.language())
    return Markup(f"{start} data-exact>{exact}</time>")  # noqa: S704


def _here() -> tuple[datetime, ZoneInfo]:
    """When a page is made, and the shop's zone, for all its moments."""
    here: tuple[datetime, ZoneInfo] | None = g.get("here")
    if here is None:
        here = g.here = clock.now(), look().zone
    return here


# Lists show the same moments again and again. *language* is the reader's, which gettext speaks.


@lru_cache(maxsize=5000)
def _ago(when: datetime, minutes: int, zone: ZoneInfo, language: str) -> Markup:
    """*when*, which is so many *minutes* ago."""
    start, exact, day = _written(when, zone, language)
    words = day if minutes >= WEEK else _relative(minutes, language)
    return Markup(f'{start} title="{exact}" data-ago>{words}</time>')  # noqa: S704


@lru_cache(maxsize=5000)
def _relative(minutes: int, language: str) -> str:
    if minutes < 1:
        words = i18n.gettext("just now")
    elif minutes < HOUR:
        words = i18n.pgettext("ago", "%(n)s min", n=minutes)
    elif minutes < DAY:
        words = i18n.pgettext("ago", "%(n)s h", n=minutes // HOUR)
    else:
        words = i18n.npgettext("ago", "%(num)s day", "%(num)s days", minutes // DAY)
    return str(escape(words))


@lru_cache(maxsize=5000)
def _written(when: datetime, zone: ZoneInfo, language: str) -> tuple[str, str, str]:
    """How the element of *when* begins, what it says exactly, and what it says of its day."""
    here = when.astimezone(zone)
    exact = i18n.gettext(
        "%(year)s-%(month)s-%(day)s %(time)s %(zone)s",
        zone=here.tzname(),
        year=here.year,
        month=f"{here:%m}",
        day=f"{here:%d}",
        time=f"{here:%H:%M}",
    )
    month = str(MONTHS[when.month - 1])
    day = i18n.gettext("%(month)s %(day)s, %(year)s", month=month, day=when.day, year=when.year)
    return f'<time datetime="{clock.iso(when)}"', str(escape(exact)), str(escape(day))
