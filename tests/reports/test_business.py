"""Business time, against somebody who looks at the clock every minute."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.reports.business import BusinessTime, business_seconds, working_day
from helpdesk.shop.models import office_hours
from tests.reports.test_periods import BERLIN, NEW_YORK, ZONES

NIGHTS = [[0, 1440]] * 7
EARLY = [[90, 150]] * 7  # from half past one, into the hour that changes
LATE = [[150, 600]] * 7


def at(text, zone=UTC):
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())


def watched(start, end, hours, zone):
    """A day's window is over once the clock has shown its closing, and open once its opening."""
    begins = datetime.fromtimestamp(start, zone).replace(hour=0, minute=0) - timedelta(days=1)
    seconds, day, highest = 0, None, 0
    for moment in range(int(begins.timestamp()) // 60 * 60, end, 60):
        local = datetime.fromtimestamp(moment, zone)
        shown = local.hour * 60 + local.minute
        highest = max(highest, shown) if local.date() == day else shown
        day = local.date()
        window = hours[day.weekday()]
        if start <= moment and window is not None and window[0] <= highest < window[1]:
            seconds += 60
    return seconds


windows = st.tuples(st.integers(0, 1440), st.integers(0, 1440)).map(sorted).map(list)
weeks = st.lists(st.none() | windows.filter(lambda w: w[0] < w[1]), min_size=7, max_size=7)
# Around the changes of clocks, where mistakes live; and anywhere.
changes = st.sampled_from(
    [
        at("2026-03-29T01:00"),
        at("2026-10-25T01:00"),
        at("2026-03-08T07:00"),
        at("2026-11-01T06:00"),
        at("2018-11-04T03:00"),
        at("2018-02-18T02:00"),
        at("2011-12-30T10:00"),
        at("2026-04-04T15:00"),
        at("2026-10-03T15:30"),
    ]
)
minutes = st.integers(-3 * 1440, 3 * 1440)


@settings(max_examples=150)
@given(changes, minutes, st.integers(0, 6 * 1440), weeks, st.sampled_from(ZONES))
def test_it_is_what_somebody_counts_who_looks_every_minute(change, offset, length, hours, zone):
    start = change + 60 * offset
    end = start + 60 * length
    assert business_seconds(start, end, hours, zone) == watched(start, end, hours, zone)


@given(
    st.lists(st.integers(at("2024-01-01"), at("2027-01-01")), min_size=3, max_size=3).map(sorted),
    weeks,
    st.sampled_from(ZONES),
)
def test_two_waits_in_a_row_are_one_long_wait_whatever_else_is_asked(moments, hours, zone):
    first, middle, last = moments
    time = BusinessTime(hours, zone, at("2023-01-01"), at("2028-01-01"))
    whole = time.seconds(first, last)
    assert whole == time.seconds(first, middle) + time.seconds(middle, last)
    assert whole == business_seconds(first, last, hours, zone)
    assert 0 <= whole <= last - first


@pytest.mark.parametrize(
    ("start", "end", "hours", "zone", "expected"),
    [
        # Friday 16:00 to Monday 10:00: an hour on each.
        ("2026-11-20T16:00", "2026-11-23T10:00", office_hours(), BERLIN, 2.0),
        ("2026-11-21T10:00", "2026-11-22T18:00", office_hours(), BERLIN, 0),  # a weekend
        ("2026-11-23T08:00", "2026-11-23T09:00", office_hours(), BERLIN, 0),  # before opening
        ("2026-11-23T09:00", "2026-11-23T17:00", office_hours(), BERLIN, 8),
        # Open all night while the clocks change.
        ("2026-03-29T00:00", "2026-03-30T00:00", NIGHTS, BERLIN, 23),
        ("2026-10-25T00:00", "2026-10-26T00:00", NIGHTS, BERLIN, 25),
        ("2026-11-01T00:00", "2026-11-02T00:00", NIGHTS, NEW_YORK, 25),
        ("2026-03-29T00:00", "2026-03-30T00:00", NIGHTS, ZoneInfo("Asia/Kathmandu"), 24),
        # 01:30 to 02:30: half an hour where two o'clock is skipped, no more where it comes twice.
        ("2026-03-29T00:00", "2026-03-30T00:00", EARLY, BERLIN, 0.5),
        ("2026-10-25T00:00", "2026-10-26T00:00", EARLY, BERLIN, 1),
        ("2026-03-29T00:00", "2026-03-30T00:00", LATE, BERLIN, 7),
        ("2026-10-25T00:00", "2026-10-26T00:00", LATE, BERLIN, 8.5),
        ("2026-11-23T12:00", "2026-11-23T11:00", office_hours(), BERLIN, 0),  # backwards
    ],
)
def test_waits_of_which_the_hours_can_be_said(start, end, hours, zone, expected):
    assert business_seconds(at(start, zone), at(end, zone), hours, zone) == expected * 3600


def test_ten_years_are_counted_to_the_second():
    start, end = at("2016-01-01"), at("2026-01-01")
    time = BusinessTime(office_hours(), BERLIN, start, end)
    assert time.seconds(start, end) == 2609 * 8 * 3600  # 521 weeks, and Friday, Monday to Wednesday


def test_a_working_day_is_as_long_as_the_shop_is_open():
    assert working_day(office_hours()) == 8 * 3600
    assert working_day(NIGHTS) == 86_400
    assert working_day([[0, 60], [0, 180]] + [None] * 5) == 2 * 3600
