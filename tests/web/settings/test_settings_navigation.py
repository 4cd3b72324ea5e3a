"""How one finds a page of the settings."""

import re

import pytest

GROUP = r'<h2 id="(?:nav|group)-\d">(\w+)</h2>'
BACK = r'<a class="back[ \w-]*" href="([^"]+)">'


@pytest.fixture
def browser(desk, admin):
    return desk.browser(admin)


@pytest.mark.parametrize("path", ["/desk/settings", "/desk/settings/categories"])
def test_they_are_in_groups_of_what_one_may_open(desk, browser, agent, path):
    page = browser.get(path).text
    assert re.findall(GROUP, page) == ["General", "Tickets", "Mail", "People", "System", "Personal"]
    assert "/desk/settings/users" in page
    page = desk.browser(agent).get(path).text
    assert re.findall(GROUP, page) == ["Tickets", "Personal"]
    assert "/desk/settings/users" not in page
    assert 'href="/desk/settings/macros"' in page
    assert 'href="/account"' in page


def test_the_page_of_one_thing_leads_back_to_the_list_of_all(browser, admin):
    page = browser.get(f"/desk/settings/users/{admin.id}").text
    assert re.search(BACK, page)[1] == "/desk/settings/users"
    assert re.search(BACK, browser.get("/desk/settings/users").text)[1] == "/desk/settings"


@pytest.mark.parametrize("what", ["users", "mail", "webhooks", "fields", "replies", "macros"])
def test_a_form_for_a_new_thing_leads_back_to_the_list_when_it_is_shown_again(browser, what):
    new = browser.get(f"/desk/settings/{what}/new")
    shown = browser.post(f"/desk/settings/{what}")

    assert (new.status_code, shown.status_code) == (200, 422)
    assert re.search(BACK, new.text)[1] == re.search(BACK, shown.text)[1]
    assert re.search(BACK, shown.text)[1] == f"/desk/settings/{what}"


def test_the_palette_finds_them_by_what_they_are_for(browser):
    assert "/desk/settings/shop" in browser.get("/desk/palette?q=logo").text
    assert "/desk/settings/shop" not in browser.get("/desk/palette?q=webhooks").text
