"""When the shop is at work: its time zone, and its hours of each weekday."""

from collections.abc import Sequence
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from ..i18n import gettext as _
from ..text import Fields
from .models import DEFAULT_ZONE, Shop

Hours = Sequence[Sequence[int] | None]  # of each weekday, Monday first (models.Shop)
DAY = 24 * 60  # minutes
_REGIONS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


@cache
def zone_names() -> tuple[str, ...]:
    """The names of time zones that are offered: ``UTC``, then ``Africa/Abidjan`` and on."""
    found = {name for name in available_timezones() if name.partition("/")[0] in _REGIONS}
    return (DEFAULT_ZONE, *sorted(name for name in found if "/" in name))


def zone_named(text: str) -> ZoneInfo | None:
    """The time zone that *text* names, in any case of letters; its city alone will do.

    None where there is no such zone, or where several have such a city.
    """
    wanted = "_".join(text.lower().split())
    whole = [name for name in zone_names() if name.lower() == wanted]
    city = [name for name in zone_names() if name.lower().rpartition("/")[2] == wanted]
    found = whole or city
    return ZoneInfo(found[0]) if len(found) == 1 else None


def zone_of(shop: Shop) -> ZoneInfo:
    """The time zone of *shop*; UTC where this machine doesn't know it (any more)."""
    try:
        return ZoneInfo(shop.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(DEFAULT_ZONE)


def check_hours(hours: Hours, fields: Fields) -> list[list[int] | None]:
    """*hours* as they are kept; what is wrong with a day is said in *fields* (``day_0`` on)."""
    kept: list[list[int] | None] = []
    for weekday, day in enumerate(hours):
        if day is None:
            kept.append(None)
            continue
        opening, closing = day
        if not 0 <= opening < closing <= DAY:
            fields.add(
                f"day_{weekday}", _("Closing is after opening; 00:00 is the end of the day.")
            )
        kept.append([opening, closing])
    if not any(kept):
        fields.add("business_hours", _("The shop is open on one day at least."))
    return kept
