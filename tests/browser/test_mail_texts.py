"""The words of our mails in a real browser: the preview follows, with and without script."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import awake
from tests.browser.test_accessibility import complaints as barriers

pytestmark = pytest.mark.browser

ONE = "/desk/settings/mail/words/received"


def test_the_preview_follows_what_is_written(desk, admin, open_page):
    page = awake(open_page(ONE, admin))
    mail = page.frame_locator(".mail-frame")
    page.get_by_label("Subject").fill("Thanks {{nobody}}")
    expect(page.locator("[data-told]")).to_contain_text("There is no variable {{nobody}}.")
    page.get_by_label("Subject").fill("Thank you")
    page.get_by_label("Text", exact=True).fill("It is **{{ticket.ref}}**.")
    expect(page.locator(".mail-lines")).to_contain_text("Thank you [TKT1042]")
    expect(mail.locator("strong")).to_have_text("TKT1042")
    expect(page.locator("[data-told] .alert")).to_have_count(0)
    assert mail.locator(".footer").evaluate("one => getComputedStyle(one).fontSize") == "13px"
    page.get_by_text("What is filled in by itself").click()
    page.get_by_role("button", name="{{shop.name}}").click()
    expect(mail.locator(".words")).to_contain_text(desk.app.extensions.get("x", "Help desk"))
    assert barriers(page) == []
    assert page.complaints == []
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".things")).to_contain_text("your words, changed")


def test_without_script_a_button_shows_it(admin, open_page):
    page = open_page(ONE, admin, javascript=False)
    page.get_by_label("Text", exact=True).fill("It is *{{ticket.ref}}*.")
    page.get_by_role("button", name="Show").click()
    expect(page.frame_locator(".mail-frame").locator("em")).to_have_text("TKT1042")
    assert page.get_by_label("Text", exact=True).input_value() == "It is *{{ticket.ref}}*."
    assert page.complaints == []
