"""Which backups are kept as time goes by."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from helpdesk.backups.models import BackupPlan
from helpdesk.backups.rotation import in_the_way, superfluous
from helpdesk.backups.shelf import Backup, Proof

UTC_ZONE = ZoneInfo("UTC")
START = datetime(2026, 1, 1, 3, tzinfo=UTC)


def plan(days=7, weeks=4, months=6):
    return BackupPlan(days=days, weeks=weeks, months=months)


def backup(moment, *, ok=True, is_whole=True, size=100):
    name = f"helpdesk-{moment:%Y%m%dT%H%M%SZ}.tar"
    return Backup(name, Path(name), moment, size, is_whole, Proof(ok, moment, "", 1, 1))


def after_a_year(plan, zone=UTC_ZONE):
    """What is there after a year of nights, the newest first."""
    kept = []
    for night in range(365):
        now = START + timedelta(days=night)
        kept.insert(0, backup(now))
        gone = superfluous(kept, plan, now, zone)
        kept = [one for one in kept if one not in gone]
    return [one.made_at.date().isoformat() for one in kept]


def test_after_a_year_there_are_days_weeks_and_months():
    kept = after_a_year(plan())

    assert kept[:7] == [f"2026-12-{day}" for day in range(31, 24, -1)]
    assert {"2026-12-27", "2026-12-20", "2026-12-13"} <= set(kept)  # the last of a week
    assert {"2026-11-30", "2026-10-31", "2026-09-30", "2026-08-31", "2026-07-31"} <= set(kept)
    assert len(kept) == 7 + 2 + 5  # one of the weeks' and one of the months' is a day's, too


def test_without_weeks_and_months_there_are_days_alone():
    assert len(after_a_year(plan(days=3, weeks=0, months=0))) == 3


def test_a_day_is_one_of_the_shop():
    zone = ZoneInfo("Pacific/Auckland")
    now = START + timedelta(days=9)
    morning, evening = backup(START.replace(hour=13)), backup(START.replace(hour=9))

    assert superfluous([morning, evening], plan(weeks=0, months=0), now, UTC_ZONE) == [evening]
    assert superfluous([morning, evening], plan(weeks=0, months=0), now, zone) == []


def test_all_of_the_last_two_days_are_kept():
    """One from before a mistake is not replaced by one from after it."""
    now = START + timedelta(days=1)
    many = [backup(now - timedelta(hours=hour)) for hour in range(40)]

    assert superfluous(many, plan(days=1, weeks=0, months=0), now, UTC_ZONE) == []


def test_the_newest_good_one_is_kept_whatever_the_plan_says():
    old = backup(START)
    bad = backup(START + timedelta(days=1), ok=False)

    assert superfluous([bad, old], plan(), START + timedelta(days=400), UTC_ZONE) == [bad]


def test_one_that_is_bad_takes_no_place_of_a_good_one():
    now = START + timedelta(days=3)
    bad, good = backup(START + timedelta(hours=5), ok=False), backup(START)

    assert superfluous([bad, good], plan(days=1, weeks=0, months=0), now, UTC_ZONE) == []


def test_three_of_upgrades_are_kept():
    ups = [backup(START + timedelta(days=n), is_whole=False) for n in range(5, 0, -1)]

    assert superfluous(ups, plan(), START + timedelta(days=99), UTC_ZONE) == ups[3:]


@pytest.mark.parametrize(("free", "gone"), [(500, 0), (150, 1), (100, 1), (99, 2), (0, 2)])
def test_the_oldest_go_where_there_is_no_room_and_two_stay(free, gone):
    many = [backup(START + timedelta(days=n)) for n in range(4, 0, -1)]

    assert in_the_way(many, free, 200) == list(reversed(many))[:gone]
