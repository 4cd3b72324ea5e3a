"""Ranges of days in the shop's time zone, and their parts: days, weeks or months.

A day has 23 or 25 hours where the clocks change, and none at all where a zone left one out.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct

from ..errors import Invalid
from ..i18n import gettext as _

LONGEST = 3660  # days: ten years
EARLIEST, LATEST = date(1970, 1, 1), date(2999, 12, 31)
_ONE = timedelta(days=1)
_MOST_DAYS, _MOST_WEEKS = 45, 26 * 7  # days of a range that is told day by day, week by week


class Step(StrEnum):
    """What the parts of a range are."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Span(Struct, frozen=True):
    """Whole days, from *first* to *last*, and the seconds since 1970 of their begin and end."""

    first: date
    last: date
    begins: int
    ends: int  # the first second that is not in it


class Period(Struct, frozen=True):
    """The days from *first* to *last*, both in it, as they are in *zone*."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def span(self) -> Span:
        return self._span(self.first, self.last)

    @property
    def step(self) -> Step:
        """Days for a few weeks, weeks for half a year, months for more."""
        if self.days <= _MOST_DAYS:
            return Step.DAY
        return Step.WEEK if self.days <= _MOST_WEEKS else Step.MONTH

    @property
    def before(self) -> "Period":
        """As many days, right before this range."""
        return Period(self.first - timedelta(days=self.days), self.first - _ONE, self.zone)

    def parts(self) -> list[Span]:
        """The days, weeks (from Monday) or months of the range; the outer ones may be cut."""
        found, first = [], self.first
        while first <= self.last:
            last = min(_ENDS[self.step](first), self.last)
            found.append(self._span(first, last))
            first = last + _ONE
        return found

    def _span(self, first: date, last: date) -> Span:
        return Span(first, last, midnight(first, self.zone), midnight(last + _ONE, self.zone))


def midnight(day: date, zone: ZoneInfo) -> int:
    """When *day* begins in *zone*, in seconds since 1970.

    Where the clocks are put forward at midnight, that is the moment of it.
    """
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())


def between(first: date, last: date, zone: ZoneInfo) -> Period:
    """The range from *first* to *last*. Raises Invalid (fields ``from`` and ``to``)."""
    wrong: dict[str, list[str]] = {}
    for name, day in (("from", first), ("to", last)):
        if not EARLIEST <= day <= LATEST:
            wrong[name] = [_("This day is too far away: 1970 to 2999.")]
    if not wrong and last < first:
        wrong["to"] = [_("The end is before the beginning.")]
    if not wrong and (last - first).days >= LONGEST:
        wrong["to"] = [_("A report is about ten years at most.")]
    if wrong:
        raise Invalid(wrong)
    return Period(first, last, zone)


def preset(name: str, today: date, zone: ZoneInfo) -> Period:
    """The range that *name* of :data:`PRESETS` means *today*."""
    return Period(*PRESETS[name](today), zone)


def _last_days(days: int) -> Callable[[date], tuple[date, date]]:
    return lambda today: (today - timedelta(days=days - 1), today)


def _last_month(today: date) -> tuple[date, date]:
    last = today.replace(day=1) - _ONE
    return last.replace(day=1), last


PRESETS: dict[str, Callable[[date], tuple[date, date]]] = {
    "7": _last_days(7),
    "30": _last_days(30),
    "90": _last_days(90),
    "month": lambda today: (today.replace(day=1), today),
    "last-month": _last_month,
    "year": lambda today: (today.replace(month=1, day=1), today),
}


def _end_of_month(day: date) -> date:
    in_next = day.replace(day=28) + timedelta(days=4)
    return in_next.replace(day=1) - _ONE


_ENDS: dict[Step, Callable[[date], date]] = {
    Step.DAY: lambda first: first,
    Step.WEEK: lambda first: first + timedelta(days=6 - first.weekday()),
    Step.MONTH: _end_of_month,
}
