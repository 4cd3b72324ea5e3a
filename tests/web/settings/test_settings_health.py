"""The page of the desk's health."""

import re

import pytest

from helpdesk.accounts.actions import change_profile
from helpdesk.database import db
from helpdesk.health import actions
from helpdesk.operations import looking

PAGE, FIRST = "/desk/settings/health", "/desk/settings"


@pytest.fixture
def browser(desk, admin):
    return desk.browser(admin)


def finding(level="error", sentence="Of %(total)s files %(missing)s are missing.", **values):
    return {
        "level": level,
        "group": "files",
        "name": ["attachments", {}],
        "about": "",
        "sentence": [sentence, values or {"total": 9, "missing": "<b>2"}],
        "command": "helpdesk restore --replace FILE",
    }


def test_before_the_first_look_it_says_so(browser):
    page = browser.get(PAGE).text
    assert "Not checked yet" in page
    assert "data-checking" not in page


def test_it_is_checked_while_one_looks(desk, browser, monkeypatch):
    assert browser.post(PAGE, data={"deep": "1"}).status_code == 302
    actions.note_progress(3, 40)
    page = browser.get(PAGE).text
    assert "The desk is being checked" in page
    assert "3 of 40 checks" in page
    assert "data-checking" in page


def test_what_is_wrong_stands_first_with_its_command(desk, browser):
    actions.keep([finding("ok", "All is well."), finding("warning"), finding()], is_deep=False)
    page = browser.get(PAGE).text
    assert page.index("Something must be mended") < page.index("Attachments")
    assert page.index("is-bad") < page.index("check-steps") < page.index("All is well.")
    assert "Of 9 files &lt;b&gt;2 are missing." in page
    assert "<code>helpdesk restore --replace FILE</code>" in page
    assert "data-checking" not in page


def test_the_first_page_of_the_settings_says_that_something_is_wrong(desk, browser):
    assert "health-banner" not in browser.get(FIRST).text
    actions.keep([finding(), finding()], is_deep=False)
    assert "The last health check found 2 errors." in browser.get(FIRST).text
    assert "health-banner" not in browser.get(PAGE).text
    actions.keep([finding("warning")], is_deep=False)
    assert "health-banner" not in browser.get(FIRST).text


@pytest.mark.parametrize("kept", ["2026-11-26 09:05 UTC", "2026-11-26T09:05:07Z"])
def test_moments_are_said_in_the_readers_zone(browser, kept):
    sentence = "Fetched last at %(when)s."
    actions.keep([finding("ok", sentence, when=kept)], is_deep=False)
    page = browser.get(PAGE).text
    assert 'Fetched last at <time datetime="2026-11-26T09:05:00Z" data-exact>' in page
    for odd in ("2026-99-99 09:05 UTC", "<b>2026-11-26 09:05 UTC", 100, None):
        actions.keep([finding("ok", sentence, when=odd)], is_deep=False)
        assert "Fetched last at" in browser.get(PAGE).text
        assert "at <" not in browser.get(PAGE).text.partition("Fetched last")[2][:20]


def test_sizes_are_said_in_the_readers_language(browser, admin):
    free = {"bytes": 20 * 1024**3 + 1024**3 // 2}
    actions.keep([finding("ok", "%(free)s are free.", free=free)], is_deep=False)
    assert "20.5 GB are free." in browser.get(PAGE).text
    change_profile(admin, admin, name=admin.name, email=admin.email, language="de")
    assert "20,5 GB sind frei." in browser.get(PAGE).text


def test_a_look_that_failed_is_told(desk, browser, monkeypatch):
    actions.went_wrong("The disk <is> gone.")
    page = browser.get(PAGE).text
    assert "did not come to its end" in page
    assert "The disk &lt;is&gt; gone." in page


def test_agents_do_not_see_it(desk, agent):
    browser = desk.browser(agent)
    assert browser.get(PAGE).status_code == 403
    assert browser.post(PAGE).status_code == 403
    assert "health-banner" not in browser.get("/desk/settings/categories").text


def test_a_report_of_another_program_is_shown_as_it_is(desk, browser):
    actions.keep([finding("ok") | {"group": "astrology"}], is_deep=True)
    assert browser.get(PAGE).status_code == 200


def test_what_the_doctor_says_can_be_kept_and_shown(desk, browser):
    settings = desk.app.config["HELPDESK"]
    actions.keep(looking._findings(settings, False), is_deep=False)
    db.session.rollback()
    page = browser.get(PAGE).text
    is_sqlite = desk.app.config["HELPDESK"].is_alone
    # The server of the tests waits for no disk.
    assert ("The database is sound." if is_sqlite else "PostgreSQL may lose what was") in page
    assert re.search(r"[\d.]+ [kMG]B are free", page)
