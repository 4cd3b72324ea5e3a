"""Days and spans of time in filters, as conditions on a moment that a row has."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from ...i18n import gettext as _
from .asking import Asking
from .field import Operator, Wrong

JOINT = ".."  # between the two ends of a range
UNITS = {"h": "hours", "d": "days", "w": "weeks"}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_SPAN = re.compile(r"([0-9]{1,4})([hdw])", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1970, 2999


def day_of(text: str) -> date:
    """The day that *text* says (``YYYY-MM-DD``). Raises Wrong."""
    if not _DAY.fullmatch(text):
        raise Wrong(_("A day is written YYYY-MM-DD."))
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Wrong(_("There is no such day.")) from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise Wrong(_("There is no such day."))
    return day


def span_of(text: str) -> timedelta:
    """How long ``12h``, ``3d`` or ``2w`` is. Raises Wrong."""
    found = _SPAN.fullmatch(text)
    if found is None:
        raise Wrong(_("A span is written 12h, 3d or 2w: hours, days or weeks."))
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def ends_of(text: str) -> tuple[str, str]:
    """The two ends of a range, ``5..10``. Raises Wrong."""
    low, joint, high = text.partition(JOINT)
    if not joint or not low.strip() or not high.strip():
        raise Wrong(_("A range is written with two dots between its ends: 5..10."))
    return low.strip(), high.strip()


def condition(
    moment: Any, asking: Asking, operator: Operator, values: Sequence[str]
) -> sa.ColumnElement[bool]:
    """That the column *moment* is as *operator* and *values* say. Raises Wrong."""
    if operator is Operator.EMPTY:
        return moment.is_(None)  # type: ignore[no-any-return]
    if operator is Operator.FILLED:
        return moment.is_not(None)  # type: ignore[no-any-return]
    [text] = values
    seconds = sa.type_coerce(moment, sa.BigInteger)
    if operator in (Operator.WITHIN, Operator.OLDER):
        since = int((asking.now - span_of(text)).timestamp())
        return seconds > since if operator is Operator.WITHIN else seconds <= since
    first, last = (text, text) if operator is not Operator.BETWEEN else ends_of(text)
    begins, ends = _seconds(day_of(first), asking), _seconds(day_of(last), asking, days_later=1)
    if operator is Operator.AT_LEAST:
        return seconds >= begins
    if operator is Operator.AT_MOST:
        return seconds < ends
    return sa.and_(seconds >= begins, seconds < ends)


def _seconds(day: date, asking: Asking, days_later: int = 0) -> int:
    """When *day* begins in the shop's time zone."""
    midnight = datetime.combine(day + timedelta(days=days_later), time(), asking.zone)
    return int(midnight.astimezone(UTC).timestamp())
