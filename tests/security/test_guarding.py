"""Forms that anybody may send: people get through, scripts gain little."""

import re

import pytest

from helpdesk.accounts import limits, queries
from helpdesk.web import guarding
from tests.desk import PASSWORD

WORLD = {"REMOTE_ADDR": "8.8.8.8"}
ANA = {"name": "Ana", "email": "ana@shop.example", "password": PASSWORD}
FORMS = {
    "/sign-up": (ANA, limits.SIGN_UP, limits.SIGN_UP_ALL),
    "/forgot-password": ({"email": ANA["email"]}, limits.RESET_FROM, limits.RESET_ALL),
}


@pytest.fixture(params=FORMS)
def path(request):
    return request.param


def shown_by(desk, path, where=WORLD):
    page = desk.browser().get(path, environ_overrides=where).text
    return re.search(r'name="shown" type="hidden" value="([^"]+)"', page)[1]


def send(desk, path, where=WORLD, **more):
    return desk.browser().post(path, data=FORMS[path][0] | more, environ_overrides=where)


@pytest.fixture
def busy(path):
    """As much as needs a look at where it comes from."""
    for _ in range(guarding.CALM):
        limits.count(FORMS[path][1], WORLD["REMOTE_ADDR"])


def test_who_is_quick_on_a_calm_day_gets_through(desk, path):
    assert send(desk, path).status_code == 302


def test_a_field_that_people_do_not_see_gives_a_script_away_and_the_words_stay(desk, path):
    answer = send(desk, path, comment="http://casino.example")
    assert answer.status_code == 422
    assert "casino" not in answer.text
    assert f'value="{ANA["email"]}"' in answer.text
    assert queries.by_email(ANA["email"]) is None


def test_it_is_none_for_people_whatever_they_read_with(desk, path):
    page = desk.browser().get(path).text
    field = re.search(r'<div class="for-readers" aria-hidden="true">.*?</div>', page)[0]
    assert 'tabindex="-1"' in field and 'autocomplete="off"' in field and "required" not in field
    assert "Nothing goes in here" in field  # for a browser without style sheets


def test_on_a_busy_day_a_form_has_to_have_been_looked_at(desk, path, busy, travel):
    shown = shown_by(desk, path)
    answer = send(desk, path, shown=shown)
    assert answer.status_code == 422 and f'value="{ANA["email"]}"' in answer.text
    travel(seconds=guarding.SOONEST)
    assert send(desk, path, shown=shown).status_code == 302


def test_and_not_too_long_ago(desk, path, travel):
    shown = shown_by(desk, path)
    travel(seconds=guarding.LATEST + 1)
    for _ in range(guarding.CALM):
        limits.count(FORMS[path][1], WORLD["REMOTE_ADDR"])
    assert send(desk, path, shown=shown).status_code == 422


@pytest.mark.parametrize(
    "shown", ["", "0", "1-", "1764142000-" + "0" * 32, "9" * 5000, "１-x", "\ud800", "-1-0"]
)
def test_nobody_makes_up_when_it_was_shown(desk, path, busy, shown):
    assert send(desk, path, shown=shown.encode("utf-8", "replace")).status_code == 422


def test_what_was_shown_to_one_is_none_for_another(desk, path, busy, travel):
    shown = shown_by(desk, path, {"REMOTE_ADDR": "9.9.9.9"})
    travel(seconds=guarding.SOONEST)
    assert send(desk, path, shown=shown).status_code == 422


def test_many_at_once_from_everywhere_make_a_busy_day_for_all(desk, path):
    for _ in range(guarding.CALM_ALL):
        limits.count(FORMS[path][2], limits.EVERYBODY)
    assert send(desk, path, {"REMOTE_ADDR": "9.9.9.9"}).status_code == 422
