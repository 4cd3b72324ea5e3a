"""Business time: the part of a wait in which the shop was at work.

Hours are those of the wall clock in the shop's time zone, so a day on which the clocks change is
longer or shorter only where the change falls into them. Holidays are not known.
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from ..shop.hours import Hours

_ONE = timedelta(days=1)


class BusinessTime:
    """Counts business seconds between moments from *since* to *until* (seconds since 1970).

    It looks at each day of that time once; then a wait of any length costs two look-ups.
    """

    def __init__(self, hours: Hours, zone: ZoneInfo, since: int, until: int) -> None:
        self._opens: list[int] = []
        self._closes: list[int] = []
        self._before = [0]  # the business seconds before each opening
        first, last = (datetime.fromtimestamp(at, UTC).date() for at in (since, until))
        for number in range((last - first).days + 3):  # a day more on each side, for the zone
            day = first + (number - 1) * _ONE
            window = hours[day.weekday()]
            if window is None:
                continue
            opens, closes = (_moment(day, minute, zone) for minute in window)
            opens = max(opens, self._closes[-1] if self._closes else opens)
            if closes > opens:  # not where the clocks skip all of it
                self._opens.append(opens)
                self._closes.append(closes)
                self._before.append(self._before[-1] + closes - opens)

    def lengths(self, waits: Iterable[tuple[int, int]]) -> list[int]:
        """:meth:`seconds` of many (start, end), written for speed."""
        opens, closes, before = self._opens, self._closes, self._before
        found = []
        for start, end in waits:
            first, last = bisect_right(opens, start) - 1, bisect_right(opens, end) - 1
            if last < 0 or end <= start:
                found.append(0)
                continue
            close = closes[last]
            length = before[last] - opens[last] + (end if end < close else close)
            if first >= 0:
                close = closes[first]
                length -= before[first] - opens[first] + (start if start < close else close)
            found.append(length)
        return found

    def seconds(self, start: int, end: int) -> int:
        """The business seconds from *start* to *end*, both seconds since 1970; never below 0."""
        return self.lengths([(start, end)])[0]


def business_seconds(start: int, end: int, hours: Hours, zone: ZoneInfo) -> int:
    """The business seconds between two moments (seconds since 1970), for a single question."""
    return BusinessTime(hours, zone, min(start, end), max(start, end)).seconds(start, end)


def working_day(hours: Hours) -> int:
    """How many seconds a working day has on average: what "1 day" of business time means."""
    lengths = [window[1] - window[0] for window in hours if window is not None]
    return round(60 * sum(lengths) / len(lengths)) if lengths else 86_400


def _moment(day: date, minute: int, zone: ZoneInfo) -> int:
    """When the clocks in *zone* show *minute* of *day*; for 24:00, when the next day begins.

    A time that the clocks show twice is the first one; one that they skip is when they skip it.
    """
    if minute == 24 * 60:
        day, minute = day + _ONE, 0
    local = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)
    skipped_at = _gap_before(local)
    return skipped_at if skipped_at is not None else int(local.timestamp())


def _gap_before(local: datetime) -> int | None:
    """When the clocks were put forward over *local*; None where they do show it."""
    seen = local.astimezone(UTC).astimezone(local.tzinfo)
    if seen.replace(tzinfo=None) == local.replace(tzinfo=None):
        return None
    # In a gap: fold=0 reckons with the offset before it and so lands after it, fold=1 before it.
    low, high = int(local.replace(fold=1).timestamp()), int(local.timestamp())
    before = datetime.fromtimestamp(low, local.tzinfo).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, local.tzinfo).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high
