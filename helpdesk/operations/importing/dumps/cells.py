"""What stands in the columns of a dump, whatever type it has there."""

from datetime import UTC, datetime
from typing import Any

_YEARS = range(1980, 2101)


def text(value: Any) -> str:
    """*value* as text; nothing for NULL."""
    if value is None:
        return ""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def number(value: Any) -> int:
    """*value* as a whole number; 0 where it is none."""
    if isinstance(value, int):
        return value
    try:
        return int(float(value)) if value is not None else 0
    except (TypeError, ValueError, OverflowError):
        return 0


def moment(value: Any, zone: Any = UTC) -> datetime | None:
    """A DATETIME or TIMESTAMP of MySQL in *zone*; None for NULL, 0000-00-00 and what is none."""
    try:
        found = datetime.fromisoformat(text(value).strip()[:26])
    except ValueError:
        return None
    if found.year not in _YEARS:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
