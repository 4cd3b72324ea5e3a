"""Finding one's way in the settings: on a phone, by keyboard, without scripts."""

import pytest
from playwright.sync_api import expect

from helpdesk import audit
from helpdesk.audit import Kind
from helpdesk.database import transaction
from helpdesk.shop.actions import set_hold

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}}
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrikantin"


def shown(page):
    """How much wider than the window *page* is."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


def test_a_phone_goes_by_the_first_page_and_back(admin, open_page):
    page = open_page("/desk/settings", admin, javascript=False, **PHONE)
    page.get_by_role("link", name="Audit trail").click()
    expect(page.get_by_role("heading", name="Audit trail", level=1)).to_be_visible()
    expect(page.get_by_role("navigation", name="Settings")).to_be_hidden()
    page.get_by_role("link", name="Settings", exact=True).first.click()
    expect(page.get_by_role("heading", name="People", level=2)).to_be_visible()
    assert shown(page) == 0


def test_a_wide_window_has_them_all_beside_the_page(admin, open_page):
    page = open_page("/desk/settings/shop", admin)
    beside = page.get_by_role("navigation", name="Settings")
    expect(beside.get_by_role("heading", level=2)).to_have_count(6)
    expect(beside.get_by_role("link", name="Shop")).to_have_attribute("aria-current", "page")
    beside.get_by_role("link", name="Hours").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Categories", level=1)).to_be_visible()
    assert page.complaints == []


def test_the_trail_is_narrowed_and_unfolded_without_scripts(admin, open_page):
    with transaction():
        facts = {"name": LONG, "imap_port": 993, "imap_host": LONG, "smtp_port": 465, "host": "a"}
        audit.record(Kind.SETTINGS_CHANGED, details={"what": "mailbox.added", "after": facts})
    set_hold(admin, 30)
    page = open_page("/desk/settings/audit", admin, javascript=False, **PHONE)
    page.locator("#kind").select_option("settings_changed")
    page.get_by_role("button", name="Search").click()
    rows = page.locator(".things > li")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("When replies leave")
    expect(rows.first).to_contain_text("30 seconds")
    expect(page.get_by_text("465")).to_be_hidden()
    page.get_by_text("2 more").click()
    expect(page.get_by_text("465")).to_be_visible()
    assert shown(page) == 0
    page.locator("#kind").select_option("erased")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
