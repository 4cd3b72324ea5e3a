"""The only place that reads the time, so that a test can move it."""

from datetime import UTC, datetime, timedelta

_offset = timedelta(0)


def now() -> datetime:
    """The current time: aware, UTC, in whole seconds (API.md shows seconds, so we sort by them)."""
    return (datetime.now(UTC) + _offset).replace(microsecond=0)


def shift(by: timedelta) -> None:
    """Move the clock by *by* from the real time; ``timedelta(0)`` puts it back. For tests."""
    global _offset
    _offset = by


def iso(moment: datetime) -> str:
    """*moment* as API.md writes it: ``YYYY-MM-DDTHH:MM:SSZ``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
