"""Settings, Hours: the time zone and the business hours."""

import pytest

from helpdesk.database import db
from helpdesk.shop.queries import shop

PATH = "/desk/settings/hours"


@pytest.fixture
def browser(desk, admin):
    return desk.browser(admin)


def current():
    db.session.rollback()
    db.session.expire_all()
    return shop()


def form(zone="Europe/Berlin", **changes):
    data = {"time_zone": zone}
    for number in range(5):
        data |= {f"day{number}-is_open": "y", f"day{number}-opens": "09:00"}
        data |= {f"day{number}-closes": "17:30"}
    return data | changes


def test_they_are_kept_and_shown_again(browser):
    assert browser.post(PATH, data=form(**{"day0-closes": "00:00"})).location == PATH
    assert current().time_zone == "Europe/Berlin"
    assert current().business_hours == [[540, 1440]] + [[540, 1050]] * 4 + [None] * 2
    page = browser.get(PATH).text
    assert 'value="Europe/Berlin"' in page
    assert 'name="day1-closes" value="17:30"' in page
    assert 'name="day0-closes" value="00:00"' in page
    assert page.count(" checked ") == 5


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"zone": "Mars"}, "There is no such time zone."),
        ({"day1-closes": "08:00"}, "Tuesday: Closing is after opening"),
        ({"day1-opens": "99:99"}, "Tuesday: Closing is after opening"),
        ({"day1-opens": "noon\0"}, "Tuesday: Closing is after opening"),
        ({"day1-opens": ""}, "Tuesday: Closing is after opening"),
        ({f"day{n}-is_open": "" for n in range(5)}, "The shop is open on one day at least."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(browser, changes, sentence):
    answer = browser.post(PATH, data=form(**changes))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert current().time_zone == "UTC"


def test_an_empty_form_is_told_so(browser):
    assert browser.post(PATH, data={}).status_code == 422


def test_only_admins_change_them(desk, agent, alice):
    for user in (agent, alice):
        assert desk.browser(user).get(PATH).status_code == 403
        assert desk.browser(user).post(PATH, data=form()).status_code == 403
    assert "/desk/settings/hours" not in desk.browser(agent).get("/desk/settings/categories").text


def test_exact_times_are_those_of_the_shop(desk, browser, alice):
    desk.ticket(alice)
    assert " UTC" in browser.get("/desk/views/open").text
    browser.post(PATH, data=form("Asia/Kathmandu"))
    assert " +0545" in browser.get("/desk/views/open").text
