"""Where the shop is and when it is at work."""

from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from helpdesk.database import db
from helpdesk.errors import Invalid, NotAllowed
from helpdesk.events import Event
from helpdesk.shop import actions
from helpdesk.shop.hours import zone_named, zone_names, zone_of
from helpdesk.shop.models import office_hours
from helpdesk.shop.queries import shop

ALWAYS = [[0, 1440]] * 7


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        (" Berlin ", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("utc", "UTC"),
        ("Kathmandu", "Asia/Kathmandu"),
    ],
)
def test_a_zone_is_found_as_people_write_it(text, name):
    assert zone_named(text) == ZoneInfo(name)


@pytest.mark.parametrize("text", ["", "/", "Europe", "Mars/Base", "../../etc/passwd", "a" * 9999])
def test_what_is_no_zone_is_none(text):
    assert zone_named(text) is None


def test_all_regions_are_offered_and_all_can_be_had():
    assert len(zone_names()) > 300
    assert all(zone_named(name) is not None for name in zone_names())


def test_an_admin_sets_them_with_an_event_and_nobody_else_does(desk, admin, agent):
    actions.set_hours(admin, time_zone="berlin", business_hours=ALWAYS)
    assert (shop().time_zone, shop().business_hours) == ("Europe/Berlin", ALWAYS)
    event = db.session.scalars(sa.select(Event).where(Event.kind == "shop.hours")).one()
    assert event.before == {"time_zone": "UTC", "business_hours": office_hours()}
    assert event.after == {"time_zone": "Europe/Berlin", "business_hours": ALWAYS}
    with pytest.raises(NotAllowed):
        actions.set_hours(agent, time_zone="UTC", business_hours=ALWAYS)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"time_zone": "Mars"}, "time_zone"),
        ({"time_zone": "a\0"}, "time_zone"),
        ({"business_hours": [None] * 7}, "business_hours"),
        ({"business_hours": [[600, 600]] + [None] * 6}, "day_0"),
        ({"business_hours": [None] * 6 + [[-1, 600]]}, "day_6"),
        ({"business_hours": [[0, 1441]] + [None] * 6}, "day_0"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_kept(desk, admin, change, field):
    with pytest.raises(Invalid) as refused:
        actions.set_hours(admin, **({"time_zone": "UTC", "business_hours": ALWAYS} | change))
    assert set(refused.value.fields) == {field}
    assert shop().business_hours == office_hours()


def test_a_zone_that_this_machine_has_forgotten_is_utc(desk):
    current = shop()
    current.time_zone = "Atlantis/Capital"
    assert zone_of(current) == ZoneInfo("UTC")
    db.session.rollback()
