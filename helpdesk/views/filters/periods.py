"""When a ticket was opened, as people type it: ``before:2026-01``, ``after:7d``, ``on:today``."""

import re
from datetime import date, timedelta

from .asking import Asking
from .field import Operator, Wrong
from .moments import JOINT, day_of, span_of

BEFORE, AFTER, ON = "before", "after", "on"
_DAY = timedelta(days=1)
_DAYS_AGO = {"today": 0, "yesterday": 1}
_YEAR, _MONTH = re.compile(r"[0-9]{4}", re.ASCII), re.compile(r"[0-9]{4}-[0-9]{2}", re.ASCII)


def opened(asking: Asking, which: str, text: str) -> tuple[Operator, str]:
    """How the field of when a ticket was opened says *which* *text*. Raises Wrong.

    A period is a day, a month or a year. ``before`` ends where it begins, and ``after`` begins
    there: every ticket is one of the two. A span is counted from now.
    """
    if (span := _span(text)) and which != ON:
        return (Operator.WITHIN if which == AFTER else Operator.OLDER), span
    first, last = _period(asking, text)
    if which == BEFORE:
        return Operator.AT_MOST, (first - _DAY).isoformat()
    if which == AFTER:
        return Operator.AT_LEAST, first.isoformat()
    return Operator.BETWEEN, f"{first.isoformat()}{JOINT}{last.isoformat()}"


def _span(text: str) -> str:
    try:
        span_of(text)
    except Wrong:
        return ""
    return text


def _period(asking: Asking, text: str) -> tuple[date, date]:
    """The first and the last day of what *text* names. Raises Wrong."""
    if text in _DAYS_AGO:
        day = asking.now.astimezone(asking.zone).date() - _DAYS_AGO[text] * _DAY
        return day, day
    if _MONTH.fullmatch(text):
        first = day_of(f"{text}-01")
        following = (first.replace(day=28) + 4 * _DAY).replace(day=1)
        return first, following - _DAY
    if _YEAR.fullmatch(text):
        return day_of(f"{text}-01-01"), day_of(f"{text}-12-31")
    return day_of(text), day_of(text)
