"""Ranges of days, where the clocks change and where they don't."""

from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.errors import Invalid
from helpdesk.reports import LONGEST, PRESETS, Step, between, preset
from helpdesk.reports.periods import midnight

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
ZONES = [
    ZoneInfo(name)
    for name in (
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "America/Sao_Paulo",
        "Pacific/Apia",
    )
]


def hours_of(day, zone):
    span = between(day, day, zone).span
    return (span.ends - span.begins) / 3600


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (date(2026, 3, 29), BERLIN, 23),
        (date(2026, 10, 25), BERLIN, 25),
        (date(2026, 10, 26), BERLIN, 24),
        (date(2026, 3, 8), NEW_YORK, 23),
        (date(2026, 11, 1), NEW_YORK, 25),
        (date(2026, 3, 29), ZoneInfo("Asia/Kathmandu"), 24),
        (date(2018, 11, 4), ZoneInfo("America/Sao_Paulo"), 23),  # forward at midnight
        (date(2018, 2, 17), ZoneInfo("America/Sao_Paulo"), 25),  # back at midnight
        (date(2011, 12, 30), ZoneInfo("Pacific/Apia"), 0),  # a day that never was
    ],
)
def test_a_day_has_as_many_hours_as_its_clocks_show(day, zone, hours):
    assert hours_of(day, zone) == hours


def test_a_day_begins_at_midnight_of_the_shop():
    begins = midnight(date(2026, 1, 1), ZoneInfo("Asia/Kathmandu"))
    assert datetime.fromtimestamp(begins, UTC) == datetime(2025, 12, 31, 18, 15, tzinfo=UTC)


@given(
    st.dates(date(1971, 1, 1), date(2090, 1, 1)),
    st.integers(1, LONGEST),
    st.sampled_from(ZONES),
)
def test_parts_join_without_gap_or_overlap(first, days, zone):
    last = date.fromordinal(first.toordinal() + days - 1)
    period = between(first, last, zone)
    parts = period.parts()
    assert (parts[0].begins, parts[-1].ends) == (period.span.begins, period.span.ends)
    assert (parts[0].first, parts[-1].last) == (first, last)
    for one, next_one in pairwise(parts):
        assert one.ends == next_one.begins
        assert one.last.toordinal() + 1 == next_one.first.toordinal()
    assert period.before.span.ends == period.span.begins
    assert period.before.days == period.days == days
    assert len(parts) <= 125


@pytest.mark.parametrize(
    ("last", "step", "parts"),
    [
        (date(2026, 1, 7), Step.DAY, 7),
        (date(2026, 2, 14), Step.DAY, 45),
        (date(2026, 2, 15), Step.WEEK, 7),  # from a Thursday to a Sunday
        (date(2026, 12, 31), Step.MONTH, 12),
    ],
)
def test_parts_are_days_weeks_or_months_by_the_length(last, step, parts):
    period = between(date(2026, 1, 1), last, BERLIN)
    assert (period.step, len(period.parts())) == (step, parts)


def test_weeks_begin_on_monday():
    parts = between(date(2026, 1, 1), date(2026, 3, 31), BERLIN).parts()
    assert {part.first.weekday() for part in parts[1:]} == {0}


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("7", date(2026, 2, 23), date(2026, 3, 1)),
        ("30", date(2026, 1, 31), date(2026, 3, 1)),
        ("month", date(2026, 3, 1), date(2026, 3, 1)),
        ("last-month", date(2026, 2, 1), date(2026, 2, 28)),
        ("year", date(2026, 1, 1), date(2026, 3, 1)),
    ],
)
def test_presets(name, first, last):
    period = preset(name, date(2026, 3, 1), BERLIN)
    assert (period.first, period.last) == (first, last)


def test_every_preset_works_on_every_kind_of_day():
    for today in (date(2024, 2, 29), date(2026, 1, 1), date(2026, 12, 31)):
        assert all(preset(name, today, BERLIN).days > 0 for name in PRESETS)


@pytest.mark.parametrize(
    ("first", "last", "fields"),
    [
        (date(2026, 2, 2), date(2026, 2, 1), {"to"}),
        (date(1969, 12, 31), date(2026, 2, 1), {"from"}),
        (date(1, 1, 1), date(9999, 12, 31), {"from", "to"}),
        (date(2000, 1, 1), date(2026, 1, 1), {"to"}),
    ],
)
def test_what_is_no_range_is_refused(first, last, fields):
    with pytest.raises(Invalid) as refused:
        between(first, last, BERLIN)
    assert set(refused.value.fields) == fields
