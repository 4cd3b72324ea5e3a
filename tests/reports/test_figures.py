"""Median, 90th percentile and the slices, by counting."""

from hypothesis import given
from hypothesis import strategies as st

from helpdesk.reports import Spread
from helpdesk.reports.figures import percentile, slices

HOUR, DAY = 3600, 86_400
waits = st.lists(st.integers(0, 30 * DAY))


@given(waits.filter(bool), st.integers(1, 100))
def test_a_percentile_is_the_least_wait_that_so_many_did_not_exceed(values, share):
    found = percentile(sorted(values), share)
    assert found in values
    assert sum(value <= found for value in values) * 100 >= share * len(values)
    assert sum(value < found for value in values) * 100 < share * len(values)


@given(waits, st.sampled_from([2 * HOUR, 8 * HOUR, DAY]))
def test_every_wait_is_in_one_slice(values, day):
    found = slices(sorted(values), day)
    assert sum(one.count for one in found) == len(values)
    for one in found:
        high = one.high if one.high is not None else 10**9
        assert one.count == sum(one.low <= value < high for value in values)
        assert one.low < high


def test_of_nothing_there_is_no_median():
    assert Spread.of([], DAY).median is None
    assert Spread.of([], DAY).count == 0


def test_median_and_ninetieth():
    spread = Spread.of([HOUR * n for n in range(1, 11)], DAY)
    assert (spread.median, spread.ninetieth) == (5 * HOUR, 9 * HOUR)
