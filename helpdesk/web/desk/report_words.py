"""How the figures of a report are said."""

from datetime import date

from ...i18n import decimal, lazy, ngettext
from ...i18n import gettext as _
from ...reports import Slice, Span, Step
from ..moments import MONTHS

HOUR = 3600
FEW = 10  # of so few, a share says more than is known
KINDS = {"customer": lazy("Customers"), "vendor": lazy("Vendors"), "admin": lazy("Staff")}
RANGES = {
    "7": lazy("7 days"),
    "30": lazy("30 days"),
    "90": lazy("90 days"),
    "month": lazy("This month"),
    "last-month": lazy("Last month"),
    "year": lazy("This year"),
}
STEPS = {Step.DAY: lazy("Day"), Step.WEEK: lazy("Week"), Step.MONTH: lazy("Month")}


def day(one: date) -> str:
    """*one* as ``Nov 24``."""
    return _("%(month)s %(day)s", month=str(MONTHS[one.month - 1]), day=one.day)


def full_day(one: date) -> str:
    """*one* as ``Nov 24, 2026``."""
    month = str(MONTHS[one.month - 1])
    return _("%(month)s %(day)s, %(year)s", month=month, day=one.day, year=one.year)


def day_range(first: date, last: date) -> str:
    """``Oct 26 – Nov 24, 2026``; the year of the first day only where it is another."""
    if first == last:
        return full_day(last)
    start = day(first) if first.year == last.year else full_day(first)
    return _("%(first)s – %(last)s", first=start, last=full_day(last))


def span(one: Span, step: Step) -> str:
    """A part of a range: ``Nov 24``, ``Nov 16 – Nov 22``, ``Nov 2026``."""
    if step is Step.MONTH:
        return _("%(month)s %(year)s", month=str(MONTHS[one.first.month - 1]), year=one.first.year)
    if one.first == one.last:
        return day(one.first)
    return _("%(first)s – %(last)s", first=day(one.first), last=day(one.last))


def wait(seconds: int | None, length: int) -> str:
    """*seconds* as people say them, a day being *length* seconds; a dash for None."""
    if seconds is None:
        return "–"
    minutes = round(seconds / 60)
    if minutes < 1:
        return _("< 1 min")
    if minutes < 60:
        return _("%(n)s min", n=minutes)
    if minutes * 60 < length:
        hours, minutes = divmod(minutes, 60)
        whole = _("%(n)s h", n=hours)
        return " ".join([whole, _("%(n)s min", n=minutes)]) if minutes else whole
    days, rest = divmod(round(seconds / HOUR) * HOUR, length)
    whole = _("%(n)s d", n=int(days))
    return " ".join([whole, _("%(n)s h", n=round(rest / HOUR))]) if rest >= HOUR / 2 else whole


def hours(seconds: int | None) -> float | None:
    """*seconds* in hours, for a spreadsheet."""
    return None if seconds is None else round(seconds / HOUR, 2)


def slice_(one: Slice, length: int) -> str:
    """A slice of waits: ``Under 1 h``, ``1 h to 4 h``, ``7 d or more``."""
    low = _edge(one.low, length)
    if one.high is None:
        return _("%(low)s or more", low=low)
    high = _edge(one.high, length)
    return (
        _("%(low)s to %(high)s", low=low, high=high) if one.low else _("Under %(high)s", high=high)
    )


def age(low: int, high: int | None) -> str:
    """A slice of ages in days: ``Under 1 day``, ``3 to 7 days``, ``30 days or more``."""
    if high is None:
        return ngettext("%(num)s day or more", "%(num)s days or more", low)
    if low:
        return _("%(low)s to %(high)s days", low=low, high=high)
    return ngettext("Under %(num)s day", "Under %(num)s days", high)


def length_of_day(length: int) -> str:
    """What "a day" is: ``8 h``, ``7.5 h``."""
    return _("%(n)s h", n=decimal(length / HOUR))


def change(now: int, before: int) -> str:
    """How *now* compares: ``+12 %``, ``−8 %``, ``as many``; of a few, ``before: 3``."""
    if before < FEW:
        return _("before: %(n)s", n=before)
    percent = round(100 * (now - before) / before)
    if not percent:
        return _("as many")
    return f"{'+' if percent > 0 else '−'}{abs(percent)} %"


def _edge(seconds: int, length: int) -> str:
    if seconds % length == 0:
        return _("%(n)s d", n=seconds // length)
    return _("%(n)s h", n=decimal(seconds / HOUR))
